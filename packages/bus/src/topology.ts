/**
 * Everything that exists on the bus, in one table: streams, buckets and consumers (their subjects: subjects.ts).
 * T1 no stream without limits: a full disk stops a server, a full stream refuses one publish.
 * T2 a task's subject is its identity, so a second copy of a pending task is refused without any time limit.
 */
import { CheckpointConfigError } from "@drydock/checkpoint";
import {
  AckPolicy,
  type ConsumerConfig,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { type Destination, type StageName, token } from "./subjects.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A stream as Drydock wants it. Sizes in bytes, times in milliseconds; 0 = no limit. */
export interface StreamSpec {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly retention: "limits" | "workqueue";
  readonly discard: "old" | "new";
  readonly storage: "file" | "memory";
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly maxMsgs: number;
  readonly maxMsgSize: number;
  readonly maxMsgsPerSubject: number;
  readonly discardNewPerSubject: boolean;
  readonly duplicateWindowMs: number;
  readonly denyDelete: boolean;
  readonly allowRollup: boolean;
  readonly why: string;
}

/**
 * How much room to reserve. The server counts the sum of all limits against its storage when a stream is made, so a
 * private server on a laptop must not ask for what a cluster has.
 */
export type Profile = "embedded" | "cluster";

const LIMITS: Omit<StreamSpec, "name" | "subjects" | "maxBytes" | "why"> = {
  retention: "limits",
  discard: "old",
  storage: "file",
  maxAgeMs: 0,
  maxMsgs: 0,
  maxMsgSize: 0,
  maxMsgsPerSubject: 0,
  discardNewPerSubject: false,
  duplicateWindowMs: 2 * MINUTE,
  denyDelete: false,
  allowRollup: false,
};

type Row = Partial<typeof LIMITS> & {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly bytes: Readonly<Record<Profile, number>>;
  readonly why: string;
};

const STREAM_ROWS: readonly Row[] = [
  {
    name: "EVENTS",
    subjects: ["evt.>"],
    maxAgeMs: 7 * DAY,
    maxMsgSize: 512 * KIB,
    duplicateWindowMs: 10 * MINUTE,
    bytes: { embedded: 64 * MIB, cluster: 2 * GIB },
    why: "submissions and cancellations wait here while no coordinator runs",
  },
  {
    name: "RUNS",
    subjects: ["run.*"],
    discard: "new",
    denyDelete: true,
    maxAgeMs: 30 * DAY,
    maxMsgSize: MIB,
    bytes: { embedded: 512 * MIB, cluster: 20 * GIB },
    why: "the truth about every run; discarding old would throw away live ones",
  },
  {
    name: "TASKS",
    subjects: ["task.v1.>"],
    retention: "workqueue",
    discard: "new",
    maxMsgs: 200_000,
    maxMsgsPerSubject: 1,
    discardNewPerSubject: true,
    duplicateWindowMs: 5 * MINUTE,
    bytes: { embedded: 256 * MIB, cluster: 2 * GIB },
    why: "T2; an age limit would drop tasks silently",
  },
  {
    name: "RESULTS",
    subjects: ["res.v1.>"],
    retention: "workqueue",
    discard: "new",
    maxMsgSize: 256 * KIB,
    duplicateWindowMs: 5 * MINUTE,
    bytes: { embedded: 64 * MIB, cluster: 2 * GIB },
    why: "one consumer, shared by all coordinators",
  },
  {
    name: "ADVISORY",
    subjects: [
      "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>",
      "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>",
    ],
    maxAgeMs: 14 * DAY,
    bytes: { embedded: 16 * MIB, cluster: 256 * MIB },
    why: "advisories are core messages and vanish if nobody listens",
  },
  {
    name: "DLQ",
    subjects: ["dlq.>"],
    maxAgeMs: 90 * DAY,
    duplicateWindowMs: 10 * MINUTE,
    bytes: { embedded: 64 * MIB, cluster: 5 * GIB },
    why: "limits, not a work queue: dead letters are to be looked at",
  },
  {
    name: "FEED",
    subjects: ["feed.>"],
    storage: "memory",
    maxAgeMs: DAY,
    maxMsgsPerSubject: 100,
    bytes: { embedded: 16 * MIB, cluster: 256 * MIB },
    why: "progress for people, lossy",
  },
  {
    name: "DONE",
    subjects: ["done.*"],
    maxAgeMs: 30 * DAY,
    maxMsgsPerSubject: 1,
    duplicateWindowMs: 10 * MINUTE,
    bytes: { embedded: 32 * MIB, cluster: 512 * MIB },
    why: "the end of each run as a CloudEvent, for whoever waits or comes later",
  },
];

interface BucketRow {
  readonly name: string;
  readonly ttlMs: number;
  readonly bytes: Readonly<Record<Profile, number>>;
  readonly why: string;
}

/**
 * Direct reads are off for all: they may be answered by a follower that is behind, and "it is not there" is a decision
 * here (claim, re-plan, cancel).
 */
const BUCKET_ROWS = [
  {
    name: "nodes",
    ttlMs: 30 * SECOND,
    bytes: { embedded: 8 * MIB, cluster: 64 * MIB },
    why: "inventory, rewritten every 10 s",
  },
  {
    name: "pins",
    ttlMs: 30 * DAY,
    bytes: { embedded: 128 * MIB, cluster: GIB },
    why: "what every reader demands of an object",
  },
  {
    name: "plans",
    ttlMs: 30 * DAY,
    bytes: { embedded: GIB, cluster: 10 * GIB },
    why: "plan heads, shards and large contexts, by digest",
  },
  {
    name: "reports",
    ttlMs: 30 * DAY,
    bytes: { embedded: 256 * MIB, cluster: 4 * GIB },
    why: "one per shard built, written once",
  },
  {
    name: "claims",
    ttlMs: 0,
    bytes: { embedded: 16 * MIB, cluster: 256 * MIB },
    why: "who may write an output name",
  },
  {
    name: "uploads",
    ttlMs: 0,
    bytes: { embedded: 64 * MIB, cluster: GIB },
    why: "uploads begun, recorded before their first part",
  },
  {
    name: "ctl",
    ttlMs: 7 * DAY,
    bytes: { embedded: 8 * MIB, cluster: 64 * MIB },
    why: "cancellations; the server's clock",
  },
] as const satisfies readonly BucketRow[];

export type BucketName = (typeof BUCKET_ROWS)[number]["name"];

export interface TopologyOptions {
  readonly profile: Profile;
  /** Default 1. */
  readonly replicas?: number;
  /** Bytes per stream or bucket name, such as { RUNS: 1 << 30, plans: 1 << 30 }. */
  readonly maxBytes?: Readonly<Record<string, number>>;
}

/** Every stream, those behind the buckets included. */
export function streamSpecs(options: TopologyOptions): StreamSpec[] {
  const room = (name: string, bytes: Readonly<Record<Profile, number>>): number =>
    options.maxBytes?.[name] ?? bytes[options.profile];
  const streams = STREAM_ROWS.map(({ bytes, ...row }) => ({
    ...LIMITS,
    ...row,
    maxBytes: room(row.name, bytes),
  }));
  const buckets = BUCKET_ROWS.map(({ name, ttlMs, bytes, why }) => ({
    ...LIMITS,
    name: bucketStream(name),
    subjects: [`$KV.${name}.>`],
    discard: "new" as const,
    maxAgeMs: ttlMs,
    maxMsgsPerSubject: 1,
    // The server wants a window no longer than the age limit.
    duplicateWindowMs: ttlMs > 0 ? Math.min(ttlMs, 2 * MINUTE) : 2 * MINUTE,
    allowRollup: true,
    maxBytes: room(name, bytes),
    why,
  }));
  return [...streams, ...buckets];
}

/** The stream's configuration in the server's own words. */
export function streamConfig(spec: StreamSpec, replicas: number) {
  const orUnlimited = (n: number): number => (n === 0 ? -1 : n);
  return {
    name: spec.name,
    subjects: [...spec.subjects],
    description: spec.why,
    retention: spec.retention === "workqueue" ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
    discard: spec.discard === "new" ? DiscardPolicy.New : DiscardPolicy.Old,
    storage: spec.storage === "file" ? StorageType.File : StorageType.Memory,
    max_age: nanos(spec.maxAgeMs),
    max_bytes: spec.maxBytes,
    max_msgs: orUnlimited(spec.maxMsgs),
    max_msg_size: orUnlimited(spec.maxMsgSize),
    max_msgs_per_subject: orUnlimited(spec.maxMsgsPerSubject),
    discard_new_per_subject: spec.discardNewPerSubject,
    duplicate_window: nanos(spec.duplicateWindowMs),
    deny_delete: spec.denyDelete,
    allow_rollup_hdrs: spec.allowRollup,
    allow_direct: false,
    num_replicas: spec.storage === "memory" ? 1 : replicas,
  };
}

export function bucketStream(bucket: BucketName): string {
  return `KV_${bucket}`;
}

/** Overrides named DRYDOCK_NATS_MAX_BYTES_<NAME>, such as DRYDOCK_NATS_MAX_BYTES_RUNS or …_PLANS; decimal bytes. */
export function maxBytesFromEnv(env: Readonly<Record<string, string | undefined>>): Record<string, number> {
  const names = [...STREAM_ROWS.map((row) => row.name), ...BUCKET_ROWS.map((row) => row.name)];
  return Object.fromEntries(
    names.flatMap((name): [string, number][] => {
      const variable = `DRYDOCK_NATS_MAX_BYTES_${name.toUpperCase()}`;
      const value = env[variable];
      if (value === undefined) return [];
      if (!/^[1-9]\d{0,14}$/.test(value)) {
        throw new CheckpointConfigError([{ path: variable, message: `"${value}" is not a number of bytes` }]);
      }
      return [[name, Number(value)]];
    }),
  );
}

/** Long enough for a leader election (measured up to 8 s) and two missed heartbeats of progress. */
export const TASK_ACK_WAIT_MS = 30_000;
/** Deliveries of one attempt before it counts as poison: it kills or hangs those who take it. */
export const MAX_DELIVERIES = 5;

export function taskConsumer(
  stage: StageName,
  to: Destination,
  ackWaitMs: number,
): Partial<ConsumerConfig> & { durable_name: string } {
  const target = to.target === "any" ? "any" : `n-${token(to.target, "target")}`;
  return {
    durable_name: `w-${stage}-${target}-${token(to.class, "class")}`,
    filter_subject: `task.v1.${stage}.${to.target}.${to.class}.>`,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    // Attempts are counted here, not by the server: its limit parks a message in a work queue for ever.
    max_deliver: -1,
    max_ack_pending: 10_000,
    // A node that never comes back leaves no consumer behind; its tasks stay in the stream.
    ...(to.target === "any" ? {} : { inactive_threshold: nanos(DAY) }),
  };
}

/** Shared by all coordinators. */
export const RESULTS_CONSUMER = {
  durable_name: "coord",
  ack_policy: AckPolicy.Explicit,
  ack_wait: nanos(15 * SECOND),
  max_deliver: -1,
  max_ack_pending: 1_000,
} as const satisfies Partial<ConsumerConfig>;

export const EVENTS_CONSUMER = {
  durable_name: "trigger",
  filter_subject: "evt.v1.>",
  ack_policy: AckPolicy.Explicit,
  ack_wait: nanos(30 * SECOND),
  max_deliver: -1,
  max_ack_pending: 256,
} as const satisfies Partial<ConsumerConfig>;
