import { type Dtype, itemSize } from "./dtype.ts";
import { CheckpointLoadError } from "./errors.ts";

/** Whether the model trains it. "unknown" where the file does not say. */
export type TensorKind = "parameter" | "buffer" | "unknown";

/** A named tensor without its bytes. Shapes are row-major; sizes are safe integers. */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** Product of two sizes that came from a file, or an error naming both numbers. Never rounds. */
export function checkedMul(a: number, b: number, what: string): number {
  const product = a * b;
  if (!Number.isSafeInteger(product) || product < 0) {
    throw new CheckpointLoadError(`${what}: ${a} × ${b} is not a size that can be addressed`, {
      code: "SIZE_OVERFLOW",
    });
  }
  return product;
}

/** Sum of two sizes that came from a file, or an error naming both numbers. */
export function checkedAdd(a: number, b: number, what: string): number {
  const sum = a + b;
  if (!Number.isSafeInteger(sum) || sum < 0) {
    throw new CheckpointLoadError(`${what}: ${a} + ${b} is not a size that can be addressed`, {
      code: "SIZE_OVERFLOW",
    });
  }
  return sum;
}

/** Number of elements; 1 for a 0-d tensor. A zero dimension makes it 0 whatever the others are. */
export function numel(shape: readonly number[], what = "shape"): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((n, d) => checkedMul(n, d, what), 1);
}

/** Bytes of the contiguous tensor. */
export function nbytes(tensor: TensorSpec): number {
  return checkedMul(numel(tensor.shape, tensor.name), itemSize(tensor.dtype), tensor.name);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((d, i) => d === b[i]);
}

/** "[1024, 512]", as PyTorch prints it. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** Strides in elements of a contiguous tensor of that shape. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) {
    strides[i] = (strides[i + 1] ?? 1) * Math.max(shape[i + 1] ?? 1, 1);
  }
  return strides;
}
