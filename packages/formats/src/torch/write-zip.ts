/**
 * The zip that PyTorch writes, byte for byte, from the sizes of its records alone (docs/formats/torch-zip.md has the
 * byte tables). Records are stored, data is aligned, checksums follow the data: the file can be written forwards.
 *
 * Z1  Version, date, time and attributes are 0. Flags are UTF-8 and data descriptor; an empty record has no descriptor.
 * Z2  Checksum and sizes in a local header are 0, but for the zip64 block, which has the real size once.
 * Z3  A padding block "FB" of "Z" bytes in the local extra field aligns the data; it is there even when empty.
 * Z4  zip64 forms where size or offset reach 2^32 − 1; the zip64 end record is always there.
 */

/** Where the data of every record starts, as a multiple. */
export const ALIGNMENT = 64;

const MAX32 = 0xffffffff;
const MAX16 = 0xffff;
const HAS_DESCRIPTOR = 0x0008;
const UTF8 = 0x0800;

export interface ZipRecord {
  /** With the folder: "model/data/0". */
  readonly name: string;
  readonly size: number;
  /** Of the local header. */
  readonly offset: number;
  /** 0 where it is not known yet. */
  readonly crc32: number;
}

/** The local header of a record at `offset`, padding included: the data follows directly. */
export function localHeader(record: Pick<ZipRecord, "name" | "size" | "offset">): Uint8Array {
  const { size, offset } = record;
  const name = Buffer.from(record.name);
  // Z2, Z4: the compressed size stays 0 here.
  const zip64 = zip64Block(size >= MAX32 ? [size, 0] : [], offset >= MAX32 ? [offset] : []);
  const fixed = 30 + name.length + zip64.length + 4;
  const padding = (ALIGNMENT - ((offset + fixed) % ALIGNMENT)) % ALIGNMENT;
  const header = Buffer.alloc(fixed + padding, "Z");
  header.fill(0, 0, 30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(flags(size), 6);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(zip64.length + 4 + padding, 28);
  header.set(name, 30);
  header.set(zip64, 30 + name.length);
  header.write("FB", fixed - 4, "latin1");
  header.writeUInt16LE(padding, fixed - 2);
  return header;
}

/** Offset of the checksum in what `descriptor` returns. */
export const DESCRIPTOR_CRC = 4;

/** What follows the data; nothing after an empty record. */
export function descriptor(record: Pick<ZipRecord, "size" | "offset" | "crc32">): Uint8Array {
  const { size } = record;
  if (size === 0) return new Uint8Array(0);
  const wide = size >= MAX32 || record.offset >= MAX32;
  const bytes = Buffer.alloc(wide ? 24 : 16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(record.crc32, DESCRIPTOR_CRC);
  if (wide) {
    bytes.writeBigUInt64LE(BigInt(size), 8);
    bytes.writeBigUInt64LE(BigInt(size), 16);
  } else {
    bytes.writeUInt32LE(size, 8);
    bytes.writeUInt32LE(size, 12);
  }
  return bytes;
}

export interface ZipDirectory {
  readonly bytes: Uint8Array;
  /** Offset in `bytes` of each record's checksum. */
  readonly crcAt: readonly number[];
}

/** The central directory, at `start`, and the end records. Nothing follows. */
export function centralDirectory(records: readonly ZipRecord[], start: number): ZipDirectory {
  const entries = records.map(centralEntry);
  const crcAt: number[] = [];
  let size = 0;
  for (const entry of entries) {
    crcAt.push(size + 16);
    size += entry.length;
  }
  return { bytes: Buffer.concat([...entries, endRecords(records.length, start, size)]), crcAt };
}

function centralEntry(record: ZipRecord): Uint8Array {
  const { size, offset } = record;
  const name = Buffer.from(record.name);
  const zip64 = zip64Block(size >= MAX32 ? [size, size] : [], offset >= MAX32 ? [offset] : []);
  const entry = Buffer.alloc(46 + name.length + zip64.length);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(flags(size), 8);
  entry.writeUInt32LE(record.crc32, 16);
  entry.writeUInt32LE(Math.min(size, MAX32), 20);
  entry.writeUInt32LE(Math.min(size, MAX32), 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(zip64.length, 30);
  entry.writeUInt32LE(Math.min(offset, MAX32), 42);
  entry.set(name, 46);
  entry.set(zip64, 46 + name.length);
  return entry;
}

function endRecords(count: number, start: number, size: number): Uint8Array {
  const end = Buffer.alloc(56 + 20 + 22);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  // Made by: UNIX, specification 3.0; needed: 4.5.
  end.writeUInt16LE(798, 12);
  end.writeUInt16LE(45, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(start), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(start + size), 64);
  end.writeUInt32LE(1, 72);
  end.writeUInt32LE(0x06054b50, 76);
  end.writeUInt16LE(Math.min(count, MAX16), 84);
  end.writeUInt16LE(Math.min(count, MAX16), 86);
  end.writeUInt32LE(Math.min(size, MAX32), 88);
  end.writeUInt32LE(Math.min(start, MAX32), 92);
  return end;
}

function flags(size: number): number {
  return size === 0 ? UTF8 : UTF8 | HAS_DESCRIPTOR;
}

function zip64Block(sizes: readonly number[], offset: readonly number[]): Uint8Array {
  const values = [...sizes, ...offset];
  if (values.length === 0) return new Uint8Array(0);
  const block = Buffer.alloc(4 + 8 * values.length);
  block.writeUInt16LE(1, 0);
  block.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, i) => {
    block.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  });
  return block;
}
