/**
 * A worker's side of the task queue.
 * W1 never more tasks taken than slots are free: a held task is one that nobody else can do. Pulls do not wait at the
 *    server, for one that waits could be answered when the slot is gone; a broadcast after each dispatch says when to
 *    ask, and asking every second finds what a lost broadcast would have said.
 * W2 result stored, then task acknowledged (conclude.ts).
 * W3 the lease is extended by progress, never by a timer: a hung task must lose it.
 * W4 attempts are counted before anything is decoded: what kills workers must not get to them a sixth time.
 */
import { CheckpointError, crashPoint } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import type { MsgHdrs } from "@nats-io/transport-node";
import { context } from "@opentelemetry/api";
import { newBell } from "./bell.ts";
import { decode, undecodable } from "./codec.ts";
import { giveUp, type Outcome, resultOf, settle } from "./conclude.ts";
import type { Bus } from "./connect.ts";
import { cancelReason } from "./control.ts";
import { publishProgress } from "./feed.ts";
import { jitter, patiently } from "./publish.ts";
import { type Lease, pullOne } from "./pull.ts";
import { keyOf } from "./results.ts";
import { attemptId, type Destination, parseKey, type StageName, subjects, type TaskKey } from "./subjects.ts";
import { MAX_DELIVERIES, TASK_ACK_WAIT_MS, taskConsumer } from "./topology.ts";
import { contextOf, extractTrace } from "./trace.ts";

export interface TaskProgress {
  readonly bytes?: number;
  readonly totalBytes?: number;
  readonly tensors?: number;
  readonly totalTensors?: number;
}

export interface TaskContext {
  readonly key: TaskKey;
  /** Aborts when the run is cancelled (reason: CheckpointError "cancelled") or this worker has to stop. */
  readonly signal: AbortSignal;
  /** 1 for the first time this attempt is delivered. */
  readonly deliveries: number;
  readonly headers: MsgHdrs | undefined;
  /** When the coordinator's message was stored, server milliseconds. */
  readonly queuedMs: number;
  /** W3. Call it whenever something was achieved; costs nothing when called often. */
  progress(update?: TaskProgress): void;
}

export type TaskHandler = (task: drydock.v1.Task, context: TaskContext) => Promise<Outcome>;

export interface WorkOptions {
  readonly stage: StageName;
  /** "any" and this node's id, usually both. */
  readonly targets: readonly string[];
  /** "c", or kernel classes such as "wasm-1". */
  readonly classes: readonly string[];
  readonly slots: number;
  /** This node's id, for results and progress. */
  readonly node: string;
  readonly handler: TaskHandler;
  /** Lease: without progress for this long, another worker gets the task. Default 30 s. */
  readonly ackWaitMs?: number;
  /** On abort: drain with graceMs. */
  readonly signal?: AbortSignal;
  /** How long running tasks may still take when draining. Default 25 s. */
  readonly graceMs?: number;
  /** Trouble that ends nothing: a lost pull, a result not stored yet. */
  readonly onError?: (error: unknown) => void;
}

export interface TaskWorker extends AsyncDisposable {
  readonly running: number;
  /** When the last pull round trip succeeded, by performance.now(): readiness is that it is recent. */
  readonly lastPullMs: number;
  /** Takes no more; lets running tasks finish for graceMs, then aborts them and hands them back. */
  drain(graceMs?: number): Promise<void>;
  /** Resolves after a drain. */
  readonly ended: Promise<void>;
}

const IDLE_MS = 1_000;
const GRACE_MS = 25_000;
const FEED_MS = 500;

interface Running {
  readonly runId: string;
  readonly abort: AbortController;
  /** Told when the run is cancelled; not so a seal task that discards, which runs because of it. */
  cancellable: boolean;
}

/** Why a task was stopped without a result: it goes back to the queue. */
class HandBack extends Error {}

