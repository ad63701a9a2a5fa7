/**
 * Every error Drydock shows a user: a kind, the thing, the numbers on both sides, what to do, and the cause.
 * The kind alone decides whether a task is tried again (RETRYABLE); nobody matches message text.
 */

/** Why something could not be done. Stable: messages, run logs and exit codes carry it. */
export type ErrorKind =
  | "config"
  | "not-found"
  | "denied"
  | "load"
  | "incompatible"
  | "validation"
  | "changed"
  | "conflict"
  | "source"
  | "timeout"
  | "throttled"
  | "capacity"
  | "artifact-missing"
  | "cancelled"
  | "poison"
  | "internal";

/** The one table: true = another attempt may succeed without anybody changing anything. */
export const RETRYABLE: Readonly<Record<ErrorKind, boolean>> = {
  config: false,
  "not-found": false,
  denied: false,
  load: false,
  incompatible: false,
  validation: false,
  // The pins no longer hold; a retry would mix two versions. A new run plans anew.
  changed: false,
  // Another plan's sealed output, or a live run of another plan, holds the output's name.
  conflict: false,
  source: true,
  timeout: true,
  throttled: true,
  capacity: true,
  // Reopens the shard's chain at the next generation (C7) rather than repeating the task.
  "artifact-missing": true,
  cancelled: false,
  poison: false,
  // A bug, or a crash nobody could name: worth one more try, then visible.
  internal: true,
};

/** Where an error happened and the numbers it is about. Values must be safe to show: never a secret. */
export type ErrorDetails = Readonly<
  Record<string, string | number | boolean | null | readonly string[] | undefined>
>;

export interface ErrorOptions {
  readonly kind?: ErrorKind;
  /** Stable code of the rule broken, such as "ZIP_CRC_MISMATCH" (numbered in docs/formats). */
  readonly code?: string;
  readonly details?: ErrorDetails;
  /** What the user can do, one sentence. */
  readonly remedy?: string;
  /** Wait the other side asked for. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** Base of all; also the error of a broken internal promise (kind "internal"). */
export class CheckpointError extends Error {
  readonly kind: ErrorKind;
  readonly code: string | undefined;
  readonly details: ErrorDetails;
  readonly remedy: string | undefined;
  readonly retryAfterMs: number;

  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.kind = options.kind ?? "internal";
    this.code = options.code;
    this.details = options.details ?? {};
    this.remedy = options.remedy;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/** The checkpoint, or an object of it, is not there. */
export class CheckpointNotFoundError extends CheckpointError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { kind: "not-found", ...options });
  }
}

/** The bytes are not a readable checkpoint: corrupt, truncated, hostile or of an unknown format. */
export class CheckpointLoadError extends CheckpointError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { kind: "load", ...options });
  }
}

/** A readable checkpoint that does not fit the target: missing, unexpected or mismatched keys. */
export class CheckpointIncompatibleError extends CheckpointError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { kind: "incompatible", ...options });
  }
}

/** Content that breaks a promise it made: a wrong checksum or digest. */
export class CheckpointValidationError extends CheckpointError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { kind: "validation", ...options });
  }
}

/** One mistake in a pipeline or a configuration. */
export interface ConfigProblem {
  /** Dotted path, such as "model_modifier.modifiers[1].layers". */
  readonly path: string;
  readonly message: string;
}

/** Mistakes in the pipeline or the configuration, all together. */
export class CheckpointConfigError extends CheckpointError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options: ErrorOptions = {}) {
    super(problems.map((p) => (p.path === "" ? p.message : `${p.path}: ${p.message}`)).join("\n"), {
      kind: "config",
      details: { problems: problems.map((p) => p.path) },
      ...options,
    });
    this.problems = problems;
  }
}

/** The place the bytes come from or go to failed: connection, 5xx, throttling, a changed object. */
export class CheckpointSourceError extends CheckpointError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { kind: "source", ...options });
  }
}

/** Something took longer than its limit. */
export class CheckpointTimeoutError extends CheckpointError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { kind: "timeout", ...options });
  }
}

/** Whatever was thrown, as a CheckpointError: itself, or a bug of kind "internal" with the cause kept. */
export function asCheckpointError(thrown: unknown): CheckpointError {
  if (thrown instanceof CheckpointError) return thrown;
  if (thrown instanceof Error) {
    if (thrown.name === "AbortError")
      return new CheckpointError("cancelled", { kind: "cancelled", cause: thrown });
    return new CheckpointError(`${thrown.name}: ${thrown.message}`, { kind: "internal", cause: thrown });
  }
  return new CheckpointError(String(thrown), { kind: "internal" });
}
