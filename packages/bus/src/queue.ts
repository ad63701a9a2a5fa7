/**
 * A durable consumer that several processes share, for short work: coordinators taking results and events.
 * Q1 one pull per free slot, so nobody holds what another could do.
 * Q2 acknowledged after the handler resolved; handed back when it threw; buried when it cannot be decoded.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CheckpointError } from "@drydock/checkpoint";
import type { ConsumerConfig } from "@nats-io/jetstream";
import type { Bus } from "./connect.ts";
import { bury } from "./dlq.ts";
import { jitter, patiently } from "./publish.ts";
import { type Lease, pullOne } from "./pull.ts";
import type { StoredMessage } from "./read.ts";

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

/** How long an idle pull waits at the server; a pull that the server lost costs this long. */
const PULL_MS = 5_000;
const HAND_BACK_MS = 1_000;

export async function consumeQueue<T>(bus: Bus, options: QueueOptions<T>): Promise<QueueConsumer> {
  const { stream, config } = options;
  const ensure = () => patiently(bus, () => bus.jsm.consumers.add(stream, config));
  await ensure();
  let lastPullMs = performance.now();
  const { promise: stopped, resolve: stop } = Promise.withResolvers<"stopped">();
  let stopping = false;

  const slot = async (): Promise<void> => {
    for (let failures = 0; !stopping && !bus.nc.isClosed(); ) {
      try {
        const pull = pullOne(bus, stream, config.durable_name, PULL_MS);
        const lease = await Promise.race([pull, stopped]);
        if (lease === "stopped") {
          // What the server sends after all is for another.
          pull.then(
            (late) => late?.handBack(),
            () => {},
          );
          return;
        }
        failures = 0;
        lastPullMs = performance.now();
        if (lease !== undefined) await settle(bus, options, lease);
      } catch (error) {
        if (stopping || bus.nc.isClosed()) return;
        options.onError?.(error);
        await sleep(jitter(++failures));
        // It may have been removed by hand.
        await ensure().catch(() => {});
      }
    }
  };
  const slots = Promise.all(Array.from({ length: options.slots }, slot));
  const drain = async (): Promise<void> => {
    stopping = true;
    stop("stopped");
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
async function settle<T>(bus: Bus, options: QueueOptions<T>, lease: Lease): Promise<void> {
  const delivery: Delivery = lease;
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
    lease.terminate();
    return;
  }
  try {
    await options.handler(decoded, delivery);
  } catch (error) {
    options.onError?.(error);
    lease.handBack(HAND_BACK_MS);
    return;
  }
  // Without an answer it comes again, and the handler finds it applied (C3).
  await lease.ack();
}
