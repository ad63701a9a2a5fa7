/** Which keys may stand where in a pipeline file, for overrides that set what the file does not have. */
import { modifiers } from "../modifiers/index.ts";
import { strategies } from "../strategies/index.ts";
import { choiceKeys } from "./choice.ts";
import { inputKeys } from "./inputs.ts";
import { CHECKPOINT_KEYS, MODIFIER_KEYS, outputSchema, policySchema, ROOT_KEYS } from "./schema.ts";

/** Keys valid below `path`, given the value there now; undefined where anything goes (inside a parameter). */
export function keysBelow(path: readonly string[], value: unknown): readonly string[] | undefined {
  const [section, key, index, ...rest] = path;
  if (section === undefined) return ROOT_KEYS;
  switch (section) {
    case "checkpoint":
      if (key === undefined) return CHECKPOINT_KEYS;
      if (key === "loading") return index === undefined ? choiceKeys(value, strategies) : undefined;
      return sourceKeys(key === "sources" ? path.slice(3) : path.slice(2), value);
    case "target":
      return key === undefined ? inputKeys(value, "target") : undefined;
    case "model_modifier":
      if (key === undefined) return MODIFIER_KEYS;
      return rest.length === 0 ? choiceKeys(value, modifiers) : undefined;
    case "output":
      return key === undefined ? Object.keys(outputSchema.shape) : undefined;
    case "pipeline":
      return key === undefined ? Object.keys(policySchema.shape) : undefined;
    default:
      return undefined;
  }
}

function sourceKeys(below: readonly string[], value: unknown): readonly string[] | undefined {
  const [key, ...rest] = below;
  if (key === undefined) return inputKeys(value, "source");
  return key === "loading" && rest.length === 0 ? choiceKeys(value, strategies) : undefined;
}

/** Text that stands for an object there: a source's URI, a strategy's name. */
export function expand(path: readonly string[], text: string): Record<string, unknown> | undefined {
  const last = path.at(-1);
  if (last === "loading" && path[0] === "checkpoint") return { type: text };
  const isInput =
    path.join(".") === "target" ||
    path.join(".") === "checkpoint.source" ||
    (path.length === 3 && path[0] === "checkpoint" && path[1] === "sources");
  return isInput ? { uri: text } : undefined;
}
