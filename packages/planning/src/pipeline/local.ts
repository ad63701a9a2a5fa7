/** Makes the local paths of a pipeline absolute, once, where the user is: no service knows their folder. */
import type { Described } from "../described.ts";
import { modifiers } from "../modifiers/index.ts";
import { strategies } from "../strategies/index.ts";
import { isPlainObject, type PlainObject } from "./check.ts";
import { findSourceType, sourceTypes } from "./sources.ts";
import { fromUpstream } from "./upstream.ts";
import { absoluteLocal } from "./uri.ts";

/**
 * The value in our own form with source and target paths, output.uri, cache_dir and every parameter that a plugin
 * declares as URI made absolute against `cwd`; `home` replaces a leading "~/". Anything that is not as expected stays
 * for parsePipeline to complain about.
 */
export function absolutise(value: unknown, cwd: string, home?: string): unknown {
  const absolute = (text: unknown): unknown =>
    typeof text === "string" && text !== "" ? absoluteLocal(text, cwd, home) : text;

  const choice = (entry: unknown, find: (name: string) => Described | undefined): unknown => {
    if (!isPlainObject(entry)) return entry;
    const uris = typeof entry.type === "string" ? (find(entry.type)?.uris ?? []) : [];
    return change(entry, uris, absolute);
  };
  const input = (entry: unknown): unknown => {
    if (typeof entry === "string") return absolute(entry);
    if (!isPlainObject(entry)) return entry;
    const type = typeof entry.type === "string" ? findSourceType(entry.type) : undefined;
    const uris = type?.uris ?? sourceTypes.all().flatMap((t) => t.uris);
    const changed = change(entry, ["uri", "cache_dir", ...uris], absolute);
    return change(changed, ["loading"], (loading) => choice(loading, strategies.find));
  };

  let root = fromUpstream(value);
  if (!isPlainObject(root)) return root;
  root = change(root, ["checkpoint"], (checkpoint) =>
    within(checkpoint, {
      source: input,
      sources: (list) => (Array.isArray(list) ? list.map(input) : list),
      loading: (loading) => choice(loading, strategies.find),
    }),
  );
  root = within(root, {
    target: input,
    output: (output) => within(output, { uri: absolute }),
    model_modifier: (section) =>
      within(section, {
        modifiers: (list) => (Array.isArray(list) ? list.map((m) => choice(m, modifiers.find)) : list),
      }),
  });
  return root;
}

function within(value: unknown, changes: Readonly<Record<string, (v: unknown) => unknown>>): unknown {
  if (!isPlainObject(value)) return value;
  return Object.entries(changes).reduce((v, [key, f]) => change(v, [key], f), value);
}

/** A copy with `f` applied to those of the keys that are there. */
function change(value: PlainObject, keys: readonly string[], f: (v: unknown) => unknown): PlainObject {
  const out = { ...value };
  for (const key of new Set(keys)) if (Object.hasOwn(out, key)) out[key] = f(out[key]);
  return out;
}
