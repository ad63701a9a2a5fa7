/** The one error of a checkpoint that does not fit: every list with its first five entries and the full counts. */
import { CheckpointIncompatibleError, formatShape } from "@drydock/checkpoint";
import type { WeightTensor } from "./strategy.ts";

const SHOWN = 5;

export interface Misfit {
  /** Target keys the source lacks. */
  readonly missing?: readonly string[];
  /** Source keys the target lacks. */
  readonly unexpected?: readonly string[];
  /** "key: [7, 10] vs [5, 10]", source first. */
  readonly mismatched?: readonly string[];
}

export function incompatible(headline: string, misfit: Misfit, remedy?: string): CheckpointIncompatibleError {
  const { missing = [], unexpected = [], mismatched = [] } = misfit;
  const lines = [
    headline,
    ...listed("missing from the source", missing),
    ...listed("not in the target", unexpected),
    ...listed("mismatched (source vs target)", mismatched),
  ];
  return new CheckpointIncompatibleError(lines.join("\n"), {
    details: {
      num_missing: missing.length,
      num_unexpected: unexpected.length,
      num_mismatches: mismatched.length,
      missing: missing.slice(0, SHOWN),
      unexpected: unexpected.slice(0, SHOWN),
      mismatched: mismatched.slice(0, SHOWN),
    },
    ...(remedy === undefined ? {} : { remedy }),
  });
}

export function shapes(source: WeightTensor, target: WeightTensor): string {
  return `${formatShape(source.shape)} vs ${formatShape(target.shape)}`;
}

/** "a, b, c ... and 3 more". */
function firstFew(entries: readonly string[]): string {
  const rest = entries.length - SHOWN;
  return entries.slice(0, SHOWN).join(", ") + (rest > 0 ? ` ... and ${rest} more` : "");
}

function listed(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : [`  ${title} (${entries.length}): ${firstFew(entries)}`];
}
