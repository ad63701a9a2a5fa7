/** A pinned object as a byte source, read through the node's fetcher. */
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ByteSource,
  CheckpointError,
  CheckpointSourceError,
  checkRange,
  type ErrorKind,
  type Pin,
  RETRYABLE,
} from "@drydock/checkpoint";
import { MAX_RANGE_BYTES } from "./server.ts";

export interface GatewaySourceOptions {
  /** "unix:/path.sock" or "http://host:port". */
  readonly url: string;
  readonly pin: Pin;
  readonly signal?: AbortSignal;
}

/** A fetcher that restarts is back within seconds; afterwards the task's own retry is the better wait. */
const TRIES = 6;

export function gatewaySource({ url, pin, signal }: GatewaySourceOptions): ByteSource {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const base = new URL(url);
  const where =
    base.protocol === "unix:" ? { socketPath: base.pathname } : { host: base.hostname, port: base.port };

  const once = async (start: number, end: number, stop: AbortSignal | undefined): Promise<Uint8Array> => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        ...where,
        agent,
        path: `/v1/objects/${pin.id}`,
        headers: { range: `bytes=${start}-${end - 1}` },
        ...(stop === undefined ? {} : { signal: stop }),
      };
      request(options, resolve).on("error", reject).end();
    });
    const parts: Uint8Array[] = [];
    for await (const part of response) parts.push(part);
    const body = Buffer.concat(parts);
    if (response.statusCode !== 206) throw failure(body, pin.uri);
    if (body.length !== end - start) {
      throw new CheckpointSourceError(
        `${pin.uri}: the fetcher gave ${body.length} bytes for [${start}, ${end})`,
      );
    }
    return body;
  };

  const source: ByteSource = {
    size: pin.size,
    name: pin.uri,
    async read(start, end, own) {
      checkRange(source, start, end);
      const stop = own ?? signal;
      const out = new Uint8Array(end - start);
      for (let at = start; at < end; at += MAX_RANGE_BYTES) {
        const to = Math.min(end, at + MAX_RANGE_BYTES);
        out.set(await patiently(() => once(at, to, stop), url, stop), at - start);
      }
      return out;
    },
    async close() {
      agent.destroy();
    },
  };
  return source;
}

/** Tries again when the connection failed; what the fetcher itself answers is final. */
async function patiently<T>(
  work: () => Promise<T>,
  url: string,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof CheckpointError || signal?.aborted) throw error;
      if (tries === TRIES) {
        throw new CheckpointSourceError(`gateway: the fetcher of this node does not answer at ${url}`, {
          cause: error,
        });
      }
      await sleep(
        Math.random() * Math.min(4000, 100 * 2 ** tries),
        undefined,
        signal === undefined ? {} : { signal },
      );
    }
  }
}

function failure(body: Buffer, uri: string): CheckpointError {
  try {
    // The server's refuse() wrote it.
    const e = JSON.parse(body.toString("utf8")) as {
      kind: ErrorKind;
      name?: string;
      code?: string;
      message: string;
      details?: CheckpointError["details"];
      remedy?: string;
      retryAfterMs?: number;
    };
    const error = new CheckpointError(e.message, {
      kind: Object.hasOwn(RETRYABLE, e.kind) ? e.kind : "internal",
      ...(e.code === undefined ? {} : { code: e.code }),
      ...(e.details === undefined ? {} : { details: e.details }),
      ...(e.remedy === undefined ? {} : { remedy: e.remedy }),
      ...(e.retryAfterMs === undefined ? {} : { retryAfterMs: e.retryAfterMs }),
    });
    if (e.name !== undefined) error.name = e.name;
    return error;
  } catch {
    return new CheckpointSourceError(`${uri}: the fetcher answered something that is no error of ours`);
  }
}
