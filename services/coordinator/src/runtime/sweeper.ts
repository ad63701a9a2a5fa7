/**
 * What no message brings: time, lost nodes, and whatever got lost itself. Every coordinator sweeps; of several that see
 * the same, one append wins.
 * W1 the backbone, not a repair: retries, deadlines and waiting runs move by it alone.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Bus, serverNow } from "@drydock/bus";
import { tickChanges } from "../machine.ts";
import { viewsFor } from "../placement.ts";
import type { RunState } from "../state.ts";
import { nextDueMs } from "../tick.ts";
import type { ActiveRuns } from "./active-runs.ts";
import type { Applier } from "./apply.ts";
import type { NodeBoard } from "./node-board.ts";
import { reissue } from "./reissue.ts";
import type { RunLog } from "./run-log.ts";

export interface SweepSettings {
  /** Between two sweeps, about. */
  readonly sweepMs: number;
  /** Effects of a run without events for this long are issued again (C2). */
  readonly reissueMs: number;
}

export interface SweepParts {
  readonly bus: Bus;
  readonly log: RunLog;
  readonly board: NodeBoard;
  readonly applier: Applier;
  readonly runs: ActiveRuns;
  readonly settings: SweepSettings;
  readonly onError: (error: unknown) => void;
}

/** Runs swept at once. */
const AT_ONCE = 8;
const SOONEST_MS = 25;

/** Sweeps until the signal aborts. */
export async function sweep(parts: SweepParts, signal: AbortSignal): Promise<void> {
  const { settings, onError } = parts;
  while (!signal.aborted) {
    let waitMs = settings.sweepMs * (0.75 + Math.random() / 2);
    try {
      waitMs = Math.min(waitMs, await sweepOnce(parts, signal));
    } catch (error) {
      onError(error);
    }
    await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
}

/** Resolves to how long from now the next retry or deadline is; Infinity when none is known. */
async function sweepOnce(parts: SweepParts, signal: AbortSignal): Promise<number> {
  const { bus, board, runs } = parts;
  // An idle coordinator asks nothing.
  if (runs.idle) return Number.POSITIVE_INFINITY;
  const nowMs = await serverNow(bus);
  board.tell(nowMs);
  runs.begin(nowMs, parts.settings.reissueMs);
  const waiting = runs.active();
  let soonestMs = Number.POSITIVE_INFINITY;
  const worker = async (): Promise<void> => {
    for (let runId = waiting.pop(); runId !== undefined && !signal.aborted; runId = waiting.pop()) {
      try {
        soonestMs = Math.min(soonestMs, (await sweepRun(parts, runId, nowMs)) - nowMs);
      } catch (error) {
        // One run's trouble is not the others'.
        parts.onError(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const runId of await runs.unannounced(bus, nowMs)) await reissue(parts, runId).catch(parts.onError);
  return Math.max(SOONEST_MS, soonestMs);
}

/** Resolves to the server time of what is due next in this run. */
async function sweepRun(parts: SweepParts, runId: string, atMs: number): Promise<number> {
  const { log, board, applier, runs, settings } = parts;
  let { state } = await log.load(runId);
  for (const node of state === undefined ? [] : busyNodes(state)) {
    if (!board.isLost(node)) continue;
    const applied = await applier.apply(runId, (now) =>
      now !== undefined && busyNodes(now).has(node)
        ? { atMs, nodeLost: { node }, nodes: applier.views(now) }
        : undefined,
    );
    state = applied.state;
  }
  const ticks = (now: RunState | undefined): boolean =>
    now !== undefined && tickChanges(now, atMs, viewsFor(now, board.views()));
  if (ticks(state)) {
    const applied = await applier.apply(runId, (now) =>
      now !== undefined && ticks(now) ? { atMs, tick: {}, nodes: applier.views(now) } : undefined,
    );
    state = applied.state;
  }
  if (runs.reissueIsDue(runId, atMs, settings.reissueMs)) await reissue(parts, runId);
  return (state && nextDueMs(state)) ?? Number.POSITIVE_INFINITY;
}

/** Nodes that hold work which is not published. */
function busyNodes(state: RunState): Set<string> {
  if (state.phase !== "building") return new Set();
  const names = state.chains.map(({ step, node }) => (step === "done" ? undefined : state.nodes[node]));
  return new Set(names.filter((name) => name !== undefined));
}
