import { crc32 } from "node:zlib";
import { CheckpointError } from "@drydock/checkpoint";
import type { FileLayout } from "./format.ts";

/**
 * The whole file in memory, checksums filled in: `payload` gives the bytes of a tensor by its index in the list the
 * layout was made from. For small files; services build shard by shard.
 */
export function assembleFile(layout: FileLayout, payload: (tensor: number) => Uint8Array): Uint8Array {
  const file = Buffer.alloc(layout.size);
  const checksums = new Map<number, number>();
  const slots: { readonly at: number; readonly part: number }[] = [];
  let offset = 0;
  layout.parts.forEach((part, index) => {
    const bytes = part.kind === "literal" ? part.bytes : payload(part.tensor);
    if (part.kind === "literal") slots.push(...part.fills.map((f) => ({ at: offset + f.at, part: f.part })));
    else if (bytes.length !== part.nbytes) {
      throw new CheckpointError(`tensor ${part.tensor} has ${bytes.length} bytes, expected ${part.nbytes}`);
    } else checksums.set(index, crc32(bytes));
    file.set(bytes, offset);
    offset += bytes.length;
  });
  if (offset !== layout.size) {
    throw new CheckpointError(`${layout.path} has ${offset} bytes, its layout says ${layout.size}`);
  }
  for (const { at, part } of slots) {
    const checksum = checksums.get(part);
    if (checksum === undefined)
      throw new CheckpointError(`a checksum refers to part ${part}, which is no tensor`);
    file.writeUInt32LE(checksum, at);
  }
  return file;
}
