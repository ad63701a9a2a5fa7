/**
 * Builds one shard of an output file: each source byte is read once, each output byte made, hashed and written once,
 * in blocks, whatever the sizes of the tensors.
 *
 * E1  The same shard, profile and source bytes give the same bytes and the same report, on any worker.
 * E2  Bytes written are good only when the promise resolves: checksums and sizes are known at a tensor's end.
 * E3  Memory: the workspace (two blocks, and one for each kernel in a row), a megabyte of packed small pieces, and for
 *     a strided view at most what gather.ts states. Nothing grows with the shard.
 */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import {
  type ByteSource,
  CheckpointError,
  nbytes,
  type SegmentReport,
  type Shard,
  type ShardReport,
} from "@drydock/checkpoint";
import { type Backend, BLOCK_BYTES } from "../backend.ts";
import { ahead } from "./ahead.ts";
import { checkOp } from "./check.ts";
import { crcLookup, patchLiteral } from "./literal.ts";
import { blocksOf } from "./open.ts";
import type { RangeSource } from "./read.ts";
import { packingSink } from "./sink.ts";
import { SLOTS, tiles } from "./tiles.ts";

export interface ShardIo {
  /** The source of one object, asked for whenever a range of it is next; the caller keeps it and closes it. */
  source(input: string, object: string): ByteSource & RangeSource;
  /** Report of another shard, built before this one. */
  report(shard: number): Promise<Pick<ShardReport, "segments">>;
  /** Appends; `bytes` may change once it resolves. */
  write(bytes: Uint8Array): Promise<void>;
  readonly signal: AbortSignal;
  /** After each block: bytes written and tensors finished so far. */
  progress(update: { readonly bytes: number; readonly tensors: number }): void;
}

/** Reports tensors only, literals being known from the plan. Rejects with a CheckpointError or the signal's reason. */
export async function buildShard(
  shard: Shard,
  io: ShardIo,
  backend: Backend,
): Promise<Omit<ShardReport, "planDigest">> {
  const kernelBlocks = checkShard(shard, backend);
  using workspace = backend.open(SLOTS + kernelBlocks);
  const sink = packingSink(io.write);
  const whole = createHash("sha256");
  const crcs: number[] = [];
  const crcOf = crcLookup(shard.index, crcs, io.report);
  const segments: SegmentReport[] = [];
  let hash = createHash("sha256");
  let crc = 0;
  let size = 0;
  let sinceYield = 0;

  for await (const tile of ahead(tiles(shard, io, backend.kernel, workspace))) {
    const { segment } = tile;
    const bytes = segment.kind === "literal" ? await patchLiteral(segment, crcOf) : tile.bytes;
    const written = sink.write(bytes);
    whole.update(bytes);
    crc = crc32(bytes, crc);
    if (segment.kind === "tensor") hash.update(bytes);
    await written;
    size += bytes.length;
    if (tile.last) {
      crcs.push(crc);
      if (segment.kind === "tensor") {
        segments.push({
          segment: tile.index,
          name: segment.tensor.name,
          sha256: hash.digest("hex"),
          crc32: crc,
          nbytes: segment.nbytes,
          ...tile.stats,
        });
        hash = createHash("sha256");
      }
      crc = 0;
    }
    io.progress({ bytes: size, tensors: segments.length });
    // Sources in memory settle without the event loop: it gets a turn per block of bytes or so of pieces.
    sinceYield += Math.max(bytes.length, BLOCK_BYTES / 256);
    if (sinceYield >= BLOCK_BYTES) {
      sinceYield = 0;
      await setImmediate();
      io.signal.throwIfAborted();
    }
  }
  await sink.flush();
  io.signal.throwIfAborted();
  return { shard: shard.index, sha256: whole.digest("hex"), size, segments };
}

/** Refuses a shard that is not for this backend or whose sizes disagree; blocks its kernels need at the same time. */
function checkShard(shard: Shard, backend: Backend): number {
  const { profile } = backend;
  const what = `shard ${shard.index} of ${shard.file}`;
  if (shard.kernels.backend !== profile.backend || shard.kernels.version !== profile.version) {
    throw new CheckpointError(
      `${what} is for kernels ${shard.kernels.backend}-${shard.kernels.version}, this worker has ${profile.backend}-${profile.version}`,
      { code: "KERNEL_PROFILE" },
    );
  }
  let blocks = 0;
  let size = 0;
  for (const segment of shard.segments) {
    if (segment.kind === "literal") {
      size += segment.bytes.length;
      continue;
    }
    const { tensor } = segment;
    const yields = checkOp(tensor.op, backend.kernel);
    const declared = nbytes(tensor);
    if (yields !== declared || segment.nbytes !== declared) {
      throw new CheckpointError(
        `${what}: ${tensor.name} is ${declared} bytes by shape, ${segment.nbytes} by its segment, ${yields} by its operation`,
        { code: "SEGMENT_SIZE", details: { tensor: tensor.name } },
      );
    }
    blocks = Math.max(blocks, blocksOf(tensor.op));
    size += declared;
  }
  if (size !== shard.end - shard.start) {
    throw new CheckpointError(
      `${what} declares ${shard.end - shard.start} bytes, its segments have ${size}`,
      { code: "SHARD_SIZE" },
    );
  }
  return blocks;
}
