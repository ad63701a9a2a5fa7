/**
 * One connection to the bus.
 * B1 a lost connection is tried again for ever; only a close that nobody asked for ends it, and then `closed` tells.
 */
import { readFileSync } from "node:fs";
import { CheckpointConfigError, CheckpointSourceError } from "@drydock/checkpoint";
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from "@nats-io/jetstream";
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
  nkeyAuthenticator,
} from "@nats-io/transport-node";

export interface BusOptions {
  /** Such as "nats://host:4222"; several separated by commas. */
  readonly url: string;
  /** Who this is, for the server's operators: service and node. */
  readonly name: string;
  /** Files are read again at every reconnect, so a rotated secret is picked up. */
  readonly credsFile?: string;
  readonly nkeySeedFile?: string;
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  /** For accounts that may subscribe only to their own inbox. */
  readonly inboxPrefix?: string;
}

export interface Bus extends AsyncDisposable {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly name: string;
  /** Without credentials. */
  readonly url: string;
  /** Such as "2.9.10". */
  readonly serverVersion: string;
  /** Calls back after every reconnect, until the returned function is called. */
  onReconnect(listener: () => void): () => void;
  /** Resolves when the connection has ended for good; with the error when nobody asked for it. */
  readonly closed: Promise<Error | undefined>;
  /** Hands what is buffered to the server, then closes. May be repeated. */
  drain(): Promise<void>;
}

export async function connectBus(options: BusOptions): Promise<Bus> {
  const url = withoutCredentials(options.url);
  let nc: NatsConnection;
  try {
    nc = await connect(connection(options));
  } catch (error) {
    throw unreachable(url, error);
  }
  // The default check asks for account information, which a worker need not be allowed to read.
  const settings = { checkAPI: false, timeout: 5_000 };
  let draining: Promise<void> | undefined;
  const drain = (): Promise<void> => {
    draining ??= nc.isClosed() ? Promise.resolve() : nc.drain().catch(() => nc.close());
    return draining;
  };
  const listeners = new Set<() => void>();
  void (async () => {
    for await (const status of nc.status()) {
      if (status.type === "reconnect") for (const listener of [...listeners]) listener();
    }
  })();
  return {
    nc,
    js: jetstream(nc, settings),
    jsm: await jetstreamManager(nc, settings),
    name: options.name,
    url,
    serverVersion: nc.info?.version ?? "unknown",
    onReconnect(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    closed: nc.closed().then((error) => error ?? undefined),
    drain,
    [Symbol.asyncDispose]: drain,
  };
}

function connection(options: BusOptions): NodeConnectionOptions {
  return {
    servers: options.url.split(",").map((server) => server.trim()),
    name: options.name,
    // B1. The default gives up after some 20 s.
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    reconnectJitterTLS: 500,
    // The default notices a silent partition after minutes, this within 15 s.
    pingInterval: 5_000,
    timeout: 5_000,
    // A stack trace per request costs half the throughput.
    noAsyncTraces: true,
    ...(options.inboxPrefix === undefined ? {} : { inboxPrefix: options.inboxPrefix }),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...authentication(options),
  };
}

function authentication(options: BusOptions): { authenticator?: Authenticator } {
  const { credsFile, nkeySeedFile } = options;
  const read = (file: string): Uint8Array => {
    try {
      return readFileSync(file);
    } catch (cause) {
      throw new CheckpointConfigError(
        [{ path: "nats", message: `the credentials file ${file} cannot be read` }],
        { cause },
      );
    }
  };
  // Looked at once before connecting: a missing file is not an unreachable server.
  if (credsFile !== undefined) read(credsFile);
  if (nkeySeedFile !== undefined) read(nkeySeedFile);
  if (credsFile !== undefined) return { authenticator: credsAuthenticator(() => read(credsFile)) };
  if (nkeySeedFile !== undefined) {
    const seed = (): Uint8Array =>
      new TextEncoder().encode(new TextDecoder().decode(read(nkeySeedFile)).trim());
    return { authenticator: nkeyAuthenticator(seed) };
  }
  return {};
}

function unreachable(url: string, cause: unknown): Error {
  if (cause instanceof CheckpointConfigError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CheckpointSourceError(`bus: no NATS server answers at ${url}: ${why}`, {
    code: "BUS_UNREACHABLE",
    details: { url },
    remedy: "Start a nats-server with JetStream (-js), or name one with --nats URL or NATS_URL.",
    cause,
  });
}

/** Each server of the list without user, password or token. */
export function withoutCredentials(url: string): string {
  return url
    .split(",")
    .map((server) => server.trim().replace(/^([a-z]+:\/\/)?[^/@]*@/, "$1"))
    .join(",");
}
