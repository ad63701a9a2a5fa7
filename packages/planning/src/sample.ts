/** Hand-made indexes, pins and pipelines for tests: no file behind them. */
import {
  type Dtype,
  nbytes,
  type Pin,
  pinId,
  type TensorKind,
  type TensorPlan,
  type TrainingState,
} from "@drydock/checkpoint";
import type { Pipeline } from "./pipeline/pipeline.ts";
import type { SourceIndex, WeightTensor } from "./strategies/strategy.ts";

export interface SampleTensor {
  readonly shape?: readonly number[];
  readonly dtype?: Dtype;
  readonly kind?: TensorKind;
  /** Tensors with the same word here are tied. */
  readonly tie?: string;
}

const TRAINING: TrainingState = { producer: "", hasOptimizer: false, hasScheduler: false };

/** An index of one object whose tensors lie one after another; tied ones in one place. */
export function sampleIndex(
  input: string,
  tensors: Readonly<Record<string, SampleTensor | readonly number[]>>,
  format = "torch",
) {
  let at = 64;
  const places = new Map<string, number>();
  const weights = Object.entries(tensors).map(([name, given]): WeightTensor => {
    const tensor: SampleTensor = isShape(given) ? { shape: given } : given;
    const spec = { name, dtype: tensor.dtype ?? "F32", shape: tensor.shape ?? [2] };
    const size = nbytes(spec);
    const start = places.get(tensor.tie ?? name) ?? at;
    places.set(tensor.tie ?? name, start);
    at = Math.max(at, start + size);
    return {
      ...spec,
      op: { kind: "read", range: { input, object: "", start, end: start + size, encoding: "stored" } },
      kind: tensor.kind ?? "unknown",
      storage: tensor.tie ?? "",
    };
  });
  return {
    input,
    format,
    producer: "",
    weights,
    tensors: weights,
    topLevel: [],
    training: TRAINING,
    metadata: {},
    warnings: [] as readonly string[],
  } satisfies SourceIndex & Record<string, unknown>;
}

function isShape(given: SampleTensor | readonly number[]): given is readonly number[] {
  return Array.isArray(given);
}

export function samplePin(input: string): Pin {
  const pin = { uri: `file:///${input}.ckpt`, size: 1_000_000, identity: { kind: "size" } } as const;
  return { id: pinId(pin), input, object: "", ...pin, checksums: [] };
}

export function samplePlans(tensors: Parameters<typeof sampleIndex>[1]): TensorPlan[] {
  return sampleIndex("source", tensors).weights.map((w) => ({
    ...w,
    origin: { kind: "transferred", input: "source", key: w.name, dtype: w.dtype },
    modifiers: [],
  }));
}

export function samplePipeline(changes: Partial<Pipeline> = {}): Pipeline {
  const input = (name: "source" | "target") =>
    ({
      name,
      role: name,
      type: "file",
      uri: `file:///${name}.ckpt`,
      params: { path: `/${name}.ckpt` },
    }) as const;
  return {
    inputs: changes.target == null ? [input("source")] : [input("source"), input("target")],
    target: null,
    loading: { type: "weights_only", params: {} },
    modifiers: [],
    output: {
      uri: "file:///out",
      format: "safetensors",
      ifExists: "fail",
      fileBytes: 5e9,
      shardBytes: 64 * 2 ** 20,
    },
    policy: { asyncExecution: true, maxRetries: 3 },
    prefetch: "plan",
    ...changes,
  };
}
