/**
 * cast: float tensors to another dtype, rounded once to the nearest even.
 *
 * `include` and `exclude` are globs over whole names (`*` within a path element, `**` across); exclude wins. A glob
 * that meets no tensor is a mistake. Integers and booleans are never touched.
 */
import {
  CheckpointConfigError,
  type ConfigProblem,
  isFloat,
  parseDtype,
  type TensorPlan,
} from "@drydock/checkpoint";
import { z } from "zod";
import { canCast, castableNames, castOp } from "../kernel-ops.ts";
import { globToRegExp } from "../names/glob.ts";
import { defineModifier } from "./modifier.ts";

const globs = z.array(
  z.string().min(1, "an empty pattern matches nothing"),
  'expected a list of globs, such as ["**.norm.*"]',
);

const dtype = z.string().transform((name, context) => {
  const parsed = parseDtype(name);
  if (parsed === undefined || !canCast(parsed, "F32")) {
    context.addIssue({ code: "custom", message: `cast knows ${castableNames()}, got "${name}"` });
    return z.NEVER;
  }
  return parsed;
});

export const castModifier = defineModifier({
  name: "cast",
  params: z.strictObject({ dtype, include: globs.optional(), exclude: globs.optional() }),
  apply(state, params) {
    const included = matcher(state.tensors, params.include, "include");
    const excluded = matcher(state.tensors, params.exclude, "exclude");
    const problems = [...included.problems, ...excluded.problems];
    if (problems.length > 0) throw new CheckpointConfigError(problems);

    let changed = 0;
    const skipped: string[] = [];
    const tensors = state.tensors.map((tensor) => {
      const wanted =
        (params.include === undefined || included.has(tensor.name)) &&
        !excluded.has(tensor.name) &&
        isFloat(tensor.dtype);
      if (!wanted || tensor.dtype === params.dtype) return tensor;
      if (!canCast(tensor.dtype, params.dtype)) {
        skipped.push(tensor.name);
        return tensor;
      }
      changed++;
      return {
        ...tensor,
        dtype: params.dtype,
        op: castOp(tensor.op, tensor.dtype, params.dtype),
        modifiers: [...tensor.modifiers, "cast"],
      };
    });
    const warnings =
      skipped.length === 0
        ? []
        : [`cast: ${skipped.length} tensors of 8-bit floats stay as they are, the first ${skipped[0]}`];
    return {
      ...state,
      tensors,
      applied: [...state.applied, { type: "cast", ...params, tensors: changed }],
      warnings: [...state.warnings, ...warnings],
    };
  },
});

interface Matcher {
  has(name: string): boolean;
  readonly problems: readonly ConfigProblem[];
}

function matcher(tensors: readonly TensorPlan[], patterns: readonly string[] = [], key: string): Matcher {
  const expressions = patterns.map(globToRegExp);
  const problems = patterns.flatMap((pattern, i) =>
    tensors.some((t) => expressions[i]?.test(t.name))
      ? []
      : [
          {
            path: `${key}[${i}]`,
            message: `"${pattern}" matches no tensor; the first are ${tensors
              .slice(0, 5)
              .map((t) => t.name)
              .join(", ")}`,
          },
        ],
  );
  return { has: (name) => expressions.some((e) => e.test(name)), problems };
}
