/** A plugin as a user would write it, outside the repository's packages: a modifier that drops tensors by prefix. */
import { defineModifier, type PluginModule } from "@drydock/planning";
import { z } from "zod";

const drop = defineModifier({
  name: "drop",
  params: z.strictObject({ prefix: z.string().min(1) }),
  apply(state, { prefix }) {
    const tensors = state.tensors.filter((tensor) => !tensor.name.startsWith(prefix));
    const dropped = state.tensors.length - tensors.length;
    return { ...state, tensors, applied: [...state.applied, { type: "drop", prefix, tensors: dropped }] };
  },
});

export default { modifiers: { drop } } satisfies PluginModule;
