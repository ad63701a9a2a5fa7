/**
 * Fills a target from what a strategy picked of the source.
 *
 * F1  Every target tensor is filled exactly once, in target order, with the target's name, shape, dtype and kind.
 * F2  Tied target tensors stay tied: one that the source lacks takes the value of one it has. Only where the source
 *     has two different values for them are they written apart, and the user is told.
 * F3  A tensor nobody fills keeps the target's own bytes; a spec has none, which is an error naming the key.
 */
import { type KeyReason, nbytes, numel, type TensorPlan } from "@drydock/checkpoint";
import { canCast, castableNames, castOp } from "../kernel-ops.ts";
import { incompatible } from "./incompatible.ts";
import { hasBytes, type SourceIndex, type StrategyResult, type WeightTensor } from "./strategy.ts";
import { tiedNames } from "./ties.ts";

export interface FillRequest {
  readonly strategy: string;
  readonly source: SourceIndex;
  readonly target: SourceIndex;
  /** Target name → source tensor of the same shape. */
  readonly picks: ReadonlyMap<string, WeightTensor>;
  /** Why a target key was not picked, where it is more than absence. */
  readonly refused: ReadonlyMap<string, string>;
  readonly skipped: readonly KeyReason[];
  readonly warnings: readonly string[];
  /** Zero transferred tensors are an error unless this. */
  readonly allowEmpty: boolean;
  /** What would match more. */
  readonly hint: string | undefined;
}

export function fillTarget(request: FillRequest): StrategyResult {
  const { strategy, source, target, skipped } = request;
  const warnings = [...request.warnings];
  const tied = tiedNames(target.weights);
  const picks = spreadOverTies(request.picks, tied, warnings);
  const torn = tornNames(picks, tied, warnings);
  refuseUncastable(strategy, target, picks);

  const tensors: TensorPlan[] = [];
  const transferred: string[] = [];
  const unfilled: KeyReason[] = [];
  const homeless: string[] = [];
  let transferredBytes = 0;
  let transferredElements = 0;
  for (const slot of target.weights) {
    const pick = picks.get(slot.name);
    const storage = torn.has(slot.name) ? "" : slot.storage;
    if (pick !== undefined) {
      tensors.push({ ...fromSource(pick, source.input, slot), storage });
      transferred.push(slot.name);
      transferredBytes += nbytes(pick);
      transferredElements += numel(pick.shape);
      continue;
    }
    const why = request.refused.get(slot.name) ?? "Not in source";
    if (!hasBytes(target)) homeless.push(slot.name);
    unfilled.push({ key: slot.name, reason: `${why}; the target's own value is kept` });
    tensors.push({
      ...specOf(slot),
      op: slot.op,
      origin: { kind: "target", input: target.input, key: slot.name, dtype: slot.dtype },
      storage,
    });
  }
  if (transferred.length === 0 && target.weights.length > 0 && !request.allowEmpty) {
    throw incompatible(
      `${strategy}: none of the source's ${source.weights.length} keys fits any of the target's ${target.weights.length}`,
      {
        missing: target.weights.map((w) => w.name),
        unexpected: source.weights.map((w) => w.name),
      },
      request.hint ??
        "compare the names; loading.allow_empty: true accepts a result without any transferred key",
    );
  }
  if (homeless.length > 0) {
    throw incompatible(
      `${strategy}: the target is a spec without values, and the source does not fill all of its keys`,
      {
        missing: homeless.filter((name) => !request.refused.has(name)),
        mismatched: homeless.flatMap((name) => {
          const why = request.refused.get(name);
          return why === undefined ? [] : [`${name}: ${why}`];
        }),
      },
      request.hint ?? "give a checkpoint of the target model instead of a spec",
    );
  }
  warnings.push(...coverage(transferred.length, transferredElements, target));
  if (request.hint !== undefined && unfilled.length > 0) warnings.push(request.hint);
  return {
    tensors,
    report: { strategy, transferred, skipped, unfilled, transferredBytes, transferredElements },
    warnings,
  };
}

/** The weights as they are. */
export function copySource(strategy: string, source: SourceIndex): StrategyResult {
  return {
    tensors: source.weights.map((w) => ({ ...fromSource(w, source.input, w), storage: w.storage })),
    report: {
      strategy,
      transferred: source.weights.map((w) => w.name),
      skipped: [],
      unfilled: [],
      transferredBytes: source.weights.reduce((n, w) => n + nbytes(w), 0),
      transferredElements: source.weights.reduce((n, w) => n + numel(w.shape), 0),
    },
    warnings: [],
  };
}

function specOf(slot: WeightTensor) {
  return { name: slot.name, dtype: slot.dtype, shape: slot.shape, kind: slot.kind, modifiers: [] };
}

function fromSource(pick: WeightTensor, input: string, slot: WeightTensor): Omit<TensorPlan, "storage"> {
  return {
    ...specOf(slot),
    // A plain state dict does not say what is a buffer; the other side may.
    kind: slot.kind === "unknown" ? pick.kind : slot.kind,
    op: castOp(pick.op, pick.dtype, slot.dtype),
    origin: { kind: "transferred", input, key: pick.name, dtype: pick.dtype },
  };
}

function spreadOverTies(
  picks: ReadonlyMap<string, WeightTensor>,
  tied: ReadonlyMap<string, readonly string[]>,
  warnings: string[],
): ReadonlyMap<string, WeightTensor> {
  const all = new Map(picks);
  for (const [name, group] of tied) {
    if (all.has(name)) continue;
    const filled = group.find((member) => picks.has(member));
    const pick = filled === undefined ? undefined : picks.get(filled);
    if (pick === undefined) continue;
    all.set(name, pick);
    warnings.push(`${name} is tied to ${filled} in the target and takes its value`);
  }
  return all;
}

/** Names whose ties the source breaks by having different values for them. */
function tornNames(
  picks: ReadonlyMap<string, WeightTensor>,
  tied: ReadonlyMap<string, readonly string[]>,
  warnings: string[],
): ReadonlySet<string> {
  const torn = new Set<string>();
  for (const group of new Set(tied.values())) {
    const values = new Set(group.map((name) => JSON.stringify(picks.get(name)?.op)));
    if (values.size < 2) continue;
    for (const name of group) torn.add(name);
    warnings.push(`${group.join(", ")} are tied in the target but stored apart in the source; written apart`);
  }
  return torn;
}

function refuseUncastable(
  strategy: string,
  target: SourceIndex,
  picks: ReadonlyMap<string, WeightTensor>,
): void {
  const wrong = target.weights.flatMap((slot) => {
    const pick = picks.get(slot.name);
    return pick === undefined || canCast(pick.dtype, slot.dtype)
      ? []
      : [`${slot.name}: ${pick.dtype} vs ${slot.dtype}`];
  });
  if (wrong.length === 0) return;
  throw incompatible(
    `${strategy}: dtypes that cannot be converted (only among ${castableNames()})`,
    { mismatched: wrong },
    "give a target with the source's dtypes for these keys",
  );
}

function coverage(tensors: number, elements: number, target: SourceIndex): string[] {
  const total = target.weights.reduce((n, w) => n + numel(w.shape), 0);
  if (target.weights.length === 0 || elements * 2 >= total) return [];
  const percent = ((100 * elements) / total).toFixed(1);
  return [
    `only ${tensors} of ${target.weights.length} target keys (${percent} % of elements) come from the source`,
  ];
}
