/**
 * Where kernels run: buffers in the memory a backend computes on, and its kernels over them.
 *
 * B1  Blocks are made before the first read and never move, so reads in flight may target them.
 * B2  A workspace belongs to one build at a time; builds that overlap have one each.
 */
import type { KernelProfile } from "@drydock/checkpoint";
import type { Kernel, KernelParams, KernelStats } from "./kernel.ts";

/**
 * Bytes of a block, the most that is read, cast or written at once. Builds of 1 to 8 MiB go equally fast, the smallest
 * in 60 MiB less memory (bench/build-shard.ts); below, the calls begin to show.
 */
export const BLOCK_BYTES = 1 << 20;

export interface Workspace extends Disposable {
  /** Each BLOCK_BYTES long, at addresses divisible by 16. */
  readonly blocks: readonly Uint8Array[];
  /**
   * Whole elements from input to output, which do not overlap. Both may lie anywhere; inside blocks nothing is copied.
   */
  run(kernel: Kernel, params: KernelParams, input: Uint8Array, output: Uint8Array, stats: KernelStats): void;
}

export interface Backend {
  readonly profile: KernelProfile;
  /** The kernel of a plan by name, or CheckpointConfigError listing those there are. */
  kernel(name: string): Kernel;
  /** At least that many blocks; disposing gives them back for the next build. */
  open(blocks: number): Workspace;
}

/** The kernels by their names in plans: the literal in index.ts. */
export type KernelRegistry = Readonly<Record<string, Kernel>>;
