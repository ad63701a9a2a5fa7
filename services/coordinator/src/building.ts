/**
 * The chains stage → build → publish, one per shard.
 * C7 while a chain is not published, losing its node or one of its artifacts reopens it at the next generation.
 */
import { taskId } from "./effects.ts";
import { finish } from "./ending.ts";
import type { TaskResult } from "./events.ts";
import { reopened } from "./placement.ts";
import { isRetryable, retryAt } from "./retry.ts";
import type { Chain, ChainStage, Failure, RunState } from "./state.ts";
import { counted, startSeal } from "./units.ts";

/** An artifact that is missing so often is not lost by accident. */
const MOST_MISSING = 8;

type At = TaskResult & { readonly atMs: number };

export function chainResult(state: RunState, result: At, stage: ChainStage): RunState {
  const chain = state.chains[result.shard];
  // C3: "waiting" and "done" await nothing, another step was not begun or is over, another generation is late.
  if (state.phase !== "building" || chain?.step !== stage || chain.generation !== result.generation)
    return state;
  const { outcome } = result;
  if (outcome.kind === "done") return advanced(counted(state, result), result.shard, chain, stage);
  // C3
  if (result.attempt !== chain.attempt || chain.retryAtMs > 0) return state;
  return failed(counted(state, result), result, chain, stage, outcome.failure);
}

function advanced(state: RunState, shard: number, chain: Chain, stage: ChainStage): RunState {
  const next = { ...chain, attempt: 1, retryAtMs: 0 };
  switch (stage) {
    case "stage":
      return withChain(state, shard, { ...next, step: "build" });
    case "build":
      return withChain({ ...state, publishBegun: true }, shard, { ...next, step: "publish", reported: true });
    case "publish": {
      const done = withChain({ ...state, chainsDone: state.chainsDone + 1 }, shard, {
        ...next,
        step: "done",
      });
      return done.chainsDone === done.chains.length ? startSeal(done) : done;
    }
  }
}

function failed(state: RunState, result: At, chain: Chain, stage: ChainStage, why: Failure): RunState {
  const { shard, atMs } = result;
  const id = `${state.runId}.${taskId({ ...chain, stage, shard })}`;
  const { maxRetries } = state.policy;
  if (why.kind === "artifact-missing" && stage !== "stage") {
    // C7. Repeating the task would miss it again.
    const missing = chain.missing + 1;
    if (missing <= Math.min(maxRetries, MOST_MISSING)) {
      return withChain(state, shard, reopened(chain, missing, retryAt(id, missing, why, atMs)));
    }
  } else if (isRetryable(why) && chain.attempt <= maxRetries) {
    return withChain(state, shard, { ...chain, retryAtMs: retryAt(id, chain.attempt, why, atMs) });
  }
  return finish(state, atMs, "failed", why, { stage, shard });
}

/** C7. The node's chains that are not published begin anew; the same state when there is none. */
export function loseNode(state: RunState, node: string): RunState {
  const lost = state.nodes.indexOf(node);
  const isLost = (chain: Chain): boolean =>
    chain.node === lost && chain.step !== "waiting" && chain.step !== "done";
  if (state.phase !== "building" || lost < 0 || !state.chains.some(isLost)) return state;
  return {
    ...state,
    chains: state.chains.map((chain) => (isLost(chain) ? reopened(chain, chain.missing, 0) : chain)),
  };
}

function withChain(state: RunState, shard: number, chain: Chain): RunState {
  return { ...state, chains: state.chains.with(shard, chain) };
}
