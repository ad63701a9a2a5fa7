/**
 * Submissions and cancellations.
 * I1 the same key and pipeline again is the same run; another pipeline under that key leaves the run alone and becomes
 *    a dead letter (the client sees it in the run's first event).
 * I2 what no coordinator can read becomes a dead letter at once, with the reason.
 */
import { type Bus, type BusEvent, bury, CONTEXT_INLINE_BYTES, putBlob, readRun } from "@drydock/bus";
import { CheckpointError, CheckpointLoadError, sha256Hex } from "@drydock/checkpoint";
import type { drydock } from "@drydock/proto";
import { firstContext, viewTo } from "../event-codec.ts";
import type { RunState } from "../state.ts";
import { readPipeline, runIdOf } from "../submission.ts";
import type { Applier, Delivery } from "./apply.ts";
import type { NodeBoard } from "./node-board.ts";
import { reissue } from "./reissue.ts";
import { type RunLog, readEvent } from "./run-log.ts";

/** A cancellation may overtake its submission by so many deliveries, a second apart. */
const PATIENCE = 5;

interface Intake {
  readonly bus: Bus;
  readonly log: RunLog;
  readonly applier: Applier;
  readonly board: NodeBoard;
}

export async function takeEvent(intake: Intake, event: BusEvent, delivery: Delivery): Promise<void> {
  try {
    if (event.kind === "submit") await submit(intake, event.submission, delivery);
    else await cancel(intake, event.request, delivery);
  } catch (error) {
    // I2. Everything else is trouble that passes; the event comes again.
    if (!(error instanceof CheckpointError) || (error.kind !== "load" && error.kind !== "conflict"))
      throw error;
    await bury(intake.bus, {
      subject: delivery.subject,
      data: delivery.data,
      headers: delivery.headers,
      code: error.code ?? error.kind,
      reason: error.message,
      deliveries: delivery.deliveries,
      id: `EVENTS.${delivery.seq}`,
    });
  }
}

async function submit(intake: Intake, submission: drydock.v1.Submission, delivery: Delivery): Promise<void> {
  const { bus, applier, board } = intake;
  // Completed in place: the message was decoded for us, and a copy would lose what a newer client put into it.
  if (submission.pipelineJson === "") submission.pipelineJson = await pipelineOf(bus, submission.retryOf);
  // Without a key every submission is a run of its own, also when it is delivered again.
  if (submission.key === "") submission.key = `event ${delivery.seq}`;
  const { key, pipelineJson, planOnly } = submission;
  readPipeline(pipelineJson, planOnly);
  const runId = runIdOf(key);
  const context = firstContext(runId, pipelineJson);
  if (context.length >= CONTEXT_INLINE_BYTES) await putBlob(bus, context);
  const applied = await applier.apply(runId, (state) => {
    if (state !== undefined) requireSame(state, pipelineJson, planOnly);
    return state === undefined
      ? { atMs: delivery.timeMs, submitted: { submission }, nodes: board.views().map(viewTo) }
      : undefined;
  });
  if (applied.kind === "unchanged" && delivery.deliveries > 1) await reissue(intake, runId);
}

/** I1. */
function requireSame(state: RunState, pipelineJson: string, planOnly: boolean): void {
  const digest = sha256Hex(pipelineJson);
  if (state.pipelineDigest === digest && state.policy.planOnly === planOnly) return;
  throw new CheckpointError(
    `coordinator: key ${state.key} is run ${state.runId} of pipeline ${state.pipelineDigest}, submitted again with ${digest}`,
    {
      kind: "conflict",
      code: "RUN_KEY_CONFLICT",
      details: { run: state.runId, pipeline: state.pipelineDigest, submitted: digest },
      remedy: "Use another key for another pipeline.",
    },
  );
}

async function pipelineOf(bus: Bus, runId: string): Promise<string> {
  for await (const entry of readRun(bus, runId)) {
    const json = readEvent(entry).submitted?.submission?.pipelineJson;
    if (json) return json;
    break;
  }
  throw new CheckpointLoadError(`coordinator: there is no run ${runId} to repeat`, { code: "RUN_UNKNOWN" });
}

async function cancel(
  intake: Intake,
  { runId, reason }: drydock.v1.CancelRequest,
  delivery: Delivery,
): Promise<void> {
  const applied = await intake.applier.apply(runId, (state) =>
    state === undefined ? undefined : { atMs: delivery.timeMs, cancelRequested: { reason } },
  );
  if (applied.kind === "applied") return;
  if (applied.state !== undefined) {
    if (delivery.deliveries > 1) await reissue(intake, runId);
    return;
  }
  const kind = delivery.deliveries < PATIENCE ? "source" : "load";
  throw new CheckpointError(`coordinator: there is no run ${runId} to cancel`, { kind, code: "RUN_UNKNOWN" });
}
