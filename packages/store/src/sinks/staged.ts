/** A staged shard, read block by block and checked against its digest. */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { CheckpointError } from "@drydock/checkpoint";
import { artifactMissing, type ShardPut } from "./sink.ts";

/** Large enough that system calls do not count, small beside a fetcher's memory. */
export const BLOCK = 2 ** 20;

/** Opens the staged file and checks its size. The caller closes it. */
export async function openStaged(shard: ShardPut): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(shard.localPath, "r");
  } catch (error) {
    throw artifactMissing(shard, "the staged shard can not be opened", error);
  }
  const { size } = await handle.stat();
  if (size === shard.end - shard.start) return handle;
  await handle.close();
  throw artifactMissing(shard, `the staged shard has ${size} bytes`);
}

/**
 * Calls `take` with each block and its offset in the shard, in order; the block's memory is used again after it. Fails
 * at the end when the bytes were not those of the digest.
 */
export async function readStaged(
  shard: ShardPut,
  handle: FileHandle,
  take: (block: Uint8Array, at: number) => Promise<void> | void,
): Promise<void> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(Math.min(BLOCK, shard.end - shard.start));
  const size = shard.end - shard.start;
  for (let at = 0; at < size; ) {
    throwIfCancelled(shard.signal);
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - at), at);
    if (bytesRead === 0) throw artifactMissing(shard, `the staged shard ends at ${at}`);
    const block = buffer.subarray(0, bytesRead);
    hash.update(block);
    await take(block, at);
    at += bytesRead;
  }
  const found = hash.digest("hex");
  if (found !== shard.sha256) {
    throw artifactMissing(
      shard,
      `the staged shard has digest ${found.slice(0, 12)}, not ${shard.sha256.slice(0, 12)}`,
    );
  }
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CheckpointError("cancelled", { kind: "cancelled", cause: signal.reason });
}
