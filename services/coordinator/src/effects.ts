/**
 * What must be done because a run is in a state. C2: effects are derived from state alone, so the new ones are those
 * that the state before did not call for, and after a crash all of them can be had again.
 */
import {
  type ChainStage,
  DISCARD_GENERATION,
  type Failure,
  type Outcome,
  type RunState,
  type Stage,
} from "./state.ts";

export interface DispatchEffect {
  readonly kind: "dispatch";
  readonly stage: Stage;
  readonly shard: number;
  readonly generation: number;
  readonly attempt: number;
  /** "any", or the node that has to do it. */
  readonly target: string;
  /** "c", or the kernel class of a build. */
  readonly class: string;
  /** Seal only: remove what was begun instead. */
  readonly discard: boolean;
}

export type Effect =
  | DispatchEffect
  /** Tell all workers that this run is not to be worked on any more (but for discarding). */
  | { readonly kind: "cancel-tasks"; readonly reason: string }
  /** Nothing of this run is needed any more: queued tasks go. */
  | { readonly kind: "release" }
  | {
      readonly kind: "announce-end";
      readonly outcome: Outcome;
      readonly outputUri: string;
      readonly manifestDigest: string;
      readonly failure: Failure | undefined;
      readonly endedMs: number;
    };

/** Identity of a task within its run. */
export function taskId(task: {
  readonly stage: Stage;
  readonly shard: number;
  readonly generation: number;
  readonly attempt: number;
}): string {
  return `${task.stage}.${task.shard}.${task.generation}-${task.attempt}`;
}

/** C2. Everything this state calls for; doing any of it twice is harmless. */
export function outstanding(state: RunState): Effect[] {
  const { phase, outcome, outputUri, manifestDigest, failure, endedMs } = state;
  const effects: Effect[] = [];
  // A run that came to nothing tells its workers, also those that a lost node takes up again much later.
  if ((phase === "discarding" || phase === "ended") && (outcome === "failed" || outcome === "cancelled"))
    effects.push({ kind: "cancel-tasks", reason: failure?.message ?? outcome });
  if (phase === "ended") {
    effects.push({ kind: "release" });
    if (outcome !== undefined)
      effects.push({ kind: "announce-end", outcome, outputUri, manifestDigest, failure, endedMs });
    return effects;
  }
  return [...effects, ...awaited(state)];
}

/** Tasks that are out and whose results count. */
function awaited(state: RunState): DispatchEffect[] {
  const discarding = state.phase === "discarding";
  const anywhere = state.confineTo === "" ? "any" : state.confineTo;
  const tasks: DispatchEffect[] = [];
  for (const { stage, generation, attempt, done, retryAtMs } of state.units) {
    const discard = generation === DISCARD_GENERATION;
    if (done || retryAtMs > 0 || discard !== discarding) continue;
    tasks.push({
      kind: "dispatch",
      stage,
      shard: 0,
      generation,
      attempt,
      target: anywhere,
      class: "c",
      discard,
    });
  }
  if (state.phase !== "building") return tasks;
  state.chains.forEach(({ step, node, generation, attempt, retryAtMs }, shard) => {
    if (step === "waiting" || step === "done" || retryAtMs > 0) return;
    const target = state.nodes[node];
    if (target === undefined)
      throw new Error(`run ${state.runId}: shard ${shard} is on node ${node} of ${state.nodes.length}`);
    const to = { target, class: taskClass(state, step) };
    tasks.push({ kind: "dispatch", stage: step, shard, generation, attempt, ...to, discard: false });
  });
  return tasks;
}

function taskClass(state: RunState, step: ChainStage): string {
  return step === "build" ? (state.plan?.kernelClass ?? "c") : "c";
}

/** Those of `next` that `before` did not call for. */
export function newEffects(before: RunState | undefined, next: RunState): Effect[] {
  const known = new Set(before === undefined ? [] : outstanding(before).map(effectId));
  return outstanding(next).filter((effect) => !known.has(effectId(effect)));
}

function effectId(effect: Effect): string {
  return effect.kind === "dispatch" ? taskId(effect) : effect.kind;
}
