/**
 * Interpolation: `${a.b}` (a path from the root), `${oc.env:VAR,default}` (text) and `${oc.decode:text}` (YAML value);
 * nested as deep as one likes. A value that is one interpolation keeps the type of what it stands for; within text it
 * becomes text. `\${` stays as it is, without the backslash.
 */
import { CheckpointConfigError } from "@drydock/checkpoint";
import { nearestName } from "../names/nearest.ts";
import { isPlainObject, joinPath } from "./check.ts";
import { parseOverrideValue } from "./yaml-value.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** Carries a mistake up to the value it is in. */
class Unresolved extends Error {}

/** A copy with everything resolved. Throws CheckpointConfigError naming every path whose value cannot be. */
export function interpolate(root: unknown, env: Env): unknown {
  const problems: { path: string; message: string }[] = [];
  const walk = (value: unknown, path: string): unknown => {
    if (typeof value === "string") {
      try {
        return resolveText(value, { root, env, open: [path] });
      } catch (error) {
        if (!(error instanceof Unresolved)) throw error;
        problems.push({ path, message: error.message });
        return value;
      }
    }
    if (Array.isArray(value)) return value.map((entry, i) => walk(entry, joinPath(path, [i])));
    if (!isPlainObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, walk(entry, joinPath(path, [key]))]),
    );
  };
  const resolved = walk(root, "");
  if (problems.length > 0) throw new CheckpointConfigError(problems);
  return resolved;
}

interface Scope {
  readonly root: unknown;
  readonly env: Env;
  /** Paths being resolved, outermost first. */
  readonly open: readonly string[];
}

function resolveText(text: string, scope: Scope): unknown {
  if (!text.includes("${")) return text;
  let out = "";
  let i = 0;
  while (i < text.length) {
    if (text.startsWith("\\${", i)) {
      out += "${";
      i += 3;
    } else if (text.startsWith("${", i)) {
      const end = closing(text, i + 2);
      const value = resolveExpression(text.slice(i + 2, end), scope);
      if (i === 0 && end === text.length - 1) return value;
      if (value !== null && typeof value === "object") {
        throw new Unresolved(
          `${text.slice(i, end + 1)} is ${Array.isArray(value) ? "a list" : "an object"} and cannot stand within text`,
        );
      }
      out += String(value);
      i = end + 1;
    } else out += text.charAt(i++);
  }
  return out;
}

function resolveValue(value: unknown, scope: Scope): unknown {
  if (typeof value === "string") return resolveText(value, scope);
  if (Array.isArray(value)) return value.map((entry) => resolveValue(entry, scope));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, resolveValue(entry, scope)]));
}

/** Index of the brace that closes an interpolation whose inside starts at `start`. */
function closing(text: string, start: number): number {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text.startsWith("${", i)) {
      depth++;
      i++;
    } else if (text[i] === "}" && --depth === 0) return i;
  }
  throw new Unresolved(`"${text.slice(start - 2)}" has no closing brace`);
}

function resolveExpression(expression: string, scope: Scope): unknown {
  const resolver = /^\s*([a-z_.]+)\s*:([\s\S]*)$/i.exec(expression);
  const [, name, argument = ""] = resolver ?? [];
  if (name === undefined) return resolvePath(String(resolveText(expression, scope)).trim(), scope);
  switch (name) {
    case "oc.env": {
      const comma = argument.indexOf(",");
      const variable = String(resolveText(comma < 0 ? argument : argument.slice(0, comma), scope)).trim();
      const found = scope.env[variable];
      if (found !== undefined) return found;
      if (comma < 0)
        throw new Unresolved(`the environment has no ${variable}; \${oc.env:${variable},default} gives one`);
      const fallback = resolveText(argument.slice(comma + 1).trim(), scope);
      return fallback === "null" ? null : fallback;
    }
    case "oc.decode": {
      const text = resolveText(argument.trim(), scope);
      if (typeof text !== "string") return text;
      const parsed = parseOverrideValue(text);
      if ("problem" in parsed) throw new Unresolved(`"${text}" ${parsed.problem}`);
      return parsed.value;
    }
    default:
      throw new Unresolved(`there is no resolver "${name}"; known: oc.env, oc.decode`);
  }
}

function resolvePath(path: string, scope: Scope): unknown {
  if (path === "" || path.startsWith(".")) {
    throw new Unresolved(`"\${${path}}" must be a path from the root, such as \${output.uri}`);
  }
  const elements = path.replace(/\[(\d+)\]/g, ".$1").split(".");
  const canonical = canonicalPath(elements, scope.root);
  if (
    scope.open.some(
      (open) => open === canonical || open.startsWith(`${canonical}.`) || open.startsWith(`${canonical}[`),
    )
  ) {
    throw new Unresolved(`goes in a circle: ${[...scope.open, canonical].join(" → ")}`);
  }
  let value: unknown = scope.root;
  for (const element of elements) {
    const keys = Array.isArray(value)
      ? [...value.keys()].map(String)
      : isPlainObject(value)
        ? Object.keys(value)
        : [];
    if (!keys.includes(element)) {
      const nearest = nearestName(element, keys);
      throw new Unresolved(
        `there is no ${path}${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
      );
    }
    // Index access on parsed JSON whose key was just found.
    value = (value as Readonly<Record<string, unknown>>)[element];
    // An interpolation on the way stands for the object below it.
    if (typeof value === "string" && element !== elements.at(-1)) value = resolveText(value, scope);
  }
  return resolveValue(value, { ...scope, open: [...scope.open, canonical] });
}

/** As joinPath spells it, so that paths compare. */
function canonicalPath(elements: readonly string[], root: unknown): string {
  let value = root;
  let path = "";
  for (const element of elements) {
    path = joinPath(path, [Array.isArray(value) ? Number(element) : element]);
    value = value !== null && typeof value === "object" ? Reflect.get(value, element) : undefined;
  }
  return path;
}
