/** The end of a run as a CloudEvent, for whoever waits: a training job, a pipeline tool, a person. */

import { decodeJsonObject } from "./codec.ts";
import type { Bus } from "./connect.ts";
import { patiently, publish, type Stored } from "./publish.ts";
import { readAndFollow } from "./read.ts";
import { subjects } from "./subjects.ts";

/** CloudEvents 1.0, structured mode, as JSON. */
export interface RunEndedEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: "drydock.run.ended";
  /** Run id. */
  readonly subject: string;
  /** RFC 3339, of the server's clock. */
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: {
    readonly runId: string;
    readonly outcome: "sealed" | "planned" | "failed" | "cancelled";
    readonly outputUri: string;
    readonly manifestDigest: string;
    readonly failure?: {
      readonly kind: string;
      readonly name: string;
      readonly message: string;
      readonly remedy: string;
    };
  };
}

/** timeMs: server time of the run's end. Publishing again changes nothing. */
export async function publishDone(bus: Bus, data: RunEndedEvent["data"], timeMs: number): Promise<Stored> {
  const event: RunEndedEvent = {
    specversion: "1.0",
    id: data.runId,
    source: "/drydock",
    type: "drydock.run.ended",
    subject: data.runId,
    time: new Date(timeMs).toISOString(),
    datacontenttype: "application/json",
    data,
  };
  return publish(bus, subjects.done(data.runId), new TextEncoder().encode(JSON.stringify(event)), {
    msgId: `done.${data.runId}`,
  });
}

/** The event of a run that ended already, else undefined. */
export async function getDone(bus: Bus, runId: string): Promise<RunEndedEvent | undefined> {
  const found = await patiently(bus, () =>
    bus.jsm.streams.getMessage("DONE", { last_by_subj: subjects.done(runId) }),
  );
  return found === null ? undefined : eventOf(found.data);
}

/** Resolves when the run has ended, however long ago; undefined when the signal aborted first. */
export async function waitDone(
  bus: Bus,
  runId: string,
  signal: AbortSignal,
): Promise<RunEndedEvent | undefined> {
  for await (const message of readAndFollow(bus, "DONE", subjects.done(runId), {
    lastOfEach: true,
    signal,
  })) {
    return eventOf(message.data);
  }
  return undefined;
}

/** Every run's end that is stored, then each new one. */
export async function* watchDone(bus: Bus, signal: AbortSignal): AsyncGenerator<RunEndedEvent> {
  for await (const message of readAndFollow(bus, "DONE", "done.*", { signal })) yield eventOf(message.data);
}

function eventOf(data: Uint8Array): RunEndedEvent {
  const event = decodeJsonObject(data, "a done event");
  // Only publishDone writes this stream; what it wrote has this shape.
  return event as unknown as RunEndedEvent;
}
