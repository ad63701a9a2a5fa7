/** Whether and when a failed task is tried again. No dice: the delay is drawn from the hash of the task's id. */
import { createHash } from "node:crypto";
import { type ErrorKind, RETRYABLE } from "@drydock/checkpoint";
import type { Failure } from "./state.ts";

const BASE_MS = 1_000;
const CAP_MS = 5 * 60_000;
/** Below this a storm of retries begins: twenty attempts within a second have been seen elsewhere. */
const FLOOR_MS = 50;

export function isRetryable(failure: Failure): boolean {
  return isKind(failure.kind) ? RETRYABLE[failure.kind] : RETRYABLE.internal;
}

/** Server time before which attempt + 1 does not start: full jitter, and never less than the other side asked for. */
export function retryAt(taskId: string, attempt: number, failure: Failure, atMs: number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
  return atMs + Math.max(FLOOR_MS, Math.floor(fraction(taskId) * ceiling), failure.retryAfterMs);
}

/** In [0, 1). */
function fraction(text: string): number {
  return createHash("sha256").update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

function isKind(kind: string): kind is ErrorKind {
  return Object.hasOwn(RETRYABLE, kind);
}
