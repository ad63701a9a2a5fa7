/**
 * One publish into a stream, stored or refused: the client itself tries once and calls a server that is just coming
 * back "not enabled".
 * P1 every try carries the same message id (or a subject or sequence that allows one copy), so that a try whose answer
 *    was lost is not stored twice.
 * P2 a try ends with its connection: after a reconnect the next begins at once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CheckpointError, CheckpointSourceError, CheckpointTimeoutError } from "@drydock/checkpoint";
import { JetStreamApiError } from "@nats-io/jetstream";
import { errors, type MsgHdrs, headers as newHeaders } from "@nats-io/transport-node";
import type { Bus } from "./connect.ts";

export interface PublishOptions {
  readonly msgId?: string;
  readonly headers?: MsgHdrs;
  /** Compare-and-set: sequence of the subject's last message, 0 for none. */
  readonly expectLast?: number;
  /** Default 30 s: longer than an election. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface Stored {
  readonly seq: number;
  /** The server had this message id already. */
  readonly duplicate: boolean;
}

const TRY_MS = 3_000;
const DEADLINE_MS = 30_000;
const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 2_000;

/** Codes of the server that callers decide by. */
export const WRONG_LAST_SEQUENCE = 10071;
export const STORE_REFUSED = 10077;
/** "Temporarily unavailable", "no suitable peers", "insufficient resources" right after a start or an election. */
const TRANSIENT: ReadonlySet<number> = new Set([10005, 10008, 10023]);

export async function publish(
  bus: Bus,
  subject: string,
  data: Uint8Array,
  options: PublishOptions = {},
): Promise<Stored> {
  const deadline = performance.now() + (options.deadlineMs ?? DEADLINE_MS);
  for (let tries = 1; ; tries++) {
    options.signal?.throwIfAborted();
    try {
      const attempt = bus.js.publish(subject, data, {
        timeout: TRY_MS,
        // The client adds its own to what it is given, so each try gets a copy.
        headers: copy(options.headers),
        ...(options.msgId === undefined ? {} : { msgID: options.msgId }),
        ...(options.expectLast === undefined ? {} : { expect: { lastSubjectSequence: options.expectLast } }),
      });
      const ack = await untilReconnect(bus, attempt);
      return { seq: ack.seq, duplicate: ack.duplicate };
    } catch (error) {
      if (!isTransient(error)) throw refused(subject, error);
      const left = deadline - performance.now();
      if (left <= 0 || bus.nc.isClosed()) throw unanswered(bus, subject, tries, error);
      await sleep(Math.min(left, jitter(tries)), undefined, options.signal ? { signal: options.signal } : {});
    }
  }
}

/** The connection came back: an answer to what was asked before is not coming any more. */
export class Reconnected extends Error {}

/** P2. Fails at once instead of waiting out the time of a question that went down with the old connection. */
export function untilReconnect<T>(bus: Bus, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = bus.onReconnect(() => reject(new Reconnected("reconnected")));
    answer.then(resolve, reject).finally(forget);
  });
}

/** Full jitter, growing: many workers that lost one server must not come back in step. */
export function jitter(tries: number): number {
  return 1 + Math.random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1));
}

/** The server's error code, or undefined when it said nothing. */
export function apiCode(error: unknown): number | undefined {
  if (error instanceof JetStreamApiError) return error.code;
  return error instanceof CheckpointError && error.cause !== error ? apiCode(error.cause) : undefined;
}

export function isTransient(error: unknown): boolean {
  const code = apiCode(error);
  if (code !== undefined) return TRANSIENT.has(code);
  if (!(error instanceof Error) || error instanceof errors.DrainingConnectionError) return false;
  return (
    error instanceof Reconnected ||
    error instanceof errors.TimeoutError ||
    error instanceof errors.RequestError ||
    error instanceof errors.NoRespondersError ||
    error instanceof errors.ConnectionError ||
    // What the client throws when nothing answers a JetStream subject; the class is not exported.
    error.name === "JetStreamNotEnabled"
  );
}

function refused(subject: string, cause: unknown): Error {
  const code = apiCode(cause);
  const why = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof Error && cause.name === "AbortError") return cause;
  if (code === STORE_REFUSED) {
    return new CheckpointSourceError(`bus: the stream behind ${subject} refused a message: ${why}`, {
      kind: "capacity",
      code: "BUS_FULL",
      details: { subject, natsCode: code },
      remedy: "Let coordinators and workers catch up, or raise the stream's limit.",
      cause,
    });
  }
  return new CheckpointSourceError(`bus: publishing to ${subject} failed: ${why}`, {
    code: "BUS_PUBLISH",
    details: { subject, natsCode: code },
    cause,
  });
}

function unanswered(bus: Bus, subject: string, tries: number, cause: unknown): Error {
  return new CheckpointTimeoutError(`bus: ${bus.url} stored nothing on ${subject} in ${tries} tries`, {
    code: "BUS_UNANSWERED",
    details: { subject, tries, url: bus.url },
    remedy:
      "Check that the NATS server runs with JetStream and that a Drydock service, which makes the streams, has started on it.",
    cause,
  });
}

function copy(source: MsgHdrs | undefined): MsgHdrs {
  const target = newHeaders();
  for (const key of source?.keys() ?? []) {
    for (const value of source?.values(key) ?? []) target.append(key, value);
  }
  return target;
}

/** A read or management call, tried again while the server is away. */
export async function patiently<T>(
  bus: Bus,
  call: () => Promise<T>,
  options: { deadlineMs?: number; signal?: AbortSignal } = {},
): Promise<T> {
  const deadline = performance.now() + (options.deadlineMs ?? DEADLINE_MS);
  for (let tries = 1; ; tries++) {
    options.signal?.throwIfAborted();
    try {
      return await untilReconnect(bus, call());
    } catch (error) {
      const left = deadline - performance.now();
      if (!isTransient(error)) throw error;
      if (left <= 0 || bus.nc.isClosed()) {
        throw new CheckpointTimeoutError(`bus: ${bus.url} did not answer in ${tries} tries`, {
          code: "BUS_UNANSWERED",
          details: { tries, url: bus.url },
          remedy: "Check that the NATS server runs with JetStream.",
          cause: error,
        });
      }
      await sleep(Math.min(left, jitter(tries)), undefined, options.signal ? { signal: options.signal } : {});
    }
  }
}
