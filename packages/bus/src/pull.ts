/**
 * One message of a pull consumer, and the lease that comes with it. The client's own consumers always prefetch or wait
 * a second at least, and ask only once for an acknowledgement to be confirmed.
 */
import type { Msg, MsgHdrs } from "@nats-io/transport-node";
import { nanos } from "@nats-io/transport-node";
import type { Bus } from "./connect.ts";
import { Reconnected, untilReconnect } from "./publish.ts";

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

/** On top of the wait. Short, for 2.9 now and then leaves a pull unanswered after messages were removed. */
const ANSWER_MS = 2_000;
/** Two of these: long enough for a busy server; 2.9 never confirms for a message that was removed meanwhile. */
const CONFIRM_MS = 1_500;

/**
 * Undefined when nothing came within waitMs (0: when nothing waits now). Rejects when nothing answers: the server is
 * away, or the consumer gone.
 */
export async function pullOne(
  bus: Bus,
  stream: string,
  consumer: string,
  waitMs = 0,
): Promise<Lease | undefined> {
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  const how = waitMs === 0 ? { no_wait: true } : { expires: nanos(waitMs) };
  const question = JSON.stringify({ batch: 1, ...how });
  // A subscription of its own: a delivery bears the stream's subject, by which the shared one cannot place it.
  const request = bus.nc.request(subject, question, { timeout: waitMs + ANSWER_MS, noMux: true });
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
    ack: () => confirm(bus, reply),
    handBack: (delayMs) =>
      say(delayMs === undefined ? "-NAK" : `-NAK ${JSON.stringify({ delay: nanos(delayMs) })}`),
    working: () => say("+WPI"),
    terminate: () => say("+TERM"),
  };
}

/** Acknowledgements survive a restart of the server, so one that went down with the connection is repeated. */
async function confirm(bus: Bus, reply: string): Promise<boolean> {
  for (let silences = 0; silences < 2 && !bus.nc.isClosed(); ) {
    try {
      await untilReconnect(bus, bus.nc.request(reply, "+ACK", { timeout: CONFIRM_MS }));
      return true;
    } catch (error) {
      if (!(error instanceof Reconnected)) silences++;
    }
  }
  return false;
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
