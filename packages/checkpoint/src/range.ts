/** Bytes [start, end), end-exclusive always. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The fewest ranges that cover all given ones, joining those at most `gap` bytes apart. Sorted by start; empty ranges
 * vanish.
 */
export function coalesce(ranges: readonly ByteRange[], gap = 0): ByteRange[] {
  const sorted = ranges.filter((r) => r.end > r.start).sort((a, b) => a.start - b.start);
  const out: { start: number; end: number }[] = [];
  for (const r of sorted) {
    const last = out.at(-1);
    if (last !== undefined && r.start <= last.end + gap) last.end = Math.max(last.end, r.end);
    else out.push({ start: r.start, end: r.end });
  }
  return out;
}

export function totalBytes(ranges: readonly ByteRange[]): number {
  return ranges.reduce((n, r) => n + r.end - r.start, 0);
}
