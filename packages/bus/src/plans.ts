/**
 * The plan store: heads, shards and large contexts, by the sha256 of their bytes.
 * O1 content under its own digest: storing again changes nothing, reading verifies.
 * O2 a plan's head is stored last, so a head that is there has all its shards.
 * Values live in a key-value bucket, large ones in pieces: the client's object store needs four round trips and a
 * sha256 in JavaScript per object, which for 4,096 small shards is seconds instead of tenths (docs/decisions/nats.md).
 */
import { CheckpointError, type Shard, sha256Hex } from "@drydock/checkpoint";
import type { Bus } from "./connect.ts";
import { bucket } from "./kv.ts";
import { type BuildHead, decodeBuildHead, decodeShard, type EncodedBuildPlan } from "./plan-codec.ts";

/** Half of the server's default message limit, so that headers and an operator's lower limit still fit. */
const PIECE_BYTES = 512 * 1024;
/** Enough to fill the pipe; more only delays the first answer. */
const AT_ONCE = 64;

const WHOLE = 0;
const PIECES = 1;

export async function putPlan(bus: Bus, plan: EncodedBuildPlan): Promise<void> {
  const queue = [...plan.shards];
  const store = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop())
      await putNamed(bus, next.digest, next.bytes);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, store));
  // O2
  await putNamed(bus, plan.digest, plan.head);
}

/** Resolves to the digest. */
export async function putBlob(bus: Bus, bytes: Uint8Array): Promise<string> {
  const digest = sha256Hex(bytes);
  await putNamed(bus, digest, bytes);
  return digest;
}

async function putNamed(bus: Bus, digest: string, bytes: Uint8Array): Promise<void> {
  const plans = bucket(bus, "plans");
  if (bytes.length <= PIECE_BYTES) {
    await plans.put(digest, tagged(WHOLE, bytes));
    return;
  }
  const count = Math.ceil(bytes.length / PIECE_BYTES);
  const piece = (i: number): Uint8Array => bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES);
  for (let i = 0; i < count; i += 8) {
    const batch = Array.from({ length: Math.min(8, count - i) }, (_, k) => i + k);
    await Promise.all(batch.map((k) => plans.put(`${digest}.${k}`, piece(k))));
  }
  // O2, for pieces.
  await plans.put(digest, tagged(PIECES, new TextEncoder().encode(String(count))));
}

function tagged(tag: number, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 1);
  out[0] = tag;
  out.set(bytes, 1);
  return out;
}

/** The bytes of that digest, verified. Throws CheckpointError "artifact-missing" when they are gone. */
export async function getBlob(bus: Bus, digest: string): Promise<Uint8Array> {
  const plans = bucket(bus, "plans");
  const entry = await plans.get(digest);
  if (entry === undefined) throw missing(digest);
  const rest = entry.value.subarray(1);
  const bytes = entry.value[0] === PIECES ? await joined(Number(new TextDecoder().decode(rest))) : rest;
  const actual = sha256Hex(bytes);
  if (actual !== digest) {
    throw new CheckpointError(`bus: the plan store holds ${actual} under ${digest}`, {
      kind: "artifact-missing",
      code: "BUS_PLAN_DIGEST",
      details: { expected: digest, actual },
    });
  }
  return bytes;

  async function joined(count: number): Promise<Uint8Array> {
    const pieces = await Promise.all(
      Array.from({ length: count }, async (_, i) => (await plans.get(`${digest}.${i}`))?.value),
    );
    if (!pieces.every((piece) => piece !== undefined)) throw missing(digest);
    return Buffer.concat(pieces);
  }
}

function missing(digest: string): CheckpointError {
  return new CheckpointError(`bus: the plan store no longer holds ${digest}`, {
    kind: "artifact-missing",
    code: "BUS_PLAN_MISSING",
    details: { digest },
    remedy: "The run plans anew; for an old run use `drydock runs retry`.",
  });
}

export async function getHead(bus: Bus, planDigest: string): Promise<BuildHead> {
  return decodeBuildHead(await getBlob(bus, planDigest));
}

/** One shard of a plan. Throws RangeError for an index the plan does not have. */
export async function getShard(bus: Bus, head: Pick<BuildHead, "shards">, index: number): Promise<Shard> {
  const ref = head.shards[index];
  if (ref === undefined)
    throw new RangeError(`the plan has ${head.shards.length} shards, not one at ${index}`);
  return decodeShard(await getBlob(bus, ref.digest));
}

/** A context this long or longer travels by digest: messages stay small, and results have a limit. */
export const CONTEXT_INLINE_BYTES = 64 * 1024;

/** The two context fields of a task or result: the bytes, or their digest in the plan store. */
export async function contextFields(
  bus: Bus,
  context: Uint8Array,
): Promise<{ context: Uint8Array } | { contextDigest: string }> {
  return context.length < CONTEXT_INLINE_BYTES ? { context } : { contextDigest: await putBlob(bus, context) };
}

/** The encoded CheckpointContext a task, result or run state carries, by value or digest; undefined when none. */
export async function contextBytes(
  bus: Bus,
  carrier: { readonly context?: Uint8Array | null; readonly contextDigest?: string | null },
): Promise<Uint8Array | undefined> {
  if (carrier.contextDigest) return getBlob(bus, carrier.contextDigest);
  return carrier.context && carrier.context.length > 0 ? carrier.context : undefined;
}
