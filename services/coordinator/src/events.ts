/** What happens to a run. Every event carries the server's time of its cause; nothing here reads a clock (C5). */
import type { Failure, NodeView, PlanSummary, Policy, Stage } from "./state.ts";

export interface Submitted {
  readonly kind: "submitted";
  readonly runId: string;
  readonly key: string;
  readonly pipelineDigest: string;
  readonly policy: Policy;
  readonly outputUri: string;
  /** The node that a file:// URI of the pipeline names, or "". */
  readonly host: string;
  /** The first context, encoded, or empty when it is so large that it lies in the plan store. */
  readonly context: Uint8Array;
  readonly contextDigest: string;
  readonly retryOf: string;
}

export interface Done {
  readonly kind: "done";
  readonly context: Uint8Array;
  readonly contextDigest: string;
  readonly plan: PlanSummary | undefined;
  readonly alreadySealed: boolean;
  readonly confineTo: string;
  readonly digest: string;
}

export interface TaskResult {
  readonly kind: "result";
  readonly stage: Stage;
  readonly shard: number;
  readonly generation: number;
  readonly attempt: number;
  readonly outcome: Done | { readonly kind: "failed"; readonly failure: Failure };
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

export type RunEvent = {
  /** Server time, milliseconds. */
  readonly atMs: number;
  /** Who is there. On ticks this is complete: nobody in it means that nobody is there. */
  readonly nodes: readonly NodeView[];
} & (
  | Submitted
  | TaskResult
  | { readonly kind: "tick" }
  | { readonly kind: "cancel"; readonly reason: string }
  | { readonly kind: "node-lost"; readonly node: string }
);
