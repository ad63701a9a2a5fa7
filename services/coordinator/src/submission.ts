/** What a submission says about its run. The pipeline is checked by acquire; here only what orchestration needs is read. */
import { CheckpointLoadError, sha256Hex } from "@drydock/checkpoint";
import type { Policy } from "./state.ts";

const DEFAULT_RETRIES = 3;
/** A week: longer is a slip of the unit, and the sum must stay a safe integer. */
const LONGEST_TIMEOUT_S = 7 * 24 * 3_600;
const MOST_RETRIES = 100;

/** The same key is the same run. */
export function runIdOf(key: string): string {
  return `r${sha256Hex(key).slice(0, 20)}`;
}

export interface PipelineFacts {
  readonly policy: Policy;
  readonly outputUri: string;
  /** Of the first file:// URI that names one; "" when none does. */
  readonly host: string;
}

/**
 * Throws CheckpointLoadError RUN_PIPELINE_UNREADABLE when the text is no JSON object. A value of the wrong type counts
 * as absent: parsePipeline in the first task names it to the user.
 */
export function readPipeline(pipelineJson: string, planOnly: boolean): PipelineFacts {
  const root = jsonObject(pipelineJson);
  const pipeline = isRecord(root.pipeline) ? root.pipeline : {};
  const output = isRecord(root.output) ? root.output.uri : root.output;
  const host = /"file:\/\/([A-Za-z0-9_-]{1,64})\//.exec(pipelineJson)?.[1] ?? "";
  return {
    policy: {
      maxRetries: Math.floor(within(pipeline.max_retries, DEFAULT_RETRIES, MOST_RETRIES)),
      timeoutMs: Math.ceil(within(pipeline.timeout, 0, LONGEST_TIMEOUT_S) * 1_000),
      asyncExecution: pipeline.async_execution !== false,
      planOnly,
    },
    outputUri: typeof output === "string" ? output : "",
    host,
  };
}

function within(value: unknown, byDefault: number, most: number): number {
  return typeof value === "number" && value >= 0 ? Math.min(value, most) : byDefault;
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable("is not JSON", cause);
  }
  if (!isRecord(value)) throw unreadable("is JSON but no object");
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unreadable(what: string, cause?: unknown): CheckpointLoadError {
  return new CheckpointLoadError(`coordinator: the submission's pipeline ${what}`, {
    code: "RUN_PIPELINE_UNREADABLE",
    cause,
  });
}
