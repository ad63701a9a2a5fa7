/** Submissions and cancellations, from anyone to coordinators. */
import { CheckpointConfigError, sha256Hex } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { decode, decodeJsonObject, encode, undecodable } from "./codec.ts";
import type { Bus } from "./connect.ts";
import { publish, type Stored } from "./publish.ts";
import { consumeQueue, type Delivery, type QueueConsumer } from "./queue.ts";
import type { ConsumeOptions } from "./results.ts";
import { subjects } from "./subjects.ts";
import { EVENTS_CONSUMER } from "./topology.ts";
import { injectTrace } from "./trace.ts";

const { v1 } = drydock;

export type BusEvent =
  | { readonly kind: "submit"; readonly submission: drydock.v1.Submission }
  | { readonly kind: "cancel"; readonly request: drydock.v1.CancelRequest };

/** Below the stream's limit of 512 KiB, headers included. */
const LARGEST_SUBMISSION = 500 * 1024;

/** Stored until a coordinator takes it. The same key and pipeline again within minutes is stored once. */
export async function submit(
  bus: Bus,
  submission: drydock.v1.Submission.$Properties,
  options: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Stored> {
  const bytes = encode(v1.Submission, submission);
  if (bytes.length > LARGEST_SUBMISSION) {
    throw new CheckpointConfigError(
      [{ path: "", message: `the pipeline takes ${bytes.length} bytes, ${LARGEST_SUBMISSION} is the limit` }],
      { code: "BUS_SUBMISSION_SIZE" },
    );
  }
  // The traceparent differs between two identical submissions; key and content do not.
  const identity = [submission.key, submission.pipelineJson, submission.retryOf, submission.planOnly];
  return publish(bus, subjects.submit, bytes, {
    ...options,
    headers: injectTrace(),
    msgId: `submit.${sha256Hex(JSON.stringify(identity))}`,
  });
}

export async function requestCancel(
  bus: Bus,
  runId: string,
  reason: string,
  options: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Stored> {
  return publish(bus, subjects.cancel, encode(v1.CancelRequest, { runId, reason }), {
    ...options,
    headers: injectTrace(),
  });
}

/** As consumeResults, for events. */
export function consumeEvents(
  bus: Bus,
  handler: (event: BusEvent, delivery: Delivery) => Promise<void>,
  options: ConsumeOptions = {},
): Promise<QueueConsumer> {
  return consumeQueue(bus, {
    stream: "EVENTS",
    config: EVENTS_CONSUMER,
    slots: options.slots ?? 4,
    decode: (delivery) => decodeEvent(delivery.subject, delivery.data),
    handler,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onError === undefined ? {} : { onError: options.onError }),
  });
}

/** Protobuf, or the same fields as JSON (names as in the proto file or in camel case). */
export function decodeEvent(subject: string, data: Uint8Array): BusEvent {
  if (subject === subjects.submit) {
    const submission = isJson(data) ? jsonSubmission(data) : decode(v1.Submission, data);
    if (submission.pipelineJson === "" && submission.retryOf === "")
      throw undecodable("a submission names no pipeline");
    return { kind: "submit", submission };
  }
  if (subject === subjects.cancel) {
    const request = isJson(data) ? jsonCancel(data) : decode(v1.CancelRequest, data);
    if (request.runId === "") throw undecodable("a cancellation names no run");
    return { kind: "cancel", request };
  }
  throw undecodable(`${subject} is no event this version knows`);
}

/** "{" would be a group of field 15, which none of these messages has. */
function isJson(data: Uint8Array): boolean {
  return data[0] === 0x7b;
}

function jsonSubmission(data: Uint8Array): drydock.v1.Submission {
  const json = fields(data, "a submission", [
    "key",
    "pipelineJson",
    "pipeline",
    "retryOf",
    "planOnly",
    "traceparent",
    "submittedBy",
  ]);
  const { pipeline } = json;
  const pipelineJson = pipeline === undefined ? text(json, "pipelineJson") : JSON.stringify(pipeline);
  const planOnly = json.planOnly ?? false;
  if (typeof planOnly !== "boolean") throw undecodable("a submission's planOnly is not true or false");
  return v1.Submission.create({
    key: text(json, "key"),
    pipelineJson,
    retryOf: text(json, "retryOf"),
    planOnly,
    traceparent: text(json, "traceparent"),
    submittedBy: text(json, "submittedBy"),
  });
}

function jsonCancel(data: Uint8Array): drydock.v1.CancelRequest {
  const json = fields(data, "a cancellation", ["runId", "reason"]);
  return v1.CancelRequest.create({ runId: text(json, "runId"), reason: text(json, "reason") });
}

/** In camel case; an unknown one is refused, for it is most likely a misspelt one. */
function fields(data: Uint8Array, what: string, known: readonly string[]): Readonly<Record<string, unknown>> {
  const camel = (key: string): string =>
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const entries = Object.entries(decodeJsonObject(data, what)).map(
    ([key, value]) => [camel(key), value] as const,
  );
  for (const [key] of entries) if (!known.includes(key)) throw undecodable(`${what} has no field ${key}`);
  return Object.fromEntries(entries);
}

function text(json: Readonly<Record<string, unknown>>, key: string): string {
  const value = json[key] ?? "";
  if (typeof value !== "string") throw undecodable(`${key} is not a string`);
  return value;
}
