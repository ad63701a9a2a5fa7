/**
 * Makes the topology true on a server: streams and buckets are created if absent and compared if present.
 * S1 old servers accept settings they do not know without a word, so what counts is the configuration they echo.
 * S2 limits (bytes, age, replicas) of a stream that exists are its operator's; what the code relies on is not.
 */
import { CheckpointConfigError, type ConfigProblem } from "@drydock/checkpoint";
import { StorageType, type StreamConfig } from "@nats-io/jetstream";
import { nuid } from "@nats-io/transport-node";
import type { Bus } from "./connect.ts";
import { apiCode, patiently } from "./publish.ts";
import { type StreamSpec, streamConfig, streamSpecs, type TopologyOptions } from "./topology.ts";

export const OLDEST_SERVER = "2.9.10";

const NAME_IN_USE = 10058;

type Wanted = ReturnType<typeof streamConfig>;

/** S2. */
const OPERATORS_OWN: readonly (keyof Wanted)[] = [
  "max_age",
  "max_bytes",
  "max_msgs",
  "max_msg_size",
  "num_replicas",
  "duplicate_window",
  "description",
  "storage",
];

/** Idempotent, and safe to run from many processes at once. Throws CheckpointConfigError listing every difference. */
export async function ensureTopology(bus: Bus, options: TopologyOptions): Promise<void> {
  await requireServer(bus);
  const problems: ConfigProblem[] = [];
  for (const spec of streamSpecs(options)) {
    problems.push(...(await ensureStream(bus, spec, options.replicas ?? 1)));
  }
  if (problems.length > 0) {
    throw new CheckpointConfigError(problems, {
      code: "BUS_DRIFT",
      remedy: "Change the stream back (nats stream edit), or remove it when nothing of it is needed.",
    });
  }
}

async function ensureStream(bus: Bus, spec: StreamSpec, replicas: number): Promise<ConfigProblem[]> {
  const wanted = streamConfig(spec, replicas);
  try {
    const made = await patiently(bus, () => bus.jsm.streams.add(wanted));
    return differences(wanted, made.config, []);
  } catch (error) {
    if (apiCode(error) !== NAME_IN_USE) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CheckpointConfigError(
        [{ path: `stream ${spec.name}`, message: `cannot be created: ${why}` }],
        {
          code: "BUS_STREAM",
          remedy: `Give the server room (${spec.maxBytes} bytes are reserved), or set DRYDOCK_NATS_MAX_BYTES_… lower.`,
          cause: error,
        },
      );
    }
    const found = await patiently(bus, () => bus.jsm.streams.info(spec.name));
    return differences(wanted, found.config, OPERATORS_OWN);
  }
}

function differences(
  wanted: Wanted,
  echoed: StreamConfig,
  ignored: readonly (keyof Wanted)[],
): ConfigProblem[] {
  // Servers leave out what is false or zero.
  const text = (value: unknown): string => JSON.stringify(value || false);
  return Object.entries(wanted).flatMap(([key, value]): ConfigProblem[] => {
    if (ignored.some((k) => k === key)) return [];
    const actual: unknown = Reflect.get(echoed, key);
    if (text(actual) === text(value)) return [];
    return [
      { path: `stream ${wanted.name}`, message: `${key} is ${text(actual)}, ${text(value)} is needed` },
    ];
  });
}

export interface ServerReport {
  readonly version: string;
  /** What this server does not offer, for people; empty on a current one. */
  readonly missing: readonly string[];
}

/** What the server is and lacks. Throws CheckpointConfigError below 2.9.10 and without JetStream. */
export async function checkServer(bus: Bus): Promise<ServerReport> {
  const version = await requireServer(bus);
  const missing: string[] = [];
  if (!atLeast(version, "2.9.14")) {
    missing.push("purge by subject strands other tasks here; cancelled tasks are removed one by one instead");
  }
  if (!atLeast(version, "2.10.0")) {
    missing.push("sync_interval is not configurable: a power cut may lose minutes of acknowledged messages");
  }
  if (!atLeast(version, "2.11.0")) {
    missing.push(
      "expiry of a node's entry is not announced; lost nodes are noticed by the age of their entry",
    );
  }
  if (!(await echoesMessageTtl(bus))) missing.push("messages cannot carry their own time to live");
  if (missing.length > 0) missing.push("nats-server 2.12.5 or newer is recommended");
  return { version, missing };
}

async function requireServer(bus: Bus): Promise<string> {
  const version = bus.serverVersion;
  if (!atLeast(version, OLDEST_SERVER)) {
    throw new CheckpointConfigError(
      [
        {
          path: "nats",
          message: `${bus.url} runs nats-server ${version}, ${OLDEST_SERVER} or newer is needed`,
        },
      ],
      { code: "BUS_SERVER_TOO_OLD", remedy: "Upgrade nats-server; 2.12.5 or newer is recommended." },
    );
  }
  if (bus.nc.info?.jetstream !== true) {
    throw new CheckpointConfigError([{ path: "nats", message: `${bus.url} runs without JetStream` }], {
      code: "BUS_NO_JETSTREAM",
      remedy: "Start nats-server with -js, or add a jetstream block to its configuration.",
    });
  }
  return version;
}

/** S1: asked, not read from the version. */
async function echoesMessageTtl(bus: Bus): Promise<boolean> {
  const name = `PROBE_${nuid.next()}`;
  const made = await patiently(bus, () =>
    bus.jsm.streams.add({
      name,
      subjects: [`probe.${name}`],
      storage: StorageType.Memory,
      max_bytes: 1_024,
      allow_msg_ttl: true,
    }),
  );
  await bus.jsm.streams.delete(name);
  return made.config.allow_msg_ttl === true;
}

export function atLeast(version: string, floor: string): boolean {
  const parts = (v: string): number[] =>
    v
      .split(/[.+~-]/)
      .slice(0, 3)
      .map(Number);
  const [a, b] = [parts(version), parts(floor)];
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
