/**
 * Where things lie in a cache folder:
 *   node-id          name of the node, made once
 *   lock.sqlite      held by the one process that writes
 *   journal.sqlite   which chunks are verified, which objects are held
 *   objects/<pin>    sparse file per pinned object; bytes outside journalled chunks mean nothing
 *   stages/<plan>-<shard>.json   what a transformer may open
 */
import { join } from "node:path";
import { type ByteRange, CheckpointError } from "@drydock/checkpoint";

/** Bytes of an object that were verified as a whole. */
export interface ChunkRef extends ByteRange {
  /** Lower-case hex of exactly these bytes. */
  readonly sha256: string;
}

const SHA256 = /^[0-9a-f]{64}$/;

/** A digest that comes from outside and becomes part of a path: anything but 64 lower-case hex digits is refused. */
export function checkDigest(digest: string, what: string): string {
  if (SHA256.test(digest)) return digest;
  throw new CheckpointError(
    `${what} ${JSON.stringify(digest.slice(0, 80))}: expected 64 lower-case hex digits`,
    {
      kind: "config",
      code: "DIGEST_INVALID",
      details: { found: digest.slice(0, 80) },
    },
  );
}

export function objectPath(dir: string, pinId: string): string {
  return join(dir, "objects", checkDigest(pinId, "pin"));
}

/** Who holds a shard's chunks, and the name of its manifest. */
export function stageHolder(planDigest: string, shard: number): string {
  if (!Number.isSafeInteger(shard) || shard < 0) throw new RangeError(`shard ${shard}`);
  return `${checkDigest(planDigest, "plan")}-${shard}`;
}

export function stagePath(dir: string, holder: string): string {
  return join(dir, "stages", `${holder}.json`);
}
