/** Caps of the safetensors reader: beyond each lies nothing known to be real, below it everything is. */

/** The reference implementation's own cap; the largest header seen is 60 MB (497,000 tensors). */
export const HEADER_BYTES = 100_000_000;

/** Twice the largest known model. Bounds the memory of an index. */
export const TENSORS = 1_000_000;

/** PyTorch itself stops at 64 dimensions. */
export const RANK = 64;

/** UTF-8 bytes of a tensor's name; real ones stay below 300. */
export const NAME_BYTES = 4_096;

/** Files of one sharded checkpoint; the largest known has under 1,000. Bounds the header reads. */
export const SHARDS = 4_096;

/** Nesting of the header: object, tensor, array, and one level for fields nobody knows yet. */
export const JSON_DEPTH = 4;

/** First read of each file: nearly every header fits, and one request of this size costs what a tiny one costs. */
export const PREFETCH_BYTES = 65_536;

/** Headers of a sharded checkpoint read at the same time. */
export const CONCURRENT_READS = 8;
