/**
 * From the words a user freezes by to a module.
 *
 * M1  Whole path elements only: "enc" never means "encoder".
 * M2  The full path from the root means itself. Otherwise what stands before the entry must be a wrapper's: known
 *     wrapper elements, or the path that all tensors share.
 * M3  Exactly one module, else the caller gets the candidates.
 */

import { nearestName } from "../names/nearest.ts";
import { commonPath, isWrapperPath } from "../names/wrapper.ts";

export type Resolution =
  | { readonly kind: "one"; readonly path: string }
  | { readonly kind: "several"; readonly paths: readonly string[] }
  /** `candidates`: modules that have the entry's elements deeper inside, or a similar name. */
  | { readonly kind: "none"; readonly candidates: readonly string[] };

export interface ModulePaths {
  resolve(entry: string): Resolution;
}

export function modulePaths(names: readonly string[]): ModulePaths {
  const paths = new Set<string>();
  for (const name of names) {
    // Tensor names count too: a parameter may hang directly on the root.
    let end = name.length;
    while (end > 0) {
      const path = name.slice(0, end);
      if (paths.has(path)) break;
      paths.add(path);
      end = path.lastIndexOf(".");
    }
  }
  const shared = commonPath(names);
  return {
    resolve(entry) {
      if (paths.has(entry)) return { kind: "one", path: entry };
      const deeper = [...paths].filter((path) => path.endsWith(`.${entry}`));
      const below = deeper.filter((path) => {
        const before = path.slice(0, -entry.length - 1);
        return before === shared || isWrapperPath(before);
      });
      const [first] = below;
      if (first !== undefined) {
        return below.length === 1 ? { kind: "one", path: first } : { kind: "several", paths: below.sort() };
      }
      return { kind: "none", candidates: deeper.length > 0 ? deeper.sort() : similar(entry, paths) };
    },
  };
}

function similar(entry: string, paths: ReadonlySet<string>): string[] {
  const byEnd = new Map<string, string>();
  const depth = entry.split(".").length;
  for (const path of paths) {
    const end = path.split(".").slice(-depth).join(".");
    if (!byEnd.has(end)) byEnd.set(end, path);
  }
  const near = nearestName(entry, [...byEnd.keys()]);
  const path = near === undefined ? undefined : byEnd.get(near);
  if (path !== undefined) return [path];
  return [...paths]
    .filter((p) => !p.includes("."))
    .sort()
    .slice(0, 5);
}
