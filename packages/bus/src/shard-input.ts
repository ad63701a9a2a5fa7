import { coalesce, rangesOf, type Shard, type SourceRange, totalBytes } from "@drydock/checkpoint";

/** Source bytes a shard reads, each counted once however many tensors share it. */
export function shardInputBytes(shard: Shard): number {
  const byObject = new Map<string, SourceRange[]>();
  for (const segment of shard.segments) {
    if (segment.kind === "literal") continue;
    for (const range of rangesOf(segment.tensor.op)) {
      const key = JSON.stringify([range.input, range.object]);
      byObject.set(key, [...(byObject.get(key) ?? []), range]);
    }
  }
  return [...byObject.values()].reduce((sum, ranges) => sum + totalBytes(coalesce(ranges)), 0);
}
