/**
 * The fetcher's door for its node: ranges of pinned objects by pin id. Whoever asks needs no credentials of a source,
 * and can reach nothing that no acquire has pinned.
 *   GET  /v1/objects/<pin id>  Range: bytes=a-b  →  206 with exactly those bytes, or an error as JSON
 *   HEAD /v1/objects/<pin id>                    →  200 with the object's size
 * G1 answers being read or sent take ANSWER_BYTES at most, however many ask and however slowly they take them.
 * G2 who hangs up stops what was read for them.
 */
import { chmod, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { asCheckpointError, CheckpointError, CheckpointNotFoundError, type Pin } from "@drydock/checkpoint";
import { Budget } from "../cache/budget.ts";
import { gatewayAddress } from "./address.ts";
import { isAuthorized, readToken } from "./token.ts";
import { encodeError, MAX_RANGE_BYTES, pinIdOf, STATUS } from "./wire.ts";

/** G1: two of the longest. */
const ANSWER_BYTES = 2 * MAX_RANGE_BYTES;
/** Who takes nothing of an answer for so long keeps others from theirs. */
const STALLED_MS = 30_000;
/** A stop waits that long for answers under way. */
const DRAIN_MS = 5000;

export interface GatewayOptions {
  /** "unix:/path.sock" or "http://host:port" (port 0 = any). */
  readonly url: string;
  /** Rejects, or gives undefined, when no acquire has pinned it. */
  resolvePin(pinId: string): Promise<Pin | undefined>;
  read(pin: Pin, start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
  /** Who asks must know its content. */
  readonly tokenFile?: string | undefined;
}

export interface Gateway extends AsyncDisposable {
  /** Where it really listens. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const address = gatewayAddress(options.url);
  if (options.tokenFile !== undefined) await readToken(options.tokenFile);
  const budget = new Budget(ANSWER_BYTES);
  let closing = false;
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.once("close", () => {
      gone.abort();
      // Its connection would be kept for a next request.
      if (closing) server.closeIdleConnections();
    });
    answer(options, budget, request, response, gone.signal).catch((thrown: unknown) => {
      if (gone.signal.aborted) return;
      if (response.headersSent) response.destroy();
      else refuse(response, asCheckpointError(thrown));
    });
  });
  // Left by a process that was killed; the cache's lock says that no other one lives.
  if (address.kind === "unix") await rm(address.socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", resolve);
    if (address.kind === "unix") server.listen(address.socketPath);
    else server.listen(address.port, address.host);
  });
  // Loader and fetcher of a node may run as two users of one group.
  if (address.kind === "unix") await chmod(address.socketPath, 0o660);

  const close = async (): Promise<void> => {
    closing = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearTimeout(timer);
  };
  const listening = server.address();
  const port = typeof listening === "object" && listening !== null ? listening.port : 0;
  return {
    url: address.kind === "unix" ? options.url : `http://${new URL(options.url).hostname}:${port}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function answer(
  { tokenFile, resolvePin, read }: GatewayOptions,
  budget: Budget,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (tokenFile !== undefined && !isAuthorized(request.headers.authorization, await readToken(tokenFile))) {
    return refuse(response, unauthorized(), 401);
  }
  const pinId = pinIdOf(request.url);
  if (pinId === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
    return refuse(response, wrongUse("GET or HEAD of /v1/objects/<pin id> is all there is"), 400);
  }
  const pin = await resolvePin(pinId);
  if (pin === undefined) throw notPinned(pinId);
  const headers = {
    "accept-ranges": "bytes",
    "content-type": "application/octet-stream",
    etag: `"${pinId}"`,
  };
  if (request.method === "HEAD") {
    response.writeHead(200, { ...headers, "content-length": pin.size }).end();
    return;
  }
  const range = /^bytes=(\d{1,16})-(\d{1,16})$/.exec(request.headers.range ?? "");
  if (range === null) return refuse(response, wrongUse("a GET needs the header Range: bytes=a-b"), 400);
  const start = Number(range[1]);
  const end = Number(range[2]) + 1;
  if (start >= end || end > pin.size || end - start > MAX_RANGE_BYTES) {
    response.setHeader("content-range", `bytes */${pin.size}`);
    const most = `at most ${MAX_RANGE_BYTES} of its ${pin.size} bytes can be asked for at once`;
    return refuse(response, wrongUse(`[${start}, ${end}) of ${pin.uri}: ${most}`), 416);
  }
  await budget.acquire(end - start, signal); // G1
  try {
    const bytes = await read(pin, start, end, signal); // G2
    if (bytes.length !== end - start) {
      throw new CheckpointError(`${pin.uri}: read ${bytes.length} bytes for [${start}, ${end})`);
    }
    response.writeHead(206, {
      ...headers,
      "content-length": bytes.length,
      "content-range": `bytes ${start}-${end - 1}/${pin.size}`,
    });
    response.setTimeout(STALLED_MS, () => response.destroy());
    response.end(bytes);
    await sent(response);
  } finally {
    budget.release(end - start);
  }
}

/** Resolves when the client has the answer, or has gone. */
function sent(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.closed || response.writableFinished) return resolve();
    response.once("finish", resolve);
    response.once("close", resolve);
  });
}

function refuse(response: ServerResponse, error: CheckpointError, status = STATUS[error.kind]): void {
  const text = encodeError(error);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
  });
  response.end(text);
}

function unauthorized(): CheckpointError {
  return new CheckpointError("gateway: the token is missing or wrong", {
    kind: "denied",
    code: "GATEWAY_TOKEN",
    remedy: "give the node's services the same DRYDOCK_GATEWAY_TOKEN_FILE",
  });
}

function notPinned(pinId: string): CheckpointError {
  return new CheckpointNotFoundError(`gateway: nothing is pinned as ${pinId}`, {
    code: "GATEWAY_PIN",
    details: { pin: pinId },
  });
}

/** A client of ours never does this. */
function wrongUse(why: string): CheckpointError {
  return new CheckpointError(`gateway: ${why}`, { kind: "internal", code: "GATEWAY_REQUEST" });
}
