/**
 * The runs' logs as states: read by folding, written by compare-and-set. What is remembered here only saves reads; a
 * memory that is behind loses the next compare-and-set and is thrown away.
 * G1 an event that carries no snapshot says where the last one is, so a state is at most SNAPSHOT_EVERY events away.
 */
import { appendRun, type Bus, decode, encode, lastRun, type RunEntry, readRun } from "@drydock/bus";
import { CheckpointLoadError } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { eventFrom } from "../event-codec.ts";
import { step } from "../machine.ts";
import type { RunState } from "../state.ts";
import { fromProto, toProto } from "../state-codec.ts";

export type EventMessage = drydock.v1.RunEvent.$Properties;

/** A run as of one event of its log. */
export interface RunAt {
  /** Undefined: the run has no event. */
  readonly state: RunState | undefined;
  /** Of its last event; 0 when it has none. */
  readonly seq: number;
  readonly snapshotSeq: number;
  readonly eventsSinceSnapshot: number;
}

/** Bounds what a replay reads. */
const SNAPSHOT_EVERY = 64;
/** Below this a snapshot costs less than the reads it saves; a run of 4,096 shards would write 500 MiB of them. */
const SMALL_BYTES = 16 * 1024;
const BYTES_PER_CHAIN = 6;
/** Memory for states, by a rough weight of theirs. */
const REMEMBERED_BYTES = 48 * 1024 * 1024;

const NOTHING: RunAt = { state: undefined, seq: 0, snapshotSeq: 0, eventsSinceSnapshot: 0 };

export class RunLog {
  readonly #bus: Bus;
  /** Least recently used first. */
  readonly #known = new Map<string, RunAt>();
  #weight = 0;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  async load(runId: string): Promise<RunAt> {
    const known = this.#known.get(runId);
    if (known !== undefined) return known;
    const last = await lastRun(this.#bus, runId);
    if (last === undefined) return NOTHING;
    const at = snapshotAt(last, readEvent(last)) ?? (await this.#replay(runId, readEvent(last)));
    this.#remember(runId, at);
    return at;
  }

  /** As the server has it, whatever is remembered. */
  reload(runId: string): Promise<RunAt> {
    this.#forget(runId);
    return this.load(runId);
  }

  /** G1. */
  async #replay(runId: string, last: drydock.v1.RunEvent): Promise<RunAt> {
    let at: RunAt | undefined;
    for await (const entry of readRun(this.#bus, runId, { from: last.snapshotSeq })) {
      const event = readEvent(entry);
      const eventsSinceSnapshot = (at?.eventsSinceSnapshot ?? 0) + 1;
      at =
        snapshotAt(entry, event) ??
        (at && { ...at, state: step(at.state, eventFrom(event)).state, seq: entry.seq, eventsSinceSnapshot });
    }
    if (at === undefined) {
      throw new CheckpointLoadError(
        `coordinator: the log of ${runId} holds no snapshot at ${last.snapshotSeq}`,
        {
          code: "RUN_SNAPSHOT_MISSING",
          details: { run: runId, seq: last.snapshotSeq },
        },
      );
    }
    return at;
  }

  /** The run after the event; undefined when another coordinator appended first (then load again). */
  async append(runId: string, at: RunAt, message: EventMessage, state: RunState): Promise<RunAt | undefined> {
    const due = at.state?.phase !== state.phase || at.eventsSinceSnapshot + 1 >= SNAPSHOT_EVERY;
    const whole = due || state.context.length + state.chains.length * BYTES_PER_CHAIN <= SMALL_BYTES;
    const record = whole ? { snapshot: toProto(state) } : { snapshotSeq: at.snapshotSeq };
    const stored = await appendRun(
      this.#bus,
      runId,
      encode(drydock.v1.RunEvent, { ...message, ...record }),
      at.seq,
    );
    if (stored.kind === "conflict") {
      this.#forget(runId);
      return undefined;
    }
    const next: RunAt = whole
      ? { state, seq: stored.seq, snapshotSeq: stored.seq, eventsSinceSnapshot: 0 }
      : { ...at, state, seq: stored.seq, eventsSinceSnapshot: at.eventsSinceSnapshot + 1 };
    this.#remember(runId, next);
    return next;
  }

  /** An event that somebody appended. The phase it left the run in, where the event says. */
  observe(entry: RunEntry): RunState["phase"] | undefined {
    const known = this.#known.get(entry.runId);
    const event = readEvent(entry);
    const at = snapshotAt(entry, event);
    if (known !== undefined && known.seq < entry.seq) {
      if (at === undefined) this.#forget(entry.runId);
      else this.#remember(entry.runId, at);
    }
    return at?.state?.phase;
  }

  /** Of runs that have ended nothing more is asked. */
  forgetEnded(runId: string): void {
    if (this.#known.get(runId)?.state?.phase === "ended") this.#forget(runId);
  }

  #remember(runId: string, at: RunAt): void {
    this.#forget(runId);
    this.#known.set(runId, at);
    this.#weight += weightOf(at);
    for (const [oldest] of this.#known) {
      if (this.#weight <= REMEMBERED_BYTES || oldest === runId) break;
      this.#forget(oldest);
    }
  }

  #forget(runId: string): void {
    const known = this.#known.get(runId);
    if (known === undefined) return;
    this.#weight -= weightOf(known);
    this.#known.delete(runId);
  }
}

export function readEvent(entry: RunEntry): drydock.v1.RunEvent {
  return decode(drydock.v1.RunEvent, entry.data);
}

function snapshotAt({ seq }: RunEntry, event: drydock.v1.RunEvent): RunAt | undefined {
  if (event.snapshot == null) return undefined;
  return { state: fromProto(event.snapshot), seq, snapshotSeq: seq, eventsSinceSnapshot: 0 };
}

/** Measured roughly: a chain takes about 120 bytes as an object. */
function weightOf({ state }: RunAt): number {
  return 4_096 + (state === undefined ? 0 : state.context.length + state.chains.length * 120);
}
