/**
 * The run as a machine: a state and an event give the next state and what must be done now. Pure; no clock, no dice,
 * no I/O, so a log replays to the same state, and the scenarios beside this folder can be read.
 * C2 effects are what the new state calls for and the old one did not (effects.ts).
 * C3 a result for a task that is unknown, finished or of an older generation changes nothing; a success of any attempt
 *    of the present generation counts, a failure only from the present attempt.
 * C4 a run ends once: nothing changes an ended run.
 * C5 time is the event's; a tick that changes nothing is not worth appending (tickChanges).
 * C7 stage and build are provisional until publish succeeded (building.ts).
 */
import { chainResult, loseNode } from "./building.ts";
import { type Effect, newEffects } from "./effects.ts";
import { finish, isOver } from "./ending.ts";
import type { RunEvent, Submitted } from "./events.ts";
import { place } from "./placement.ts";
import type { RunState } from "./state.ts";
import { tick } from "./tick.ts";
import { traceparentOf } from "./trace-ids.ts";
import { unitResult } from "./units.ts";

export { type Effect, outstanding } from "./effects.ts";

/** `state` is undefined before the first event; it is the same object when the event changed nothing. */
export function step(
  state: RunState | undefined,
  event: RunEvent,
): { readonly state: RunState | undefined; readonly effects: readonly Effect[] } {
  const next = fold(state, event);
  return { state: next, effects: next === undefined || next === state ? [] : newEffects(state, next) };
}

/** C5. Whether a tick at that time, with those nodes there, does anything. */
export function tickChanges(state: RunState, atMs: number, nodes: RunEvent["nodes"]): boolean {
  return fold(state, { kind: "tick", atMs, nodes }) !== state;
}

function fold(state: RunState | undefined, event: RunEvent): RunState | undefined {
  if (event.kind === "submitted") return state ?? begin(event, event.atMs, event.nodes);
  // C4; and without its first event there is no run.
  if (state === undefined || state.phase === "ended") return state;
  const next = change(state, event);
  if (next === state || next.phase !== "building") return next;
  // Whatever happened may have made room, or a tail shard possible.
  const there =
    event.kind === "node-lost" ? event.nodes.filter((view) => view.node !== event.node) : event.nodes;
  return { ...next, ...place(next, there, event.atMs) };
}

function change(state: RunState, event: Exclude<RunEvent, { kind: "submitted" }>): RunState {
  switch (event.kind) {
    case "result":
      return event.stage === "stage" || event.stage === "build" || event.stage === "publish"
        ? chainResult(state, event, event.stage)
        : unitResult(state, event, event.stage);
    case "tick":
      return tick(state, event);
    case "cancel":
      return isOver(state) ? state : finish(state, event.atMs, "cancelled", cancelled(event.reason));
    case "node-lost":
      return loseNode(state, event.node);
  }
}

function begin(event: Submitted, atMs: number, nodes: RunEvent["nodes"]): RunState {
  const { runId, key, pipelineDigest, policy, outputUri, context, contextDigest, retryOf, host } = event;
  return {
    runId,
    key,
    pipelineDigest,
    phase: "planning",
    outcome: undefined,
    policy,
    context,
    contextDigest,
    contextRevision: 0,
    units: [{ stage: "acquire", generation: 1, attempt: 1, done: false, retryAtMs: 0 }],
    plan: undefined,
    chains: [],
    nodes: [],
    // Until acquire says for certain: only the node that has the file can tell whether others see it too.
    confineTo: nodes.some((view) => view.node === host) ? host : "",
    outputUri,
    startedMs: atMs,
    deadlineMs: policy.timeoutMs > 0 ? atMs + policy.timeoutMs : 0,
    endedMs: 0,
    waitingSinceMs: 0,
    failure: undefined,
    failedStage: undefined,
    failedShard: 0,
    chainsDone: 0,
    bytesRead: 0,
    bytesWritten: 0,
    traceparent: traceparentOf(runId),
    retryOf,
    publishBegun: false,
    manifestDigest: "",
    unknown: [],
  };
}

function cancelled(reason: string) {
  const message = reason === "" ? "the run was cancelled" : reason;
  return {
    kind: "cancelled",
    name: "CheckpointError",
    message,
    detailsJson: "",
    remedy: "",
    retryAfterMs: 0,
  };
}
