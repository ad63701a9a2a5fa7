/** The parts that states and events share, to protobuf and back. */
import { CheckpointLoadError } from "@drydock/checkpoint";
import type { drydock } from "@drydock/proto";
import type { Failure, PlanSummary, Stage } from "./state.ts";

/** In the order of the enum, from 1; a test compares both. */
const STAGES: readonly Stage[] = ["acquire", "load", "transform", "stage", "build", "publish", "seal"];

export function stageTo(stage: Stage): drydock.v1.Stage {
  // See STAGES.
  return (STAGES.indexOf(stage) + 1) as drydock.v1.Stage;
}

/** Throws CheckpointLoadError RUN_STAGE_UNKNOWN for a stage this version does not run. */
export function stageFrom(stage: number | null | undefined): Stage {
  const known = STAGES[(stage ?? 0) - 1];
  if (known === undefined) {
    throw new CheckpointLoadError(`coordinator: stage ${stage} is not one this version runs`, {
      code: "RUN_STAGE_UNKNOWN",
    });
  }
  return known;
}

export function planTo(plan: PlanSummary): drydock.v1.BuildSummary.$Properties {
  return { ...plan };
}

export function planFrom(plan: drydock.v1.BuildSummary.$Properties): PlanSummary {
  return {
    planDigest: plan.planDigest ?? "",
    shards: plan.shards ?? 0,
    tailShards: plan.tailShards ?? 0,
    inputBytes: plan.inputBytes ?? 0,
    outputBytes: plan.outputBytes ?? 0,
    largestShardBytes: plan.largestShardBytes ?? 0,
    kernelClass: plan.kernelClass ?? "",
  };
}

export function failureFrom(failed: drydock.v1.Failed.$Properties): Failure {
  return {
    kind: failed.kind ?? "",
    name: failed.name ?? "",
    message: failed.message ?? "",
    detailsJson: failed.detailsJson ?? "",
    remedy: failed.remedy ?? "",
    retryAfterMs: failed.retryAfterMs ?? 0,
  };
}
