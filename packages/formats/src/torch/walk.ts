import type { Fail } from "./errors.ts";
import { PICKLE_DEPTH, PICKLE_NODES } from "./limits.ts";
import type { TensorNode } from "./nodes.ts";
import { isKind, type PyValue } from "./pickle/values.ts";

export interface FoundTensor {
  /** Dotted; an index of a list is an element of the path. */
  readonly path: string;
  readonly tensor: TensorNode;
}

/**
 * Every tensor of a value in the file's order. A container met again is not entered again, so shared and cyclic values
 * cost what they weigh; its tensors are listed under the first path. Walks with its own stack.
 */
export function findTensors(root: PyValue, fail: Fail): FoundTensor[] {
  const found: FoundTensor[] = [];
  const seen = new Set<PyValue>();
  const todo: { readonly value: PyValue; readonly path: string; readonly depth: number }[] = [
    { value: root, path: "", depth: 0 },
  ];
  for (let nodes = 0; ; nodes++) {
    const next = todo.pop();
    if (next === undefined) return found;
    if (nodes > PICKLE_NODES) throw fail("PICKLE_LIMIT_NODES", `more than ${PICKLE_NODES} values`, 0);
    const { value, path, depth } = next;
    if (isKind(value, "tensor")) found.push({ path, tensor: value });
    if (!isContainer(value) || seen.has(value)) continue;
    if (depth === PICKLE_DEPTH) {
      throw fail("PICKLE_LIMIT_DEPTH", `values nest deeper than ${PICKLE_DEPTH}`, 0);
    }
    seen.add(value);
    const children: { readonly value: PyValue; readonly path: string; readonly depth: number }[] = [];
    for (const [key, child] of childrenOf(value)) {
      if (isKind(child, "tensor") || isContainer(child)) {
        children.push({ value: child, path: path === "" ? key : `${path}.${key}`, depth: depth + 1 });
      }
    }
    for (const child of children.reverse()) todo.push(child);
  }
}

/** A dict key as an element of a dotted path. */
export function pathElement(key: PyValue): string {
  if (typeof key === "string") return key;
  if (isKind(key, "float")) return String(key.value);
  if (isKind(key, "tuple")) return "tuple";
  return typeof key === "object" && key !== null ? "object" : String(key);
}

function isContainer(value: PyValue): boolean {
  return isKind(value, "dict") || isKind(value, "list") || isKind(value, "tuple") || isKind(value, "opaque");
}

function* childrenOf(value: PyValue): Generator<readonly [string, PyValue]> {
  if (isKind(value, "dict")) {
    for (const entry of value.entries.values()) yield [pathElement(entry.key), entry.value];
  } else if (isKind(value, "list") || isKind(value, "tuple")) {
    for (const [i, item] of value.items.entries()) yield [String(i), item];
  } else if (isKind(value, "opaque")) {
    for (const [i, arg] of value.args.entries()) yield [String(i), arg];
    // The attributes of an object read like the entries of a dict.
    const states = isKind(value.state, "tuple") ? value.state.items : [value.state];
    for (const state of states) {
      if (isKind(state, "dict")) yield* childrenOf(state);
      else yield ["state", state];
    }
    for (const [i, item] of value.items.entries()) yield [String(i), item];
    yield* childrenOf(value.entries);
  }
}
