/** What a run is, as data: everything the coordinator decides by, and nothing else. */

export type Phase = "planning" | "building" | "sealing" | "discarding" | "ended";
export type Outcome = "sealed" | "planned" | "failed" | "cancelled";
export type UnitStage = "acquire" | "load" | "transform" | "seal";
export type ChainStage = "stage" | "build" | "publish";
export type Stage = UnitStage | ChainStage;

/** What the pipeline says about how to run it. */
export interface Policy {
  /** Attempts after the first, per task. */
  readonly maxRetries: number;
  /** For the whole run; 0 = none. */
  readonly timeoutMs: number;
  /** False: one task at a time, in the plan's order. */
  readonly asyncExecution: boolean;
  readonly planOnly: boolean;
}

/** One task of which a run has one: acquire, load, transform, seal. */
export interface Unit {
  readonly stage: UnitStage;
  /** 1, but DISCARD_GENERATION for the seal task that gives up instead. */
  readonly generation: number;
  /** In progress or last made, from 1. */
  readonly attempt: number;
  readonly done: boolean;
  /** Server time from which the next attempt may start; 0 = this attempt is still awaited. */
  readonly retryAtMs: number;
}

export const DISCARD_GENERATION = 2;

/** One shard on its way: stage, build, publish, all on one node and provisional until published (C7). */
export interface Chain {
  /** "waiting" has no node and no task. */
  readonly step: "waiting" | ChainStage | "done";
  /** Index in RunState.nodes; -1 while waiting. */
  readonly node: number;
  /** From 1; part of every task id (C7). */
  readonly generation: number;
  /** Of the present step, from 1; 0 while waiting. */
  readonly attempt: number;
  /** As in Unit; while waiting, the time before which it is not placed again. */
  readonly retryAtMs: number;
  /** Its report exists: a shard that needs what reports say (checksums) may be built. Stays true (C7 keeps reports). */
  readonly reported: boolean;
  /** How often an artifact of it was missing. */
  readonly missing: number;
}

export const UNTOUCHED: Chain = {
  step: "waiting",
  node: -1,
  generation: 1,
  attempt: 0,
  retryAtMs: 0,
  reported: false,
  missing: 0,
};

/** What transform found out about the work ahead. Bytes. */
export interface PlanSummary {
  readonly planDigest: string;
  readonly shards: number;
  /** The last so many shards hold checksums of the others and are built after them. */
  readonly tailShards: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly largestShardBytes: number;
  /** Such as "wasm-1": only workers of this class build. */
  readonly kernelClass: string;
}

export const MOST_SHARDS = 4_096;

export interface Failure {
  /** A kind of the error table; one this version does not know counts as "internal". */
  readonly kind: string;
  readonly name: string;
  readonly message: string;
  readonly detailsJson: string;
  readonly remedy: string;
  readonly retryAfterMs: number;
}

export interface RunState {
  readonly runId: string;
  readonly key: string;
  readonly pipelineDigest: string;
  readonly phase: Phase;
  /** Known as soon as it is certain: while discarding too. */
  readonly outcome: Outcome | undefined;
  readonly policy: Policy;
  /** Encoded CheckpointContext, or empty when it lies in the plan store under contextDigest. */
  readonly context: Uint8Array;
  readonly contextDigest: string;
  readonly contextRevision: number;
  readonly units: readonly Unit[];
  readonly plan: PlanSummary | undefined;
  readonly chains: readonly Chain[];
  /** Names of the nodes that chains were given to. */
  readonly nodes: readonly string[];
  /** "" or the one node that may do this run's tasks. */
  readonly confineTo: string;
  readonly outputUri: string;
  /** Server times in milliseconds; 0 = not yet, or none. */
  readonly startedMs: number;
  readonly deadlineMs: number;
  readonly endedMs: number;
  /** Since when no node could do what is to be done next. */
  readonly waitingSinceMs: number;
  readonly failure: Failure | undefined;
  readonly failedStage: Stage | undefined;
  readonly failedShard: number;
  readonly chainsDone: number;
  /** As reported by the results that counted. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly traceparent: string;
  readonly retryOf: string;
  /** Something may lie beside the output's name: a run that fails now has to discard it. */
  readonly publishBegun: boolean;
  readonly manifestDigest: string;
  /** Fields of a newer version, kept as they came. */
  readonly unknown: readonly Uint8Array[];
}

/** A node as placement sees it. */
export interface NodeView {
  readonly node: string;
  readonly buildSlots: number;
  readonly kernelClasses: readonly string[];
}
