/**
 * A web server for byte ranges that can drop, stall and lie, told by the test when. Real sockets; it counts what it is
 * asked for and what it sends.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Bytes, or a size and a function of the offset for objects too large to hold. */
export type RangeObject = Uint8Array | { readonly size: number; at(offset: number): number };

/** What goes wrong with one request. */
export type RangeFault =
  /** The connection breaks after that many bytes of the body. */
  | { readonly kind: "drop"; readonly afterBytes: number }
  /** Nothing more comes after that many bytes; without `afterBytes` not even headers. */
  | { readonly kind: "stall"; readonly afterBytes?: number }
  /** The range is ignored. */
  | { readonly kind: "whole" }
  | { readonly kind: "content-range"; readonly value: string }
  /** That many bytes fewer (more, if negative) than announced by Content-Range, with a Content-Length to match. */
  | { readonly kind: "short"; readonly bytes: number }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | { readonly kind: "redirect"; readonly to: string; readonly status?: number }
  /** Headers added to a right answer, or replaced in it. */
  | { readonly kind: "headers"; readonly headers: Readonly<Record<string, string>> };

export interface RangeServerOptions {
  readonly objects?: ReadonlyMap<string, RangeObject>;
  /** The fault of a request; n counts all requests from 1. */
  readonly fault?: (request: IncomingMessage, n: number) => RangeFault | undefined;
  /** Default "strong": the digest of the bytes, or of the size and a version for computed objects. */
  readonly etag?: "strong" | "weak" | "none";
}

export interface RangeServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** May be changed at any time, keys with a leading slash. */
  readonly objects: Map<string, RangeObject>;
  fault: RangeServerOptions["fault"];
  /** Requests in order: method, path, range or "". */
  readonly requests: {
    readonly method: string;
    readonly path: string;
    readonly range: string;
    readonly headers: IncomingMessage["headers"];
  }[];
  /** Bytes of bodies handed to the system. */
  bytesSent: number;
  /** Connections accepted so far. */
  connections: number;
  close(): Promise<void>;
}

/** Of a body at once. */
const CHUNK = 64 * 1024;

export async function startRangeServer(options: RangeServerOptions = {}): Promise<RangeServer> {
  const server = createServer((request, response) => void answer(request, response));
  const objects = new Map(options.objects ?? []);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    const { method = "GET", headers } = request;
    handle.requests.push({ method, path, range: headers.range ?? "", headers });
    const fault = handle.fault?.(request, handle.requests.length);
    if (fault?.kind === "stall" && fault.afterBytes === undefined) return;
    if (fault?.kind === "status") {
      response.writeHead(fault.status, fault.headers).end(fault.body ?? "");
      return;
    }
    if (fault?.kind === "redirect") {
      response.writeHead(fault.status ?? 302, { location: fault.to }).end();
      return;
    }
    const object = objects.get(path);
    if (object === undefined) {
      response.writeHead(404).end("not here");
      return;
    }
    const size = object instanceof Uint8Array ? object.length : object.size;
    const etag = tagOf(object, options.etag ?? "strong");
    const wanted = headers["if-match"];
    if (wanted !== undefined && wanted !== "*" && wanted !== etag) {
      response.writeHead(412).end();
      return;
    }
    const range = fault?.kind === "whole" ? undefined : rangeOf(headers.range, size);
    const common = { "accept-ranges": "bytes", ...(etag === undefined ? {} : { etag }) };
    if (range === "beyond") {
      response.writeHead(416, { ...common, "content-range": `bytes */${size}` }).end();
      return;
    }
    const [start, end] = range ?? [0, size];
    const sent = end - start - (fault?.kind === "short" ? fault.bytes : 0);
    response.writeHead(range === undefined ? 200 : 206, {
      ...common,
      "content-length": sent,
      ...(range === undefined ? {} : { "content-range": `bytes ${start}-${end - 1}/${size}` }),
      ...(fault?.kind === "content-range" ? { "content-range": fault.value } : {}),
      ...(fault?.kind === "headers" ? fault.headers : {}),
    });
    if (method === "HEAD") {
      response.end();
      return;
    }
    const stopAt =
      fault?.kind === "drop" || fault?.kind === "stall" ? Math.min(sent, fault.afterBytes ?? 0) : sent;
    response.flushHeaders();
    for (let at = 0; at < stopAt && !response.destroyed; at += CHUNK) {
      const chunk = bytesOf(object, start + at, start + Math.min(at + CHUNK, stopAt));
      handle.bytesSent += chunk.length;
      if (!response.write(chunk)) await drained(response);
    }
    if (fault?.kind === "drop") response.socket?.end(() => response.destroy());
    else if (fault?.kind !== "stall") response.end();
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const handle: RangeServer = {
    url: `http://127.0.0.1:${port}`,
    port,
    objects,
    fault: options.fault,
    requests: [],
    bytesSent: 0,
    connections: 0,
    close: () => close(server),
    [Symbol.asyncDispose]: () => close(server),
  };
  server.on("connection", () => {
    handle.connections += 1;
  });
  return handle;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });
}

const tags = new WeakMap<RangeObject, string>();
let computed = 0;

function tagOf(object: RangeObject, kind: "strong" | "weak" | "none"): string | undefined {
  if (kind === "none") return undefined;
  let tag = tags.get(object);
  if (tag === undefined) {
    tag =
      object instanceof Uint8Array
        ? createHash("md5").update(object).digest("hex")
        : `computed-${computed++}`;
    tags.set(object, tag);
  }
  return kind === "weak" ? `W/"${tag}"` : `"${tag}"`;
}

function rangeOf(header: string | undefined, size: number): readonly [number, number] | "beyond" | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined) return undefined;
  const start = Number(first);
  const end = last === undefined || last === "" ? size : Math.min(Number(last) + 1, size);
  return start >= size ? "beyond" : [start, end];
}

function bytesOf(object: RangeObject, start: number, end: number): Uint8Array {
  if (object instanceof Uint8Array) return object.subarray(start, end);
  return Uint8Array.from({ length: end - start }, (_, i) => object.at(start + i));
}
