/** freeze.json: which parameters training shall not change, for a loader of three lines to apply. */
import { numel, type Sidecar, sha256Hex, type TensorPlan } from "@drydock/checkpoint";
import { isParameter } from "../modifiers/freeze.ts";
import type { ModelState } from "../modifiers/modifier.ts";

export const FREEZE_NAME = "freeze.json";

/** undefined when nothing is frozen. Names are those of the output, in its order. */
export function freezeSidecar(state: ModelState): Sidecar | undefined {
  if (state.frozen.size === 0) return undefined;
  const parameters = state.tensors.filter(isParameter);
  const frozen = parameters.filter((t) => state.frozen.has(t.name));
  const trainable = parameters.filter((t) => !state.frozen.has(t.name));
  const names = frozen.map((t) => t.name);
  const content = {
    schema: "drydock.freeze/1",
    // What stands before the entries as they were asked for; "" when they differ in it.
    root_prefix: rootPrefix(state),
    matcher: "path",
    requested: state.freezes.map(({ by, entry, resolved, tensors, elements }) => ({
      by,
      entry,
      resolved,
      tensors,
      elements,
    })),
    frozen: names,
    trainable: trainable.map((t) => t.name),
    excluded_buffers: state.tensors.filter((t) => !isParameter(t)).map((t) => t.name),
    counts: { frozen: count(frozen), trainable: count(trainable) },
    // Of the frozen names, one a line.
    sha256: sha256Hex(names.join("\n")),
  };
  return { path: FREEZE_NAME, bytes: Buffer.from(`${JSON.stringify(content, null, 2)}\n`) };
}

function count(tensors: readonly TensorPlan[]): { tensors: number; elements: number } {
  return { tensors: tensors.length, elements: tensors.reduce((n, t) => n + numel(t.shape), 0) };
}

function rootPrefix(state: ModelState): string {
  const prefixes = new Set(
    state.freezes
      .filter((f) => f.entry !== "" && f.resolved.endsWith(f.entry))
      .map((f) => f.resolved.slice(0, -f.entry.length)),
  );
  const [only = ""] = prefixes;
  return prefixes.size === 1 ? only : "";
}
