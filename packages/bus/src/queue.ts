/**
 * A durable consumer that several processes share, for short work: coordinators taking results and events.
 * Q1 one pull per free slot, so nobody holds what another could do.
 * Q2 acknowledged after the handler resolved; handed back when it threw; buried when it cannot be decoded.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CheckpointError } from "@drydock/checkpoint";
import type { Consumer, ConsumerConfig, JsMsg } from "@nats-io/jetstream";
import type { Bus } from "./connect.ts";
import { bury } from "./dlq.ts";
import { jitter, patiently } from "./publish.ts";
import { type StoredMessage, stored } from "./read.ts";

export interface Delivery extends StoredMessage {
  /** 1 for the first. */
  readonly deliveries: number;
}

export interface QueueOptions<T> {
  readonly stream: string;
  readonly config: Partial<ConsumerConfig> & { readonly durable_name: string };
  readonly slots: number;
  readonly decode: (delivery: Delivery) => T;
  readonly handler: (message: T, delivery: Delivery) => Promise<void>;
  readonly signal?: AbortSignal;
  readonly onError?: (error: unknown) => void;
}

export interface QueueConsumer extends AsyncDisposable {
  /** Takes no more, waits for what is at work. */
  drain(): Promise<void>;
  /** When the last pull round trip succeeded, by performance.now(): readiness is that it is recent. */
  readonly lastPullMs: number;
}

/** How long an idle pull waits at the server. The client's lower bound is 1 s; a lost pull costs this long. */
const PULL_MS = 5_000;
const HAND_BACK_MS = 1_000;

export async function consumeQueue<T>(bus: Bus, options: QueueOptions<T>): Promise<QueueConsumer> {
  const open = async (): Promise<Consumer> => {
    await patiently(bus, () => bus.jsm.consumers.add(options.stream, options.config));
    return bus.js.consumers.get(options.stream, options.config.durable_name);
  };
  let stopping = false;
  let lastPullMs = performance.now();
  let consumer = await open();
  const pulls = new Set<() => void>();

  /** One message or null; rejects when the link or the consumer was lost, so that the caller asks anew. */
  const next = async (): Promise<JsMsg | null> => {
    const messages = await consumer.fetch({ max_messages: 1, expires: PULL_MS, idle_heartbeat: 1_000 });
    const stop = () => messages.stop();
    pulls.add(stop);
    const forget = bus.onReconnect(stop);
    try {
      for await (const message of messages) return message;
      return null;
    } finally {
      forget();
      pulls.delete(stop);
    }
  };

  const slot = async (): Promise<void> => {
    for (let failures = 0; !stopping && !bus.nc.isClosed(); ) {
      try {
        const message = await next();
        failures = 0;
        lastPullMs = performance.now();
        if (message !== null) await settle(bus, options, message);
      } catch (error) {
        if (stopping || bus.nc.isClosed()) return;
        options.onError?.(error);
        await sleep(jitter(++failures));
        consumer = await open().catch(() => consumer);
      }
    }
  };
  const slots = Promise.all(Array.from({ length: options.slots }, slot));
  const drain = async (): Promise<void> => {
    stopping = true;
    for (const stop of pulls) stop();
    await slots;
  };
  options.signal?.addEventListener("abort", () => void drain(), { once: true });
  return {
    drain,
    get lastPullMs() {
      return lastPullMs;
    },
    [Symbol.asyncDispose]: drain,
  };
}

/** Q2. */
async function settle<T>(bus: Bus, options: QueueOptions<T>, message: JsMsg): Promise<void> {
  const delivery: Delivery = { ...stored(message), deliveries: message.info.deliveryCount };
  let decoded: T;
  try {
    decoded = options.decode(delivery);
  } catch (error) {
    await bury(bus, {
      subject: delivery.subject,
      data: delivery.data,
      headers: delivery.headers,
      code: error instanceof CheckpointError ? (error.code ?? error.kind) : "internal",
      reason: error instanceof Error ? error.message : String(error),
      deliveries: delivery.deliveries,
      id: `${options.stream}.${delivery.seq}`,
    });
    message.term();
    return;
  }
  try {
    await options.handler(decoded, delivery);
  } catch (error) {
    options.onError?.(error);
    message.nak(HAND_BACK_MS);
    return;
  }
  // Without an answer it comes again, and the handler finds it applied (C3).
  await message.ackAck().catch(() => false);
}
