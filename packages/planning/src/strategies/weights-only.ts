/**
 * weights_only: the source's weights into the target, optimizer and counters left behind.
 *
 * Strict (default): both sides have the same keys. Not strict: common keys are loaded, others reported as skipped or
 * as kept. A shape mismatch is an error in both. Tensors take the target's dtype.
 */
import { z } from "zod";
import { copySource, fillTarget } from "./fill.ts";
import { incompatible, shapes } from "./incompatible.ts";
import { matchWeights, NAME_PARAMS } from "./match.ts";
import { defineStrategy } from "./strategy.ts";

const NAME = "weights_only";

export const weightsOnly = defineStrategy({
  name: NAME,
  params: z.strictObject({ strict: z.boolean().default(true), ...NAME_PARAMS }),
  plan({ source, target, params }) {
    if (target === undefined) return copySource(NAME, source);
    const match = matchWeights(source, target, params);
    const mismatched = match.mismatched.map((m) => `${m.target.name}: ${shapes(m.source, m.target)}`);
    const unequal = params.strict && match.missing.length + match.unexpected.length > 0;
    if (unequal || mismatched.length > 0) {
      throw incompatible(
        `${NAME}${params.strict ? " (strict)" : ""}: the source does not fit the target`,
        params.strict ? { missing: match.missing, unexpected: match.unexpected, mismatched } : { mismatched },
        match.hint ??
          (mismatched.length > 0
            ? "loading.type: transfer_learning skips keys of another shape"
            : "loading.strict: false loads the common keys and reports the others"),
      );
    }
    return fillTarget({
      strategy: NAME,
      source,
      target,
      picks: match.fits,
      refused: new Map(),
      skipped: [...match.dropped, ...match.unexpected.map((key) => ({ key, reason: "Key not in target" }))],
      warnings: match.notes,
      allowEmpty: params.allow_empty,
      hint: match.hint,
    });
  },
});
