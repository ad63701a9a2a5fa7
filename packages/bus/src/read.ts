/**
 * Reading a stream in order, from anywhere to its end or for ever.
 * R1 each read goes through a short-lived consumer that remembers nothing; position is kept here, so a restarted or
 *    elected server costs a new consumer and no message.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type ConsumerMessages, DeliverPolicy, type JsMsg } from "@nats-io/jetstream";
import type { Bus } from "./connect.ts";
import { jitter, patiently } from "./publish.ts";

/** One stored message. */
export interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  /** When the server stored it: its clock, never ours. Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly headers: JsMsg["headers"];
}

export interface ReadOptions {
  /** Only the newest message of each subject. */
  readonly lastOfEach?: boolean;
  /** First sequence to read. */
  readonly from?: number;
  readonly signal?: AbortSignal;
}

const STALL_MS = 10_000;

/** Every message under `filter` that is stored now, in order of sequence; ends when none is left. */
export async function* readStored(
  bus: Bus,
  stream: string,
  filter: string,
  options: ReadOptions = {},
): AsyncGenerator<StoredMessage> {
  yield* follow(bus, stream, filter, options, false);
}

/** The same, then goes on with what arrives, until the signal aborts. */
export async function* readAndFollow(
  bus: Bus,
  stream: string,
  filter: string,
  options: ReadOptions & { readonly signal: AbortSignal },
): AsyncGenerator<StoredMessage> {
  yield* follow(bus, stream, filter, options, true);
}

async function* follow(
  bus: Bus,
  stream: string,
  filter: string,
  options: ReadOptions,
  live: boolean,
): AsyncGenerator<StoredMessage> {
  const { signal } = options;
  let next = options.from;
  for (let failures = 0; signal?.aborted !== true && !bus.nc.isClosed(); ) {
    const start = next === undefined ? {} : { opt_start_seq: next };
    const policy =
      next !== undefined
        ? DeliverPolicy.StartSequence
        : options.lastOfEach
          ? DeliverPolicy.LastPerSubject
          : DeliverPolicy.All;
    const consumer = await patiently(
      bus,
      () => bus.js.consumers.get(stream, { filter_subjects: filter, deliver_policy: policy, ...start }),
      signal === undefined ? {} : { signal },
    );
    const pending = (await consumer.info(true)).num_pending;
    if (!live && pending === 0) return;
    const messages = await consumer.consume({ max_messages: 256, expires: STALL_MS, idle_heartbeat: 1_000 });
    const stop = () => messages.stop();
    signal?.addEventListener("abort", stop, { once: true });
    const forget = bus.onReconnect(stop);
    void stopOnLoss(messages);
    try {
      for await (const m of messages) {
        failures = 0;
        next = m.seq + 1;
        yield stored(m);
        if (!live && m.info.pending === 0) return;
      }
    } catch {
      // R1: the next turn of the loop asks again from where this one stopped.
      failures++;
    } finally {
      signal?.removeEventListener("abort", stop);
      forget();
      messages.stop();
      // The server forgets it by itself should this not arrive.
      consumer.delete().catch(() => {});
    }
    if (failures > 0) await sleep(jitter(failures), undefined, { ref: false });
  }
}

/**
 * R1. The client would find a lost consumer itself, but waits a whole `expires` between two looks; starting over at
 * once is simpler and resumes within a heartbeat.
 */
async function stopOnLoss(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) {
    if (type === "heartbeats_missed" || type === "consumer_not_found" || type === "consumer_deleted")
      messages.stop();
  }
}

export function stored(m: JsMsg): StoredMessage {
  return { seq: m.seq, subject: m.subject, data: m.data, timeMs: m.time.getTime(), headers: m.headers };
}
