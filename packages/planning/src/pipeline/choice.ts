/** `{ type: name, …params }`, checked against a registry. */
import type { Described, Registry } from "../described.ts";
import { unknownName } from "../names/nearest.ts";
import { checkSchema, describeValue, isPlainObject, joinPath, type Problems } from "./check.ts";
import type { Choice } from "./pipeline.ts";

export function parseChoice(
  value: unknown,
  registry: Registry<Described>,
  path: string,
  problems: Problems,
): Choice | undefined {
  if (!isPlainObject(value)) {
    problems.push({ path, message: `expected an object with type, got ${describeValue(value)}` });
    return undefined;
  }
  const { type, ...rest } = value;
  const entry = typeof type === "string" ? registry.find(type) : undefined;
  if (typeof type !== "string" || entry === undefined) {
    const names = registry.names();
    const message =
      typeof type === "string"
        ? unknownName(registry.what, type, names)
        : `is missing; valid: ${names.join(", ")}`;
    problems.push({ path: joinPath(path, ["type"]), message });
    return undefined;
  }
  const params = checkSchema(entry.params, rest, path, problems);
  return params === undefined ? undefined : { type, params };
}

/** Keys such an object may have: of its type, or of all while the type is not known. */
export function choiceKeys(value: unknown, registry: Registry<Described>): readonly string[] {
  const named =
    isPlainObject(value) && typeof value.type === "string" ? registry.find(value.type) : undefined;
  const entries = named === undefined ? registry.all() : [named];
  return [...new Set(["type", ...entries.flatMap((e) => Object.keys(e.params.shape))])];
}
