/** Literal segments: bytes of the plan, with checksums that are known only after other segments were built. */
import { CheckpointError, type Fill, type Segment, type ShardReport } from "@drydock/checkpoint";

export type Literal = Extract<Segment, { kind: "literal" }>;

/** CRC-32 of a segment that has been built. */
export type CrcOf = (fill: Fill) => Promise<number>;

/** The literal's bytes with every fill written; the plan's own bytes stay as they are. */
export async function patchLiteral(literal: Literal, crcOf: CrcOf): Promise<Uint8Array> {
  if (literal.fills.length === 0) return literal.bytes;
  const bytes = Uint8Array.from(literal.bytes);
  const view = new DataView(bytes.buffer);
  for (const fill of literal.fills) {
    if (fill.at + 4 > bytes.length) {
      throw new CheckpointError(`plan: a fill at ${fill.at} of a literal of ${bytes.length} bytes`, {
        code: "FILL_RANGE",
      });
    }
    view.setUint32(fill.at, await crcOf(fill), true);
  }
  return bytes;
}

/** Looks in this shard's segments built so far, else in the other shard's report, which is asked for once. */
export function crcLookup(
  shard: number,
  built: readonly number[],
  report: (shard: number) => Promise<Pick<ShardReport, "segments">>,
): CrcOf {
  const others = new Map<number, Promise<ReadonlyMap<number, number>>>();
  const crcsOf = async (other: number): Promise<ReadonlyMap<number, number>> =>
    new Map((await report(other)).segments.map((s) => [s.segment, s.crc32]));
  return async (fill) => {
    let crcs = others.get(fill.shard);
    if (fill.shard !== shard && crcs === undefined) {
      crcs = crcsOf(fill.shard);
      others.set(fill.shard, crcs);
    }
    const crc = fill.shard === shard ? built[fill.segment] : (await crcs)?.get(fill.segment);
    if (crc === undefined) {
      throw new CheckpointError(
        `plan: shard ${shard} needs the checksum of segment ${fill.segment} of shard ${fill.shard}, which is not built`,
        { code: "FILL_MISSING" },
      );
    }
    return crc;
  };
}
