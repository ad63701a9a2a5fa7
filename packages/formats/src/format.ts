/**
 * The two interfaces of this package. A reader turns the objects of one input into an index: names, shapes and byte
 * ranges, no payload. A writer turns named tensors into the exact layout of output files, sizes known before bytes.
 */
import type { ByteSource, Op, Sidecar, TensorKind, TensorSpec, TrainingState } from "@drydock/checkpoint";

/** A tensor found in a checkpoint and the operation that yields its contiguous little-endian bytes. */
export interface IndexedTensor extends TensorSpec {
  readonly op: Op;
  readonly kind: TensorKind;
  /** Equal for tensors over one storage ("" when unshared). */
  readonly storage: string;
}

export interface CheckpointIndex {
  /** Registry name of the reader: "torch", "safetensors", "spec". */
  readonly format: string;
  /** Such as "pytorch-lightning 2.6.6", "torch", "". */
  readonly producer: string;
  /** The state dict, found by the upstream rules (state_dict, model_state_dict, model, else the whole), in file order. */
  readonly weights: readonly IndexedTensor[];
  /** Every tensor of the file with its full dotted path, weights included (inspect shows these). */
  readonly tensors: readonly IndexedTensor[];
  /** Top-level keys in file order with a short description of each value. */
  readonly topLevel: readonly { readonly key: string; readonly summary: string }[];
  readonly training: TrainingState;
  /** Free metadata of the container (safetensors `__metadata__`), strings only. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Findings that are no errors, for the user. */
  readonly warnings: readonly string[];
}

export interface OpenOptions {
  /** Name of the pipeline input, carried into every range. */
  readonly input: string;
  readonly signal?: AbortSignal;
  /** Called as reading proceeds, so that a lease follows real progress. */
  readonly progress?: (bytesRead: number, tensors: number) => void;
}

export interface CheckpointReader {
  readonly name: string;
  /** Whether the objects look like this format, from names and the first bytes. Never throws. */
  recognises(objects: ReadonlyMap<string, ByteSource>, firstBytes: Uint8Array): boolean;
  open(objects: ReadonlyMap<string, ByteSource>, options: OpenOptions): Promise<CheckpointIndex>;
}

/** A tensor to be written; `sharesWith` names an earlier tensor of the list that has the same bytes. */
export interface OutputTensor extends TensorSpec {
  readonly sharesWith?: string;
}

/** A part of an output file in file order. Fills name parts of the same file by index. */
export type LayoutPart =
  | {
      readonly kind: "literal";
      readonly bytes: Uint8Array;
      readonly fills: readonly { readonly at: number; readonly part: number }[];
    }
  /** `tensor` is the index into the tensors given; `aliases` the names that share these bytes. */
  | {
      readonly kind: "tensor";
      readonly tensor: number;
      readonly nbytes: number;
      readonly aliases: readonly string[];
    };

export interface FileLayout {
  readonly path: string;
  readonly size: number;
  readonly parts: readonly LayoutPart[];
}

export interface OutputLayout {
  readonly files: readonly FileLayout[];
  readonly sidecars: readonly Sidecar[];
}

export interface WriterOptions {
  /** Largest file before the output is split, where the format can be split. */
  readonly fileBytes: number;
  /** String metadata for containers that carry it. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface CheckpointWriter {
  readonly name: string;
  /** Pure: the exact bytes of every file but for the tensors themselves and their checksums. */
  layout(tensors: readonly OutputTensor[], options: WriterOptions): OutputLayout;
}
