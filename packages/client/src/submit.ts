/**
 * Submitting, repeating and cancelling runs.
 * S1 a submission is taken when the run's log has its first entry: only a coordinator writes there.
 * S2 the same key names the same run; another pipeline under it is the caller's mistake and changes nothing.
 */
import { apiCode, type Bus, decode, lastRun, readRun, requestCancel, submit, watchRun } from "@drydock/bus";
import {
  CheckpointConfigError,
  CheckpointError,
  CheckpointTimeoutError,
  sha256Hex,
} from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { deriveRunId, retryKey } from "./run-id.ts";
import { requireRun } from "./runs.ts";

export interface SubmitOptions {
  /** Canonical JSON of the pipeline, local paths absolute. */
  readonly pipelineJson: string;
  /** Idempotency key. */
  readonly key: string;
  readonly planOnly?: boolean;
  /** Run this one repeats. */
  readonly retryOf?: string;
  /** For `runs show`: who asked. */
  readonly submittedBy?: string;
  /** How long to wait for a coordinator. Default 30 s. */
  readonly takenWithinMs?: number;
  readonly signal?: AbortSignal;
}

export interface SubmittedRun {
  readonly runId: string;
  readonly key: string;
  /** The run was there before, under the same key and with the same pipeline. */
  readonly attached: boolean;
}

const TAKEN_WITHIN_MS = 30_000;
const STREAM_NOT_FOUND = 10_059;

/**
 * S1, S2. Throws CheckpointConfigError RUN_KEY_CONFLICT when the key names a run of another pipeline, and
 * CheckpointTimeoutError RUN_NOT_TAKEN when no coordinator answers.
 */
export async function submitRun(bus: Bus, options: SubmitOptions): Promise<SubmittedRun> {
  const { pipelineJson, key, planOnly = false, retryOf = "", submittedBy = "" } = options;
  const withinMs = options.takenWithinMs ?? TAKEN_WITHIN_MS;
  const runId = deriveRunId(key);
  const limit = AbortSignal.timeout(withinMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  try {
    const before = await lastRun(bus, runId);
    if (before === undefined) {
      const message = { key, pipelineJson, planOnly, retryOf, submittedBy };
      await submit(bus, message, { deadlineMs: withinMs, signal });
    }
    const first = before === undefined ? watchRun(bus, runId, signal) : readRun(bus, runId, { signal });
    for await (const entry of first) {
      const submission = decode(drydock.v1.RunEvent, entry.data).submitted?.submission;
      requireSame(runId, submission ?? {}, options);
      return { runId, key, attached: before !== undefined };
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (apiCode(error) === STREAM_NOT_FOUND) throw notTaken(bus, runId, "has no Drydock streams", error);
    if (!limit.aborted) throw error;
  }
  options.signal?.throwIfAborted();
  throw notTaken(bus, runId, `took the submission, no coordinator did within ${withinMs / 1000} s`);
}

/** S2. */
function requireSame(
  runId: string,
  first: drydock.v1.Submission.$Properties,
  { pipelineJson, key, planOnly = false }: SubmitOptions,
): void {
  const digests = [first.pipelineJson ?? "", pipelineJson].map((json) => sha256Hex(json).slice(0, 12));
  if (digests[0] === digests[1] && (first.planOnly ?? false) === planOnly) return;
  const differs =
    digests[0] === digests[1]
      ? `${first.planOnly ? "a plan only" : "a whole run"}, not ${planOnly ? "a plan only" : "a whole run"}`
      : `pipeline ${digests[0]}, this one is ${digests[1]}`;
  throw new CheckpointConfigError([{ path: `key ${key}`, message: `names run ${runId} of ${differs}` }], {
    code: "RUN_KEY_CONFLICT",
    details: { run: runId, expected: digests[0], found: digests[1] },
    remedy: `Use another key, or look at that run: drydock runs show ${runId}`,
  });
}

function notTaken(bus: Bus, runId: string, what: string, cause?: unknown): CheckpointTimeoutError {
  return new CheckpointTimeoutError(`run ${runId}: the server at ${bus.url} ${what}`, {
    code: "RUN_NOT_TAKEN",
    details: { url: bus.url, run: runId },
    remedy:
      "Check that a coordinator runs and uses this server (drydock nodes, its /readyz and its log); " +
      "a submission that was stored runs as soon as one does.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Asks for the run's end; it may take a moment, and a run that is over stays as it is. */
export async function cancelRun(bus: Bus, runId: string, reason: string): Promise<void> {
  await requireRun(bus, runId);
  await requestCancel(bus, runId, reason);
}

/** Runs the same pipeline again as a run of its own. Throws CheckpointError "conflict" while the first is at work. */
export async function retryRun(
  bus: Bus,
  runId: string,
  options: Pick<SubmitOptions, "submittedBy" | "takenWithinMs" | "signal"> = {},
): Promise<SubmittedRun> {
  const view = await requireRun(bus, runId);
  if (view.phase !== "ended") {
    throw new CheckpointError(`run ${runId} is at work (${view.phase})`, {
      kind: "conflict",
      code: "RUN_AT_WORK",
      remedy: `Wait for it (drydock wait ${runId}) or cancel it (drydock runs cancel ${runId}).`,
    });
  }
  let key = "";
  for (let n = 1; key === ""; n++) {
    const candidate = retryKey(view.key, n);
    if ((await lastRun(bus, deriveRunId(candidate))) === undefined) key = candidate;
  }
  const { pipelineJson, planOnly } = view;
  return submitRun(bus, { ...options, pipelineJson, planOnly, key, retryOf: runId });
}
