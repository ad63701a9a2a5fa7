/**
 * Memory for the bodies of range requests, used again as soon as the cache has written one down. The garbage collector
 * would free it too, but only after a hundred MiB more have piled up.
 * A block that nobody gives back is garbage like any other; only blocks from here can be given back, so bytes that
 * belong to somebody else are never reused under them.
 */
import { CHUNK_BYTES } from "./chunk-size.ts";

/** Smaller bodies cost the collector little, and a whole block each would waste more. */
const MIN_BYTES = 64 * 1024;
/** As many as are on the wire at once by default. */
const MAX_FREE = 8;

const ours = new WeakSet<ArrayBufferLike>();
const free: ArrayBuffer[] = [];

/** An array of that length, with any content. */
export function takeBlock(length: number): Uint8Array {
  if (length < MIN_BYTES || length > CHUNK_BYTES) return new Uint8Array(length);
  const buffer = free.pop() ?? new ArrayBuffer(CHUNK_BYTES);
  ours.add(buffer);
  return new Uint8Array(buffer, 0, length);
}

/** Nobody uses these bytes any more. */
export function giveBlock({ buffer }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || !ours.delete(buffer)) return;
  if (free.length < MAX_FREE) free.push(buffer);
}
