/** What became of tasks, from workers to coordinators. */
import { drydock } from "@drydock/proto";
import type { MsgHdrs } from "@nats-io/transport-node";
import { decode, encode } from "./codec.ts";
import type { Bus } from "./connect.ts";
import { publish, type Stored } from "./publish.ts";
import { consumeQueue, type Delivery, type QueueConsumer } from "./queue.ts";
import { attemptId, resultSubject, stageName, type TaskKey } from "./subjects.ts";
import { RESULTS_CONSUMER } from "./topology.ts";
import { injectTrace } from "./trace.ts";

/** Below the stream's limit of 256 KiB, headers included. */
const LARGEST_RESULT = 240 * 1024;
/** As promised in result.proto. */
const MOST_SPANS = 32;

/** The identity a task or result carries in its fields. */
export function keyOf(message: {
  readonly runId: string;
  readonly stage: drydock.v1.Stage;
  readonly shard: number;
  readonly generation: number;
  readonly attempt: number;
}): TaskKey {
  const { runId, shard, generation, attempt } = message;
  return { runId, stage: stageName(message.stage), shard, generation, attempt };
}

/** Stored once per attempt: the first outcome published within the window counts, others are duplicates. */
export async function publishResult(
  bus: Bus,
  result: drydock.v1.Result,
  options: { readonly signal?: AbortSignal; readonly deadlineMs?: number; readonly headers?: MsgHdrs } = {},
): Promise<Stored> {
  const key = keyOf(result);
  return publish(bus, resultSubject(key), fitted(result), {
    ...options,
    headers: injectTrace(options.headers),
    msgId: `r.${attemptId(key)}`,
  });
}

/** Spans are a comfort and go first when a result is too large to store. */
function fitted(result: drydock.v1.Result): Uint8Array {
  const bytes = encode(drydock.v1.Result, result);
  if (bytes.length <= LARGEST_RESULT && result.spans.length <= MOST_SPANS) return bytes;
  // Made by this worker a moment ago: there are no unknown fields to lose.
  const kept = bytes.length <= LARGEST_RESULT ? result.spans.slice(0, MOST_SPANS) : [];
  return encode(drydock.v1.Result, { ...result, spans: kept });
}

export interface ConsumeOptions {
  /** Messages worked on at once. Default 8. */
  readonly slots?: number;
  readonly signal?: AbortSignal;
  /** Told about each delivery whose handler threw, before it is handed back. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Results for whichever coordinator is free. The handler resolves once the result is applied (then it is
 * acknowledged); when it throws, the result comes again after a second.
 */
export function consumeResults(
  bus: Bus,
  handler: (result: drydock.v1.Result, delivery: Delivery) => Promise<void>,
  options: ConsumeOptions = {},
): Promise<QueueConsumer> {
  return consumeQueue(bus, {
    stream: "RESULTS",
    config: RESULTS_CONSUMER,
    slots: options.slots ?? 8,
    decode: (delivery) => decode(drydock.v1.Result, delivery.data),
    handler,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onError === undefined ? {} : { onError: options.onError }),
  });
}
