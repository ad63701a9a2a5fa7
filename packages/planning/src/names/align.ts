/**
 * Which source name belongs to which target name.
 *
 * N1  Wrapper elements (names/wrapper.ts) are ignored on both sides, if no two names of a side become one by it.
 * N2  One leading `model.` is stripped or added only where that matches all names of the smaller side and no two
 *     names become one. Anything less is left to the user: `strip_prefix` and `add_prefix` say it explicitly.
 * N3  Whatever was done to names is said in `notes`.
 */
import { withoutWrappers } from "./wrapper.ts";

export interface PrefixRule {
  /** Taken from the start of source names that have it. */
  readonly strip: string;
  /** Put before every source name. */
  readonly add: string;
}

export interface Alignment {
  /** Target name → source name. */
  readonly pairs: ReadonlyMap<string, string>;
  /** Source names without a target, in source order. */
  readonly unmatched: readonly string[];
  /** For the user. */
  readonly notes: readonly string[];
  /** What would match more, when something would; one sentence. */
  readonly hint: string | undefined;
}

export function alignNames(
  source: readonly string[],
  target: readonly string[],
  rule: PrefixRule = { strip: "", add: "" },
): Alignment {
  const notes: string[] = [];
  let sourceKeys = injective(source, withoutWrappers);
  let targetKeys = injective(target, withoutWrappers);
  if (sourceKeys === undefined || targetKeys === undefined) {
    sourceKeys = [...source];
    targetKeys = [...target];
  }
  const wrapped = source.filter((name, i) => name !== sourceKeys?.[i]).length;
  const unwrapped = target.filter((name, i) => name !== targetKeys?.[i]).length;
  if (wrapped !== unwrapped) {
    notes.push(
      `names are matched without wrapper prefixes (${wrapped} in the source, ${unwrapped} in the target)`,
    );
  }

  const explicit = rule.strip !== "" || rule.add !== "";
  const wanted = new Set(targetKeys);
  const smaller = Math.min(source.length, target.length);
  let keys = sourceKeys;
  let hint: string | undefined;
  if (explicit) {
    keys = injective(sourceKeys, (name) => rule.add + withoutPrefix(name, rule.strip)) ?? sourceKeys;
  } else if (hits(keys, wanted) < smaller) {
    for (const [verb, change] of MODEL_RULES) {
      const changed = injective(sourceKeys, change);
      const found = changed === undefined ? 0 : hits(changed, wanted);
      if (changed === undefined || found <= hits(keys, wanted)) continue;
      if (found === smaller) {
        keys = changed;
        notes.push(`names are matched with a leading "model." ${verb} the source's (${found} of ${found})`);
        break;
      }
      const parameter = verb === "stripped from" ? "strip_prefix" : "add_prefix";
      hint = `${found} of ${target.length} target keys would match with loading.${parameter}: "model."`;
    }
  }

  const bySource = new Map(keys.map((key, i) => [key, source[i] ?? key]));
  const pairs = new Map<string, string>();
  for (const [i, name] of target.entries()) {
    const match = bySource.get(targetKeys[i] ?? name);
    if (match !== undefined) pairs.set(name, match);
  }
  const used = new Set(pairs.values());
  return { pairs, unmatched: source.filter((name) => !used.has(name)), notes, hint };
}

const MODEL_RULES: readonly (readonly [string, (name: string) => string])[] = [
  ["stripped from", (name) => withoutPrefix(name, "model.")],
  ["added to", (name) => `model.${name}`],
];

function withoutPrefix(name: string, prefix: string): string {
  return prefix !== "" && name.startsWith(prefix) && name.length > prefix.length
    ? name.slice(prefix.length)
    : name;
}

/** Every name changed, or undefined when two become one. */
function injective(names: readonly string[], change: (name: string) => string): string[] | undefined {
  const changed = names.map(change);
  return new Set(changed).size === names.length ? changed : undefined;
}

function hits(names: readonly string[], wanted: ReadonlySet<string>): number {
  return names.reduce((n, name) => n + (wanted.has(name) ? 1 : 0), 0);
}
