/**
 * What a pickle holds, as inert data. Everything Python tells apart stays apart: int from float, tuple from list, bytes
 * from str, entries of a dict from its attributes. Nothing here can be called.
 */
import type { StorageNode, TensorNode } from "../nodes.ts";
import type { Allowed } from "./calls.ts";

export type PyValue =
  | null
  | boolean
  /** int: a number while it is a safe integer, else a bigint. */
  | number
  | bigint
  /** str; may hold lone surrogates, as Python's can. */
  | string
  /** bytes */
  | Uint8Array
  | PyFloat
  | PyTuple
  | PyList
  | PyDict
  | PySet
  | PyByteArray
  | PyComplex
  | PyGlobal
  | PyOpaque
  | StorageNode
  | TensorNode;

export interface PyFloat {
  readonly kind: "float";
  readonly value: number;
}

export interface PyTuple {
  readonly kind: "tuple";
  readonly items: readonly PyValue[];
}

export interface PyList {
  readonly kind: "list";
  readonly items: PyValue[];
}

export interface PyDict {
  readonly kind: "dict";
  readonly type: "dict" | "OrderedDict" | "Counter";
  /** By keyOf (dict.ts), in order of first insertion. Changed by setItem only. */
  entries: ReadonlyMap<unknown, PyEntry>;
  /** Python attributes of the object (`_metadata` of a state dict); never entries. */
  attributes: PyDict | undefined;
}

export interface PyEntry {
  readonly key: PyValue;
  value: PyValue;
}

export interface PySet {
  readonly kind: "set";
  readonly items: Map<unknown, PyValue>;
}

export interface PyByteArray {
  readonly kind: "bytearray";
  readonly bytes: Uint8Array;
}

export interface PyComplex {
  readonly kind: "complex";
  readonly real: number;
  readonly imag: number;
}

/** A name of a class, function or constant. */
export interface PyGlobal {
  readonly kind: "global";
  readonly module: string;
  readonly name: string;
  /** Offset of its opcode. */
  readonly offset: number;
  /** Undefined for a name that is not allow-listed. */
  readonly allowed: Allowed | undefined;
}

/** What an unknown name would have been called with, and what was put into the result (policy "inert"). */
export interface PyOpaque {
  readonly kind: "opaque";
  readonly callable: PyValue;
  readonly args: readonly PyValue[];
  readonly kwargs: PyValue;
  state: PyValue;
  /** Appended items, and items set by key. */
  readonly items: PyValue[];
  readonly entries: PyDict;
}

/** Most dicts of a torch file are the empty hooks of a tensor; they share this until an item is set. */
export const NO_ENTRIES: ReadonlyMap<unknown, PyEntry> = new Map();

export function dict(type: PyDict["type"] = "dict"): PyDict {
  return { kind: "dict", type, entries: NO_ENTRIES, attributes: undefined };
}

export function opaque(
  callable: PyGlobal | PyOpaque,
  args: readonly PyValue[],
  kwargs: PyValue = null,
): PyOpaque {
  return { kind: "opaque", callable, args, kwargs, state: null, items: [], entries: dict() };
}

/** The value of a str key; undefined if there is none. */
export function get(target: PyDict, key: string): PyValue | undefined {
  return target.entries.get(key)?.value;
}

/** What Python would call its type, for messages. */
export function typeName(value: PyValue): string {
  if (value === null) return "None";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "number":
    case "bigint":
      return "int";
    case "string":
      return "str";
  }
  if (value instanceof Uint8Array) return "bytes";
  switch (value.kind) {
    case "dict":
      return value.type;
    case "global":
      return `${value.module}.${value.name}`;
    case "opaque":
      return value.callable !== null && typeof value.callable === "object" && "kind" in value.callable
        ? typeName(value.callable)
        : "object";
    case "tensor":
      return "Tensor";
    default:
      return value.kind;
  }
}

type Kinds = Extract<PyValue, { readonly kind: string }>;

/** Whether a value is of that kind. */
export function isKind<K extends Kinds["kind"]>(
  value: PyValue | undefined,
  kind: K,
): value is Extract<Kinds, { kind: K }> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}
