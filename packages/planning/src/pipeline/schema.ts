/** The keys of the pipeline file and the schemas of its fixed sections. Sources, loading and modifiers bring their own. */
import { z } from "zod";
import { createRegistry, type Registry } from "../described.ts";

export const ROOT_KEYS = ["checkpoint", "target", "model_modifier", "output", "pipeline"] as const;
export const CHECKPOINT_KEYS = ["source", "sources", "loading"] as const;
export const MODIFIER_KEYS = ["modifiers"] as const;
/** Beside a source's own parameters. `uri` stands for all of those. */
export const SOURCE_KEYS = ["type", "uri", "loading", "cache_dir", "prefetch"] as const;
export const TARGET_KEYS = ["type", "uri"] as const;

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes: a whole number, or text such as "64 MiB" or "5GB". */
const bytes = z.union([z.number(), z.string()]).transform((value, context) => {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(String(value).trim());
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ""];
  const size = match === null || unit === undefined ? Number.NaN : Math.floor(Number(match[1]) * unit);
  if (Number.isSafeInteger(size) && size > 0) return size;
  context.addIssue({
    code: "custom",
    message: `expected a size such as 64 MiB or 5000000000, got ${String(value)}`,
  });
  return z.NEVER;
});

/** Files of 5 GB suit hubs and object stores; a shard of 64 MiB keeps a task at seconds and its retry cheap. */
export const outputSchema = z.strictObject({
  uri: z.string().min(1, "expected a folder's path or URI"),
  format: z.string().default("safetensors"),
  if_exists: z.enum(["fail", "replace"]).default("fail"),
  file_bytes: bytes.default(5_000_000_000),
  shard_bytes: bytes.default(64 * 2 ** 20),
});

const retries = "expected a whole number from 0 to 100";
const seconds = "expected seconds, more than 0 and at most 30 days";

export const policySchema = z.strictObject({
  async_execution: z.boolean().default(true),
  max_retries: z.int(retries).min(0, retries).max(100, retries).default(3),
  timeout: z
    .number(seconds)
    .positive(seconds)
    .max(30 * 86_400, seconds)
    .nullish(),
});

export const sourceExtras = z.object({
  cache_dir: z.string().min(1, "expected a folder's path").optional(),
  prefetch: z.enum(["plan", "full"]).default("plan"),
});

/** Names of the output writers; packages/formats has the writers themselves, which a fetcher must not load. */
export const outputFormats: Registry<{ readonly name: string }> = createRegistry("output format", [
  { name: "safetensors" },
  { name: "torch" },
]);

/** Destinations a fetcher can seal. */
export const OUTPUT_SCHEMES = ["file", "s3"] as const;
