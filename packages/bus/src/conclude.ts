/**
 * How a task ends for the queue.
 * W2 result stored, then task acknowledged. A crash in between repeats the task; its result is a duplicate.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CheckpointError, crashPoint } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import type { Bus } from "./connect.ts";
import { bury } from "./dlq.ts";
import { toFailed } from "./failure.ts";
import { jitter } from "./publish.ts";
import type { Lease } from "./pull.ts";
import { publishResult } from "./results.ts";
import { stageOf, type TaskKey } from "./subjects.ts";

/** What became of a task. A thrown error is { kind: "failed" } without spans and usage. */
export type Outcome = (
  | { readonly kind: "done"; readonly done?: drydock.v1.Done.$Properties }
  | { readonly kind: "failed"; readonly error: unknown }
  /** Nobody can do this task as it is: it fails for good and is kept as a dead letter. */
  | { readonly kind: "reject"; readonly reason: string }
) & {
  readonly spans?: readonly drydock.v1.Span.$Properties[];
  readonly usage?: drydock.v1.Usage.$Properties;
};

/** W2. Tries until the result is stored; `stopping` ends that, and the task comes again, here or elsewhere. */
export async function settle(
  bus: Bus,
  lease: Lease,
  result: drydock.v1.Result,
  options: { readonly stopping: () => boolean; readonly onError?: ((error: unknown) => void) | undefined },
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await publishResult(bus, result);
      break;
    } catch (error) {
      options.onError?.(error);
      if (bus.nc.isClosed() || options.stopping()) return;
      await sleep(jitter(tries));
    }
  }
  crashPoint("worker.resulted");
  await lease.ack();
}

/** For tasks no handler should see (again): kept as a dead letter, failed for good, removed. */
export async function giveUp(
  bus: Bus,
  lease: Lease,
  key: TaskKey | undefined,
  node: string,
  code: string,
  reason: string,
): Promise<void> {
  const { subject, data, headers, deliveries } = lease;
  await bury(bus, { subject, data, headers, code, reason, deliveries, id: `TASKS.${lease.seq}` });
  if (key !== undefined) {
    const error = new CheckpointError(reason, {
      kind: "poison",
      code,
      remedy: "Look at it with `drydock dead`; the log of the worker that took it last tells more.",
    });
    await publishResult(bus, resultOf(key, node, { kind: "failed", error }));
  }
  // Without a reason: 2.9 ignores a term that carries one.
  lease.terminate();
  await bus.nc.flush();
}

export function resultOf(
  key: TaskKey,
  node: string,
  outcome: Exclude<Outcome, { readonly kind: "reject" }>,
): drydock.v1.Result {
  const { runId, shard, generation, attempt } = key;
  const what = outcome.kind === "done" ? { done: { ...outcome.done } } : { failed: toFailed(outcome.error) };
  return drydock.v1.Result.fromObject({
    runId,
    stage: stageOf(key.stage),
    shard,
    generation,
    attempt,
    node,
    ...what,
    spans: [...(outcome.spans ?? [])],
    ...(outcome.usage === undefined ? {} : { usage: outcome.usage }),
  });
}
