/**
 * Plans as plain data: which output tensor comes from which source bytes through which operations. Mirrors
 * proto/drydock/v1/plan.proto (the closed, versioned list); packages/bus/src/plan-codec.ts is the one mapping.
 */

import type { Dtype } from "./dtype.ts";
import type { Pin } from "./pin.ts";
import type { ByteRange } from "./range.ts";
import type { TensorKind, TensorSpec } from "./tensor.ts";

/** Bytes of one object of one input. `deflate`: the range holds a raw deflate stream. */
export interface SourceRange extends ByteRange {
  readonly input: string;
  readonly object: string;
  readonly encoding: "stored" | "deflate";
}

/** An expression that yields contiguous little-endian bytes. */
export type Op =
  /** crc32: of the whole range, as the container declares it; checked while reading. */
  | { readonly kind: "read"; readonly range: SourceRange; readonly crc32?: number }
  /** size: as declared; one byte more is an error. */
  | { readonly kind: "inflate"; readonly arg: Op; readonly size: number }
  /** A strided view made contiguous; offset, shape, strides in elements of dtype. */
  | {
      readonly kind: "view";
      readonly arg: Op;
      readonly dtype: Dtype;
      readonly offset: number;
      readonly shape: readonly number[];
      readonly strides: readonly number[];
    }
  | { readonly kind: "concat"; readonly args: readonly Op[] }
  | {
      readonly kind: "init";
      readonly method: string;
      readonly seed: number;
      readonly dtype: Dtype;
      readonly shape: readonly number[];
      readonly params: Readonly<Record<string, unknown>>;
    }
  /** params: JSON values; a kernel is named in packages/kernels/src/index.ts. */
  | {
      readonly kind: "kernel";
      readonly name: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly args: readonly Op[];
    };

export interface Origin {
  readonly kind: "transferred" | "target" | "initialised";
  readonly input: string;
  readonly key: string;
  readonly dtype: Dtype;
}

/** One tensor of the output: dtype and shape are those of the bytes `op` yields. */
export interface TensorPlan extends TensorSpec {
  readonly kind: TensorKind;
  readonly op: Op;
  readonly origin: Origin;
  /** Modifiers that changed it, in order. */
  readonly modifiers: readonly string[];
  /** Equal for tensors sharing one storage in the target; "" when it shares with none. */
  readonly storage: string;
}

export interface KeyReason {
  readonly key: string;
  readonly reason: string;
}

/** What a loading strategy decided. Names in target order (transferred, unfilled) and source order (skipped). */
export interface LoadReport {
  readonly strategy: string;
  readonly transferred: readonly string[];
  readonly skipped: readonly KeyReason[];
  readonly unfilled: readonly KeyReason[];
  readonly transferredBytes: number;
  readonly transferredElements: number;
}

/** What a checkpoint says of the training it comes from. */
export interface TrainingState {
  readonly epoch?: number;
  readonly globalStep?: number;
  readonly bestMetric?: number;
  readonly metricsHistory?: unknown;
  /** Such as "pytorch-lightning 2.6.6". */
  readonly producer: string;
  readonly hasOptimizer: boolean;
  readonly hasScheduler: boolean;
}

export interface LoadPlan {
  readonly tensors: readonly TensorPlan[];
  readonly report: LoadReport;
  readonly training: TrainingState;
  readonly pins: readonly Pin[];
}

/** Part of every plan's digest: only workers advertising exactly this take its shards. */
export interface KernelProfile {
  readonly backend: "ts" | "wasm";
  readonly version: number;
}

/** Little-endian CRC-32 of another segment's bytes, written at `at` of a literal after that segment was built. */
export interface Fill {
  readonly at: number;
  readonly shard: number;
  readonly segment: number;
}

export type Segment =
  | { readonly kind: "literal"; readonly bytes: Uint8Array; readonly fills: readonly Fill[] }
  | {
      readonly kind: "tensor";
      readonly tensor: TensorPlan;
      /** Further names of the same bytes. */
      readonly aliases: readonly string[];
      readonly nbytes: number;
    };

/** Bytes [start, end) of one output file. Never splits a tensor, so that each tensor's digest is made in one pass. */
export interface Shard extends ByteRange {
  readonly index: number;
  readonly file: string;
  readonly segments: readonly Segment[];
  readonly pins: readonly Pin[];
  readonly kernels: KernelProfile;
}

export interface OutputFile {
  readonly path: string;
  readonly size: number;
}

export interface Sidecar {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A build plan before it is encoded: the head and its shards. */
export interface BuildPlan {
  readonly format: string;
  readonly files: readonly OutputFile[];
  readonly shards: readonly Shard[];
  /** The last tailCount shards hold fills from others and are built after them. */
  readonly tailCount: number;
  readonly kernels: KernelProfile;
  readonly sidecars: readonly Sidecar[];
  /** Everything of drydock.json that is known before a byte is built. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly pins: readonly Pin[];
  readonly inputBytes: number;
  readonly outputBytes: number;
}

export interface SegmentReport {
  readonly segment: number;
  readonly name: string;
  readonly sha256: string;
  readonly crc32: number;
  readonly nbytes: number;
  /** Elements a cast made infinite, or zero, that were not before. */
  readonly overflowed: number;
  readonly underflowed: number;
}

/** Deterministic: the same plan and shard always give the same report. */
export interface ShardReport {
  readonly planDigest: string;
  readonly shard: number;
  /** Of the shard's bytes. */
  readonly sha256: string;
  readonly size: number;
  readonly segments: readonly SegmentReport[];
}

/** Every source range an operation reads, left to right. */
export function rangesOf(op: Op): SourceRange[] {
  switch (op.kind) {
    case "read":
      return [op.range];
    case "inflate":
    case "view":
      return rangesOf(op.arg);
    case "concat":
    case "kernel":
      return op.args.flatMap(rangesOf);
    case "init":
      return [];
  }
}
