/** Caps of the torch reader: beyond each lies nothing known to be real, below it everything is. */

const MIB = 2 ** 20;

/** First read at the end of a zip: end records and a directory of 1,500 entries fit; costs what a tiny read costs. */
export const TAIL_BYTES = 128 * 1024;

/** Twice the tensors of the largest known model, and every tensor has an entry. */
export const ZIP_ENTRIES = 1_000_000;

/** A million entries at about 60 bytes take 60 MiB; the rest is room for long names. */
export const ZIP_DIRECTORY_BYTES = 256 * MIB;

/** UTF-8 bytes of an entry's name. PyTorch's own zip reader stops at 512. */
export const ZIP_NAME_BYTES = 1_024;

/** Deflate tops out near 1,032 : 1, so a higher ratio is a lie about the size. */
export const INFLATE_RATIO = 1_100;

/** Bytes of one read of scattered local headers, so that memory does not follow the number of entries. */
export const HEADER_RUN_BYTES = 4 * MIB;

/** Records or headers closer than this are read together: one request costs more than these bytes. */
export const RUN_GAP_BYTES = 16 * 1024;

/** Small records beside data.pkl (version, byteorder, alignment): their content is at most a few digits. */
export const SMALL_RECORD_BYTES = 64;

/** Requests of one file under way at a time. */
export const CONCURRENT_READS = 8;

/** The pickle program: about 112 bytes a tensor, so two million tensors. Also below the longest string Node has. */
export const PICKLE_BYTES = 256 * MIB;

/** 100,000 tensors take 3.2 million. */
export const PICKLE_OPS = 50_000_000;

/** Batches of 1,000 items and tuples of any length; PyTorch's own pickles stay below 3,000. */
export const PICKLE_STACK = 1_000_000;

/** 14 a tensor. */
export const PICKLE_MEMO = 20_000_000;

/** Bytes of one integer, and its digits in text: decimal parsing is quadratic, and 128 bytes hold every real one. */
export const PICKLE_INT_BYTES = 1_024;
export const PICKLE_INT_DIGITS = 4_096;

/** Containers inside containers when a value is walked; real ones stay below 40. */
export const PICKLE_DEPTH = 200;

/** Values one walk may visit, and nodes of one dict key. */
export const PICKLE_NODES = 20_000_000;
export const KEY_NODES = 1_000;

/** Distinct globals listed in an error or a report; the count stays exact. */
export const GLOBALS_LISTED = 1_000;

/** Distinct globals remembered at all; a pickled training run has under 100. */
export const GLOBALS_NOTED = 100_000;

/** Pickles looked for behind the end of the first, which is an error anyway. */
export const FURTHER_STREAMS = 16;

/** PyTorch itself stops at 64 dimensions. */
export const RANK = 64;

/**
 * Bytes a tensor may have beyond its storage (strides of 0, overlapping windows). Real expanded buffers are masks and
 * tables of some MiB; a few stored bytes must not become terabytes.
 */
export const EXPANDED_BYTES = 256 * MIB;

/** Keys and findings named in one message. */
export const LISTED = 10;

/** Characters of a weight's name; real ones stay below 300. */
export const TENSOR_NAME_CHARS = 4_096;

/** Of a metrics history kept in messages: a long training logs a few hundred numbers an epoch. */
export const METRICS_NODES = 10_000;
export const METRICS_DEPTH = 32;
