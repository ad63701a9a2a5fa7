/** What a run's log says, folded into one readable value. Pure: the same entries always give the same view. */
import { type StageName, stageName } from "@drydock/bus";
import { drydock } from "@drydock/proto";

type RunEvent = drydock.v1.RunEvent.$Properties;
type Failed = drydock.v1.Failed.$Properties;

const { RunPhase, RunOutcome } = drydock.v1;

export type { StageName } from "@drydock/bus";

/** A failed attempt, or the failure that ended the run. */
export interface FailureView {
  readonly stage: StageName | "run";
  readonly shard: number;
  readonly attempt: number;
  readonly node: string;
  readonly kind: string;
  readonly name: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly remedy: string;
}

export interface SpanView {
  readonly name: string;
  readonly id: string;
  readonly parent: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly error: boolean;
  readonly node: string;
}

export interface StageView {
  readonly stage: StageName;
  /** Shards (or 1) finished, and how many there are; 0 while unknown. */
  readonly done: number;
  readonly total: number;
  readonly attempts: number;
  readonly failures: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Of the finished attempts. */
  readonly tensors: number;
}

export interface RunView {
  readonly runId: string;
  readonly key: string;
  readonly phase: "planning" | "building" | "sealing" | "discarding" | "ended";
  readonly outcome: "sealed" | "planned" | "failed" | "cancelled" | null;
  readonly pipelineJson: string;
  readonly planOnly: boolean;
  readonly outputUri: string;
  /** Server time, milliseconds; 0 while not known. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly stages: readonly StageView[];
  readonly plan: drydock.v1.BuildSummary.$Properties | null;
  /** The newest context revision, encoded; empty when it lies in the plan bucket under contextDigest. */
  readonly context: Uint8Array;
  readonly contextDigest: string;
  readonly failure: FailureView | null;
  /** Failed attempts that were (or will be) repeated, oldest first. */
  readonly retries: readonly FailureView[];
  readonly spans: readonly SpanView[];
  readonly traceparent: string;
  readonly retryOf: string;
  readonly submittedBy: string;
  readonly manifestDigest: string;
}

const ORDER: readonly StageName[] = ["acquire", "load", "transform", "stage", "build", "publish", "seal"];
const PER_SHARD: ReadonlySet<StageName> = new Set(["stage", "build", "publish"]);

/** Folds a run's log, oldest entry first. */
export function viewOf(runId: string, events: readonly RunEvent[]): RunView {
  // Phase, outcome and failure change only in events that carry a snapshot.
  const state = events.findLast((e) => e.snapshot != null)?.snapshot ?? {};
  const submission = events.find((e) => e.submitted != null)?.submitted?.submission ?? {};
  const results = events.flatMap((e) => e.result ?? []);
  const failures = results.flatMap((r) => (r.failed == null ? [] : [failureOf(r.failed, r)]));
  const failure = state.failure == null ? null : failureOf(state.failure, lastFailed(results, state));
  return {
    runId,
    key: submission.key || (state.key ?? ""),
    phase: phaseName(state.phase),
    outcome: outcomeName(state.outcome),
    pipelineJson: submission.pipelineJson ?? "",
    planOnly: submission.planOnly ?? state.policy?.planOnly ?? false,
    outputUri: state.outputUri ?? "",
    startedMs: state.startedMs ?? events[0]?.atMs ?? 0,
    endedMs: state.endedMs ?? 0,
    stages: ORDER.map((stage) => stageView(stage, results, state.plan?.shards ?? 0)),
    plan: state.plan ?? null,
    context: state.context ?? new Uint8Array(),
    contextDigest: state.contextDigest ?? "",
    failure,
    retries: failures,
    spans: results.flatMap((r) => (r.spans ?? []).map((s) => spanView(s, r.node ?? ""))),
    traceparent: state.traceparent ?? "",
    retryOf: submission.retryOf || (state.retryOf ?? ""),
    submittedBy: submission.submittedBy ?? "",
    manifestDigest: state.manifestDigest ?? "",
  };
}

function stageView(
  stage: StageName,
  results: readonly drydock.v1.Result.$Properties[],
  shards: number,
): StageView {
  const mine = results.filter((r) => r.stage != null && stageName(r.stage) === stage);
  // Attempts of one shard, whatever their number or generation, finish it once.
  const done = new Set(mine.filter((r) => r.done != null).map((r) => r.shard ?? 0)).size;
  const sum = (of: (u: drydock.v1.Usage.$Properties) => number | null | undefined): number =>
    mine.reduce((n, r) => n + (r.usage == null ? 0 : (of(r.usage) ?? 0)), 0);
  return {
    stage,
    done,
    total: PER_SHARD.has(stage) ? shards : 1,
    attempts: mine.length,
    failures: mine.filter((r) => r.failed != null).length,
    bytesRead: sum((u) => u.bytesRead),
    bytesWritten: sum((u) => u.bytesWritten),
    tensors: mine.reduce((n, r) => n + (r.done == null ? 0 : (r.usage?.tensors ?? 0)), 0),
  };
}

/** The attempt behind the run's failure, for its number and node; what the state says where no result was written. */
function lastFailed(
  results: readonly drydock.v1.Result.$Properties[],
  { failedStage: stage, failedShard: shard }: drydock.v1.RunState.$Properties,
): drydock.v1.Result.$Properties {
  const found = results.findLast(
    (r) => r.failed != null && r.stage === stage && (r.shard ?? 0) === (shard ?? 0),
  );
  return found ?? { stage, shard };
}

function failureOf(failed: Failed, at: drydock.v1.Result.$Properties): FailureView {
  return {
    stage: at.stage ? stageName(at.stage) : "run",
    shard: at.shard ?? 0,
    attempt: at.attempt ?? 0,
    node: at.node ?? "",
    kind: failed.kind ?? "internal",
    name: failed.name ?? "CheckpointError",
    message: failed.message ?? "",
    details: parseDetails(failed.detailsJson ?? ""),
    remedy: failed.remedy ?? "",
  };
}

function parseDetails(json: string): Record<string, unknown> {
  if (json === "") return {};
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    // Written by a newer or broken worker: shown as it is rather than lost.
    return { details: json };
  }
}

function spanView(span: drydock.v1.Span.$Properties, node: string): SpanView {
  return {
    name: span.name ?? "",
    id: span.spanId ?? "",
    parent: span.parentId ?? "",
    startMs: span.startMs ?? 0,
    endMs: span.endMs ?? 0,
    attributes: span.attributes ?? {},
    error: span.error ?? false,
    node,
  };
}

function phaseName(phase: number | null | undefined): RunView["phase"] {
  switch (phase) {
    case RunPhase.RUN_PHASE_BUILDING:
      return "building";
    case RunPhase.RUN_PHASE_SEALING:
      return "sealing";
    case RunPhase.RUN_PHASE_DISCARDING:
      return "discarding";
    case RunPhase.RUN_PHASE_ENDED:
      return "ended";
    default:
      return "planning";
  }
}

function outcomeName(outcome: number | null | undefined): RunView["outcome"] {
  switch (outcome) {
    case RunOutcome.RUN_OUTCOME_SEALED:
      return "sealed";
    case RunOutcome.RUN_OUTCOME_PLANNED:
      return "planned";
    case RunOutcome.RUN_OUTCOME_FAILED:
      return "failed";
    case RunOutcome.RUN_OUTCOME_CANCELLED:
      return "cancelled";
    default:
      return null;
  }
}
