/**
 * One message of a pull consumer if there is one now, and the lease that comes with it. The client's consumers always
 * wait at the server for a while; a worker must not (work.ts, W1).
 */
import type { Msg, MsgHdrs } from "@nats-io/transport-node";
import { nanos } from "@nats-io/transport-node";
import type { Bus } from "./connect.ts";
import { untilReconnect } from "./publish.ts";

export interface Lease {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;
  readonly seq: number;
  /** 1 for the first. */
  readonly deliveries: number;
  /** When the message was stored, by the server's clock, milliseconds. */
  readonly timeMs: number;
  /** Resolves to whether the server confirmed. Proves nothing about who else holds the message. */
  ack(): Promise<boolean>;
  /** Back to the queue, at once or after a while. */
  handBack(delayMs?: number): void;
  /** Extends the lease. */
  working(): void;
  /** Never again, without success. */
  terminate(): void;
}

const ANSWER_MS = 5_000;

/** Undefined when nothing waits. Rejects when nothing answers: the server is away, or the consumer gone. */
export async function pullOne(bus: Bus, stream: string, consumer: string): Promise<Lease | undefined> {
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  const question = JSON.stringify({ batch: 1, no_wait: true });
  // A subscription of its own: a delivery bears the stream's subject, by which the shared one cannot place it.
  const request = bus.nc.request(subject, question, { timeout: ANSWER_MS, noMux: true });
  const answer = await untilReconnect(bus, request);
  // A status, such as "no messages", has a code and is no message.
  return (answer.headers?.code ?? 0) === 0 ? lease(bus, answer) : undefined;
}

function lease(bus: Bus, message: Msg): Lease {
  const reply = message.reply ?? "";
  const { deliveries, seq, timeMs } = parseAck(reply);
  const say = (word: string): void => {
    if (!bus.nc.isClosed()) bus.nc.publish(reply, word);
  };
  return {
    subject: message.subject,
    data: message.data,
    headers: message.headers,
    seq,
    deliveries,
    timeMs,
    async ack() {
      try {
        await bus.nc.request(reply, "+ACK", { timeout: ANSWER_MS });
        return true;
      } catch {
        return false;
      }
    },
    handBack: (delayMs) =>
      say(delayMs === undefined ? "-NAK" : `-NAK ${JSON.stringify({ delay: nanos(delayMs) })}`),
    working: () => say("+WPI"),
    terminate: () => say("+TERM"),
  };
}

/**
 * $JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<nanoseconds>.<pending>; newer servers may put
 * domain and account before the stream and a token after the rest.
 */
export function parseAck(reply: string): { deliveries: number; seq: number; timeMs: number } {
  const tokens = reply.split(".");
  const first = tokens.length === 9 ? 4 : 6;
  const [deliveries, seq, , time] = tokens.slice(first);
  const parsed = {
    deliveries: Number(deliveries),
    seq: Number(seq),
    timeMs: Number(BigInt(time ?? "0") / 1_000_000n),
  };
  if (!Number.isSafeInteger(parsed.deliveries) || !Number.isSafeInteger(parsed.seq)) {
    throw new Error(`the server's reply subject ${reply} is not one this version knows`);
  }
  return parsed;
}
