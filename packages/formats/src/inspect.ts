import { type Dtype, nbytes, type TrainingState } from "@drydock/checkpoint";
import type { CheckpointIndex } from "./format.ts";

/** What `drydock inspect --json` prints; as a target it is read again (spec/read.ts). */
export interface InspectJson {
  readonly format: string;
  readonly producer: string;
  readonly tensors: readonly {
    /** Dotted path in the file. */
    readonly name: string;
    /** As safetensors names it. */
    readonly dtype: Dtype;
    readonly shape: readonly number[];
    readonly nbytes: number;
  }[];
  readonly topLevel: CheckpointIndex["topLevel"];
  readonly trainingState: TrainingState;
  readonly metadata: Readonly<Record<string, string>>;
}

export function toInspectJson(index: CheckpointIndex): InspectJson {
  return {
    format: index.format,
    producer: index.producer,
    tensors: index.tensors.map((t) => ({ name: t.name, dtype: t.dtype, shape: t.shape, nbytes: nbytes(t) })),
    topLevel: index.topLevel,
    trainingState: index.training,
    metadata: index.metadata,
  };
}
