/**
 * Keys of Python dicts as keys of a Map.
 *
 * K1  Keys equal in Python are equal here: 1, True and 1.0 are one key. NaN is a key of its own each time.
 * K2  A str is its own key, so `__proto__` is a key like any other; keys made from other types begin with NUL, and so do
 *     strs that begin with it.
 * K3  Lists, dicts, sets and bytearrays are no keys, nor are tuples that hold them.
 */
import { KEY_NODES } from "../limits.ts";
import { NO_ENTRIES, type PyDict, type PyEntry, type PyValue } from "./values.ts";

/** The key, or undefined if the value is unhashable or has more than KEY_NODES parts. */
export function keyOf(value: PyValue): unknown {
  if (typeof value === "string") return value.startsWith("\0") ? `\0s${value}` : value;
  if (value === null || typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "boolean") return Number(value);
  if (value instanceof Uint8Array) return `\0b${Buffer.from(value).toString("latin1")}`;
  switch (value.kind) {
    case "float":
      return floatKey(value.value, value);
    case "tuple":
      return tupleKey(value);
    case "global":
      return `\0g${value.module} ${value.name}`;
    case "list":
    case "dict":
    case "set":
    case "bytearray":
      return undefined;
    case "complex":
      return value.imag === 0 ? floatKey(value.real, value) : `\0c${value.real} ${value.imag}`;
    default:
      return value;
  }
}

/** Sets an item as Python does: an equal key keeps its first form and takes the new value. False if unhashable. */
export function setItem(target: PyDict, key: PyValue, value: PyValue): boolean {
  const mapKey = keyOf(key);
  if (mapKey === undefined) return false;
  const entry = target.entries.get(mapKey);
  if (entry !== undefined) {
    entry.value = value;
    return true;
  }
  if (target.entries === NO_ENTRIES) target.entries = new Map();
  // Every other map was made here.
  (target.entries as Map<unknown, PyEntry>).set(mapKey, { key, value });
  return true;
}

function floatKey(value: number, self: PyValue): unknown {
  if (Number.isNaN(value)) return self;
  if (Number.isInteger(value)) return Number.isSafeInteger(value) ? value + 0 : BigInt(value);
  return value;
}

/** Walks with its own stack: a tuple may nest as deep as the file likes. */
function tupleKey(tuple: PyValue): unknown {
  const parts: string[] = [];
  const identities: unknown[] = [];
  const todo: PyValue[] = [tuple];
  for (let nodes = 0; todo.length > 0; nodes++) {
    if (nodes > KEY_NODES) return undefined;
    const value = todo.pop();
    if (value === undefined) break;
    if (typeof value === "object" && value !== null && "kind" in value && value.kind === "tuple") {
      parts.push(`(${value.items.length}`);
      for (const item of value.items.toReversed()) todo.push(item);
      continue;
    }
    const key = keyOf(value);
    if (key === undefined) return undefined;
    // Parts known by identity only make the whole tuple its own key.
    if (typeof key === "object" && key !== null) identities.push(key);
    parts.push(typeof key === "string" ? `s${key.length}:${key}` : `${typeof key} ${String(key)}`);
  }
  return identities.length > 0 ? tuple : `\0t${parts.join(" ")}`;
}
