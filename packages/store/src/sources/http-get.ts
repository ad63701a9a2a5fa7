/**
 * One GET over HTTP(S), redirects followed, body not yet read.
 * G1 nothing but Range, If-Match, Accept-Encoding and User-Agent is ever sent, so a redirect can leak nothing.
 *    This is node:http and not fetch, which forwards x- headers to other origins and moves fewer bytes per second.
 * G2 every connection goes to an address that was checked (addresses.ts), after each redirect too; proxy variables
 *    of the environment are not followed.
 * G3 a response that is handed out is owned by the caller, who reads it to its end or destroys it; one that is not is
 *    destroyed here.
 */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { CheckpointSourceError, CheckpointTimeoutError } from "@drydock/checkpoint";
import { checkedLookup, checkHost } from "./addresses.ts";
import { readExactly, wrongLength } from "./body.ts";
import { connectionError } from "./failure.ts";
import { redactUri } from "./redact.ts";

export interface HttpLimits {
  /** DNS, TCP and TLS together. */
  readonly connectMs: number;
  /** Without a byte. */
  readonly idleMs: number;
  /** A body slower than this, after the first `graceMs`, is given up: a peer that trickles holds a slot for days. */
  readonly floorBytesPerS: number;
  readonly graceMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  connectMs: 10_000,
  idleMs: 30_000,
  floorBytesPerS: 64 * 1024,
  graceMs: 60_000,
};

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface GetOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly env: NodeJS.ProcessEnv;
  readonly limits: HttpLimits;
  /** Bytes the body should have, for the slowest rate that is waited for. */
  readonly expectBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** Idle connections are kept for the next range. */
const agents = {
  "http:": new HttpAgent({ keepAlive: true, maxSockets: 64 }),
  "https:": new HttpsAgent({ keepAlive: true, maxSockets: 64 }),
};

export async function httpGet(uri: string, options: GetOptions): Promise<IncomingMessage> {
  let url = parseUrl(uri);
  for (let hops = 0; ; hops++) {
    const response = await getOnce(url, options);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    if (hops === MAX_REDIRECTS) {
      throw new CheckpointSourceError(`${redactUri(uri)}: more than ${MAX_REDIRECTS} redirects`, {
        kind: "denied",
        code: "REDIRECT_LIMIT",
        details: { limit: MAX_REDIRECTS },
      });
    }
    url = redirectTarget(url, location);
  }
}

/** An http or https URL without credentials in it, or an error. */
export function parseUrl(uri: string): URL {
  const url = URL.parse(uri);
  const why =
    url === null || (url.protocol !== "http:" && url.protocol !== "https:")
      ? "is no http or https URL"
      : url.username !== "" || url.password !== ""
        ? "holds credentials before the host"
        : // biome-ignore lint/suspicious/noControlCharactersInRegex: URL.parse drops some of them silently
          /[\u0000-\u0020\u007f\\]/.test(uri)
          ? "holds blanks, backslashes or control characters"
          : undefined;
  if (url === null || why !== undefined) {
    throw new CheckpointSourceError(`${redactUri(uri)}: ${why}`, {
      kind: "config",
      code: "SOURCE_URL_INVALID",
    });
  }
  return url;
}

function redirectTarget(from: URL, location: string): URL {
  const to = URL.parse(location, from.href);
  const safe = to?.protocol === "https:" || (to?.protocol === "http:" && from.protocol === "http:");
  if (to === null || !safe || to.username !== "" || to.password !== "") {
    throw new CheckpointSourceError(
      `${redactUri(from.href)}: redirects to ${redactUri(to?.href ?? location)}, which is not followed`,
      { kind: "denied", code: "REDIRECT_DENIED" },
    );
  }
  return to;
}

function getOnce(url: URL, options: GetOptions): Promise<IncomingMessage> {
  const { limits, signal } = options;
  const name = redactUri(url.href);
  const protocol = url.protocol === "https:" ? "https:" : "http:";
  return new Promise((resolve, reject) => {
    checkHost(url.hostname, options.env);
    const send: typeof httpRequest = protocol === "https:" ? httpsRequest : httpRequest;
    const request = send(url, {
      agent: agents[protocol],
      lookup: checkedLookup(options.env),
      headers: { "accept-encoding": "identity", "user-agent": "drydock", ...options.headers },
      ...(signal === undefined ? {} : { signal }),
    });
    const stopWatch = watchTime(request, name, limits, options.expectBytes);
    request.on("error", (error) => {
      stopWatch();
      reject(connectionError(name, error, signal));
    });
    request.once("response", (response) => {
      response.once("close", stopWatch);
      // Until somebody reads, an error has no listener; the reader gets it from the stream.
      response.on("error", () => {});
      resolve(response);
    });
    request.end();
  });
}

/** Destroys the request with a timeout error when connecting, silence or the whole take too long. */
function watchTime(request: ClientRequest, name: string, limits: HttpLimits, bytes: number): () => void {
  const fail = (what: string, ms: number): void => {
    const error = new CheckpointTimeoutError(`${name}: ${what} within ${ms} ms`, {
      code: "SOURCE_TIMEOUT",
      details: { limitMs: ms },
    });
    timedOut.set(request, error);
    request.destroy(error);
  };
  const connect = setTimeout(() => fail("no connection", limits.connectMs), limits.connectMs);
  const wholeMs = Math.ceil(limits.graceMs + (bytes / limits.floorBytesPerS) * 1000);
  const whole = setTimeout(() => fail(`the ${bytes} bytes did not arrive`, wholeMs), wholeMs);
  request.once("socket", (socket) => {
    const connected = (): void => {
      clearTimeout(connect);
      request.setTimeout(limits.idleMs, () => fail("not a byte came", limits.idleMs));
    };
    if (!socket.connecting) connected();
    else socket.once(request.protocol === "https:" ? "secureConnect" : "connect", connected);
  });
  return () => {
    clearTimeout(connect);
    clearTimeout(whole);
  };
}

const timedOut = new WeakMap<ClientRequest, CheckpointTimeoutError>();

/** The body, exactly `length` bytes; the reason for an end before that is the timeout that caused it, if one did. */
export async function readBody(
  response: IncomingMessage,
  length: number,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const declared = response.headers["content-length"];
  if (declared !== undefined && Number(declared) !== length) throw wrongLength(name, length, declared);
  try {
    return await readExactly(response, length, name, signal);
  } catch (error) {
    throw timedOut.get(requestOf(response)) ?? error;
  }
}

function requestOf(response: IncomingMessage): ClientRequest {
  // Present on every response of a client; the types leave it out.
  return (response as IncomingMessage & { readonly req: ClientRequest }).req;
}
