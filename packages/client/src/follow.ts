/**
 * A run as it happens: its log, which is the truth, and beside it the lossy progress of tasks at work.
 * F1 the last value given is always the run's end, or the iteration throws.
 */
import { type Bus, decode, stageName, watchProgress, watchRun } from "@drydock/bus";
import { CheckpointSourceError } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { type RunView, type StageName, viewOf } from "./run-view.ts";

/** What the tasks of a stage that are at work now have said, summed. */
export interface StageProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly tensors: number;
  readonly totalTensors: number;
  /** Tasks at work that have said something. */
  readonly tasks: number;
}

export interface RunUpdate {
  readonly view: RunView;
  readonly progress: ReadonlyMap<StageName, StageProgress>;
}

/** A person sees no more; folding a long log costs milliseconds. */
const EVERY_MS = 100;

/**
 * The run now, then after every change (several within a tenth of a second are one), up to its end (F1). Ends early,
 * without an error, when the signal aborts. Waits for a run that does not exist yet.
 */
export async function* followRun(bus: Bus, runId: string, signal: AbortSignal): AsyncGenerator<RunUpdate> {
  const events: drydock.v1.RunEvent[] = [];
  const atWork = new Map<string, drydock.v1.Progress>();
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  let failure: { readonly error: unknown } | undefined;
  let over = false;
  let changed = false;
  let wake = (): void => {};
  const ring = (): void => {
    changed = true;
    wake();
  };
  watchProgress(
    bus,
    (progress) => {
      atWork.set(taskOf(progress), progress);
      ring();
    },
    { runId, signal: until },
  );
  const pump = (async () => {
    for await (const entry of watchRun(bus, runId, until)) {
      const event = decode(drydock.v1.RunEvent, entry.data);
      events.push(event);
      if (event.result != null) atWork.delete(taskOf(event.result));
      ring();
    }
  })()
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(() => {
      over = true;
      ring();
    });
  try {
    while (!signal.aborted) {
      if (!changed && !over) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
      if (events.length > 0 && !signal.aborted) {
        const view = viewOf(runId, events);
        yield { view, progress: sumUp(atWork.values()) };
        if (view.phase === "ended") return;
      }
      if (failure !== undefined) throw failure.error;
      if (over && !signal.aborted) {
        throw new CheckpointSourceError(`the connection to ${bus.url} ended while run ${runId} was at work`, {
          code: "BUS_LOST",
          remedy: `The run goes on without this command; see drydock runs show ${runId}.`,
        });
      }
      await pause(EVERY_MS, until);
    }
  } finally {
    stop.abort();
    await pump;
  }
}

function taskOf(of: { readonly stage?: drydock.v1.Stage | null; readonly shard?: number | null }): string {
  return `${of.stage ?? 0}.${of.shard ?? 0}`;
}

function sumUp(all: Iterable<drydock.v1.Progress>): Map<StageName, StageProgress> {
  const stages = new Map<StageName, StageProgress>();
  for (const { stage, bytes, totalBytes, tensors, totalTensors } of all) {
    const name = stageName(stage);
    const sum = stages.get(name);
    stages.set(name, {
      bytes: (sum?.bytes ?? 0) + bytes,
      totalBytes: (sum?.totalBytes ?? 0) + totalBytes,
      tensors: (sum?.tensors ?? 0) + tensors,
      totalTensors: (sum?.totalTensors ?? 0) + totalTensors,
      tasks: (sum?.tasks ?? 0) + 1,
    });
  }
  return stages;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
