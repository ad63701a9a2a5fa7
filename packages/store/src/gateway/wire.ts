/** What both ends of a gateway agree on: paths, sizes, and an error as JSON that arrives as what it was. */
import { CheckpointError, type ErrorDetails, type ErrorKind, RETRYABLE } from "@drydock/checkpoint";

/** Of one answer; clients split longer reads. Bounds what one request can make a fetcher hold. */
export const MAX_RANGE_BYTES = 16 * 1024 * 1024;

export function objectUrlPath(pinId: string): string {
  return `/v1/objects/${pinId}`;
}

/** The pin id of a request's path; undefined for any other path. */
export function pinIdOf(path: string | undefined): string | undefined {
  return /^\/v1\/objects\/([0-9a-f]{64})$/.exec(path ?? "")?.[1];
}

/** For proxies and people; the client goes by the kind. */
export const STATUS: Readonly<Record<ErrorKind, number>> = {
  config: 400,
  denied: 403,
  "not-found": 404,
  "artifact-missing": 404,
  changed: 409,
  conflict: 409,
  load: 422,
  incompatible: 422,
  validation: 422,
  poison: 422,
  cancelled: 499,
  internal: 500,
  source: 502,
  throttled: 503,
  timeout: 504,
  capacity: 507,
};

export function encodeError(error: CheckpointError): string {
  const { kind, name, code, message, details, remedy, retryAfterMs } = error;
  return JSON.stringify({ kind, name, code, message, details, remedy, retryAfterMs });
}

/** The error a fetcher answered; undefined when the text is none. */
export function decodeError(text: string): CheckpointError | undefined {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof found !== "object" || found === null) return undefined;
  const { kind, name, code, message, details, remedy, retryAfterMs } = found as Record<string, unknown>;
  if (typeof message !== "string" || !isKind(kind)) return undefined;
  const error = new CheckpointError(message, {
    kind,
    ...(typeof code === "string" ? { code } : {}),
    // Written by encodeError from details of the same type; only ever shown.
    ...(typeof details === "object" && details !== null ? { details: details as ErrorDetails } : {}),
    ...(typeof remedy === "string" ? { remedy } : {}),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
  });
  if (typeof name === "string") error.name = name;
  return error;
}

function isKind(found: unknown): found is ErrorKind {
  return typeof found === "string" && Object.hasOwn(RETRYABLE, found);
}
