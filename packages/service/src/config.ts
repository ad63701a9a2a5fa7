/**
 * Configuration from the environment: one schema per service, read once at start, every fault reported together with
 * the variable and what was expected. Secrets are files, named here and read again when used.
 */
import { hostname } from "node:os";
import { CheckpointConfigError, type ConfigProblem } from "@drydock/checkpoint";
import { z } from "zod";

type Env = Readonly<Record<string, string | undefined>>;

/** A whole number in [min, max], with a default. */
export function integer(fallback: number, min: number, max: number) {
  return z.coerce
    .number({ error: `expected a whole number from ${min} to ${max}` })
    .int(`expected a whole number from ${min} to ${max}`)
    .min(min, `expected a whole number from ${min} to ${max}`)
    .max(max, `expected a whole number from ${min} to ${max}`)
    .default(fallback);
}

/** "1"/"true" or "0"/"false". */
export function flag(fallback: boolean) {
  return z
    .enum(["0", "1", "true", "false"], { error: "expected 1, 0, true or false" })
    .transform((v) => v === "1" || v === "true")
    .default(fallback);
}

/** Comma- or colon-free list: entries separated by commas, blanks around them ignored. */
export function list() {
  return z
    .string()
    .transform((v) =>
      v
        .split(",")
        .map((s) => s.trim())
        .filter((s) => s !== ""),
    )
    .default([]);
}

/** What every service reads. */
export const commonConfig = z.object({
  NATS_URL: z
    .string()
    .regex(/^(nats|tls|ws|wss):\/\//, "expected a URL such as nats://host:4222")
    .default("nats://127.0.0.1:4222"),
  /** NATS credentials file (JWT and seed). */
  DRYDOCK_NATS_CREDS: z.string().optional(),
  DRYDOCK_HTTP_HOST: z.string().default("127.0.0.1"),
  /** 0 = any free port. */
  DRYDOCK_HTTP_PORT: integer(0, 0, 65_535),
  DRYDOCK_LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
      error: "expected fatal, error, warn, info, debug, trace or silent",
    })
    .default("info"),
  /** Lease of a task. Below 15 s a NATS leader failover (4 to 8 s) would move healthy work. */
  DRYDOCK_LEASE_S: integer(30, 1, 3600),
  /** How long a stop waits for running tasks before handing them back. */
  DRYDOCK_GRACE_S: integer(25, 0, 3600),
  /** Streams sized for a laptop ("embedded") or a cluster. */
  DRYDOCK_STREAMS: z
    .enum(["embedded", "cluster"], { error: "expected embedded or cluster" })
    .default("cluster"),
  /** Replicas of streams and buckets. */
  DRYDOCK_REPLICAS: integer(1, 1, 5),
  /** Modules that register sources, formats, strategies and modifiers. */
  DRYDOCK_PLUGINS: list(),
  /** 1 = stop when standard input closes: the parent holds the other end. */
  DRYDOCK_CONTROL_PIPE: flag(false),
  DRYDOCK_HOST: z.string().default(hostname()),
});
export type CommonConfig = z.infer<typeof commonConfig>;

/** The environment by that schema, or one CheckpointConfigError that names every wrong variable. */
export function readConfig<T extends z.ZodType>(schema: T, env: Env = process.env): z.infer<T> {
  // An empty variable is an absent one, as deployment templates often leave them.
  const given = Object.fromEntries(Object.entries(env).filter(([, v]) => v !== undefined && v !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems: ConfigProblem[] = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String).join("."),
    message: issue.message,
  }));
  throw new CheckpointConfigError(problems, {
    remedy: "set the environment variables named above and start again",
  });
}
