/**
 * The embedded set: a private nats-server and the four services as children of this process.
 * E1 started means usable: the three node services of this very set have announced themselves and a coordinator asks
 *    for work. An entry that a former set left in the inventory does not count.
 * E2 at the end the services go first, so that they can hand back their work, then the server.
 */
import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  type Bus,
  connectBus,
  EVENTS_CONSUMER,
  ensureTopology,
  listNodes,
  maxBytesFromEnv,
} from "@drydock/bus";
import { type CheckpointError, CheckpointTimeoutError } from "@drydock/checkpoint";
import { findNatsServer } from "../../../../scripts/nats-server.mjs";
import { type Child, keepRunning, lastLines } from "./child.ts";
import { choosePort, type Ownership, writeRecord } from "./owner.ts";
import type { EmbeddedPaths } from "./paths.ts";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const GUARD = fileURLToPath(new URL("./nats-guard.mjs", import.meta.url));

const SERVICES = ["coordinator", "fetcher", "loader", "transformer"] as const;
type ServiceName = (typeof SERVICES)[number];

export interface SetOptions {
  readonly paths: EmbeddedPaths;
  readonly env: NodeJS.ProcessEnv;
  readonly stderr: (line: string) => void;
  readonly port?: number;
}

export interface EmbeddedSet {
  readonly url: string;
  /** E2. */
  stop(): Promise<void>;
}

const NATS_START_MS = 20_000;
const READY_MS = 30_000;
/** Of a service: what it has in hand it gives back, the next command takes it up. */
const SERVICE_GRACE_S = 4;
/** Beyond it the coordinator gives a task to another; on one machine there is no failover to wait for. */
const LEASE_S = 15;
/** Of the service that failed, in the message. */
const SHOWN_LINES = 8;

