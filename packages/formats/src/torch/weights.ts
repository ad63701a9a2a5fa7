/**
 * Finds the weights: the value of `state_dict`, else `model_state_dict`, else `model`, else the whole dict if all its
 * values are tensors. Nested dicts are not searched.
 */
import { CheckpointLoadError } from "@drydock/checkpoint";
import type { IndexedTensor } from "../format.ts";
import { LISTED, TENSOR_NAME_CHARS } from "./limits.ts";
import type { TensorNode } from "./nodes.ts";
import { isKind } from "./pickle/calls.ts";
import { type PyDict, type PyValue, typeName } from "./pickle/values.ts";
import { indexTensor, isPlain, type PlainTensor, type RecordPlace } from "./tensors.ts";
import { pathElement } from "./walk.ts";

const KEYS = ["state_dict", "model_state_dict", "model"] as const;

export interface Weights {
  /** Where they are in the file: "state_dict", or "" for the whole. */
  readonly path: string;
  readonly tensors: readonly IndexedTensor[];
  readonly warnings: readonly string[];
}

/**
 * No weights is no error here, for other files (an optimizer's state) can be inspected too; the warning says why there
 * are none. Throws CheckpointLoadError if one of the weights cannot be read.
 */
export function findWeights(root: PyValue, file: string, place: RecordPlace): Weights {
  const located = locate(root);
  if (typeof located === "string")
    return { path: "", tensors: [], warnings: [`${file}: no weights: ${located}`] };
  const { path, dict } = located;
  const warnings: string[] = [];
  const named = new Map<string, PlainTensor>();
  const unsupported: string[] = [];
  for (const { key, value } of dict.entries.values()) {
    const name = pathElement(key);
    const shown = JSON.stringify(name.slice(0, 100));
    if (!isKind(value, "tensor")) {
      warnings.push(`${path}: ${shown} is a ${typeName(value)}, not a tensor, and is left out`);
      continue;
    }
    if (typeof key !== "string" && typeof key !== "number") {
      throw nameError(file, `${path}: a tensor under a key that is a ${typeName(key)}`);
    }
    if (named.has(name)) throw nameError(file, `${path}: two tensors are named ${shown}`);
    if (name.length > TENSOR_NAME_CHARS || !name.isWellFormed()) {
      throw nameError(file, `${path}: the name ${shown} is too long or not valid Unicode`);
    }
    if (isPlain(value)) named.set(name, value);
    else unsupported.push(`${name} (${kindOf(value)})`);
  }
  if (unsupported.length > 0) {
    throw new CheckpointLoadError(
      `torch: ${file}: ${unsupported.length} weights are of kinds that are not read: ${listed(unsupported)}`,
      {
        code: "TENSOR_KIND_UNSUPPORTED",
        details: { file, tensors: unsupported.slice(0, 100) },
        remedy: "Save them as dense tensors of an ordinary type.",
      },
    );
  }
  const tensors = [...named].map(([name, tensor]) => indexTensor(name, tensor, place));
  return { path, tensors: markTied(tensors, [...named.values()]), warnings: warnings.slice(0, LISTED) };
}

/** What keeps a tensor from being read: how it is built, or its type. */
export function kindOf(tensor: TensorNode): string {
  return tensor.special ?? tensor.element.name;
}

/**
 * Gives tensors with the same view of the same storage the same `storage`. Different views of one storage are not tied:
 * written apart they hold the same values, written as one they could not.
 */
export function markTied(tensors: readonly IndexedTensor[], nodes: readonly PlainTensor[]): IndexedTensor[] {
  const counts = new Map<string, number>();
  const keys = nodes.map((node) => {
    const { storage, offset, shape, strides, element } = node;
    const key = `${storage.key}:${offset}:${element.name}[${shape.join(",")}]/[${strides.join(",")}]`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return key;
  });
  return tensors.map((tensor, i) => {
    const key = keys[i] ?? "";
    return (counts.get(key) ?? 0) > 1 ? { ...tensor, storage: key } : tensor;
  });
}

export function listed(names: readonly string[]): string {
  const more = names.length - LISTED;
  return names.slice(0, LISTED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Where the weights are, or why there are none. */
function locate(root: PyValue): { readonly path: string; readonly dict: PyDict } | string {
  if (!isKind(root, "dict")) return `the file holds a ${typeName(root)}, not a dict of weights`;
  const entries = [...root.entries.values()];
  if (entries.every(({ value }) => isKind(value, "tensor"))) return { path: "", dict: root };
  for (const path of KEYS) {
    const value = root.entries.get(path)?.value;
    if (value === undefined) continue;
    return isKind(value, "dict")
      ? { path, dict: value }
      : `${path} is a ${typeName(value)}, not a dict of weights`;
  }
  const keys = entries.map(({ key }) => JSON.stringify(pathElement(key).slice(0, 60)));
  return `there is no ${KEYS.join(", ")}, and not all values are tensors; the keys are ${listed(keys)}`;
}

function nameError(file: string, message: string): CheckpointLoadError {
  return new CheckpointLoadError(`torch: ${file}: ${message}`, {
    code: "TENSOR_NAME_INVALID",
    details: { file },
  });
}
