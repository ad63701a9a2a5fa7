/** What has to be fetched: the wanted ranges less what is there, in blocks, joined where the gaps cost next to nothing. */
import { type ByteRange, coalesce, totalBytes } from "@drydock/checkpoint";

/** Fetched and journalled at once; also what a read of a single byte may cost in memory. */
export const BLOCK_BYTES = 8 * 1024 * 1024;

/** Of the wanted bytes, what may be fetched on top to save requests. Half of the promised one per cent. */
const WASTE = 0.005;

/** Blocks to fetch, sorted and disjoint, none longer than BLOCK_BYTES. */
export function missingBlocks(wanted: readonly ByteRange[], present: readonly ByteRange[]): ByteRange[] {
  const missing = subtract(coalesce(wanted), coalesce(present));
  const joined = join(missing, Math.floor(totalBytes(missing) * WASTE));
  return joined.flatMap(({ start, end }) => {
    const blocks: ByteRange[] = [];
    for (let at = start; at < end; at += BLOCK_BYTES)
      blocks.push({ start: at, end: Math.min(end, at + BLOCK_BYTES) });
    return blocks;
  });
}

/** Both sorted and disjoint. */
export function subtract(from: readonly ByteRange[], less: readonly ByteRange[]): ByteRange[] {
  const left: ByteRange[] = [];
  let i = 0;
  for (const { start, end } of from) {
    let at = start;
    while (i > 0 && (less[i - 1]?.end ?? 0) > at) i--;
    for (let cut = less[i]; cut !== undefined && cut.start < end; cut = less[++i]) {
      if (cut.end <= at) continue;
      if (cut.start > at) left.push({ start: at, end: cut.start });
      at = cut.end;
      if (at >= end) break;
    }
    if (at < end) left.push({ start: at, end });
  }
  return left;
}

/** Closes the smallest gaps first until `budget` bytes are spent. */
function join(ranges: readonly ByteRange[], budget: number): ByteRange[] {
  const gaps = ranges
    .slice(1)
    .map((range, i) => ({ after: i, bytes: range.start - (ranges[i]?.end ?? 0) }))
    .sort((a, b) => a.bytes - b.bytes);
  const closed = new Set<number>();
  let left = budget;
  for (const { after, bytes } of gaps) {
    if (bytes > left) break;
    left -= bytes;
    closed.add(after);
  }
  const out: { start: number; end: number }[] = [];
  ranges.forEach((range, i) => {
    const last = out.at(-1);
    if (last !== undefined && closed.has(i - 1)) last.end = range.end;
    else out.push({ ...range });
  });
  return out;
}
