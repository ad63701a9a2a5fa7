/**
 * Finds the weights: the value of `state_dict`, else `model_state_dict`, else `model`, else the whole dict if all its
 * values are tensors. Nested dicts are not searched.
 */
import { CheckpointLoadError } from "@drydock/checkpoint";
import type { IndexedTensor } from "../format.ts";
import { LISTED, TENSOR_NAME_CHARS } from "./limits.ts";
import type { TensorNode } from "./nodes.ts";
import { isKind, type PyDict, type PyValue, typeName } from "./pickle/values.ts";
import { indexTensors, isPlain, type NamedTensor, type RecordPlace } from "./tensors.ts";
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
  const names = new Set<string>();
  const plain: NamedTensor[] = [];
  const unsupported: string[] = [];
  for (const { key, value } of dict.entries.values()) {
    const name = pathElement(key);
    if (!isKind(value, "tensor")) {
      warnings.push(`${path}: ${shown(name)} is a ${typeName(value)}, not a tensor, and is left out`);
      continue;
    }
    checkName(name, key, names, file);
    if (isPlain(value)) plain.push({ name, tensor: value });
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
  return { path, tensors: indexTensors(plain, place), warnings: warnings.slice(0, LISTED) };
}

function checkName(name: string, key: PyValue, names: Set<string>, file: string): void {
  if (typeof key !== "string" && typeof key !== "number") {
    throw nameError(file, `a tensor under a key that is a ${typeName(key)}`);
  }
  if (name.length > TENSOR_NAME_CHARS || !name.isWellFormed()) {
    throw nameError(file, `the name ${shown(name)} is too long or not valid Unicode`);
  }
  // An int key and its digits as a str are two keys and one name.
  if (names.has(name)) throw nameError(file, `two tensors are named ${shown(name)}`);
  names.add(name);
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

/** What keeps a tensor from being read: how it is built, or its type. */
export function kindOf(tensor: TensorNode): string {
  return tensor.special ?? tensor.element.name;
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
