/** What the passing of time does to a run (C5). */
import { end, failure, finish, isOver } from "./ending.ts";
import type { RunEvent } from "./events.ts";
import { eligible, place } from "./placement.ts";
import { type Chain, DISCARD_GENERATION, type Failure, type RunState, type Unit } from "./state.ts";

/** A cluster that starts has its nodes within seconds; before that their absence is no news. */
const SETTLE_MS = 10_000;
/** How long a run waits for a node that can do its work: longer than a node takes to be replaced. */
export const WAIT_LIMIT_MS = 5 * 60_000;

/** The same state when nothing is due. */
export function tick(state: RunState, { atMs, nodes }: Pick<RunEvent, "atMs" | "nodes">): RunState {
  if (state.deadlineMs > 0 && atMs >= state.deadlineMs && !isOver(state)) {
    return finish(state, atMs, "failed", timedOut(state));
  }
  const able = eligible(state, nodes).length > 0;
  if (!able && state.waitingSinceMs > 0 && atMs >= state.waitingSinceMs + WAIT_LIMIT_MS) {
    return isOver(state)
      ? end(state, atMs, state.outcome ?? "failed")
      : finish(state, atMs, "failed", nobody(state));
  }
  return waiting(placed(retried(state, atMs), nodes, atMs), able, atMs);
}

/** Attempts whose time has come. */
function retried(state: RunState, atMs: number): RunState {
  const due = (task: Unit | Chain): boolean =>
    task.retryAtMs > 0 && task.retryAtMs <= atMs && task.attempt > 0;
  const again = <T extends Unit | Chain>(task: T): T =>
    due(task) ? { ...task, attempt: task.attempt + 1, retryAtMs: 0 } : task;
  if (state.phase === "building") {
    return state.chains.some(due) ? { ...state, chains: state.chains.map(again) } : state;
  }
  const open = openUnit(state);
  if (open === undefined || !due(open)) return state;
  return { ...state, units: state.units.map((unit) => (unit === open ? again(unit) : unit)) };
}

/** The one unit in progress; when discarding, a seal that was interrupted is none. */
function openUnit(state: RunState): Unit | undefined {
  const discarding = state.phase === "discarding";
  return state.units.find((unit) => !unit.done && (unit.generation === DISCARD_GENERATION) === discarding);
}

function placed(state: RunState, nodes: RunEvent["nodes"], atMs: number): RunState {
  const { chains, nodes: names } = place(state, nodes, atMs);
  return chains === state.chains ? state : { ...state, chains, nodes: names };
}

/** Notes since when nobody is there, or that somebody is again. */
function waiting(state: RunState, able: boolean, atMs: number): RunState {
  if (able) return state.waitingSinceMs === 0 ? state : { ...state, waitingSinceMs: 0 };
  if (state.waitingSinceMs > 0 || atMs < state.startedMs + SETTLE_MS) return state;
  return { ...state, waitingSinceMs: atMs };
}

/** Server time at which a tick may next do something by itself; undefined when none. */
export function nextDueMs(state: RunState): number | undefined {
  if (state.phase === "ended") return undefined;
  const tasks = state.phase === "building" ? state.chains : [openUnit(state)];
  const times = tasks.map((task) => task?.retryAtMs ?? 0).filter((ms) => ms > 0);
  if (state.deadlineMs > 0 && !isOver(state)) times.push(state.deadlineMs);
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
}

function timedOut(state: RunState): Failure {
  const { timeoutMs } = state.policy;
  const message = `the run took longer than pipeline.timeout, ${timeoutMs / 1000} s`;
  return failure(
    "timeout",
    "CheckpointTimeoutError",
    message,
    "Raise pipeline.timeout, or leave it out for no limit.",
  );
}

function nobody(state: RunState): Failure {
  const minutes = WAIT_LIMIT_MS / 60_000;
  if (state.confineTo !== "") {
    const message = `node ${state.confineTo}, which alone can read this run's files, was not there for ${minutes} minutes`;
    return failure(
      "capacity",
      "CheckpointSourceError",
      message,
      "Start that node's services, or put the files below a shared root.",
    );
  }
  const kernels = state.phase === "building" ? state.plan?.kernelClass : undefined;
  const message =
    kernels === undefined
      ? `no node was there for ${minutes} minutes`
      : `no node advertised kernels ${kernels} for ${minutes} minutes`;
  return failure(
    "capacity",
    "CheckpointSourceError",
    message,
    "Look at `drydock nodes`, and start a node whose transformer offers them.",
  );
}
