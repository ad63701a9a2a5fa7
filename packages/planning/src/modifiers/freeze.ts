/**
 * freeze: names the parameters that training shall not change. No tensor is altered; freeze.json lists them.
 *
 * An entry is a module's path in whole elements, relative to any wrapper prefix (module-paths.ts). Buffers are not
 * parameters. Tied parameters freeze together. strict (default): an entry that hits no parameter is an error; else a
 * warning. An entry that could mean several modules is always an error.
 */
import { CheckpointIncompatibleError, isFloat, numel, type TensorPlan } from "@drydock/checkpoint";
import { z } from "zod";
import { tiedNames } from "../strategies/ties.ts";
import { defineModifier, type FreezeRequest, type ModelState } from "./modifier.ts";
import { modulePaths } from "./module-paths.ts";

const LIST = "expected a list of module paths, such as [encoder, processor.0]";

export const freeze = defineModifier({
  name: "freeze",
  params: z.strictObject({
    layers: z.array(
      z.string(LIST).min(1, "an empty path would freeze the whole model; name its modules"),
      LIST,
    ),
    strict: z.boolean().default(true),
  }),
  apply(state, params) {
    const before = state.frozen.size;
    const next = freezeEntries(state, params.layers, params.strict);
    if (params.layers.length === 0) return next;
    const added = next.freezes.slice(state.freezes.length);
    return {
      ...next,
      applied: [
        ...next.applied,
        {
          type: "freeze",
          layers: params.layers,
          strict: params.strict,
          frozen_modules: added.map((f) => ({ name: f.resolved, tensors: f.tensors, elements: f.elements })),
          tensors: next.frozen.size - before,
          elements: added.reduce((n, f) => n + f.elements, 0),
        },
      ],
    };
  },
});

/** Parameters can be trained; what no file says is one, unless its type cannot be trained. */
export function isParameter(tensor: TensorPlan): boolean {
  return tensor.kind === "parameter" || (tensor.kind === "unknown" && isFloat(tensor.dtype));
}

/** Freezes these names and those tied to them; `request` says who asked. */
export function freezeNames(
  state: ModelState,
  names: readonly string[],
  request: Pick<FreezeRequest, "by" | "entry" | "resolved">,
): ModelState {
  const frozen = new Set(state.frozen);
  const wanted = new Set(names);
  const tied = tiedNames(state.tensors);
  const together = [...wanted].flatMap((name) => (tied.get(name) ?? []).filter((n) => !wanted.has(n)));
  for (const name of together) wanted.add(name);
  let elements = 0;
  for (const tensor of state.tensors) {
    if (!wanted.has(tensor.name) || !isParameter(tensor) || frozen.has(tensor.name)) continue;
    frozen.add(tensor.name);
    elements += numel(tensor.shape);
  }
  const tensors = frozen.size - state.frozen.size;
  return {
    ...state,
    frozen,
    freezes: [...state.freezes, { ...request, tensors, elements }],
    warnings:
      together.length === 0
        ? state.warnings
        : [
            ...state.warnings,
            `freeze: ${together.join(", ")} share their bytes with frozen parameters and freeze too`,
          ],
  };
}

function freezeEntries(state: ModelState, layers: readonly string[], strict: boolean): ModelState {
  const modules = modulePaths(state.tensors.map((t) => t.name));
  const mistakes: string[] = [];
  let next = state;
  const miss = (entry: string, message: string): void => {
    if (strict) mistakes.push(message);
    else {
      next = {
        ...next,
        freezes: [...next.freezes, { by: "freeze", entry, resolved: "", tensors: 0, elements: 0 }],
        warnings: [...next.warnings, `freeze: ${message}`],
      };
    }
  };
  for (const entry of layers) {
    const found = modules.resolve(entry);
    if (found.kind === "several") {
      mistakes.push(`"${entry}" could mean ${found.paths.join(" or ")}; give the full path`);
    } else if (found.kind === "none") {
      const list = found.candidates.length === 0 ? "" : `; candidates: ${found.candidates.join(", ")}`;
      miss(entry, `"${entry}" is no module of the model${list}`);
    } else {
      const inside = state.tensors.filter(
        (t) => t.name === found.path || t.name.startsWith(`${found.path}.`),
      );
      const names = inside.filter(isParameter).map((t) => t.name);
      if (names.length === 0) miss(entry, `"${entry}" (${found.path}) holds buffers only`);
      else next = freezeNames(next, names, { by: "freeze", entry, resolved: found.path });
    }
  }
  if (mistakes.length > 0) {
    throw new CheckpointIncompatibleError(`freeze: ${mistakes.join("\nfreeze: ")}`, {
      code: "FREEZE_UNRESOLVED",
      details: { entries: layers, mistakes },
      remedy: "drydock inspect SOURCE lists the model's names",
    });
  }
  return next;
}
