/** How a run comes to its end, well or not. */
import { DISCARD_GENERATION, type Failure, type Outcome, type RunState, type Stage } from "./state.ts";

/** Nothing can change the outcome any more. */
export function isOver(state: RunState): boolean {
  return state.phase === "discarding" || state.phase === "ended";
}

export function end(state: RunState, atMs: number, outcome: Outcome): RunState {
  return { ...state, phase: "ended", outcome, endedMs: atMs, waitingSinceMs: 0 };
}

/**
 * Failed for good, or cancelled. What was begun at the output is discarded first; workers that still publish stop at
 * the cancellation, which is told before the discard task goes out.
 */
export function finish(
  state: RunState,
  atMs: number,
  outcome: "failed" | "cancelled",
  failure: Failure,
  at?: { readonly stage: Stage; readonly shard: number },
): RunState {
  const failed: RunState = {
    ...state,
    outcome,
    failure,
    failedStage: at?.stage,
    failedShard: at?.shard ?? 0,
    waitingSinceMs: 0,
  };
  if (!state.publishBegun) return end(failed, atMs, outcome);
  const discard = {
    stage: "seal",
    generation: DISCARD_GENERATION,
    attempt: 1,
    done: false,
    retryAtMs: 0,
  } as const;
  return { ...failed, phase: "discarding", units: [...state.units, discard] };
}

export function failure(kind: string, name: string, message: string, remedy: string): Failure {
  return { kind, name, message, detailsJson: "", remedy, retryAfterMs: 0 };
}
