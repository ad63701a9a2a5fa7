/** No room: the one place where a full disk, a quota or a full budget becomes an error with both numbers. */
import { statfs } from "node:fs/promises";
import { CheckpointError } from "@drydock/checkpoint";
import { codeOf } from "../sources/failure.ts";
import { isSqliteError, SQLITE_FULL } from "./sqlite-errors.ts";

/** Throws the error of a full disk for a write that failed for lack of room; anything else as it is. */
export async function rethrowFull(thrown: unknown, dir: string, neededBytes: number): Promise<never> {
  if (!isFull(thrown)) throw thrown;
  const freeBytes = await statfs(dir).then(
    (found) => found.bavail * found.bsize,
    () => 0,
  );
  throw new CheckpointError(`${dir}: no room for ${neededBytes} bytes; the disk has ${freeBytes} free`, {
    kind: "capacity",
    code: "CACHE_DISK_FULL",
    details: { neededBytes, freeBytes, dir },
    remedy:
      "free space on the cache's volume, or set DRYDOCK_CACHE_BYTES lower so that old objects go earlier",
    cause: thrown,
  });
}

export function budgetFull(
  dir: string,
  neededBytes: number,
  freeBytes: number,
  maxBytes: number,
): CheckpointError {
  return new CheckpointError(
    `${dir}: no room for ${neededBytes} bytes; ${freeBytes} of the cache's ${maxBytes} are not held by running shards`,
    {
      kind: "capacity",
      code: "CACHE_FULL",
      details: { neededBytes, freeBytes, maxBytes, dir },
      remedy:
        "wait for running shards to be published, raise DRYDOCK_CACHE_BYTES, or set output.shard_bytes lower",
    },
  );
}

function isFull(thrown: unknown): boolean {
  const code = codeOf(thrown);
  // EFBIG: the process's own limit on file sizes.
  return code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG" || isSqliteError(thrown, SQLITE_FULL);
}
