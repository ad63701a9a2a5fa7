/**
 * Log entries as the machine sees them. Pure, and the same for a new event and for one read back, so that a replay
 * decides as the first time. The message itself is what is stored: a result rides in it as it came, unknown fields
 * included.
 */
import { CONTEXT_INLINE_BYTES } from "@drydock/bus";
import { CheckpointLoadError, sha256Hex } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import type { Done, RunEvent, Submitted, TaskResult } from "./events.ts";
import { failureFrom, planFrom, stageFrom } from "./parts-codec.ts";
import type { NodeView } from "./state.ts";
import { readPipeline, runIdOf } from "./submission.ts";

type ProtoEvent = drydock.v1.RunEvent.$Properties;

/** Throws CheckpointLoadError for an event this version does not know. */
export function eventFrom(message: ProtoEvent): RunEvent {
  const base = { atMs: message.atMs ?? 0, nodes: (message.nodes ?? []).map(viewFrom) };
  if (message.submitted != null) return { ...base, ...submittedFrom(message.submitted.submission ?? {}) };
  if (message.result != null) return { ...base, ...resultFrom(message.result) };
  if (message.tick != null) return { ...base, kind: "tick" };
  if (message.cancelRequested != null) {
    return { ...base, kind: "cancel", reason: message.cancelRequested.reason ?? "" };
  }
  if (message.nodeLost != null) return { ...base, kind: "node-lost", node: message.nodeLost.node ?? "" };
  throw unknown("an event of a newer version");
}

/** The run's first context: who it is and what it shall do. */
export function firstContext(runId: string, pipelineJson: string): Uint8Array {
  // What was read back is no Buffer either, and a replay gives the same.
  return new Uint8Array(drydock.v1.CheckpointContext.encode({ runId, pipelineJson }).finish());
}

function submittedFrom(submission: drydock.v1.Submission.$Properties): Submitted {
  const { key = "", pipelineJson = "", retryOf = "", planOnly = false } = submission;
  const runId = runIdOf(key ?? "");
  const context = firstContext(runId, pipelineJson ?? "");
  const large = context.length >= CONTEXT_INLINE_BYTES;
  return {
    kind: "submitted",
    runId,
    key: key ?? "",
    pipelineDigest: sha256Hex(pipelineJson ?? ""),
    ...readPipeline(pipelineJson ?? "", planOnly ?? false),
    context: large ? new Uint8Array() : context,
    contextDigest: large ? sha256Hex(context) : "",
    retryOf: retryOf ?? "",
  };
}

function resultFrom(result: drydock.v1.Result.$Properties): TaskResult {
  return {
    kind: "result",
    stage: stageFrom(result.stage),
    shard: result.shard ?? 0,
    generation: result.generation ?? 0,
    attempt: result.attempt ?? 0,
    outcome: outcomeFrom(result),
    bytesRead: result.usage?.bytesRead ?? 0,
    bytesWritten: result.usage?.bytesWritten ?? 0,
  };
}

function outcomeFrom(result: drydock.v1.Result.$Properties): TaskResult["outcome"] {
  if (result.failed != null) return { kind: "failed", failure: failureFrom(result.failed) };
  if (result.done == null) throw unknown("a result without an outcome");
  return doneFrom(result.done);
}

function doneFrom(done: drydock.v1.Done.$Properties): Done {
  return {
    kind: "done",
    context: done.context ?? new Uint8Array(),
    contextDigest: done.contextDigest ?? "",
    plan: done.plan == null ? undefined : planFrom(done.plan),
    alreadySealed: done.alreadySealed ?? false,
    confineTo: done.confineTo ?? "",
    digest: done.digest ?? "",
  };
}

function viewFrom(view: drydock.v1.NodeView.$Properties): NodeView {
  return {
    node: view.node ?? "",
    buildSlots: view.buildSlots ?? 0,
    kernelClasses: view.kernelClasses ?? [],
  };
}

export function viewTo(view: NodeView): drydock.v1.NodeView.$Properties {
  return { ...view, kernelClasses: [...view.kernelClasses] };
}

function unknown(what: string): CheckpointLoadError {
  return new CheckpointLoadError(`coordinator: ${what} in a run's log`, {
    code: "RUN_EVENT_UNKNOWN",
    remedy: "A newer coordinator wrote it; upgrade this one.",
  });
}
