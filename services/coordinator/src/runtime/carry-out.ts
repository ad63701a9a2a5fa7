/** Does what the machine asks for. Every effect may be done twice (C2). */
import { type Bus, cancelRun, deleteTasksOfRun, publishDone, publishTask, stageOf } from "@drydock/bus";
import { crashPoint } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import type { DispatchEffect, Effect } from "../effects.ts";
import type { RunState } from "../state.ts";

/** Dispatches in flight at once: fills the pipe to the server. */
const AT_ONCE = 32;

/**
 * `again`: these effects were done before, or that is likely. Then queued tasks are left alone but at the end, for the
 * task that discards may be among them; the cancellation alone stops whoever takes one of the others.
 * `announced`: this call told the end of the run first.
 */
export async function carryOut(
  bus: Bus,
  state: RunState,
  effects: readonly Effect[],
  again: boolean,
): Promise<{ readonly announced: boolean }> {
  let announced = false;
  const dispatches: DispatchEffect[] = [];
  const dispatch = async (effect: DispatchEffect): Promise<void> => {
    await publishTask(bus, taskOf(state, effect), { target: effect.target, class: effect.class });
  };
  for (const effect of effects) {
    switch (effect.kind) {
      case "dispatch":
        dispatches.push(effect);
        break;
      case "cancel-tasks":
        await cancelRun(bus, state.runId, effect.reason);
        if (!again) await deleteTasksOfRun(bus, state.runId);
        break;
      case "release":
        await deleteTasksOfRun(bus, state.runId);
        break;
      case "announce-end":
        announced = await announce(bus, state.runId, effect);
        break;
    }
  }
  const [first, ...rest] = dispatches;
  if (first === undefined) return { announced };
  await dispatch(first);
  if (rest.length === 0) return { announced };
  crashPoint("coordinator.mid-dispatch");
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await dispatch(next);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rest.length) }, worker));
  return { announced };
}

function taskOf(state: RunState, effect: DispatchEffect): drydock.v1.Task {
  const { stage, shard, generation, attempt, discard } = effect;
  const planned = state.plan === undefined ? {} : { planDigest: state.plan.planDigest };
  const carriesContext = stage === "acquire" || stage === "load" || stage === "transform" || stage === "seal";
  return drydock.v1.Task.create({
    runId: state.runId,
    stage: stageOf(stage),
    shard,
    generation,
    attempt,
    ...(carriesContext ? { context: state.context, contextDigest: state.contextDigest } : {}),
    ...planned,
    ...(stage === "publish" || stage === "seal" ? { outputUri: state.outputUri } : {}),
    discard,
    traceparent: state.traceparent,
  });
}

async function announce(
  bus: Bus,
  runId: string,
  { outcome, outputUri, manifestDigest, failure, endedMs }: Extract<Effect, { kind: "announce-end" }>,
): Promise<boolean> {
  const why =
    failure === undefined
      ? {}
      : {
          failure: {
            kind: failure.kind,
            name: failure.name,
            message: failure.message,
            remedy: failure.remedy,
          },
        };
  const stored = await publishDone(bus, { runId, outcome, outputUri, manifestDigest, ...why }, endedMs);
  return !stored.duplicate;
}
