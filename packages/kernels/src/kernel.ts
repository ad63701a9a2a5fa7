/**
 * A kernel turns bytes into bytes, element by element.
 *
 * K1  Element i of the output depends on element i of the input alone, so any cut between elements gives the same
 *     bytes and the same statistics.
 * K2  Every backend gives bit-identical output and statistics; packages/kernels/src/ts is the reference.
 * K3  Bytes are little-endian whatever the machine.
 */

/** JSON values as they stand in a plan. */
export type KernelParams = Readonly<Record<string, unknown>>;

/** What a kernel lost, counted in elements; kernels add to it. */
export interface KernelStats {
  /** Finite before, infinite after. */
  overflowed: number;
  /** Not zero before, zero after. */
  underflowed: number;
}

/** Bytes one element takes on either side. */
export interface ElementBytes {
  readonly input: number;
  readonly output: number;
}

export interface Kernel {
  readonly name: string;
  /** Throws CheckpointConfigError naming every parameter that is wrong, or an argument that is no whole tensor of it. */
  check(params: KernelParams, argBytes?: readonly number[]): void;
  /** Granularity: input and output are cut between elements only. Params must have passed check. */
  elementBytes(params: KernelParams): ElementBytes;
  outputBytes(params: KernelParams, argBytes: readonly number[]): number;
  /** The reference. input and output hold the same number of whole elements, at any alignment, and do not overlap. */
  run(params: KernelParams, input: Uint8Array, output: Uint8Array, stats: KernelStats): void;
}

export function newStats(): KernelStats {
  return { overflowed: 0, underflowed: 0 };
}
