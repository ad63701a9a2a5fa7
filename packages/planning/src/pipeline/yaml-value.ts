/** YAML 1.2 as pipeline files and overrides use it: plain JSON values, duplicate keys refused. */
import { isAlias, isMap, LineCounter, parseDocument, visit } from "yaml";
import type { Problems } from "./check.ts";

/** Aliases may repeat a block, not multiply it: a file of a few lines must not become gigabytes. */
const MAX_ALIASES = 100;

export function parseYaml(text: string, file: string, problems: Problems): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    uniqueKeys: true,
    lineCounter: lines,
    prettyErrors: false,
  });
  for (const found of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(found.pos[0]);
    problems.push({ path: `${file}:${line}:${col}`, message: found.message });
  }
  if (problems.length > 0) return undefined;
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    problems.push({ path: file, message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** The value after "=": a YAML scalar or flow collection. Text that would be a block is taken as text. */
export function parseOverrideValue(text: string): { readonly value: unknown } | { readonly problem: string } {
  const document = parseDocument(text, { version: "1.2", uniqueKeys: true, prettyErrors: false });
  const flow = /^\s*[[{"']/.test(text);
  const [error] = document.errors;
  if (flow) {
    if (error !== undefined) return { problem: `is no YAML value: ${error.message}` };
    let aliased = false;
    visit(document, (_key, node) => {
      aliased ||= isAlias(node);
    });
    return aliased ? { problem: "must not use YAML aliases" } : { value: document.toJS() };
  }
  const block = isMap(document.contents) || error !== undefined || document.warnings.length > 0;
  const value: unknown = block ? undefined : document.toJS();
  // Only words that YAML reads as something else than themselves change: numbers, booleans, null.
  return { value: typeof value === "number" || typeof value === "boolean" || value === null ? value : text };
}
