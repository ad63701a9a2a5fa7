/** What every strategy with a target needs first: pairs of names, split into those that fit and those that do not. */
import { type KeyReason, sameShape } from "@drydock/checkpoint";
import { z } from "zod";
import { alignNames } from "../names/align.ts";
import type { SourceIndex, WeightTensor } from "./strategy.ts";

/** Parameters of every strategy that matches names. */
export const NAME_PARAMS = {
  /** Taken from the start of the source's names that have it. */
  strip_prefix: z.string().default(""),
  /** Put before every name of the source. */
  add_prefix: z.string().default(""),
  /** Accepts a result into which nothing of the source went. */
  allow_empty: z.boolean().default(false),
};

export interface Match {
  /** Target name → source tensor of the same shape. */
  readonly fits: ReadonlyMap<string, WeightTensor>;
  readonly mismatched: readonly { readonly source: WeightTensor; readonly target: WeightTensor }[];
  /** Target names the source lacks. */
  readonly missing: readonly string[];
  /** Source names the target lacks. */
  readonly unexpected: readonly string[];
  /** Source names that are no weights: dropped, and why. */
  readonly dropped: readonly KeyReason[];
  readonly notes: readonly string[];
  readonly hint: string | undefined;
}

/** The update counter that torch's AveragedModel keeps beside the `module.` it wraps. */
const AVERAGED = "n_averaged";

export function matchWeights(
  source: SourceIndex,
  target: SourceIndex,
  params: { readonly strip_prefix: string; readonly add_prefix: string },
): Match {
  const counter = isAveragedModel(source) && !target.weights.some((w) => w.name === AVERAGED);
  const weights = counter ? source.weights.filter((w) => w.name !== AVERAGED) : source.weights;
  const byName = new Map(weights.map((w) => [w.name, w]));
  const aligned = alignNames(
    weights.map((w) => w.name),
    target.weights.map((w) => w.name),
    { strip: params.strip_prefix, add: params.add_prefix },
  );
  const fits = new Map<string, WeightTensor>();
  const mismatched: { source: WeightTensor; target: WeightTensor }[] = [];
  const missing: string[] = [];
  for (const slot of target.weights) {
    const pick = byName.get(aligned.pairs.get(slot.name) ?? "");
    if (pick === undefined || !aligned.pairs.has(slot.name)) missing.push(slot.name);
    else if (sameShape(pick.shape, slot.shape)) fits.set(slot.name, pick);
    else mismatched.push({ source: pick, target: slot });
  }
  return {
    fits,
    mismatched,
    missing,
    unexpected: aligned.unmatched,
    dropped: counter ? [{ key: AVERAGED, reason: "Counter of an averaged model" }] : [],
    notes: aligned.notes,
    hint: aligned.hint,
  };
}

function isAveragedModel(source: SourceIndex): boolean {
  return (
    source.weights.length > 1 &&
    source.weights.some((w) => w.name === AVERAGED) &&
    source.weights.every((w) => w.name === AVERAGED || w.name.startsWith("module."))
  );
}
