/**
 * Workers of a service: each attempt in its span, with its log lines, counted, and with its finished spans on the
 * result. A handler gives a Done message or throws; it never touches the message of the bus.
 */

import {
  attemptId,
  consumeTasks,
  type Outcome,
  type StageName,
  type TaskProgress,
  type TaskWorker,
} from "@drydock/bus";
import { asCheckpointError } from "@drydock/checkpoint";
import type { drydock } from "@drydock/proto";
import type { CommonConfig } from "./config.ts";
import type { Logger } from "./log.ts";
import type { Running, ServiceContext } from "./run-service.ts";
import { type FinishedSpan, traceAttempt } from "./tracing.ts";

export interface TaskScope {
  readonly signal: AbortSignal;
  /** With run, task and trace id on every line. */
  readonly log: Logger;
  /** Real progress: extends the lease. */
  progress(update?: TaskProgress): void;
  /** Bytes and tensors of this attempt, for its result; add to it as they pass. */
  readonly usage: { bytesRead: number; bytesWritten: number; tensors: number };
}

export interface StageWork {
  readonly stage: StageName;
  readonly slots: number;
  /** Default "c". */
  readonly classes?: readonly string[];
  /** Default: any node's tasks and this node's. */
  readonly targets?: readonly string[];
  handle(task: drydock.v1.Task, scope: TaskScope): Promise<drydock.v1.Done.$Properties>;
}

/** Starts pulling for all stages; stopping drains them together. */
export async function startWorkers(
  context: ServiceContext<CommonConfig>,
  node: string,
  works: readonly StageWork[],
): Promise<Running> {
  const { bus, config, health, log } = context;
  const workers: TaskWorker[] = [];
  for (const work of works) {
    const worker = await consumeTasks(bus, {
      stage: work.stage,
      targets: work.targets ?? ["any", node],
      classes: work.classes ?? ["c"],
      slots: work.slots,
      node,
      ackWaitMs: config.DRYDOCK_LEASE_S * 1000,
      graceMs: config.DRYDOCK_GRACE_S * 1000,
      onError: (error) => log.warn({ stage: work.stage }, asCheckpointError(error).message),
      handler: (task, task_) => attempt(context, node, work, task, task_),
    });
    health.watch(() => worker.lastPullMs);
    workers.push(worker);
  }
  return {
    async stop() {
      await Promise.all(workers.map((worker) => worker.drain()));
    },
  };
}

type BusContext = Parameters<Parameters<typeof consumeTasks>[1]["handler"]>[1];

async function attempt(
  { log, metrics }: ServiceContext<CommonConfig>,
  node: string,
  work: StageWork,
  task: drydock.v1.Task,
  bus: BusContext,
): Promise<Outcome> {
  const id = attemptId(bus.key);
  const usage = { bytesRead: 0, bytesWritten: 0, tensors: 0 };
  const spans: FinishedSpan[] = [];
  const began = performance.now();
  const taskLog = log.child({ run: task.runId, task: id, trace: task.traceparent.split("-")[1] ?? "" });
  const scope: TaskScope = { signal: bus.signal, log: taskLog, progress: bus.progress, usage };
  const attributes = {
    "drydock.stage": work.stage,
    "drydock.run": task.runId,
    "drydock.shard": task.shard,
    "drydock.generation": task.generation,
    "drydock.attempt": task.attempt,
    "drydock.node": node,
    "messaging.system": "nats",
    "messaging.operation.type": "process",
    "messaging.message.id": id,
    "messaging.nats.delivery_count": bus.deliveries,
  };
  let outcome: Outcome;
  try {
    const done = await traceAttempt(
      `process task.v1.${work.stage}`,
      task.traceparent,
      attributes,
      async (span) => {
        const value = await work.handle(task, scope);
        span.setAttributes({
          "drydock.bytes_read": usage.bytesRead,
          "drydock.bytes_written": usage.bytesWritten,
          "drydock.tensors": usage.tensors,
        });
        return value;
      },
      spans,
    );
    outcome = { kind: "done", done, spans, usage };
    taskLog.info({ ms: Math.round(performance.now() - began), ...usage }, `${work.stage} done`);
  } catch (thrown) {
    // Stopped by the bus (cancelled, or this worker drains): it knows what to answer.
    if (bus.signal.aborted) throw thrown;
    const error = asCheckpointError(thrown);
    outcome = { kind: "failed", error, spans, usage };
    taskLog.warn(
      { kind: error.kind, code: error.code, stack: error.kind === "internal" ? error.stack : undefined },
      `${work.stage} failed: ${error.message}`,
    );
  }
  const labels = { stage: work.stage };
  metrics.tasks.add(1, { ...labels, outcome: outcome.kind });
  metrics.taskSeconds.record((performance.now() - began) / 1000, labels);
  metrics.bytesRead.add(usage.bytesRead, labels);
  metrics.bytesWritten.add(usage.bytesWritten, labels);
  return outcome;
}
