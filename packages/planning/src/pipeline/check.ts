/** Checks pieces of a pipeline against zod schemas and collects every mistake with its dotted path. */
import type { ConfigProblem } from "@drydock/checkpoint";
import type { z } from "zod";
import { nearestName, unknownName } from "../names/nearest.ts";

/** Mistakes found so far. */
export type Problems = ConfigProblem[];

export type PlainObject = Readonly<Record<string, unknown>>;

export function isPlainObject(value: unknown): value is PlainObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** "model_modifier.modifiers[1].layers" */
export function joinPath(base: string, parts: readonly PropertyKey[]): string {
  return parts.reduce<string>(
    (path, part) =>
      typeof part === "number" ? `${path}[${part}]` : path === "" ? String(part) : `${path}.${String(part)}`,
    base,
  );
}

/** For messages: "a list", "text", "nothing". */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return value === "" ? "empty text" : `text ("${shorten(value)}")`;
  return `${typeof value === "number" ? "a number" : String(typeof value)} (${String(value)})`;
}

/** The object at `path`, or undefined with a problem; unknown keys are problems naming the nearest valid one. */
export function checkObject(
  value: unknown,
  keys: readonly string[],
  path: string,
  problems: Problems,
): PlainObject | undefined {
  if (!isPlainObject(value)) {
    problems.push({
      path,
      message: `expected an object with ${keys.join(", ")}, got ${describeValue(value)}`,
    });
    return undefined;
  }
  for (const key of Object.keys(value)) {
    if (!keys.includes(key))
      problems.push({ path: joinPath(path, [key]), message: unknownName("key", key, keys) });
  }
  return value;
}

/** What the schema makes of the value, or undefined with a problem for each mistake. */
export function checkSchema<S extends z.ZodObject>(
  schema: S,
  value: unknown,
  path: string,
  problems: Problems,
): z.infer<S> | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    if (issue.code === "unrecognized_keys") {
      const valid = issue.path.length === 0 ? Object.keys(schema.shape) : [];
      for (const key of issue.keys) {
        problems.push({
          path: joinPath(path, [...issue.path, key]),
          message: unknownName("key", key, valid),
        });
      }
      continue;
    }
    const got = at(value, issue.path);
    problems.push({ path: joinPath(path, issue.path), message: messageOf(issue, got) });
  }
  return undefined;
}

function messageOf(issue: z.core.$ZodIssue, got: unknown): string {
  if (got === undefined && issue.code !== "custom") return "is missing";
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    const nearest = typeof got === "string" ? nearestName(got, values) : undefined;
    const guess = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    return `expected ${values.join(" or ")}, got ${describeValue(got)}${guess}`;
  }
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) {
    return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}, got ${describeValue(got)}`;
  }
  return issue.message.startsWith("expected") && !issue.message.includes(", got ")
    ? `${issue.message}, got ${describeValue(got)}`
    : issue.message;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  number: "a number",
  int: "a whole number",
};

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const part of path) {
    if (current === null || typeof current !== "object") return undefined;
    // Index access on parsed JSON: arrays take numbers, objects strings.
    current = (current as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return current;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
