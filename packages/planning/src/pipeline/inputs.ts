/** Sources and targets: from the user's spelling to an input of the normal form. */
import { unknownName } from "../names/nearest.ts";
import {
  checkSchema,
  describeValue,
  isPlainObject,
  joinPath,
  type PlainObject,
  type Problems,
} from "./check.ts";
import type { InputSpec } from "./pipeline.ts";
import { SOURCE_KEYS, TARGET_KEYS } from "./schema.ts";
import { findSourceType, type SourceType, sourceTypeOfScheme, sourceTypes } from "./sources.ts";
import { schemeOf } from "./uri.ts";

/** What stands beside a source's own parameters, unchecked. */
export interface ParsedInput {
  readonly input: InputSpec | undefined;
  readonly extras: PlainObject;
}

/** A source or target: a URI, a local path, or an object with `type` and parameters, or with `uri`. */
export function parseInput(
  value: unknown,
  role: InputSpec["role"],
  path: string,
  problems: Problems,
): ParsedInput {
  if (typeof value === "string") return parseInput({ uri: value }, role, path, problems);
  if (!isPlainObject(value)) {
    problems.push({
      path,
      message: `expected a URI, a path or an object with type, got ${describeValue(value)}`,
    });
    return { input: undefined, extras: {} };
  }
  const shared: readonly string[] = role === "source" ? SOURCE_KEYS : TARGET_KEYS;
  const extras = pick(value, (key) => shared.includes(key) && key !== "type" && key !== "uri");
  const own = pick(value, (key) => !shared.includes(key));
  const type = typeOf(value, path, problems);
  if (type === undefined) return { input: undefined, extras };
  const uri = uriOf(value, type);
  const from = uri === undefined ? {} : typeof uri.text === "string" ? type.fromUri(uri.text) : undefined;
  if (typeof from !== "object") {
    problems.push({
      path: joinPath(path, [uri?.key ?? "uri"]),
      message: from ?? `expected text, got ${describeValue(uri?.text)}`,
    });
    return { input: undefined, extras };
  }
  for (const key of Object.keys(from)) {
    if (key in own && key !== uri?.key) {
      problems.push({
        path: joinPath(path, [key]),
        message: "is given by the URI already; give one of the two",
      });
    }
  }
  const rest = pick(own, (key) => key !== uri?.key);
  const params = checkSchema(type.params, { ...from, ...rest }, path, problems);
  const resolved = params === undefined ? undefined : type.resolve(params);
  if (typeof resolved === "string") problems.push({ path, message: resolved });
  if (typeof resolved !== "object") return { input: undefined, extras };
  return { input: { name: role, role, type: type.name, uri: resolved.uri, params: resolved.params }, extras };
}

/** Keys a source of that value may have, for overrides and suggestions. */
export function inputKeys(value: unknown, role: InputSpec["role"]): readonly string[] {
  const shared: readonly string[] = role === "source" ? SOURCE_KEYS : TARGET_KEYS;
  const named =
    isPlainObject(value) && typeof value.type === "string" ? findSourceType(value.type) : undefined;
  const types = named === undefined ? sourceTypes.all() : [named];
  return [...new Set([...shared, "url", ...types.flatMap((t) => Object.keys(t.params.shape))])];
}

function typeOf(value: PlainObject, path: string, problems: Problems): SourceType | undefined {
  const known = sourceTypes.all().flatMap((t) => [t.name, ...(t.aliases ?? [])]);
  if (value.type !== undefined) {
    const type = typeof value.type === "string" ? findSourceType(value.type) : undefined;
    if (type === undefined) {
      const message =
        typeof value.type === "string"
          ? unknownName("source type", value.type, known)
          : `expected text, got ${describeValue(value.type)}`;
      problems.push({ path: joinPath(path, ["type"]), message });
    }
    return type;
  }
  const text = value.uri ?? value.url ?? value.path;
  if (typeof text !== "string" || text === "") {
    problems.push({ path: joinPath(path, ["type"]), message: `is missing; valid: ${known.join(", ")}` });
    return undefined;
  }
  const scheme = schemeOf(text);
  const type = scheme === undefined ? findSourceType("file") : sourceTypeOfScheme(scheme);
  if (type === undefined) {
    const schemes = sourceTypes.all().flatMap((t) => t.schemes);
    problems.push({ path, message: `${unknownName("scheme", scheme ?? "", schemes)}, or a local path` });
  }
  return type;
}

/** `uri`, or `url` where that is not a parameter of the type itself. */
function uriOf(
  value: PlainObject,
  type: SourceType,
): { readonly key: string; readonly text: unknown } | undefined {
  if (value.uri !== undefined) return { key: "uri", text: value.uri };
  if (value.url !== undefined && !("url" in type.params.shape)) return { key: "url", text: value.url };
  return undefined;
}

function pick(value: PlainObject, keep: (key: string) => boolean): PlainObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keep(key)));
}
