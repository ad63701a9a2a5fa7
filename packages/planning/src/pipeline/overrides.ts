/**
 * Hydra-style overrides.
 *
 *   key=value     sets a key that the file has, or that a pipeline may have there
 *   +key=value    adds a key (an error when it is there)
 *   ++key=value   adds or sets
 *   ~key          takes a key away (an error when it is not there)
 *
 * Keys are dotted paths; a list index stands for its entry, the index after the last for a new one. Values are YAML:
 * a scalar, or a flow list or object.
 */
import { CheckpointConfigError } from "@drydock/checkpoint";
import { nearestName } from "../names/nearest.ts";
import { describeValue, type Problems } from "./check.ts";
import { expand, keysBelow } from "./keys.ts";
import { parseOverrideValue } from "./yaml-value.ts";

type Node = Record<string, unknown> | unknown[];

interface Override {
  readonly text: string;
  readonly mode: "set" | "add" | "force" | "delete";
  readonly key: string;
  readonly value: unknown;
}

/** A changed copy. Throws CheckpointConfigError with every override that cannot be applied. */
export function applyOverrides(value: unknown, overrides: readonly string[]): unknown {
  const root: Record<string, unknown> = { root: structuredClone(value ?? {}) };
  const problems: Problems = [];
  for (const text of overrides) {
    const override = parseOverride(text, problems);
    if (override !== undefined) apply(root, override, problems);
  }
  if (problems.length > 0) throw new CheckpointConfigError(problems);
  return root.root;
}

/** Whether a command-line word is an override rather than a file. */
export function isOverride(word: string): boolean {
  return /^(\+{0,2}[A-Za-z_][\w.]*=|~[A-Za-z_][\w.]*$)/.test(word);
}

function parseOverride(text: string, problems: Problems): Override | undefined {
  const match = /^(\+\+|\+|~)?([^=]*)(=([\s\S]*))?$/.exec(text);
  const [, sign, key = "", equals, raw = ""] = match ?? [];
  const valid = key !== "" && key.split(".").every((element) => /^[\w$-]+$/.test(element));
  if (!valid || (sign === "~") !== (equals === undefined)) {
    problems.push({ path: text, message: "is no override; write key=value, +key=value or ~key" });
    return undefined;
  }
  if (sign === "~") return { text, mode: "delete", key, value: undefined };
  const parsed = parseOverrideValue(raw);
  if ("problem" in parsed) {
    problems.push({ path: key, message: parsed.problem });
    return undefined;
  }
  const mode = sign === "+" ? "add" : sign === "++" ? "force" : "set";
  return { text, mode, key, value: parsed.value };
}

function apply(root: Record<string, unknown>, override: Override, problems: Problems): void {
  const elements = override.key.split(".");
  let parent: Node = root;
  let slot = "root";
  for (const [depth, element] of elements.entries()) {
    const before = elements.slice(0, depth);
    const node: Node | undefined = nodeAt(parent, slot, before, override.mode);
    if (node === undefined) {
      const found = get(parent, slot);
      const message =
        override.mode === "delete" && found === undefined
          ? "is not there"
          : `${before.join(".")} is ${describeValue(found)}, not an object`;
      problems.push({ path: override.key, message });
      return;
    }
    const last = depth === elements.length - 1;
    const problem = refusal(node, element, before, override, last);
    if (problem !== undefined) {
      problems.push({ path: override.key, message: problem });
      return;
    }
    parent = node;
    slot = element;
  }
  if (override.mode === "delete") remove(parent, slot);
  else put(parent, slot, override.value);
}

/** The object or list in that slot, made where it is missing (except to delete) or stands for one. */
function nodeAt(
  parent: Node,
  slot: string,
  path: readonly string[],
  mode: Override["mode"],
): Node | undefined {
  const value = get(parent, slot);
  if (value !== null && typeof value === "object") return value as Node; // JSON: an object or a list
  if (mode === "delete") return undefined;
  if (typeof value === "string") {
    const expanded = expand(path, value);
    if (expanded !== undefined) put(parent, slot, expanded);
    return expanded;
  }
  if (value !== undefined && value !== null) return undefined;
  const made: Node = path.at(-1) === "modifiers" || path.at(-1) === "sources" ? [] : {};
  put(parent, slot, made);
  return made;
}

/** Why an element cannot stand there, if so. */
function refusal(
  node: Node,
  element: string,
  path: readonly string[],
  override: Override,
  last: boolean,
): string | undefined {
  const present = get(node, element) !== undefined;
  if (Array.isArray(node)) {
    if (!/^\d+$/.test(element)) return `${path.join(".")} is a list; "${element}" is no index`;
    if (present || (Number(element) === node.length && override.mode !== "delete")) return undefined;
    return `${path.join(".")} has ${node.length} entries; index ${element} is none`;
  }
  if (override.mode === "delete") return present ? undefined : "is not there";
  if (override.mode === "add" && last)
    return present ? "is there already; write key=value to change it" : undefined;
  if (present || override.mode !== "set") return undefined;
  const valid = keysBelow(path, node);
  if (valid === undefined || valid.includes(element)) return undefined;
  const names = [...new Set([...valid, ...Object.keys(node)])];
  const nearest = nearestName(element, names);
  const guess =
    nearest === undefined ? `valid: ${names.join(", ")}` : `did you mean "${[...path, nearest].join(".")}"?`;
  return `unknown key; ${guess} (+${override.key}=… adds a key)`;
}

function get(node: Node, key: string): unknown {
  if (Array.isArray(node)) return node[Number(key)];
  return Object.hasOwn(node, key) ? node[key] : undefined;
}

function put(node: Node, key: string, value: unknown): void {
  if (Array.isArray(node)) node[Number(key)] = value;
  else Object.defineProperty(node, key, { value, writable: true, enumerable: true, configurable: true });
}

function remove(node: Node, key: string): void {
  if (Array.isArray(node)) node.splice(Number(key), 1);
  else delete node[key];
}
