/** A run's view for tests of what shows it. */
import { type FailureView, type RunView, viewOf } from "@drydock/client";

export function sampleView(over: Partial<RunView> = {}): RunView {
  return { ...viewOf("r0123456789abcdef0123", []), startedMs: 1_000, ...over };
}

export function sampleFailure(over: Partial<FailureView> = {}): FailureView {
  return {
    stage: "load",
    shard: 0,
    attempt: 1,
    node: "n1",
    kind: "incompatible",
    name: "CheckpointIncompatibleError",
    message: "head.weight does not fit",
    details: { file: "/models/a.ckpt", key: "head.weight", expected: [10, 64], found: [7, 64] },
    remedy: "Set checkpoint.loading.type=transfer_learning.",
    ...over,
  };
}
