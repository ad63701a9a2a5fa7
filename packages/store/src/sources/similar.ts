/** Names that may have been meant, for "not found". */

/** Up to three of `names` that share most letter pairs with `name`, best first. */
export function similarNames(name: string, names: readonly string[]): string[] {
  const wanted = pairs(name);
  return names
    .map((other) => ({ other, score: score(wanted, pairs(other)) }))
    .filter(({ score }) => score >= 0.4)
    .sort((a, b) => b.score - a.score || (a.other < b.other ? -1 : 1))
    .slice(0, 3)
    .map(({ other }) => other);
}

function pairs(name: string): Set<string> {
  const text = ` ${name.toLowerCase()} `;
  return new Set(Array.from({ length: text.length - 1 }, (_, i) => text.slice(i, i + 2)));
}

/** Dice's coefficient: 1 for the same pairs, 0 for none in common. */
function score(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size);
}
