/** What the shell learns: 0 done, 1 failed for good, 2 wrong usage or configuration, 3 transient trouble. */
import { type ErrorKind, RETRYABLE } from "@drydock/checkpoint";
import type { RunView } from "@drydock/client";

export type ExitCode = 0 | 1 | 2 | 3;

export function exitCodeOf(view: Pick<RunView, "outcome" | "failure">): ExitCode {
  if (view.outcome === "sealed" || view.outcome === "planned") return 0;
  if (view.outcome === "failed" && view.failure !== null) return exitCodeOfKind(view.failure.kind);
  return 1;
}

export function exitCodeOfKind(kind: string): ExitCode {
  if (kind === "config") return 2;
  // A kind of a newer version counts as final: repeating it blindly would be the worse guess.
  return Object.hasOwn(RETRYABLE, kind) && RETRYABLE[kind as ErrorKind] ? 3 : 1;
}
