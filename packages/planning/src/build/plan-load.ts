/** The load plan: what the loader decides from the indexes alone, before any payload byte. */
import {
  CheckpointError,
  CheckpointIncompatibleError,
  type LoadPlan,
  type Pin,
  rangesOf,
  type TensorPlan,
} from "@drydock/checkpoint";
import type { CheckpointIndex } from "@drydock/formats";
import { opBytes } from "../kernel-ops.ts";
import { inputOf, type Pipeline } from "../pipeline/pipeline.ts";
import { strategies } from "../strategies/index.ts";
import { hasBytes, type SourceIndex } from "../strategies/strategy.ts";
import { checkTensor } from "./check-tensor.ts";

export interface LoadPlanRequest {
  readonly pipeline: Pipeline;
  readonly source: CheckpointIndex;
  /** Given exactly when the pipeline has a target. */
  readonly target?: CheckpointIndex | undefined;
  /** Of all inputs. */
  readonly pins: readonly Pin[];
}

/** A load plan and what the user should hear about it; the warnings do not travel inside the plan. */
export interface PlannedLoad extends LoadPlan {
  readonly warnings: readonly string[];
}

/** Pure. Throws CheckpointIncompatibleError when source and target do not fit by the pipeline's strategy. */
export function planLoad({ pipeline, source, target, pins }: LoadPlanRequest): PlannedLoad {
  const from = inputOf(pipeline, "source");
  const into = inputOf(pipeline, "target");
  if (from === undefined || (into === undefined) !== (target === undefined)) {
    throw new CheckpointError("plan: the indexes given are not those of the pipeline's inputs");
  }
  if (!hasBytes(source)) {
    throw new CheckpointIncompatibleError(`${from.uri}: a spec has no values; it can only be a target`);
  }
  if (source.weights.length === 0) {
    throw new CheckpointIncompatibleError(`${from.uri}: the source holds no weights`);
  }
  const strategy = strategies.get(pipeline.loading.type);
  const result = strategy.plan({
    source: indexOf(from.name, source),
    target: into === undefined || target === undefined ? undefined : indexOf(into.name, target),
    params: pipeline.loading.params,
  });
  for (const tensor of result.tensors) checkTensor(tensor, opBytes(tensor.op, tensor.name));
  return {
    tensors: result.tensors,
    report: result.report,
    training: source.training,
    pins: pinsOf(result.tensors, pins),
    warnings: [
      ...source.warnings.map((w) => `${from.name}: ${w}`),
      ...(target?.warnings ?? []).map((w) => `${into?.name}: ${w}`),
      ...result.warnings,
    ],
  };
}

/** Those of the pins, in their order, that a tensor's bytes come from. An object without a pin is a bug. */
export function pinsOf(tensors: readonly TensorPlan[], pins: readonly Pin[]): Pin[] {
  const wanted = new Set(tensors.flatMap((t) => rangesOf(t.op).map((r) => objectKey(r.input, r.object))));
  const used = pins.filter((pin) => wanted.delete(objectKey(pin.input, pin.object)));
  const [missing] = wanted;
  if (missing !== undefined) throw new CheckpointError(`plan: no pin for object ${missing}`);
  return used;
}

function objectKey(input: string, object: string): string {
  return JSON.stringify([input, object]);
}

function indexOf(input: string, index: CheckpointIndex): SourceIndex {
  return { input, format: index.format, weights: index.weights };
}
