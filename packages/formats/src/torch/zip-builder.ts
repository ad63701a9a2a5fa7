/** Test material: zips as plain as they come, each field of which a test can set to something else. */
import { crc32, deflateRawSync } from "node:zlib";

export interface Header {
  readonly name?: string | Uint8Array;
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly stored?: number;
  readonly size?: number;
  readonly extra?: Uint8Array;
}

export interface Member extends Header {
  readonly name: string | Uint8Array;
  readonly content?: Uint8Array | string;
  readonly deflate?: boolean;
  /** What only the local header, or only the directory, says. */
  readonly local?: Header;
  readonly central?: Header & {
    readonly offset?: number;
    readonly disk?: number;
    readonly attributes?: number;
    readonly comment?: string;
  };
  /** Bytes after the data. */
  readonly after?: Uint8Array;
  /** Has an entry in the directory but no record (true), or a record and no entry ("hidden"). */
  readonly absent?: boolean | "hidden";
}

export interface End {
  readonly before?: Uint8Array;
  readonly count?: number;
  readonly directorySize?: number;
  readonly directoryOffset?: number;
  readonly disk?: number;
  readonly comment?: string | Uint8Array;
  readonly after?: Uint8Array;
  /** Bytes between the directory and the end record. */
  readonly gap?: Uint8Array;
  /** Writes the zip64 record and locator too. */
  readonly zip64?: {
    readonly count?: bigint;
    readonly directorySize?: bigint;
    readonly directoryOffset?: bigint;
    readonly recordSize?: bigint;
    readonly locator?: bigint;
    readonly extensible?: Uint8Array;
  };
}

export function buildZip(members: readonly Member[], end: End = {}): Buffer {
  const parts: Uint8Array[] = [end.before ?? Buffer.alloc(0)];
  const directory: Buffer[] = [];
  let at = parts[0]?.length ?? 0;
  for (const member of members) {
    const content = Buffer.from(member.content ?? "");
    const data = member.deflate === true ? deflateRawSync(content) : content;
    const header: Header = {
      flags: 0x0800,
      method: member.deflate === true ? 8 : 0,
      crc: crc32(content),
      stored: data.length,
      size: content.length,
      ...pick(member),
    };
    if (member.absent !== "hidden")
      directory.push(central(header, member.central ?? {}, member.central?.offset ?? at));
    if (member.absent === true) continue;
    const record = Buffer.concat([
      local({ ...header, ...member.local }),
      data,
      member.after ?? Buffer.alloc(0),
    ]);
    parts.push(record);
    at += record.length;
  }
  const bytes = Buffer.concat(directory);
  return Buffer.concat([...parts, bytes, endOf(directory.length, bytes.length, at, end)]);
}

/** A torch archive from its records, all below "archive/". */
export function torchZip(
  records: Readonly<Record<string, Uint8Array | string>>,
  more: readonly Member[] = [],
): Buffer {
  const members = Object.entries(records).map(
    ([name, content]): Member => ({ name: `archive/${name}`, content }),
  );
  return buildZip([...members, { name: "archive/version", content: "3\n" }, ...more]);
}

/** A data descriptor. */
export function descriptor(content: Uint8Array | string, signature = 0x08074b50): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt32LE(crc32(content), 4);
  bytes.writeUInt32LE(content.length, 8);
  bytes.writeUInt32LE(content.length, 12);
  return bytes;
}

/** An extra field. */
export function field(id: number, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(id, 0);
  bytes.writeUInt16LE(content.length, 2);
  return Buffer.concat([bytes, content]);
}

export function u64(...values: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(value, 8 * i);
  return bytes;
}

function pick({ name, flags, method, crc, stored, size, extra }: Member): Header {
  const all = { name, flags, method, crc, stored, size, extra };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function local(header: Header): Buffer {
  const name = Buffer.from(header.name ?? "");
  const extra = Buffer.from(header.extra ?? []);
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(0x04034b50, 0);
  common(bytes, 6, header, name, extra);
  return Buffer.concat([bytes, name, extra]);
}

function central(header: Header, more: NonNullable<Member["central"]>, offset: number): Buffer {
  const all = { ...header, ...more };
  const name = Buffer.from(all.name ?? "");
  const extra = Buffer.from(all.extra ?? []);
  const comment = Buffer.from(more.comment ?? "");
  const bytes = Buffer.alloc(46);
  bytes.writeUInt32LE(0x02014b50, 0);
  // Made on Unix where there are attributes to tell.
  bytes.writeUInt8(more.attributes === undefined ? 0 : 3, 5);
  common(bytes, 8, all, name, extra);
  bytes.writeUInt16LE(comment.length, 32);
  bytes.writeUInt16LE(more.disk ?? 0, 34);
  bytes.writeUInt32LE((more.attributes ?? 0) >>> 0, 38);
  bytes.writeUInt32LE(offset, 42);
  return Buffer.concat([bytes, name, extra, comment]);
}

function common(bytes: Buffer, at: number, header: Header, name: Buffer, extra: Buffer): void {
  bytes.writeUInt16LE(header.flags ?? 0, at);
  bytes.writeUInt16LE(header.method ?? 0, at + 2);
  bytes.writeUInt32LE(header.crc ?? 0, at + 8);
  bytes.writeUInt32LE(header.stored ?? 0, at + 12);
  bytes.writeUInt32LE(header.size ?? 0, at + 16);
  bytes.writeUInt16LE(name.length, at + 20);
  bytes.writeUInt16LE(extra.length, at + 22);
}

function endOf(count: number, size: number, at: number, end: End): Buffer {
  const { zip64 } = end;
  const gap = Buffer.from(end.gap ?? []);
  const wide = Buffer.alloc(zip64 === undefined ? 0 : 76);
  const extensible = Buffer.from(zip64?.extensible ?? []);
  if (zip64 !== undefined) {
    wide.writeUInt32LE(0x06064b50, 0);
    wide.writeBigUInt64LE(zip64.recordSize ?? BigInt(44 + extensible.length), 4);
    wide.writeBigUInt64LE(zip64.count ?? BigInt(count), 24);
    wide.writeBigUInt64LE(zip64.count ?? BigInt(count), 32);
    wide.writeBigUInt64LE(zip64.directorySize ?? BigInt(size), 40);
    wide.writeBigUInt64LE(zip64.directoryOffset ?? BigInt(at), 48);
    wide.writeUInt32LE(0x07064b50, 56);
    wide.writeBigUInt64LE(zip64.locator ?? BigInt(at + size + gap.length), 64);
    wide.writeUInt32LE(1, 72);
  }
  const comment = Buffer.from(end.comment ?? "");
  const bytes = Buffer.alloc(22);
  bytes.writeUInt32LE(0x06054b50, 0);
  bytes.writeUInt16LE(end.disk ?? 0, 4);
  bytes.writeUInt16LE(end.count ?? count, 8);
  bytes.writeUInt16LE(end.count ?? count, 10);
  bytes.writeUInt32LE(end.directorySize ?? size, 12);
  bytes.writeUInt32LE(end.directoryOffset ?? at, 16);
  bytes.writeUInt16LE(comment.length, 20);
  const after = Buffer.from(end.after ?? []);
  return Buffer.concat([gap, wide.subarray(0, 56), extensible, wide.subarray(56), bytes, comment, after]);
}
