/**
 * A loading strategy decides which tensor of the result comes from which bytes. Pure: it opens nothing and changes
 * nothing it was given.
 */
import type { LoadReport, Op, TensorKind, TensorPlan, TensorSpec } from "@drydock/checkpoint";
import type { z } from "zod";
import type { Described } from "../described.ts";

/** A tensor of a checkpoint's weights, as a format reader indexes it. */
export interface WeightTensor extends TensorSpec {
  readonly op: Op;
  readonly kind: TensorKind;
  /** Equal for tensors over one storage; "" when unshared. */
  readonly storage: string;
}

/** One input as a strategy sees it. */
export interface SourceIndex {
  /** Name of the pipeline input. */
  readonly input: string;
  /** Reader that made it; a "spec" has names, shapes and dtypes but no bytes. */
  readonly format: string;
  /** In file order. */
  readonly weights: readonly WeightTensor[];
}

export interface StrategyRequest<P> {
  readonly source: SourceIndex;
  /** undefined: the result is as the source is. */
  readonly target: SourceIndex | undefined;
  readonly params: P;
}

export interface StrategyResult {
  /** In target order, or source order without a target. */
  readonly tensors: readonly TensorPlan[];
  readonly report: LoadReport;
  /** Findings that are no errors, for the user. */
  readonly warnings: readonly string[];
}

export interface Strategy extends Described {
  /** `params`: as in the pipeline; checked again here. Throws CheckpointIncompatibleError. */
  plan(request: StrategyRequest<unknown>): StrategyResult;
  /** Names of the load plan's tensors that the strategy itself wants frozen. */
  frozen(tensors: readonly TensorPlan[], params: unknown): readonly string[];
}

/** What a strategy's file states; `params` reach it parsed and typed. */
export interface StrategyDefinition<S extends z.ZodObject> {
  readonly name: string;
  readonly params: S;
  readonly uris?: readonly string[];
  plan(request: StrategyRequest<z.infer<S>>): StrategyResult;
  frozen?(tensors: readonly TensorPlan[], params: z.infer<S>): readonly string[];
}

export function defineStrategy<S extends z.ZodObject>(definition: StrategyDefinition<S>): Strategy {
  const { name, params } = definition;
  return {
    name,
    params,
    uris: definition.uris ?? [],
    plan: (request) => definition.plan({ ...request, params: params.parse(request.params) }),
    frozen: (tensors, raw) => definition.frozen?.(tensors, params.parse(raw)) ?? [],
  };
}

/** A spec names tensors but has no bytes for them. */
export function hasBytes(index: Pick<SourceIndex, "format">): boolean {
  return index.format !== "spec";
}
