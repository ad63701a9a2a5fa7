/** The main job as one call, for programs. */
import { type Bus, fromFailed } from "@drydock/bus";
import { CheckpointConfigError, CheckpointError, canonicalJson } from "@drydock/checkpoint";
import { absolutise, parsePipeline } from "@drydock/planning/pipeline";
import { followRun, type RunUpdate } from "./follow.ts";
import { freshKey } from "./run-id.ts";
import type { RunView } from "./run-view.ts";
import { submitRun } from "./submit.ts";

export interface LoadCheckpointOptions {
  /** The same key and pipeline again is the same run. Default: a run of its own. */
  readonly key?: string;
  /** Cancels nothing: the run goes on, and the same key attaches to it. */
  readonly signal?: AbortSignal;
  readonly onUpdate?: (update: RunUpdate) => void;
  /** Relative paths of the pipeline are against it. Default: the working folder. */
  readonly cwd?: string;
}

export interface LoadedCheckpoint {
  readonly runId: string;
  /** Folder of the sealed output. */
  readonly outputUri: string;
  /** sha256 (hex) of its drydock.json. */
  readonly manifestDigest: string;
  readonly view: RunView;
}

export class CheckpointManager {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /**
   * Runs a pipeline (a plain value, as its YAML would give) to its sealed output. Throws CheckpointConfigError with
   * every mistake before anything is submitted, the run's own error when it fails, CheckpointError "cancelled" when
   * somebody cancels it.
   */
  async loadCheckpoint(pipeline: unknown, options: LoadCheckpointOptions = {}): Promise<LoadedCheckpoint> {
    const { key = freshKey(), signal = new AbortController().signal } = options;
    const value = absolutise(pipeline, options.cwd ?? process.cwd());
    parsePipeline(value);
    const { runId } = await submitRun(this.#bus, { pipelineJson: canonicalJson(value), key, signal });
    let last: RunView | undefined;
    for await (const update of followRun(this.#bus, runId, signal)) {
      options.onUpdate?.(update);
      last = update.view;
    }
    signal.throwIfAborted();
    if (last?.outcome === "sealed") {
      const { outputUri, manifestDigest } = last;
      return { runId, outputUri, manifestDigest, view: last };
    }
    throw failureError(last, runId);
  }
}

/** Why the run has no output, as the error its worker threw. */
export function failureError(view: RunView | undefined, runId: string): CheckpointError {
  if (view?.outcome === "cancelled") {
    return new CheckpointError(`run ${runId} was cancelled`, { kind: "cancelled", code: "RUN_CANCELLED" });
  }
  const failure = view?.failure;
  if (failure == null) return new CheckpointError(`run ${runId} ended without an outcome`);
  const { kind, name, message, details, remedy } = failure;
  if (kind === "config") return new CheckpointConfigError([{ path: "", message }], { remedy });
  return fromFailed({ kind, name, message, remedy, detailsJson: JSON.stringify(details) });
}
