/**
 * Where a command finds its bus: the server it is told, else the embedded set, which it starts or joins.
 * A1 without --nats and NATS_URL the first command owns the set; later ones attach to it.
 * A2 an attached command looks once a second whether the owner is gone, and then takes over on the same port: its own
 *    connection and those of all others reconnect to the new server, which has the old one's store.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Bus, connectBus } from "@drydock/bus";
import { CheckpointTimeoutError } from "@drydock/checkpoint";
import { type Ownership, readRecord, tryOwn } from "./owner.ts";
import { type EmbeddedPaths, embeddedPaths } from "./paths.ts";
import { type EmbeddedSet, type SetOptions, startSet } from "./set.ts";

export interface ConnectOptions {
  /** As given with --nats. */
  readonly nats?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Called with each line of progress. */
  readonly stderr: (line: string) => void;
  /** Of the embedded server; default the last one's, else any free port. */
  readonly port?: number | undefined;
}

export interface Connected {
  readonly bus: Bus;
  readonly embedded: boolean;
  readonly url: string;
  /** Whether this command runs the services now. */
  owns(): boolean;
  /** Closes the connection, and stops the services if this command runs them. May be repeated. */
  close(): Promise<void>;
}

/** A start takes some seconds, a stop not longer; a set that is neither up nor down for so long is broken. */
const ATTACH_MS = 60_000;
const LOOK_MS = 1_000;

export async function connectOrEmbed(options: ConnectOptions): Promise<Connected> {
  const url = options.nats || options.env.NATS_URL;
  if (url) return remote(url, options.env);
  const paths = embeddedPaths(options.env);
  const until = performance.now() + ATTACH_MS;
  let told = false;
  for (;;) {
    const ownership = tryOwn(paths);
    if (ownership !== undefined) return owner(paths, options, ownership);
    const joined = await attach(paths, options);
    if (joined !== undefined) return joined;
    const record = readRecord(paths);
    if (performance.now() > until) {
      throw new CheckpointTimeoutError(
        `embedded: process ${record?.pid ?? "?"} holds ${paths.ownerLock} and no server answers`,
        { code: "EMBEDDED_ATTACH", remedy: "end that process, or name a server with --nats URL" },
      );
    }
    if (!told) options.stderr("another command is starting or stopping the services; waiting for it");
    told = true;
    await sleep(200);
  }
}

async function remote(url: string, env: NodeJS.ProcessEnv): Promise<Connected> {
  const credsFile = env.DRYDOCK_NATS_CREDS;
  const bus = await connectBus({ url, name: "drydock-cli", ...(credsFile ? { credsFile } : {}) });
  return { bus, embedded: false, url: bus.url, owns: () => false, close: () => bus.drain() };
}

async function owner(
  paths: EmbeddedPaths,
  options: ConnectOptions,
  ownership: Ownership,
): Promise<Connected> {
  const set = await startSet(setOptions(paths, options, options.port), ownership);
  let bus: Bus;
  try {
    bus = await connectBus({ url: set.url, name: "drydock-cli" });
  } catch (error) {
    await set.stop();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    bus,
    embedded: true,
    url: set.url,
    owns: () => true,
    close() {
      closing ??= bus.drain().finally(() => set.stop());
      return closing;
    },
  };
}

/** Undefined when no server answers (yet). */
async function attach(paths: EmbeddedPaths, options: ConnectOptions): Promise<Connected | undefined> {
  const url = readRecord(paths)?.url;
  if (url === undefined) return undefined;
  const bus = await connectBus({ url, name: "drydock-cli" }).catch(() => undefined);
  if (bus === undefined) return undefined;
  options.stderr(`attached to the services that another command runs at ${url}`);
  const stop = new AbortController();
  let set: EmbeddedSet | undefined;
  const watching = takeOver(paths, options, stop.signal).then(
    (taken) => {
      set = taken;
    },
    async (error: unknown) => {
      // Nobody runs the services: ending the connection tells the command that waits on it.
      options.stderr(error instanceof Error ? error.message : String(error));
      await bus.nc.close();
    },
  );
  let closing: Promise<void> | undefined;
  return {
    bus,
    embedded: true,
    url,
    owns: () => set !== undefined,
    close() {
      closing ??= (async () => {
        stop.abort();
        await bus.drain();
        await watching;
        await set?.stop();
      })();
      return closing;
    },
  };
}

/** A2. Resolves with the set once this process runs it, or with undefined when the signal aborts first. */
async function takeOver(
  paths: EmbeddedPaths,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<EmbeddedSet | undefined> {
  for (;;) {
    await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return undefined;
    const ownership = tryOwn(paths);
    if (ownership === undefined) continue;
    options.stderr("the command that ran the services has ended; running them here");
    return startSet(setOptions(paths, options), ownership);
  }
}

function setOptions(paths: EmbeddedPaths, options: ConnectOptions, port?: number): SetOptions {
  const { env, stderr } = options;
  return { paths, env, stderr, ...(port === undefined ? {} : { port }) };
}
