/** Dead letters: messages nobody could process, kept as they came, with the reason; looked at and replayed by people. */
import { type MsgHdrs, headers as newHeaders } from "@nats-io/transport-node";
import type { Bus } from "./connect.ts";
import { patiently, publish, type Stored } from "./publish.ts";
import { readStored } from "./read.ts";
import { deadSubject, parseKey } from "./subjects.ts";

export interface DeadLetter {
  /** Names it in get and replay. */
  readonly seq: number;
  readonly timeMs: number;
  /** Where it was published. */
  readonly subject: string;
  /** "poison" or the code of an error, such as "BUS_UNDECODABLE". */
  readonly code: string;
  readonly reason: string;
  readonly deliveries: number;
  /** Who gave up. */
  readonly by: string;
  readonly data: Uint8Array;
}

const HEADER = {
  subject: "Drydock-Subject",
  code: "Drydock-Code",
  reason: "Drydock-Reason",
  deliveries: "Drydock-Deliveries",
  by: "Drydock-By",
} as const;
const OWN: ReadonlySet<string> = new Set(Object.values(HEADER).map((name) => name.toLowerCase()));

export interface Burial {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;
  readonly code: string;
  readonly reason: string;
  readonly deliveries: number;
  /** Identity of the delivery, such as stream and sequence: the same message is buried once. */
  readonly id: string;
}

export async function bury(bus: Bus, letter: Burial): Promise<Stored> {
  const key = parseKey(letter.subject);
  const headers = newHeaders();
  for (const name of letter.headers?.keys() ?? []) {
    // The server's own headers (message id, expectations) would be obeyed again.
    if (name.toLowerCase().startsWith("nats-")) continue;
    for (const value of letter.headers?.values(name) ?? []) headers.append(name, value);
  }
  headers.set(HEADER.subject, letter.subject);
  headers.set(HEADER.code, letter.code);
  headers.set(HEADER.reason, oneLine(letter.reason));
  headers.set(HEADER.deliveries, String(letter.deliveries));
  headers.set(HEADER.by, bus.name);
  const subject = key === undefined ? "dlq.unknown.unknown.0.0-0" : deadSubject(key);
  return publish(bus, subject, letter.data, { headers, msgId: `dead.${letter.id}` });
}

/** Oldest first. */
export async function listDead(bus: Bus): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const { seq, timeMs, headers, data } of readStored(bus, "DLQ", "dlq.>")) {
    letters.push(letterOf(seq, timeMs, headers, data));
  }
  return letters;
}

export async function getDead(bus: Bus, seq: number): Promise<DeadLetter | undefined> {
  const found = await patiently(bus, () => bus.jsm.streams.getMessage("DLQ", { seq }));
  return found === null ? undefined : letterOf(seq, found.time.getTime(), found.header, found.data);
}

/** Publishes the original bytes to the original subject; undefined when there is no such letter. It stays in the list. */
export async function replayDead(bus: Bus, seq: number): Promise<Stored | undefined> {
  const found = await patiently(bus, () => bus.jsm.streams.getMessage("DLQ", { seq }));
  if (found === null) return undefined;
  const headers = newHeaders();
  for (const name of found.header.keys()) {
    if (OWN.has(name.toLowerCase()) || name.toLowerCase().startsWith("nats-")) continue;
    for (const value of found.header.values(name)) headers.append(name, value);
  }
  return publish(bus, found.header.get(HEADER.subject), found.data, { headers });
}

function letterOf(seq: number, timeMs: number, headers: MsgHdrs | undefined, data: Uint8Array): DeadLetter {
  const text = (name: string): string => headers?.get(name) ?? "";
  return {
    seq,
    timeMs,
    subject: text(HEADER.subject),
    code: text(HEADER.code),
    reason: text(HEADER.reason),
    deliveries: Number(text(HEADER.deliveries) || 0),
    by: text(HEADER.by),
    data,
  };
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " | ").slice(0, 2_000);
}
