/**
 * The central directory, checked entry by entry before anything else is read.
 *
 * D1  Count and size are exactly those of the end record.
 * D2  Names are valid and unique (names.ts); files and directories only; stored or deflated; not encrypted.
 * D3  Sorted by the offset of their headers, entries begin at byte 0, do not overlap and end before the directory.
 * D4  Every size is a safe integer that fits the file; a deflated size is possible for its stream.
 */
import type { Fail } from "../errors.ts";
import { INFLATE_RATIO, ZIP_DIRECTORY_BYTES, ZIP_ENTRIES } from "../limits.ts";
import type { DirectoryPlace } from "./end-record.ts";
import { readExtra } from "./extra.ts";
import { LOCAL_BYTES } from "./header.ts";
import { entryName, foldedName } from "./names.ts";

export interface ZipEntry {
  readonly name: string;
  /** UTF-8 bytes of the name. */
  readonly nameBytes: number;
  readonly flags: number;
  readonly deflated: boolean;
  readonly crc32: number;
  /** Bytes in the file. */
  readonly stored: number;
  /** Bytes of the content. */
  readonly size: number;
  /** Of the local header. */
  readonly offset: number;
  /** Where the next header, or the directory, begins. */
  readonly next: number;
  /** Of the data; set once the layout is known (archive.ts). */
  readonly start: number;
}

/** An entry whose place is still being worked out. */
export type OpenEntry = { -readonly [K in keyof ZipEntry]: ZipEntry[K] };

const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
/** Deflate's two level bits, the descriptor and UTF-8 names. */
const FLAGS = 0x080e;
const ENCRYPTED = 0x2041;
const UTF8 = 0x0800;
const UNIX = 3;

/** Checks what the end record claims before the directory's bytes are fetched. */
export function checkDirectoryPlace(place: DirectoryPlace, fail: Fail): void {
  const size = place.end - place.start;
  if (size > ZIP_DIRECTORY_BYTES) {
    const message = `directory of ${size} bytes, the limit is ${ZIP_DIRECTORY_BYTES}`;
    throw fail("LIMIT_ZIP_DIRECTORY", message, place.start);
  }
  if (place.count * ENTRY_BYTES > size) {
    const message = `${place.count} entries do not fit a directory of ${size} bytes`;
    throw fail("ZIP_CD_COUNT", message, place.start, { count: place.count, size });
  }
  if (place.count > ZIP_ENTRIES) {
    throw fail("LIMIT_ZIP_ENTRIES", `${place.count} entries, the limit is ${ZIP_ENTRIES}`, place.start);
  }
}

/** Entries in the directory's order. */
export function readDirectory(bytes: Buffer, place: DirectoryPlace, fail: Fail): OpenEntry[] {
  const entries: OpenEntry[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let i = 0; i < place.count; i++) {
    const where = place.start + at;
    if (at + ENTRY_BYTES > bytes.length) {
      const message = `directory has ${i} entries in ${bytes.length} bytes, the end record says ${place.count}`;
      throw fail("ZIP_CD_COUNT", message, where, { expected: place.count, found: i });
    }
    if (bytes.readUInt32LE(at) !== ENTRY) {
      throw fail("ZIP_CD_SIGNATURE", `no directory entry at ${where}`, where, { entry: i });
    }
    const nameEnd = at + ENTRY_BYTES + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    const comment = bytes.readUInt16LE(at + 32);
    if (extraEnd > bytes.length) {
      const message = `entry ${i} ends at ${place.start + extraEnd}, the directory at ${place.end}`;
      throw fail("ZIP_CD_BOUNDS", message, where, { expected: place.end, found: place.start + extraEnd });
    }
    if (comment !== 0) throw fail("ZIP_CD_COMMENT", `entry ${i} has a comment of ${comment} bytes`, where);
    const utf8 = (bytes.readUInt16LE(at + 8) & UTF8) !== 0;
    const named = entryName(bytes.subarray(at + ENTRY_BYTES, nameEnd), utf8);
    if ("code" in named) throw fail(named.code, named.problem, where);
    const { name } = named;
    const folded = foldedName(name);
    if (names.has(folded))
      throw fail("ZIP_DUPLICATE_NAME", `name ${JSON.stringify(name)} appears twice`, where);
    names.add(folded);
    const entryFail: Fail = (code, message, offset, details) =>
      fail(code, `${JSON.stringify(name)}: ${message}`, offset, { member: name, ...details });

    const flags = bytes.readUInt16LE(at + 8);
    const method = bytes.readUInt16LE(at + 10);
    checkKind(flags, method, bytes, at, where, entryFail);
    const sizes = readExtra(
      bytes.subarray(nameEnd, extraEnd),
      {
        size: bytes.readUInt32LE(at + 24),
        stored: bytes.readUInt32LE(at + 20),
        offset: bytes.readUInt32LE(at + 42),
      },
      where,
      entryFail,
    );
    checkSizes(method, sizes, name, place, where, entryFail);
    entries.push({
      name,
      nameBytes: nameEnd - at - ENTRY_BYTES,
      flags,
      deflated: method === 8,
      crc32: bytes.readUInt32LE(at + 16),
      ...sizes,
      next: 0,
      start: 0,
    });
    at = extraEnd;
  }
  if (at !== bytes.length) {
    const message = `directory of ${bytes.length} bytes, its ${place.count} entries take ${at}`;
    throw fail("ZIP_CD_COUNT", message, place.start + at, { expected: bytes.length, found: at });
  }
  checkOrder(entries, place.start, fail);
  return entries;
}

