/** "Did you mean": the valid name a mistyped one is closest to. */

/** Restricted Damerau-Levenshtein distance: insert, delete, replace, swap of neighbours. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/**
 * The closest valid name, or undefined when none is close: at most a third of the letters wrong (two for short
 * names), or one name contained in the other.
 */
export function nearestName(name: string, valid: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let best: { readonly name: string; readonly score: number } | undefined;
  for (const candidate of valid) {
    const other = candidate.toLowerCase();
    const distance = editDistance(wanted, other);
    const contains = wanted.length > 2 && (other.includes(wanted) || wanted.includes(other));
    const limit = Math.max(2, Math.floor(other.length / 3));
    if (distance <= limit || contains) {
      // A contained name ranks after every name within the limit.
      const score = distance <= limit ? distance : 1000 + distance;
      if (best === undefined || score < best.score) best = { name: candidate, score };
    }
  }
  return best?.name;
}

/** `no key "outptu" here; did you mean "output"? Valid: …`, for messages about an unknown name. */
export function unknownName(what: string, name: string, valid: readonly string[]): string {
  const nearest = nearestName(name, valid);
  const guess = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  const list = valid.length === 0 ? "none" : [...valid].sort().join(", ");
  return `unknown ${what} "${name}"${guess}${guess === "" ? ";" : ""} valid: ${list}`;
}
