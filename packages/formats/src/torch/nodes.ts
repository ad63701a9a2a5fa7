/** What the torch reader adds to the values of a pickle. */
import type { Dtype } from "@drydock/checkpoint";
import type { ZipEntry } from "./zip/directory.ts";

/** How torch names an element type. `dtype` is undefined for those that no output can hold. */
export interface ElementType {
  /** Such as "float32". */
  readonly name: string;
  readonly bytes: number;
  readonly dtype: Dtype | undefined;
}

/** One storage record; sizes agree with the zip. */
export interface StorageNode {
  readonly kind: "storage";
  readonly key: string;
  /** Undefined for untyped storages, which count bytes. */
  readonly element: ElementType | undefined;
  readonly sizeBytes: number;
  readonly entry: ZipEntry;
}

/** A tensor over a storage, its view checked; or one whose values no plain view gives. */
export interface TensorNode {
  readonly kind: "tensor";
  readonly element: ElementType;
  readonly shape: readonly number[];
  /** Offset and strides in elements. */
  readonly offset: number;
  readonly strides: readonly number[];
  readonly storage: StorageNode | undefined;
  /** Built as torch.nn.Parameter. */
  readonly parameter: boolean;
  /** What it is if it is not an ordinary dense tensor: "sparse", "quantized", … */
  readonly special: string | undefined;
}