/** D2. */
function checkKind(
  flags: number,
  method: number,
  bytes: Buffer,
  at: number,
  where: number,
  fail: Fail,
): void {
  if ((flags & ENCRYPTED) !== 0)
    throw fail("ZIP_ENCRYPTED", `flags ${hex(flags)} say it is encrypted`, where);
  if ((flags & ~FLAGS) !== 0) {
    throw fail("ZIP_FLAG_UNSUPPORTED", `flags ${hex(flags)}, known are ${hex(FLAGS)}`, where);
  }
  if (method !== 0 && method !== 8) {
    throw fail("ZIP_METHOD_UNSUPPORTED", `compression method ${method}, known are 0 and 8`, where, {
      method,
    });
  }
  const disk = bytes.readUInt16LE(at + 34);
  if (disk !== 0) throw fail("ZIP_MULTIDISK", `lies on disk ${disk}`, where);
  const type = bytes.readUInt8(at + 5) === UNIX ? bytes.readUInt16LE(at + 40) & 0xf000 : 0;
  if (type !== 0 && type !== 0x8000 && type !== 0x4000) {
    throw fail("ZIP_SPECIAL_FILE", `has the file type ${hex(type)}, neither file nor directory`, where);
  }
}

interface Sizes {
  readonly size: number;
  readonly stored: number;
  readonly offset: number;
}

/** D4. */
function checkSizes(
  method: number,
  sizes: Sizes,
  name: string,
  place: DirectoryPlace,
  where: number,
  fail: Fail,
): void {
  if (sizes.offset + LOCAL_BYTES + sizes.stored > place.start) {
    const message = `${sizes.stored} bytes with a header at ${sizes.offset} end behind the directory's start at ${place.start}`;
    throw fail("ZIP_DATA_BOUNDS", message, where, {
      expected: place.start,
      found: sizes.offset + sizes.stored,
    });
  }
  if (name.endsWith("/") && sizes.size !== 0) {
    throw fail("ZIP_SIZE_MISMATCH", `a directory with ${sizes.size} bytes`, where, { found: sizes.size });
  }
  if (method === 0 && sizes.size !== sizes.stored) {
    const message = `stored entry has ${sizes.stored} bytes, its content ${sizes.size}`;
    throw fail("ZIP_SIZE_MISMATCH", message, where, { expected: sizes.size, found: sizes.stored });
  }
  if (method === 8 && sizes.size > sizes.stored * INFLATE_RATIO) {
    const message = `${sizes.stored} bytes cannot inflate to ${sizes.size}, the limit is ${INFLATE_RATIO} : 1`;
    throw fail("ZIP_RATIO_LIMIT", message, where, { expected: sizes.size, found: sizes.stored });
  }
}

/** D3. Sets `next`; the bytes between header and `next` are accounted for in layout.ts. */
function checkOrder(entries: readonly OpenEntry[], directory: number, fail: Fail): void {
  const sorted = entries.toSorted((a, b) => a.offset - b.offset);
  let expected = 0;
  for (const [i, entry] of sorted.entries()) {
    const { name, offset } = entry;
    entry.next = sorted[i + 1]?.offset ?? directory;
    const least = offset + LOCAL_BYTES + entry.nameBytes + entry.stored;
    const first = i === 0 && offset !== 0;
    if (first || offset < expected || least > entry.next) {
      const message = first
        ? `${JSON.stringify(name)} begins at ${offset}, ${offset} bytes before it are unaccounted for`
        : `${JSON.stringify(name)} at ${offset} ends at ${least} or later, the next begins at ${entry.next}`;
      throw fail("ZIP_GAP_OR_OVERLAP", message, offset, { member: name, expected: entry.next, found: least });
    }
    expected = least;
  }
  if (sorted.length === 0 && directory !== 0) {
    throw fail("ZIP_GAP_OR_OVERLAP", `no entries, but ${directory} bytes before the directory`, 0);
  }
}

function hex(n: number): string {
  return `0x${n.toString(16).padStart(4, "0")}`;
}
