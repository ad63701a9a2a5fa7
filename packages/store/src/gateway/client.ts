/**
 * A pinned object as a byte source, read through the node's fetcher.
 * A connection that fails is tried again, for a fetcher that restarts is back within seconds; what the fetcher answers
 * is final, for it has done its own retries.
 */
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ByteSource,
  CheckpointError,
  CheckpointSourceError,
  CheckpointTimeoutError,
  checkRange,
  type Pin,
} from "@drydock/checkpoint";
import { cancelled, throwIfAborted } from "../cache/budget.ts";
import { CHUNK_BYTES } from "../cache/chunk-size.ts";
import { split } from "../cache/fetch-plan.ts";
import { type GatewayAddress, gatewayAddress } from "./address.ts";
import { readToken } from "./token.ts";
import { decodeError, objectUrlPath } from "./wire.ts";

export interface GatewaySourceOptions {
  /** "unix:/path.sock" or "http://host:port". */
  readonly url: string;
  readonly pin: Pin;
  /** Of reads that bring none of their own. */
  readonly signal?: AbortSignal | undefined;
  readonly tokenFile?: string | undefined;
}

/** With full jitter about 2.5 s in all; afterwards the task's own retry is the better wait. */
const TRIES = 6;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 2000;
/** Parts of a long read under way at once, so that a far source is read by several requests. */
const AT_ONCE = 4;
/** Without a byte. The fetcher itself may wait up to 10 s, several times, for a source that asks it to. */
const IDLE_MS = 120_000;
/** An error is a few hundred bytes. */
const MAX_ERROR_BYTES = 64 * 1024;

/** Shared: the members of a sharded checkpoint are read over the same few connections. Idle ones hold no process. */
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

export function gatewaySource({ url, pin, signal: usual, tokenFile }: GatewaySourceOptions): ByteSource {
  const address = gatewayAddress(url);
  const source: ByteSource = {
    size: pin.size,
    name: pin.uri,
    async read(start, end, own) {
      checkRange(source, start, end);
      const out = new Uint8Array(end - start);
      const abort = new AbortController();
      const given = own ?? usual;
      const signal = given === undefined ? abort.signal : AbortSignal.any([given, abort.signal]);
      const parts = split([{ start, end }], CHUNK_BYTES).values();
      let failure: { readonly error: unknown } | undefined;
      const worker = async (): Promise<void> => {
        for (const part of parts) {
          if (failure !== undefined) return;
          const target = out.subarray(part.start - start, part.end - start);
          try {
            await patiently(url, signal, () => getRange(address, pin, part.start, target, signal, tokenFile));
          } catch (error) {
            failure ??= { error };
            abort.abort(error);
          }
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      throwIfAborted(given);
      if (failure !== undefined) throw failure.error;
      return out;
    },
  };
  return source;
}

async function patiently(url: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw cancelled(signal);
      if (error instanceof CheckpointError) throw error;
      if (tries === TRIES) throw unreachable(url, error);
    }
    const waitMs = Math.random() * Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
    await sleep(waitMs, undefined, { signal }).catch(() => {
      throw cancelled(signal);
    });
  }
}

/** Fills `target` with the bytes from `start`. Errors of the connection come as they are. */
async function getRange(
  address: GatewayAddress,
  pin: Pin,
  start: number,
  target: Uint8Array,
  signal: AbortSignal,
  tokenFile: string | undefined,
): Promise<void> {
  const token = tokenFile === undefined ? undefined : await readToken(tokenFile);
  const range = `${start}-${start + target.length - 1}`;
  const silence = new AbortController();
  const response = await get(address, AbortSignal.any([signal, silence.signal]), pin, {
    range: `bytes=${range}`,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  });
  response.setTimeout(IDLE_MS, () => silence.abort());
  try {
    if (response.statusCode !== 206) throw await failureOf(response, pin);
    const { "content-range": found } = response.headers;
    if (found !== `bytes ${range}/${pin.size}`)
      throw answered(pin, `${found ?? "no range"} for bytes ${range}`);
    let filled = 0;
    for await (const chunk of response) {
      const part: Uint8Array = chunk; // no encoding is set
      if (filled + part.length > target.length)
        throw answered(pin, `more than the ${target.length} bytes asked for`);
      target.set(part, filled);
      filled += part.length;
    }
    if (filled < target.length) throw new Error(`${filled} of ${target.length} bytes came`);
  } catch (error) {
    throw silence.signal.aborted ? silent(pin) : error;
  } finally {
    // Read to its end the connection is kept for the next range.
    if (!response.complete) response.destroy();
  }
}

function get(
  address: GatewayAddress,
  signal: AbortSignal,
  pin: Pin,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  const where =
    address.kind === "unix" ? { socketPath: address.socketPath } : { host: address.host, port: address.port };
  return new Promise((resolve, reject) => {
    const path = objectUrlPath(pin.id);
    const sending = request({ ...where, agent, path, headers, signal }, resolve);
    sending.on("error", reject);
    sending.setTimeout(IDLE_MS, () => sending.destroy(silent(pin)));
    sending.end();
  });
}

async function failureOf(response: IncomingMessage, pin: Pin): Promise<CheckpointError> {
  let text = "";
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > MAX_ERROR_BYTES) break;
  }
  return decodeError(text) ?? answered(pin, `status ${response.statusCode}`);
}

function answered(pin: Pin, what: string): CheckpointSourceError {
  return new CheckpointSourceError(`${pin.uri}: the node's fetcher answered with ${what}`, {
    code: "GATEWAY_ANSWER",
    remedy: "check that DRYDOCK_FETCHER_URL is the address of this node's fetcher",
  });
}

function silent(pin: Pin): CheckpointTimeoutError {
  return new CheckpointTimeoutError(`${pin.uri}: the node's fetcher sent nothing for ${IDLE_MS} ms`, {
    code: "GATEWAY_TIMEOUT",
    details: { limitMs: IDLE_MS },
  });
}

function unreachable(url: string, cause: unknown): CheckpointSourceError {
  return new CheckpointSourceError(`the fetcher of this node does not answer at ${url}`, {
    code: "GATEWAY_UNREACHABLE",
    details: { url, tries: TRIES },
    remedy: "see whether the fetcher runs, and whether DRYDOCK_FETCHER_URL is where it listens",
    cause,
  });
}
