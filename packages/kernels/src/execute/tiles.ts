/** A shard as blocks of bytes in file order; tensors are made while they pass. */
import type { Segment, Shard } from "@drydock/checkpoint";
import type { Backend, Workspace } from "../backend.ts";
import { type KernelStats, newStats } from "../kernel.ts";
import { type OpenContext, openOp } from "./open.ts";

/** Part of a segment. Bytes of a tensor stay as they are until the next tile but one is asked for. */
export interface Tile {
  readonly index: number;
  readonly segment: Segment;
  /** Of a literal, without its fills. */
  readonly bytes: Uint8Array;
  readonly last: boolean;
  /** Of the whole tensor once `last`. */
  readonly stats: KernelStats;
}

/** Blocks the tiles alternate between. */
export const SLOTS = 2;

export type TileSource = Pick<OpenContext, "source" | "signal">;

/** The workspace has SLOTS blocks and one for each kernel that works at the same time. */
export async function* tiles(
  shard: Shard,
  from: TileSource,
  kernel: Backend["kernel"],
  workspace: Workspace,
): AsyncGenerator<Tile, void, void> {
  const slots = workspace.blocks.slice(0, SLOTS);
  const free = workspace.blocks.slice(SLOTS);
  let turn = 0;
  for (const [index, segment] of shard.segments.entries()) {
    const stats = newStats();
    if (segment.kind === "literal") {
      yield { index, segment, bytes: segment.bytes, last: true, stats };
      continue;
    }
    const { op, name } = segment.tensor;
    const stream = openOp(op, {
      tensor: name,
      source: from.source,
      signal: from.signal,
      kernel,
      workspace,
      free,
      stats,
    });
    try {
      let done = 0;
      do {
        from.signal.throwIfAborted();
        const slot = slots[turn++ % SLOTS] ?? new Uint8Array(0);
        const bytes = slot.subarray(0, Math.min(slot.length, segment.nbytes - done));
        if (bytes.length > 0) await stream.fill(bytes);
        done += bytes.length;
        const last = done === segment.nbytes;
        if (last) await stream.finish();
        yield { index, segment, bytes, last, stats };
      } while (done < segment.nbytes);
    } finally {
      stream.close();
    }
  }
}
