/** The one place where answers of servers and file systems become errors with a kind. */
import {
  CheckpointError,
  CheckpointNotFoundError,
  CheckpointSourceError,
  type ErrorDetails,
  type ErrorKind,
} from "@drydock/checkpoint";

/** Waits asked for beyond this are cut: a run would look dead. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** The object is not the one that was pinned. */
export function changed(name: string, what: string, details: ErrorDetails = {}): CheckpointSourceError {
  return new CheckpointSourceError(`${name}: ${what}`, {
    kind: "changed",
    code: "SOURCE_CHANGED",
    details,
    remedy: "start a new run, which pins the object as it is now",
  });
}

/** The kind an HTTP status stands for, of any server of bytes. */
export function kindOfStatus(status: number): ErrorKind {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return "denied";
    case 404:
    case 410:
      return "not-found";
    case 412:
    case 416:
      return "changed";
    case 408:
      return "timeout";
    case 429:
    case 503:
      return "throttled";
    default:
      return status >= 400 && status < 500 ? "config" : "source";
  }
}

/** An error for a status that is no success. `said`: what the server gave as reason, short. */
export function statusError(
  name: string,
  status: number,
  options: { readonly retryAfterMs?: number; readonly said?: string; readonly cause?: unknown } = {},
): CheckpointError {
  const kind = kindOfStatus(status);
  const { retryAfterMs, cause } = options;
  const said = options.said === undefined || options.said === "" ? "" : ` (${options.said})`;
  const more = {
    details: { status, name },
    ...(cause === undefined ? {} : { cause }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  switch (kind) {
    case "not-found":
      return new CheckpointNotFoundError(`${name}: not there; the server answered ${status}${said}`, {
        code: "SOURCE_NOT_FOUND",
        ...more,
      });
    case "denied":
      return new CheckpointSourceError(`${name}: access denied; the server answered ${status}${said}`, {
        kind,
        code: "SOURCE_DENIED",
        remedy: "check that the fetcher's credentials may read this object, and that the name is right",
        ...more,
      });
    case "changed":
      return changed(name, `is no longer the object that was pinned; the server answered ${status}${said}`, {
        status,
        name,
      });
    default:
      return new CheckpointSourceError(`${name}: the server answered ${status}${said}`, {
        kind,
        code: `SOURCE_STATUS_${status}`,
        ...more,
      });
  }
}

/** Milliseconds of a Retry-After header (seconds or a date); undefined when there is none that can be read. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS);
}

const TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO)/;

/** A connection that failed or broke. Errors of ours pass through; an abort becomes kind "cancelled". */
export function connectionError(name: string, thrown: unknown, signal?: AbortSignal): CheckpointError {
  if (thrown instanceof CheckpointError) return thrown;
  if (signal?.aborted === true) {
    return new CheckpointError(`${name}: cancelled`, { kind: "cancelled", cause: signal.reason });
  }
  const code = codeOf(thrown);
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  if (code !== undefined && TLS.test(code)) {
    return new CheckpointSourceError(`${name}: no trustworthy TLS connection: ${why}`, {
      kind: "denied",
      code: "SOURCE_TLS",
      cause: thrown,
      remedy: "have the server present a certificate this machine trusts (NODE_EXTRA_CA_CERTS adds a root)",
    });
  }
  return new CheckpointSourceError(`${name}: connection failed: ${why}`, {
    code: "SOURCE_CONNECTION",
    cause: thrown,
  });
}

/** A system error's code, such as "ENOENT". */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string"
    ? thrown.code
    : undefined;
}
