/**
 * transfer_learning: every source tensor that the target has in the same shape; the rest of the target stays its own.
 *
 * skip_mismatched (default true): another shape is skipped and reported; false: an error. strict (default false):
 * every target key must be filled by the source. freeze_loaded: what was transferred is listed in freeze.json. A source
 * key that the target lacks is never an error; nothing transferred at all is one unless allow_empty.
 */
import { z } from "zod";
import { copySource, fillTarget } from "./fill.ts";
import { incompatible, shapes } from "./incompatible.ts";
import { matchWeights, NAME_PARAMS } from "./match.ts";
import { defineStrategy } from "./strategy.ts";

const NAME = "transfer_learning";

export const transferLearning = defineStrategy({
  name: NAME,
  params: z.strictObject({
    skip_mismatched: z.boolean().default(true),
    strict: z.boolean().default(false),
    freeze_loaded: z.boolean().default(false),
    ...NAME_PARAMS,
  }),
  plan({ source, target, params }) {
    if (target === undefined) return copySource(NAME, source);
    const match = matchWeights(source, target, params);
    const mismatched = match.mismatched.map((m) => `${m.target.name}: ${shapes(m.source, m.target)}`);
    if (!params.skip_mismatched && mismatched.length > 0) {
      throw incompatible(
        `${NAME}: shapes differ and skip_mismatched is false`,
        { mismatched },
        "loading.skip_mismatched: true keeps the target's own values for these keys",
      );
    }
    const refused = new Map(
      match.mismatched.map((m) => [m.target.name, `Shape mismatch: ${shapes(m.source, m.target)}`]),
    );
    const reasons = new Map<string, string>([
      ...match.dropped.map((d): [string, string] => [d.key, d.reason]),
      ...match.unexpected.map((key): [string, string] => [key, "Key not in target"]),
      ...match.mismatched.map((m): [string, string] => [
        m.source.name,
        `Shape mismatch: ${shapes(m.source, m.target)}`,
      ]),
    ]);
    const result = fillTarget({
      strategy: NAME,
      source,
      target,
      picks: match.fits,
      refused,
      skipped: source.weights.flatMap(({ name }) => {
        const reason = reasons.get(name);
        return reason === undefined ? [] : [{ key: name, reason }];
      }),
      warnings: match.notes,
      allowEmpty: params.allow_empty,
      hint: match.hint,
    });
    if (params.strict && result.report.unfilled.length > 0) {
      throw incompatible(
        `${NAME} (strict): the source does not fill every key of the target`,
        {
          missing: result.report.unfilled.map((u) => u.key).filter((key) => !refused.has(key)),
          mismatched,
        },
        match.hint ?? "loading.strict: false keeps the target's own values for these keys",
      );
    }
    return result;
  },
  frozen(tensors, params) {
    if (!params.freeze_loaded) return [];
    return tensors.filter((t) => t.origin.kind === "transferred").map((t) => t.name);
  },
});
