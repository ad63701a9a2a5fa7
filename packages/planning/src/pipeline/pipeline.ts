/**
 * A pipeline in its normal form: what parsePipeline makes of the user's file. It holds no secret and no relative path,
 * so every process reads the same in it.
 */

/** `params` in the user's spelling (snake_case), checked by the schema of `type`. */
export interface Choice {
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Something to acquire. More roles may come; readers pass over those they do not know. */
export interface InputSpec extends Choice {
  /** Unique in the pipeline; carried by every range and pin. */
  readonly name: string;
  readonly role: "source" | "target";
  /** Canonical URI, without credentials. */
  readonly uri: string;
}

export interface OutputSpec {
  /** Folder: `file:` or a store's URI, without a slash at its end. */
  readonly uri: string;
  /** Registry name of the writer. */
  readonly format: string;
  readonly ifExists: "fail" | "replace";
  /** Largest weights file before the output is split. */
  readonly fileBytes: number;
  /** About what one task builds. */
  readonly shardBytes: number;
}

export interface RunPolicy {
  readonly asyncExecution: boolean;
  /** Per task, after its first attempt. */
  readonly maxRetries: number;
  /** Of the whole run; absent: no limit but stall detection. */
  readonly timeoutMs?: number;
}

export interface Pipeline {
  readonly inputs: readonly InputSpec[];
  /** Name of the input whose model is filled; null: the result is as the source is. */
  readonly target: string | null;
  readonly loading: Choice;
  readonly modifiers: readonly Choice[];
  readonly output: OutputSpec;
  readonly policy: RunPolicy;
  readonly cacheDir?: string;
  /** plan: only the ranges a plan names; full: whole objects at acquire. */
  readonly prefetch: "plan" | "full";
}

/** The one input of that role, when there is one. */
export function inputOf(pipeline: Pick<Pipeline, "inputs">, role: InputSpec["role"]): InputSpec | undefined {
  return pipeline.inputs.find((input) => input.role === role);
}