/** Starts everything and waits until it is usable; on failure everything is stopped again. */
export async function startSet(options: SetOptions, ownership: Ownership): Promise<EmbeddedSet> {
  const { paths, env, stderr } = options;
  const children: Child[] = [];
  const stop = async (): Promise<void> => {
    const [nats, ...services] = children;
    await Promise.all(services.map((child) => child.stop((SERVICE_GRACE_S + 4) * 1000)));
    // Nothing is left to linger for.
    await nats?.stop(8_000, "SIGTERM");
    ownership.release();
  };
  try {
    const binary = await findNatsServer({ log: stderr });
    const port = await choosePort(paths, options.port);
    const url = `nats://127.0.0.1:${port}`;
    writeRecord(paths, { url, pid: process.pid });
    stderr(`starting nats-server ${binary.version} at ${url}`);
    children.push(startNats(options, binary.path, port));
    await using bus = await connectToNats(url, children);
    await ensureTopology(bus, { profile: "embedded", maxBytes: maxBytesFromEnv(env) });
    stderr(`starting ${SERVICES.join(", ")}`);
    const services = new Map(SERVICES.map((name) => [name, startService(options, name, url)]));
    children.push(...services.values());
    await untilReady(bus, services); // E1
    stderr(`ready; logs in ${paths.logs}`);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startNats({ paths, env, stderr }: SetOptions, binary: string, port: number): Child {
  const config = join(paths.nats, "nats.conf");
  const pidFile = join(paths.nats, "nats.pid");
  writeFileSync(
    config,
    [
      `listen: "127.0.0.1:${port}"`,
      `pid_file: ${JSON.stringify(pidFile)}`,
      // More than the streams reserve together; without a number the server goes by the free disk of the moment.
      `jetstream { store_dir: ${JSON.stringify(paths.nats)}, max_mem: 64MB, max_file: 8GB }`,
      "",
    ].join("\n"),
    { mode: 0o600 },
  );
  return keepRunning({
    name: "nats-server",
    args: [GUARD, binary, config, join(paths.nats, "guard.sqlite"), pidFile],
    env,
    logFile: join(paths.logs, "nats-server.log"),
    onDeath: (how) => stderr(`nats-server ended (${how}); starting it again`),
  });
}

function startService({ paths, env, stderr }: SetOptions, name: ServiceName, url: string): Child {
  return keepRunning({
    name,
    args: ["--max-semi-space-size=1", join(ROOT, "services", name, "src", "main.ts")],
    env: {
      DRYDOCK_LEASE_S: String(LEASE_S),
      DRYDOCK_LOG_LEVEL: "warn",
      ...env,
      NATS_URL: url,
      DRYDOCK_STREAMS: "embedded",
      DRYDOCK_REPLICAS: "1",
      DRYDOCK_CONTROL_PIPE: "1",
      DRYDOCK_GRACE_S: String(SERVICE_GRACE_S),
      DRYDOCK_CACHE_DIR: paths.cache,
      DRYDOCK_STAGING_DIR: paths.staging,
      // One port each cannot be given to four; nothing outside asks them.
      DRYDOCK_HTTP_HOST: "127.0.0.1",
      DRYDOCK_HTTP_PORT: "0",
    },
    logFile: join(paths.logs, `${name}.log`),
    onDeath: (how) => stderr(`${name} ended (${how}); starting it again`),
  });
}

async function connectToNats(url: string, children: readonly Child[]): Promise<Bus> {
  const until = performance.now() + NATS_START_MS;
  for (;;) {
    try {
      return await connectBus({ url, name: "drydock-embedded" });
    } catch (error) {
      const [nats] = children;
      if (nats === undefined) throw error;
      if (nats.deaths() > 2) throw failed(nats, `ended again and again (${nats.lastDeath()})`);
      if (performance.now() > until) throw failed(nats, `did not answer within ${NATS_START_MS / 1000} s`);
      await sleep(50);
    }
  }
}

/** E1. */
async function untilReady(bus: Bus, services: ReadonlyMap<ServiceName, Child>): Promise<void> {
  const until = performance.now() + READY_MS;
  for (;;) {
    const missing = await notReady(bus, services);
    const [first] = missing;
    if (first === undefined) return;
    const broken = [...services.values()].find((c) => c.deaths() > 2 || c.lastDeath() === "exit code 2");
    if (broken !== undefined) throw failed(broken, `ended while starting (${broken.lastDeath()})`);
    if (performance.now() > until) {
      const names = missing.map((child) => child.name).join(", ");
      throw failed(first, `is not ready after ${READY_MS / 1000} s (waiting for ${names})`);
    }
    await sleep(100);
  }
}

async function notReady(bus: Bus, services: ReadonlyMap<ServiceName, Child>): Promise<Child[]> {
  const { nodes } = await listNodes(bus);
  const host = hostname();
  const announced = new Set(
    nodes.filter((n) => n.info.host === host || n.info.host === "").map((n) => n.info.pid),
  );
  const asks = await coordinatorAsks(bus);
  return [...services].flatMap(([name, child]) => {
    const ready = name === "coordinator" ? asks : announced.has(child.pid() ?? -1);
    return ready ? [] : [child];
  });
}

/** A coordinator announces no node; what shows it is its waiting pull for submissions. */
async function coordinatorAsks(bus: Bus): Promise<boolean> {
  try {
    return (await bus.jsm.consumers.info("EVENTS", EVENTS_CONSUMER.durable_name)).num_waiting > 0;
  } catch {
    // The consumer does not exist before the first coordinator made it.
    return false;
  }
}

function failed(child: Child, what: string): CheckpointError {
  const lines = lastLines(child.logFile, SHOWN_LINES).map((line) => `  ${line}`);
  const message = [`embedded: ${child.name} ${what}`, ...lines].join("\n");
  return new CheckpointTimeoutError(message, {
    code: "EMBEDDED_START",
    details: { service: child.name, log: child.logFile },
    remedy: `see ${child.logFile}, or use services that run already: --nats URL`,
  });
}
