/** An error as it travels in a result, and back. */
import { asCheckpointError, CheckpointError, type ErrorKind, RETRYABLE } from "@drydock/checkpoint";
import type { drydock } from "@drydock/proto";

/** People read the message in a run's report; a list of 100,000 keys belongs into the load report. */
const LONGEST_MESSAGE = 16 * 1024;
const LONGEST_DETAILS = 32 * 1024;

export function toFailed(thrown: unknown): drydock.v1.Failed.$Properties {
  const error = asCheckpointError(thrown);
  const details = JSON.stringify(
    error.code === undefined ? error.details : { ...error.details, code: error.code },
  );
  return {
    kind: error.kind,
    name: error.name,
    message: cut(error.message, LONGEST_MESSAGE),
    detailsJson: details.length > LONGEST_DETAILS ? "{}" : details,
    remedy: error.remedy ?? "",
    retryAfterMs: error.retryAfterMs,
  };
}

/** The error a result reports. A kind this version does not know counts as "internal". */
export function fromFailed(failed: drydock.v1.Failed.$Properties): CheckpointError {
  const kind: ErrorKind = isKind(failed.kind) ? failed.kind : "internal";
  const details: unknown = JSON.parse(failed.detailsJson || "{}");
  const error = new CheckpointError(failed.message ?? "", {
    kind,
    // Written by toFailed: an object of plain values.
    details: (typeof details === "object" && details !== null ? details : {}) as CheckpointError["details"],
    retryAfterMs: failed.retryAfterMs ?? 0,
    ...(failed.remedy ? { remedy: failed.remedy } : {}),
  });
  if (failed.name) error.name = failed.name;
  return error;
}

function isKind(kind: string | null | undefined): kind is ErrorKind {
  return kind !== null && kind !== undefined && Object.hasOwn(RETRYABLE, kind);
}

function cut(text: string, longest: number): string {
  return text.length <= longest
    ? text
    : `${text.slice(0, longest)} … (${text.length - longest} characters more)`;
}
