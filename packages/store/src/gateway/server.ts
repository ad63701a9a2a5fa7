/**
 * The fetcher's door for its node: ranges of pinned objects by pin id. Whoever asks needs no credentials, and can reach
 * nothing that no acquire has pinned.
 *   GET /v1/objects/<pinId>  Range: bytes=a-b  →  206 with exactly those bytes, or an error as JSON
 */
import { rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { asCheckpointError, type ErrorKind, type Pin } from "@drydock/checkpoint";

/** Of one answer; clients split longer reads. Bounds what a request can make the fetcher hold. */
export const MAX_RANGE_BYTES = 16 * 1024 * 1024;

export interface GatewayOptions {
  /** "unix:/path.sock" or "http://host:port" (port 0 = any). */
  readonly url: string;
  resolvePin(pinId: string): Promise<Pin>;
  read(pin: Pin, start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
}

export interface Gateway {
  /** Where it really listens. */
  readonly url: string;
  close(): Promise<void>;
}

const STATUS: Partial<Record<ErrorKind, number>> = {
  "not-found": 404,
  "artifact-missing": 404,
  denied: 403,
  changed: 409,
  throttled: 503,
};

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch(() => response.destroy());
  });
  const url = new URL(options.url);
  if (url.protocol === "unix:") {
    // Left by a process that was killed; the cache's lock says that no other one lives.
    await rm(url.pathname, { force: true });
    await listen(() => server.listen(url.pathname));
  } else {
    await listen(() => server.listen(Number(url.port || 0), url.hostname));
  }
  const address = server.address();
  const actual =
    typeof address === "object" && address !== null ? `http://${url.hostname}:${address.port}` : options.url;
  return {
    url: actual,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };

  async function listen(start: () => void): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.once("listening", resolve);
      start();
    });
  }
}

async function answer(
  options: GatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const pinId = /^\/v1\/objects\/([0-9a-f]{64})$/.exec(request.url ?? "")?.[1];
  const range = /^bytes=(\d{1,16})-(\d{1,16})$/.exec(request.headers.range ?? "");
  if (request.method !== "GET" || pinId === undefined || range === null) {
    return refuse(response, 400, {
      kind: "internal",
      message: "gateway: GET /v1/objects/<pin id> with a byte range is all there is",
    });
  }
  const start = Number(range[1]);
  const end = Number(range[2]) + 1;
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    const pin = await options.resolvePin(pinId);
    if (start >= end || end > pin.size || end - start > MAX_RANGE_BYTES) {
      return refuse(response, 416, {
        kind: "internal",
        message: `gateway: [${start}, ${end}) of an object of ${pin.size} bytes`,
      });
    }
    const bytes = await options.read(pin, start, end, gone.signal);
    response.writeHead(206, {
      "content-type": "application/octet-stream",
      "content-length": bytes.length,
      "content-range": `bytes ${start}-${end - 1}/${pin.size}`,
    });
    response.end(bytes);
  } catch (thrown) {
    if (gone.signal.aborted) return;
    const { kind, name, code, message, details, remedy, retryAfterMs } = asCheckpointError(thrown);
    refuse(response, STATUS[kind] ?? 502, { kind, name, code, message, details, remedy, retryAfterMs });
  }
}

function refuse(response: ServerResponse, status: number, body: Readonly<Record<string, unknown>>): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
