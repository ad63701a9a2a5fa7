/** RunState to drydock.v1.RunState and back. Fields of a newer version survive the way through this one. */
import { CheckpointLoadError } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { packChains, unpackChains } from "./chains.ts";
import { failureFrom, planFrom, planTo, stageFrom, stageTo } from "./parts-codec.ts";
import type { Outcome, Phase, RunState, Unit } from "./state.ts";

const { RunPhase, RunOutcome } = drydock.v1;

const PHASES: Readonly<Record<Phase, drydock.v1.RunPhase>> = {
  planning: RunPhase.RUN_PHASE_PLANNING,
  building: RunPhase.RUN_PHASE_BUILDING,
  sealing: RunPhase.RUN_PHASE_SEALING,
  discarding: RunPhase.RUN_PHASE_DISCARDING,
  ended: RunPhase.RUN_PHASE_ENDED,
};
const OUTCOMES: Readonly<Record<Outcome, drydock.v1.RunOutcome>> = {
  sealed: RunOutcome.RUN_OUTCOME_SEALED,
  planned: RunOutcome.RUN_OUTCOME_PLANNED,
  failed: RunOutcome.RUN_OUTCOME_FAILED,
  cancelled: RunOutcome.RUN_OUTCOME_CANCELLED,
};

export function toProto(state: RunState): drydock.v1.RunState.$Properties {
  const { policy, unknown, outcome, plan, failure, failedStage, chains, nodes, units, phase, ...same } =
    state;
  const { waitingSinceMs, ...fields } = same;
  return {
    ...fields,
    phase: PHASES[phase],
    outcome: outcome === undefined ? RunOutcome.RUN_OUTCOME_UNSPECIFIED : OUTCOMES[outcome],
    policy: { ...policy },
    units: [...units.map(unitTo), ...waitTo(waitingSinceMs)],
    ...(plan === undefined ? {} : { plan: planTo(plan) }),
    chains: packChains(chains, state.startedMs),
    chainNodes: [...nodes],
    submittedMs: state.startedMs,
    ...(failure === undefined ? {} : { failure: { ...failure } }),
    ...(failedStage === undefined ? {} : { failedStage: stageTo(failedStage) }),
    ...(unknown.length === 0 ? {} : { $unknowns: [...unknown] }),
  };
}

/** Throws CheckpointLoadError for a state this version cannot act on. */
export function fromProto(state: drydock.v1.RunState.$Properties): RunState {
  const startedMs = state.startedMs ?? 0;
  const units = state.units ?? [];
  const { policy } = state;
  return {
    runId: state.runId ?? "",
    key: state.key ?? "",
    pipelineDigest: state.pipelineDigest ?? "",
    phase: named(PHASES, state.phase, "phase"),
    outcome: state.outcome ? named(OUTCOMES, state.outcome, "outcome") : undefined,
    policy: {
      maxRetries: policy?.maxRetries ?? 0,
      timeoutMs: policy?.timeoutMs ?? 0,
      asyncExecution: policy?.asyncExecution ?? false,
      planOnly: policy?.planOnly ?? false,
    },
    context: state.context ?? new Uint8Array(),
    contextDigest: state.contextDigest ?? "",
    contextRevision: state.contextRevision ?? 0,
    units: units.flatMap(unitFrom),
    plan: state.plan == null ? undefined : planFrom(state.plan),
    chains: unpackChains(state.chains ?? new Uint8Array(), startedMs),
    nodes: state.chainNodes ?? [],
    confineTo: state.confineTo ?? "",
    outputUri: state.outputUri ?? "",
    startedMs,
    deadlineMs: state.deadlineMs ?? 0,
    endedMs: state.endedMs ?? 0,
    waitingSinceMs: waitFrom(units),
    failure: state.failure == null ? undefined : failureFrom(state.failure),
    failedStage: state.failedStage ? stageFrom(state.failedStage) : undefined,
    failedShard: state.failedShard ?? 0,
    chainsDone: state.chainsDone ?? 0,
    bytesRead: state.bytesRead ?? 0,
    bytesWritten: state.bytesWritten ?? 0,
    traceparent: state.traceparent ?? "",
    retryOf: state.retryOf ?? "",
    publishBegun: state.publishBegun ?? false,
    manifestDigest: state.manifestDigest ?? "",
    unknown: state.$unknowns ?? [],
  };
}

function unitTo({ stage, generation, attempt, done, retryAtMs }: Unit): drydock.v1.UnitState.$Properties {
  // Each attempt but the last has failed, and that too when another is due.
  const failures = retryAtMs > 0 ? attempt : attempt - 1;
  return { stage: stageTo(stage), generation, attempt, done, retryAtMs, failures };
}

function unitFrom(unit: drydock.v1.UnitState.$Properties): Unit[] {
  const stage = stageFrom(unit.stage ?? 0);
  if (stage === "stage") return [];
  if (stage === "build" || stage === "publish") throw unreadable(`a unit of stage ${stage}`);
  const { generation, attempt, done, retryAtMs } = unit;
  return [
    {
      stage,
      generation: generation ?? 0,
      attempt: attempt ?? 0,
      done: done ?? false,
      retryAtMs: retryAtMs ?? 0,
    },
  ];
}

/** Waiting for a node that could stage the next shard (or do whatever is next) stands as a unit without attempts. */
function waitTo(sinceMs: number): drydock.v1.UnitState.$Properties[] {
  return sinceMs === 0 ? [] : [{ stage: stageTo("stage"), retryAtMs: sinceMs }];
}

function waitFrom(units: readonly drydock.v1.UnitState.$Properties[]): number {
  return units.find((unit) => stageFrom(unit.stage ?? 0) === "stage")?.retryAtMs ?? 0;
}

function named<K extends string>(
  table: Readonly<Record<K, number>>,
  value: number | null | undefined,
  what: string,
): K {
  for (const key in table) if (table[key] === value) return key;
  throw unreadable(`${what} ${value}`);
}

function unreadable(what: string): CheckpointLoadError {
  return new CheckpointLoadError(`coordinator: this version does not know ${what} in a run's state`, {
    code: "RUN_STATE_UNREADABLE",
    remedy: "A newer coordinator wrote it; upgrade this one.",
  });
}
