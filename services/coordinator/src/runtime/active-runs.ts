/**
 * Which runs are under way, and which have ended unannounced. Learned from the runs' logs alone; a few words per run.
 */
import { type Bus, getDone, type RunEntry, readStored } from "@drydock/bus";
import type { Phase } from "../state.ts";

/** Whoever appended the end announces it within this; if not, it died. */
const ANNOUNCED_WITHIN_MS = 3_000;
/** After a start: long enough for results that waited to be taken, before their tasks are issued again in vain. */
const FIRST_QUIET_MS = 2_000;
/** So many are asked for one by one; more by reading the whole list. */
const FEW = 20;

export class ActiveRuns {
  /** Server time of each run's last event or reissue. */
  readonly #active = new Map<string, number>();
  /** Server time of the end, of runs whose announcement was not seen. */
  readonly #ended = new Map<string, number>();

  #begun = false;

  /** Nothing is under way and nothing is left to announce. */
  get idle(): boolean {
    return this.#active.size === 0 && this.#ended.size === 0;
  }

  active(): string[] {
    return [...this.#active.keys()];
  }

  /** `phase` is undefined when the event does not say; only an event that does can end a run. */
  observe({ runId, timeMs }: RunEntry, phase: Phase | undefined): void {
    if (phase !== "ended") {
      this.#active.set(runId, timeMs);
      return;
    }
    this.#active.delete(runId);
    this.#ended.set(runId, timeMs);
  }

  announced(runId: string): void {
    this.#ended.delete(runId);
  }

  /** Called before the first sweep: runs that were under way before are to be issued again soon (C2). */
  begin(nowMs: number, quietMs: number): void {
    if (this.#begun) return;
    this.#begun = true;
    for (const runId of this.#active.keys()) this.#active.set(runId, nowMs - quietMs + FIRST_QUIET_MS);
  }

  /** Whether the run was quiet for so long; asking counts as an event. */
  reissueIsDue(runId: string, nowMs: number, quietMs: number): boolean {
    const lastMs = this.#active.get(runId);
    if (lastMs === undefined || nowMs - lastMs < quietMs) return false;
    this.#active.set(runId, nowMs);
    return true;
  }

  /** Runs that ended a while ago and whose end nobody announced. */
  async unannounced(bus: Bus, nowMs: number): Promise<string[]> {
    const due = [...this.#ended].filter(([, endedMs]) => nowMs - endedMs >= ANNOUNCED_WITHIN_MS);
    if (due.length === 0) return [];
    const known = due.length > FEW ? await allAnnounced(bus) : undefined;
    const missing: string[] = [];
    for (const [runId] of due) {
      const told = known === undefined ? (await getDone(bus, runId)) !== undefined : known.has(runId);
      if (told) this.announced(runId);
      else missing.push(runId);
    }
    return missing;
  }
}

async function allAnnounced(bus: Bus): Promise<Set<string>> {
  const runs = new Set<string>();
  for await (const { subject } of readStored(bus, "DONE", "done.*")) runs.add(subject.slice("done.".length));
  return runs;
}
