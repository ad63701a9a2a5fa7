/** acquire → load → transform, and seal: the tasks of which a run has one each. */
import { taskId } from "./effects.ts";
import { end, failure, finish } from "./ending.ts";
import type { Done, TaskResult } from "./events.ts";
import { isRetryable, retryAt } from "./retry.ts";
import {
  DISCARD_GENERATION,
  type Failure,
  MOST_SHARDS,
  type PlanSummary,
  type RunState,
  UNTOUCHED,
  type Unit,
  type UnitStage,
} from "./state.ts";

/** What a subject can hold as target or class: another one would fail every dispatch for ever. */
const TOKEN = /^[A-Za-z0-9_-]{1,64}$/;

type At = TaskResult & { readonly atMs: number };

export function unitResult(state: RunState, result: At, stage: UnitStage): RunState {
  const unit = state.units.find((u) => u.stage === stage && u.generation === result.generation);
  // C3; a seal that is done while its output is being discarded comes late too.
  if (
    unit === undefined ||
    unit.done ||
    (unit.generation === DISCARD_GENERATION) !== (state.phase === "discarding")
  ) {
    return state;
  }
  const { outcome } = result;
  if (outcome.kind === "done")
    return succeeded(
      counted(withUnit(state, { ...unit, done: true, retryAtMs: 0 }), result),
      unit,
      outcome,
      result.atMs,
    );
  // C3
  if (result.attempt !== unit.attempt || unit.retryAtMs > 0) return state;
  return failed(counted(state, result), unit, outcome.failure, result);
}

function succeeded(before: RunState, unit: Unit, done: Done, atMs: number): RunState {
  // A seal changes nothing that a later stage reads, but its record belongs to the run.
  const state = withContext(before, done);
  switch (unit.stage) {
    case "acquire": {
      const { confineTo } = done;
      if (confineTo === "" || TOKEN.test(confineTo)) return withUnit({ ...state, confineTo }, first("load"));
      const problem = broken(
        `acquire confines the run to ${JSON.stringify(confineTo)}, which is no node's name`,
      );
      return finish(state, atMs, "failed", problem, { stage: "acquire", shard: 0 });
    }
    case "load":
      return withUnit(state, first("transform"));
    case "transform":
      return transformed(state, done, atMs);
    case "seal":
      return unit.generation === DISCARD_GENERATION
        ? end(state, atMs, state.outcome ?? "failed")
        : end({ ...state, manifestDigest: done.digest }, atMs, "sealed");
  }
}

function transformed(before: RunState, done: Done, atMs: number): RunState {
  const at = { stage: "transform", shard: 0 } as const;
  if (done.plan === undefined) {
    if (done.alreadySealed && !before.policy.planOnly)
      return end({ ...before, manifestDigest: done.digest }, atMs, "sealed");
    return finish(
      before,
      atMs,
      "failed",
      broken("transform reported neither a plan nor a sealed output"),
      at,
    );
  }
  const state = { ...before, plan: done.plan };
  const problem = planProblem(done.plan);
  if (problem !== undefined) return finish(state, atMs, "failed", broken(problem), at);
  if (state.policy.planOnly) return end(state, atMs, "planned");
  if (done.alreadySealed) return end({ ...state, manifestDigest: done.digest }, atMs, "sealed");
  if (done.plan.shards === 0) return startSeal(state);
  return { ...state, phase: "building", chains: Array.from({ length: done.plan.shards }, () => UNTOUCHED) };
}

function planProblem(plan: PlanSummary): string | undefined {
  if (plan.shards > MOST_SHARDS) return `the plan has ${plan.shards} shards, ${MOST_SHARDS} is the limit`;
  if (plan.tailShards > plan.shards)
    return `the plan has ${plan.shards} shards and ${plan.tailShards} of them at its tail`;
  if (!TOKEN.test(plan.kernelClass)) {
    return `the plan's kernel class ${JSON.stringify(plan.kernelClass)} is no subject token`;
  }
  return undefined;
}

/** All shards are published. Seal may touch the output's name, so from here on a failure discards. */
export function startSeal(state: RunState): RunState {
  return withUnit({ ...state, phase: "sealing", publishBegun: true }, first("seal"));
}

function failed(state: RunState, unit: Unit, why: Failure, result: At): RunState {
  if (isRetryable(why) && unit.attempt <= state.policy.maxRetries) {
    const id = `${state.runId}.${taskId({ ...unit, shard: 0 })}`;
    return withUnit(state, { ...unit, retryAtMs: retryAt(id, unit.attempt, why, result.atMs) });
  }
  // What could not be discarded is left to the sweep of old uploads; why the run failed stays the first reason.
  if (unit.generation === DISCARD_GENERATION) return end(state, result.atMs, state.outcome ?? "failed");
  return finish(state, result.atMs, "failed", why, { stage: unit.stage, shard: 0 });
}

function first(stage: UnitStage): Unit {
  return { stage, generation: 1, attempt: 1, done: false, retryAtMs: 0 };
}

function withUnit(state: RunState, unit: Unit): RunState {
  const at = state.units.findIndex((u) => u.stage === unit.stage && u.generation === unit.generation);
  return { ...state, units: at < 0 ? [...state.units, unit] : state.units.with(at, unit) };
}

function withContext(state: RunState, done: Done): RunState {
  const { context, contextDigest } = done;
  if (context.length === 0 && contextDigest === "") return state;
  return { ...state, context, contextDigest, contextRevision: state.contextRevision + 1 };
}

/** The usage of a result that counts. */
export function counted(state: RunState, result: TaskResult): RunState {
  return {
    ...state,
    bytesRead: state.bytesRead + result.bytesRead,
    bytesWritten: state.bytesWritten + result.bytesWritten,
  };
}

function broken(message: string): Failure {
  return failure(
    "internal",
    "CheckpointError",
    message,
    "This is a bug; please report it with `drydock runs show`.",
  );
}
