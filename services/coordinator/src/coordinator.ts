/**
 * The coordinator: events and results in, run logs and tasks out. It holds nothing that matters: any number of them may
 * run at once, and one that starts needs nothing but the bus.
 */
import { type Bus, consumeEvents, consumeResults, NODE_TTL_MS, readRun, watchRuns } from "@drydock/bus";
import { asCheckpointError } from "@drydock/checkpoint";
import type { drydock } from "@drydock/proto";
import type { Logger } from "@drydock/service";
import { ActiveRuns } from "./runtime/active-runs.ts";
import { Applier, type CoordinatorMetrics } from "./runtime/apply.ts";
import { takeEvent } from "./runtime/intake.ts";
import { NodeBoard } from "./runtime/node-board.ts";
import { takeResult } from "./runtime/results.ts";
import { RunLog, readEvent } from "./runtime/run-log.ts";
import { type SweepSettings, sweep } from "./runtime/sweeper.ts";
import type { RunState } from "./state.ts";

export type { CoordinatorMetrics } from "./runtime/apply.ts";

export interface CoordinatorSettings extends SweepSettings {
  /** Without a word from a node for this long it is lost; NODE_TTL_MS at most, for entries expire then. */
  readonly lostAfterMs: number;
  /** Results worked on at once. */
  readonly slots: number;
}

export const DEFAULT_SETTINGS: CoordinatorSettings = {
  sweepMs: 1_000,
  reissueMs: 10_000,
  lostAfterMs: NODE_TTL_MS,
  slots: 16,
};

export interface CoordinatorOptions {
  readonly bus: Bus;
  readonly log: Logger;
  readonly metrics: CoordinatorMetrics;
  readonly settings?: Partial<CoordinatorSettings>;
  /**
   * Told once about each run whose end this process announced, with the run's log, for its trace. A coordinator that
   * dies at that moment leaves this undone; nothing else depends on it.
   */
  readonly onRunEnded?: (state: RunState, log: AsyncIterable<drydock.v1.RunEvent>) => Promise<void>;
}

export interface Coordinator {
  /** When the last pull round trip succeeded, by performance.now(). */
  lastPullMs(): number;
  /** Takes no more, finishes what is at work. */
  stop(): Promise<void>;
}

export async function startCoordinator(options: CoordinatorOptions): Promise<Coordinator> {
  const { bus, log, metrics } = options;
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const stopped = new AbortController();
  const { signal } = stopped;
  const runLog = new RunLog(bus);
  const board = new NodeBoard(settings.lostAfterMs);
  const runs = new ActiveRuns();
  const ends = new Set<Promise<void>>();
  const onEnded = (state: RunState, first: boolean): void => {
    runs.announced(state.runId);
    runLog.forgetEnded(state.runId);
    if (!first) return;
    const { outcome, failure } = state;
    log.info({ run: state.runId, outcome, kind: failure?.kind }, failure?.message ?? "run ended");
    const told = tell(state).catch((error: unknown) => trouble("the end of a run was not traced")(error));
    ends.add(told);
    void told.finally(() => ends.delete(told));
  };
  const applier = new Applier({ bus, log: runLog, board, metrics, onEnded });

  await board.open(bus);
  const watching = Promise.all([
    board.watch(bus, signal).catch(trouble("watching nodes ended")),
    watch().catch(trouble("watching runs ended")),
  ]);
  const results = await consumeResults(
    bus,
    (result, delivery) => takeResult({ bus, log: runLog, applier }, result, delivery),
    {
      slots: settings.slots,
      onError: trouble("a result will come again"),
    },
  );
  const submissions = await consumeEvents(
    bus,
    (event, delivery) => takeEvent({ bus, log: runLog, applier, board }, event, delivery),
    {
      onError: trouble("an event will come again"),
    },
  );
  const sweeping = sweep(
    { bus, log: runLog, board, applier, runs, settings, onError: trouble("the sweep goes on") },
    signal,
  );
  return {
    lastPullMs: () => Math.min(results.lastPullMs, submissions.lastPullMs),
    async stop() {
      await Promise.all([results.drain(), submissions.drain()]);
      stopped.abort();
      await Promise.all([sweeping, watching, ...ends]);
    },
  };

  async function watch(): Promise<void> {
    for await (const entry of watchRuns(bus, signal)) {
      try {
        runs.observe(entry, runLog.observe(entry));
      } catch (error) {
        trouble(`run ${entry.runId} cannot be read`)(error);
      }
    }
  }

  async function tell(state: RunState): Promise<void> {
    await options.onRunEnded?.(state, events(bus, state.runId));
  }

  function trouble(what: string): (thrown: unknown) => void {
    return (thrown) => {
      const error = asCheckpointError(thrown);
      const stack = error.kind === "internal" ? error.stack : undefined;
      log.warn({ kind: error.kind, code: error.code, stack }, `${what}: ${error.message}`);
    };
  }
}

/** One by one: the log of a large run with its spans is larger than this process may grow. */
async function* events(bus: Bus, runId: string): AsyncGenerator<drydock.v1.RunEvent> {
  for await (const entry of readRun(bus, runId)) yield readEvent(entry);
}
