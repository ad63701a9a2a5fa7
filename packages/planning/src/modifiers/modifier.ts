/** A modifier changes what will be written: pure, from one state of the model to the next. */
import type { TensorPlan } from "@drydock/checkpoint";
import type { z } from "zod";
import type { Described } from "../described.ts";

/** One wish to freeze and what it came to. */
export interface FreezeRequest {
  /** "freeze" or the strategy parameter that asked. */
  readonly by: string;
  /** As configured. */
  readonly entry: string;
  /** Full module or tensor path; "" when it stands for no single module, or for none. */
  readonly resolved: string;
  /** Newly frozen. */
  readonly tensors: number;
  readonly elements: number;
}

export interface ModelState {
  /** In output order. */
  readonly tensors: readonly TensorPlan[];
  /** Names of frozen parameters. */
  readonly frozen: ReadonlySet<string>;
  readonly freezes: readonly FreezeRequest[];
  /** What ran, in order: type, parameters and counts, as the manifest shows them. */
  readonly applied: readonly Readonly<Record<string, unknown>>[];
  readonly warnings: readonly string[];
}

export interface Modifier extends Described {
  /** Throws CheckpointConfigError (paths relative to the modifier) or CheckpointIncompatibleError. */
  apply(state: ModelState, params: unknown): ModelState;
}

export interface ModifierDefinition<S extends z.ZodObject> {
  readonly name: string;
  readonly params: S;
  readonly uris?: readonly string[];
  apply(state: ModelState, params: z.infer<S>): ModelState;
}

export function defineModifier<S extends z.ZodObject>(definition: ModifierDefinition<S>): Modifier {
  const { name, params } = definition;
  return {
    name,
    params,
    uris: definition.uris ?? [],
    apply: (state, raw) => definition.apply(state, params.parse(raw)),
  };
}

export function initialState(tensors: readonly TensorPlan[]): ModelState {
  return { tensors, frozen: new Set(), freezes: [], applied: [], warnings: [] };
}
