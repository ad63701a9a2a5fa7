/**
 * The one way an event gets into a run.
 * C1 append (compare-and-set), then carry out what follows; the caller acknowledges after that.
 */
import type { Bus, consumeResults } from "@drydock/bus";
import { crashPoint } from "@drydock/checkpoint";
import { eventFrom, viewTo } from "../event-codec.ts";
import { type Effect, step } from "../machine.ts";
import { viewsFor } from "../placement.ts";
import type { RunState } from "../state.ts";
import { carryOut } from "./carry-out.ts";
import type { NodeBoard } from "./node-board.ts";
import type { EventMessage, RunAt, RunLog } from "./run-log.ts";

/** Counters the coordinator writes; those of the service harness fit. */
export interface CoordinatorMetrics {
  /** Events appended, by kind. */
  readonly events: { add(n: number, attributes?: Record<string, string>): void };
  /** Appends that another coordinator won. */
  readonly conflicts: { add(n: number): void };
}

/** A message as the bus delivers it. */
export type Delivery = Parameters<Parameters<typeof consumeResults>[1]>[1];

export type Applied =
  | { readonly kind: "applied"; readonly state: RunState }
  /** The run is as it was; undefined state: there is no such run. */
  | { readonly kind: "unchanged"; readonly state: RunState | undefined };

/** Makes the event for the run as it is now; undefined when there is none to make (any more). */
export type Occasion = (state: RunState | undefined) => EventMessage | undefined;

export class Applier {
  readonly #bus: Bus;
  readonly #log: RunLog;
  readonly #board: NodeBoard;
  readonly #metrics: CoordinatorMetrics;
  readonly #onEnded: (state: RunState, first: boolean) => void;
  /** Tail of the queue of each run's events in this process: they would only lose against each other. */
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(parts: {
    readonly bus: Bus;
    readonly log: RunLog;
    readonly board: NodeBoard;
    readonly metrics: CoordinatorMetrics;
    /** Called when the end of a run was announced by this process; `first`: by nobody before. */
    readonly onEnded: (state: RunState, first: boolean) => void;
  }) {
    this.#bus = parts.bus;
    this.#log = parts.log;
    this.#board = parts.board;
    this.#metrics = parts.metrics;
    this.#onEnded = parts.onEnded;
  }

  async apply(runId: string, occasion: Occasion): Promise<Applied> {
    const decided = await this.#inTurn(runId, () => this.#append(runId, occasion));
    if (decided.effects === undefined) return { kind: "unchanged", state: decided.state };
    crashPoint("coordinator.appended");
    const { announced } = await carryOut(this.#bus, decided.state, decided.effects, false);
    crashPoint("coordinator.dispatched");
    if (decided.state.phase === "ended") this.#onEnded(decided.state, announced);
    return { kind: "applied", state: decided.state };
  }

  /** Effects that were carried out before, or that is likely. */
  async carryOutAgain(state: RunState, effects: readonly Effect[]): Promise<void> {
    const { announced } = await carryOut(this.#bus, state, effects, true);
    if (state.phase === "ended") this.#onEnded(state, announced);
  }

  async #append(runId: string, occasion: Occasion) {
    for (;;) {
      const at: RunAt = await this.#log.load(runId);
      const message = occasion(at.state);
      if (message === undefined) return { state: at.state, effects: undefined };
      const { state, effects } = step(at.state, eventFrom(message));
      if (state === undefined || state === at.state) return { state, effects: undefined };
      if ((await this.#log.append(runId, at, message, state)) !== undefined) {
        this.#metrics.events.add(1, { kind: kindOf(message) });
        return { state, effects };
      }
      this.#metrics.conflicts.add(1);
    }
  }

  async #inTurn<T>(runId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(runId);
    // A failure before us is its caller's; we only wait for it to be over.
    const mine = (before ?? Promise.resolve()).then(work, work);
    this.#queues.set(runId, mine);
    try {
      return await mine;
    } finally {
      if (this.#queues.get(runId) === mine) this.#queues.delete(runId);
    }
  }

  /** The nodes an event about this run has to name. */
  views(state: RunState): EventMessage["nodes"] {
    return viewsFor(state, this.#board.views()).map(viewTo);
  }
}

function kindOf(message: EventMessage): string {
  if (message.submitted != null) return "submitted";
  if (message.result != null) return message.result.failed == null ? "done" : "failed";
  if (message.cancelRequested != null) return "cancel";
  return message.nodeLost == null ? "tick" : "node-lost";
}
