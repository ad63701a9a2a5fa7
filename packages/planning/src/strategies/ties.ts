/** Tied tensors: different names of the same bytes of one storage. Overlapping views that differ are not tied. */
import { canonicalJson } from "@drydock/checkpoint";
import type { WeightTensor } from "./strategy.ts";

/** Each tied tensor's name → all names of its group, in index order. */
export function tiedNames(weights: readonly WeightTensor[]): ReadonlyMap<string, readonly string[]> {
  const byStorage = Map.groupBy(
    weights.filter((w) => w.storage !== ""),
    (w) => w.storage,
  );
  const tied = new Map<string, readonly string[]>();
  for (const members of byStorage.values()) {
    if (members.length < 2) continue;
    const same = Map.groupBy(members, (w) => canonicalJson([w.dtype, w.shape, w.op]));
    for (const group of same.values()) {
      if (group.length < 2) continue;
      const names = group.map((w) => w.name);
      for (const name of names) tied.set(name, names);
    }
  }
  return tied;
}
