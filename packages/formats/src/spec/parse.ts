import { CheckpointLoadError, type Dtype, nbytes, parseDtype, type TensorKind } from "@drydock/checkpoint";
import { type JsonCursor, jsonCursor, quoteName } from "../safetensors/json.ts";
import { SPEC_DEPTH } from "./limits.ts";

export const TARGET_FORMAT = "drydock.target/1";

export interface SpecTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly kind: TensorKind;
}

export interface Spec {
  readonly tensors: readonly SpecTensor[];
  /** Names that share one storage, group by group. */
  readonly tied: readonly (readonly string[])[];
  /** Only in the form of inspect. */
  readonly topLevel: readonly { readonly key: string; readonly summary: string }[] | undefined;
  readonly producer: string;
}

/** Throws CheckpointLoadError SPEC_INVALID, or SPEC_FORMAT if the JSON is something else. */
export function parseSpec(json: Uint8Array, file: string): Spec {
  const invalid = (message: string, offset: number, code = "SPEC_INVALID") =>
    new CheckpointLoadError(`spec: ${file}: ${message}`, { code, details: { file, offset } });
  const cursor = jsonCursor(json, SPEC_DEPTH, (_problem, message, at) => invalid(message, at));
  let format: string | undefined;
  let tensors: SpecTensor[] | undefined;
  let topLevel: { key: string; summary: string }[] | undefined;
  let tied: string[][] = [];
  let producer = "";
  cursor.object((key) => {
    if (key === "format") format = text(cursor);
    else if (key === "producer") producer = text(cursor) ?? "";
    else if (key === "tensors") tensors = listOf(cursor, () => readTensor(cursor, invalid));
    else if (key === "tied") tied = listOf(cursor, () => listOf(cursor, () => cursor.string()));
    else if (key === "topLevel") topLevel = listOf(cursor, () => readTopLevel(cursor));
    else cursor.skip();
  });
  cursor.end();
  if (tensors === undefined || format === undefined || (format !== TARGET_FORMAT && topLevel === undefined)) {
    const message = `a JSON object without the fields of a target spec (format ${quoteName(format ?? "missing")}, expected ${TARGET_FORMAT} or the output of inspect --json)`;
    throw invalid(message, 0, "SPEC_FORMAT");
  }
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (names.has(name)) throw invalid(`tensor ${quoteName(name)} appears twice`, 0);
    names.add(name);
  }
  for (const name of tied.flat()) {
    if (!names.has(name)) throw invalid(`tied names ${quoteName(name)}, which is no tensor of the spec`, 0);
  }
  return { tensors, tied, topLevel, producer };
}

type Invalid = (message: string, offset: number) => Error;

function readTensor(cursor: JsonCursor, invalid: Invalid): SpecTensor {
  const { at } = cursor;
  let name: string | undefined;
  let dtypeName = "";
  let shape: number[] | undefined;
  let kind = "unknown";
  cursor.object((key) => {
    if (key === "name") name = cursor.string();
    else if (key === "dtype") dtypeName = cursor.string();
    else if (key === "shape") shape = listOf(cursor, () => cursor.uint());
    else if (key === "kind") kind = cursor.string();
    else cursor.skip();
  });
  if (name === undefined || shape === undefined) throw invalid("a tensor lacks name, dtype or shape", at);
  const dtype = parseDtype(dtypeName);
  if (dtype === undefined) {
    throw invalid(`tensor ${quoteName(name)} has the type ${quoteName(dtypeName)}, which is not known`, at);
  }
  if (kind !== "parameter" && kind !== "buffer" && kind !== "unknown") {
    throw invalid(`tensor ${quoteName(name)} has the kind ${quoteName(kind)}`, at);
  }
  const tensor: SpecTensor = { name, dtype, shape, kind };
  // Throws where the size cannot be addressed.
  nbytes(tensor);
  return tensor;
}

function readTopLevel(cursor: JsonCursor): { key: string; summary: string } {
  const entry = { key: "", summary: "" };
  cursor.object((key) => {
    if (key === "key") entry.key = cursor.string();
    else if (key === "summary") entry.summary = cursor.string();
    else cursor.skip();
  });
  return entry;
}

/** A string; undefined, and skipped, if the value is none. */
function text(cursor: JsonCursor): string | undefined {
  if (cursor.peek() === 0x22) return cursor.string();
  cursor.skip();
  return undefined;
}

function listOf<T>(cursor: JsonCursor, item: () => T): T[] {
  const items: T[] = [];
  cursor.array(() => items.push(item()));
  return items;
}