export async function consumeTasks(bus: Bus, options: WorkOptions): Promise<TaskWorker> {
  const ackWaitMs = options.ackWaitMs ?? TASK_ACK_WAIT_MS;
  const sources = options.targets.flatMap((target) =>
    options.classes.map((taskClass): Destination => ({ target, class: taskClass })),
  );
  const running = new Map<string, Running>();
  const bell = newBell();
  let stopping = false;
  let lastPullMs = performance.now();

  await ensureConsumers();
  const subscriptions = [
    ...sources.map((to) =>
      bus.nc.subscribe(subjects.wake(options.stage, to), { callback: () => bell.ring() }),
    ),
    bus.nc.subscribe(subjects.anyCancelled, {
      callback: (_error, message) =>
        cancel(message.subject.slice("ctl.cancel.".length), "the run was cancelled"),
    }),
  ];
  const forget = bus.onReconnect(() => bell.ring());
  const ended = loop().finally(() => {
    forget();
    for (const subscription of subscriptions) subscription.unsubscribe();
  });

  let draining: Promise<void> | undefined;
  const drain = (graceMs = options.graceMs ?? GRACE_MS): Promise<void> => {
    draining ??= stop(graceMs);
    return draining;
  };
  options.signal?.addEventListener("abort", () => void drain(), { once: true });
  if (options.signal?.aborted) void drain();
  return {
    get running() {
      return running.size;
    },
    get lastPullMs() {
      return lastPullMs;
    },
    drain,
    ended,
    [Symbol.asyncDispose]: () => drain(),
  };

  async function ensureConsumers(): Promise<void> {
    for (const to of sources) {
      await patiently(bus, () => bus.jsm.consumers.add("TASKS", taskConsumer(options.stage, to, ackWaitMs)));
    }
  }

  async function loop(): Promise<void> {
    for (let turn = 0, failures = 0; !stopping && !bus.nc.isClosed(); turn++) {
      if (running.size >= options.slots) {
        await bell.wait();
        continue;
      }
      bell.clear();
      try {
        const message = await pullAny(turn);
        failures = 0;
        lastPullMs = performance.now();
        if (message !== undefined) start(message);
        else await bell.wait(IDLE_MS * (0.75 + Math.random() / 2));
      } catch (error) {
        if (bus.nc.isClosed()) return;
        options.onError?.(error);
        await bell.wait(jitter(++failures));
        // The consumer may have been removed by hand, or with the stream.
        await ensureConsumers().catch(() => {});
      }
    }
  }

  /** W1. Starts at another source each time, so that a busy one does not starve the rest. */
  async function pullAny(turn: number): Promise<Lease | undefined> {
    for (let i = 0; i < sources.length; i++) {
      const to = sources[(turn + i) % sources.length];
      if (to === undefined) continue;
      const name = taskConsumer(options.stage, to, ackWaitMs).durable_name;
      const message = await pullOne(bus, "TASKS", name);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  function start(message: Lease): void {
    const held = running.get(message.subject);
    if (held !== undefined && message.deliveries <= MAX_DELIVERIES) {
      // Redelivered to the process that still has it and makes no progress: counted, not started twice.
      message.handBack(ackWaitMs / 2);
      return;
    }
    held?.abort.abort(new HandBack("this attempt counts as poison"));
    const key = parseKey(message.subject);
    const entry: Running = { runId: key?.runId ?? "", abort: new AbortController(), cancellable: true };
    const id = held === undefined ? message.subject : `poison ${message.subject}`;
    running.set(id, entry);
    void work(message, key, entry)
      .catch((error: unknown) => options.onError?.(error))
      .finally(() => {
        running.delete(id);
        bell.ring();
      });
  }

  async function work(message: Lease, key: TaskKey | undefined, entry: Running): Promise<void> {
    crashPoint("worker.received");
    const deliveries = message.deliveries;
    // W4
    if (deliveries > MAX_DELIVERIES) {
      const reason = `delivered ${deliveries} times without a result: it ends or hangs the workers that take it`;
      return giveUp(bus, message, key, options.node, "poison", reason);
    }
    let task: drydock.v1.Task;
    try {
      task = readTask(message, key);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return giveUp(bus, message, key, options.node, "BUS_UNDECODABLE", reason);
    }
    const outcome = await attempt(task, message, entry);
    if (outcome === undefined) {
      message.handBack();
      for (const to of sources) bus.nc.publish(subjects.wake(options.stage, to));
      return;
    }
    if (outcome.kind === "reject") {
      return giveUp(bus, message, keyOf(task), options.node, "BUS_REJECTED", outcome.reason);
    }
    const result = resultOf(keyOf(task), options.node, outcome);
    await settle(bus, message, result, { stopping: () => stopping, onError: options.onError });
  }

  /** The handler's outcome; undefined when the task is to be handed back. */
  async function attempt(
    task: drydock.v1.Task,
    message: Lease,
    entry: Running,
  ): Promise<Outcome | undefined> {
    const { abort } = entry;
    const key = keyOf(task);
    entry.cancellable = !task.discard;
    if (!task.discard) {
      const reason = await cancelReason(bus, task.runId);
      if (reason !== undefined) cancel(task.runId, reason);
    }
    if (abort.signal.aborted) return stoppedBy(abort.signal);
    const parent = message.headers?.has("traceparent")
      ? extractTrace(message.headers)
      : contextOf(task.traceparent);
    const taskContext: TaskContext = {
      key,
      signal: abort.signal,
      deliveries: message.deliveries,
      headers: message.headers,
      queuedMs: message.timeMs,
      progress: progressOf(message, task),
    };
    try {
      return await context.with(parent, () => options.handler(task, taskContext));
    } catch (error) {
      return abort.signal.aborted ? stoppedBy(abort.signal) : { kind: "failed", error };
    }
  }

  /** W3. */
  function progressOf(message: Lease, task: drydock.v1.Task): (update?: TaskProgress) => void {
    let extendedMs = performance.now();
    let shownMs = Number.NEGATIVE_INFINITY;
    return (update = {}) => {
      const now = performance.now();
      if (now - extendedMs >= ackWaitMs / 6) {
        extendedMs = now;
        message.working();
        // The broadcast may have been lost with the connection.
        if (!task.discard) {
          cancelReason(bus, task.runId).then(
            (reason) => reason !== undefined && cancel(task.runId, reason),
            () => {},
          );
        }
      }
      if (now - shownMs < FEED_MS) return;
      shownMs = now;
      const { runId, stage, shard } = task;
      publishProgress(bus, { runId, stage, shard, node: options.node, ...update });
    };
  }

  function cancel(runId: string, reason: string): void {
    for (const { runId: of, abort, cancellable } of running.values()) {
      if (of !== runId || !cancellable) continue;
      abort.abort(new CheckpointError(reason, { kind: "cancelled", code: "BUS_CANCELLED" }));
    }
  }

  async function stop(graceMs: number): Promise<void> {
    stopping = true;
    bell.ring();
    await ended;
    const idle = async (): Promise<void> => {
      while (running.size > 0) await bell.wait();
    };
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([idle(), grace]);
    clearTimeout(timer);
    for (const { abort } of running.values()) abort.abort(new HandBack("this worker stops"));
    await idle();
    if (!bus.nc.isClosed()) await bus.nc.flush().catch(() => {});
  }
}

function stoppedBy(signal: AbortSignal): Outcome | undefined {
  return signal.reason instanceof HandBack ? undefined : { kind: "failed", error: signal.reason };
}

/** The body, checked against the subject: a task that names another attempt would be reported as that one. */
function readTask(message: Lease, key: TaskKey | undefined): drydock.v1.Task {
  const task = decode(drydock.v1.Task, message.data);
  if (key === undefined) throw undecodable(`${message.subject} names no attempt`);
  const inside = attemptId(keyOf(task));
  if (inside !== attemptId(key)) throw undecodable(`the task on ${message.subject} says it is ${inside}`);
  return task;
}
