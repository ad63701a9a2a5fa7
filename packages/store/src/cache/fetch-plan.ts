/** Which ranges to ask the source for: pure. All lists are sorted by start and free of overlaps. */
import { type ByteRange, totalBytes } from "@drydock/checkpoint";

/**
 * Bytes nobody wanted, at most this part of those wanted. Half of the one percent that a whole run may read too much:
 * headers that planning reads need the rest.
 */
const WASTE = 1 / 200;
/** A wider gap costs more time to read than another request, even at a gigabyte a second and 250 µs a round trip. */
const MAX_GAP_BYTES = 256 * 1024;

/** The parts of `wanted` that lie in no range of `present`. */
export function subtract(wanted: readonly ByteRange[], present: readonly ByteRange[]): ByteRange[] {
  const out: ByteRange[] = [];
  let i = 0;
  for (const { start, end } of wanted) {
    let at = start;
    while (i < present.length && (present[i]?.end ?? 0) <= at) i++;
    for (let j = i; at < end; j++) {
      const next = present[j];
      if (next === undefined || next.start >= end) {
        out.push({ start: at, end });
        break;
      }
      if (next.start > at) out.push({ start: at, end: next.start });
      at = Math.max(at, next.end);
    }
  }
  return out;
}

/** The ranges of `present` that overlap one of `wanted`. */
export function overlapping<T extends ByteRange>(present: readonly T[], wanted: readonly ByteRange[]): T[] {
  let i = 0;
  return present.filter((p) => {
    while (i < wanted.length && (wanted[i]?.end ?? 0) <= p.start) i++;
    return (wanted[i]?.start ?? Number.POSITIVE_INFINITY) < p.end;
  });
}

/**
 * Joins neighbours of `missing`, the nearest first, while the bytes between them stay within WASTE of all missing
 * bytes. Never across anything in `present`.
 */
export function join(missing: readonly ByteRange[], present: readonly ByteRange[]): ByteRange[] {
  const gaps = missing.slice(1).map((next, i) => ({ start: missing[i]?.end ?? 0, end: next.start, i }));
  const free = gaps.filter(({ start, end }) => end - start <= MAX_GAP_BYTES);
  const blocked = new Set(overlapping(free, present));
  let budget = Math.floor(totalBytes(missing) * WASTE);
  const joined = new Set<number>();
  for (const gap of free.sort((a, b) => a.end - a.start - (b.end - b.start))) {
    if (blocked.has(gap)) continue;
    budget -= gap.end - gap.start;
    if (budget < 0) break;
    joined.add(gap.i);
  }
  const out: { start: number; end: number }[] = [];
  for (const [i, range] of missing.entries()) {
    const last = out.at(-1);
    if (last !== undefined && joined.has(i - 1)) last.end = range.end;
    else out.push({ ...range });
  }
  return out;
}

/** Cuts ranges into even pieces of at most `maxBytes`. */
export function split(ranges: readonly ByteRange[], maxBytes: number): ByteRange[] {
  return ranges.flatMap(({ start, end }) => {
    const pieces = Math.ceil((end - start) / maxBytes);
    const size = Math.ceil((end - start) / pieces);
    return Array.from({ length: pieces }, (_, i) => ({
      start: start + i * size,
      end: Math.min(end, start + (i + 1) * size),
    }));
  });
}
