/**
 * Where the data of each entry begins, proven from the directory alone where the layout is a known one.
 *
 * L1  Entries fill the file from byte 0 to the directory without a gap (directory.ts, D3, gave each its `next`).
 * L2  A layout is proven when the end it predicts is exactly `next`: that of torch (padding block, descriptor), or
 *     that of a zip with neither extra field nor descriptor (what anemoi appends, what Python's zipfile writes).
 * L3  Whatever is not proven takes its local header, which must repeat the directory (local.ts).
 */
import type { ZipEntry } from "./directory.ts";
import { HAS_DESCRIPTOR, LOCAL_BYTES, MAX32 } from "./header.ts";

/** Start of the entry's data if its layout is proven for that alignment, else undefined. */
export function provenStart(entry: ZipEntry, alignment: number): number | undefined {
  const header = entry.offset + LOCAL_BYTES + entry.nameBytes;
  const described = (entry.flags & HAS_DESCRIPTOR) !== 0;
  if (!described && header + entry.stored === entry.next) return header;
  if (entry.deflated || described !== entry.size > 0) return undefined;
  const big = entry.size >= MAX32 || entry.offset >= MAX32;
  const zip64 = (entry.size >= MAX32 ? 16 : 0) + (entry.offset >= MAX32 ? 8 : 0);
  const least = header + 4 + (zip64 > 0 ? 4 + zip64 : 0);
  const start = Math.ceil(least / alignment) * alignment;
  const descriptor = described ? (big ? 24 : 16) : 0;
  return start + entry.size + descriptor === entry.next ? start : undefined;
}
