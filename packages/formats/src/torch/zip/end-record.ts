/**
 * The end of a zip: the end record and, where present, its zip64 form. Exactly one reading is allowed.
 *
 * E1  One end record ends the file, and no other candidate follows the directory.
 * E2  The zip64 record lies directly before its locator, has no extensible data, and equals every field of the end
 *     record that is not saturated.
 * E3  The directory ends where the (zip64) end record begins.
 */
import type { Fail } from "../errors.ts";
import { MAX32 } from "./header.ts";

export interface DirectoryPlace {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

const SIGNATURE = "PK\x05\x06";
const END64 = 0x06064b50;
const LOCATOR = 0x07064b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END64_BYTES = 56;
const MAX16 = 0xffff;

/** `tail` holds the bytes of the file from `tailStart` to its end, at least the last 65,557 where there are so many. */
export function readEnd(tail: Buffer, tailStart: number, fail: Fail): DirectoryPlace {
  const at = findEnd(tail, tailStart, fail);
  const where = tailStart + at;
  const disk = tail.readUInt16LE(at + 4);
  const startDisk = tail.readUInt16LE(at + 6);
  const countHere = tail.readUInt16LE(at + 8);
  const count = tail.readUInt16LE(at + 10);
  const size = tail.readUInt32LE(at + 12);
  const start = tail.readUInt32LE(at + 16);
  if ((disk !== 0 && disk !== MAX16) || (startDisk !== 0 && startDisk !== MAX16) || countHere !== count) {
    throw fail("ZIP_MULTIDISK", `end record names disks ${disk} and ${startDisk}`, where);
  }
  const wide = readEnd64(tail, tailStart, at, fail);
  if (wide !== undefined) {
    const same = (narrow: number, full: bigint, saturated: number) =>
      narrow === saturated || BigInt(narrow) === full;
    if (!same(count, wide.count, MAX16) || !same(size, wide.size, MAX32) || !same(start, wide.start, MAX32)) {
      const message =
        `end record has ${count} entries, ${size} bytes at ${start}; ` +
        `its zip64 form has ${wide.count}, ${wide.size} at ${wide.start}`;
      throw fail("ZIP64_EOCD_MISMATCH", message, where);
    }
  }
  const place = {
    start: toNumber(wide?.start ?? BigInt(start), "the directory's offset", where, fail),
    size: toNumber(wide?.size ?? BigInt(size), "the directory's size", where, fail),
    count: toNumber(wide?.count ?? BigInt(count), "the number of entries", where, fail),
  };
  const expected = wide === undefined ? where : where - LOCATOR_BYTES - END64_BYTES;
  return checkPlace(place, expected, tail, tailStart, at, fail);
}

/** E1, E3. */
function checkPlace(
  place: { readonly start: number; readonly size: number; readonly count: number },
  expected: number,
  tail: Buffer,
  tailStart: number,
  at: number,
  fail: Fail,
): DirectoryPlace {
  const end = place.start + place.size;
  if (end > expected) {
    const message = `directory of ${place.size} bytes at ${place.start} ends at ${end}, the end record begins at ${expected}`;
    throw fail("ZIP_CD_BOUNDS", message, tailStart + at, { expected, found: end });
  }
  const other = tail.indexOf(SIGNATURE, Math.max(0, end - tailStart), "latin1");
  if (other >= 0 && other !== at) {
    const message = `end records at ${tailStart + other} and at ${tailStart + at}`;
    throw fail("ZIP_AMBIGUOUS_EOCD", message, tailStart + other);
  }
  const comment = tail.indexOf(SIGNATURE, at + 4, "latin1");
  if (comment >= 0) {
    const message = `end record at ${tailStart + at} holds another at ${tailStart + comment} in its comment`;
    throw fail("ZIP_AMBIGUOUS_EOCD", message, tailStart + comment);
  }
  if (end !== expected) {
    const message = `directory ends at ${end}, the end record begins at ${expected}`;
    throw fail("ZIP_CD_BOUNDS", message, end, { expected, found: end });
  }
  return { start: place.start, end, count: place.count };
}

/** E1: the one record whose comment ends with the file. */
function findEnd(tail: Buffer, tailStart: number, fail: Fail): number {
  const size = tailStart + tail.length;
  const lowest = Math.max(0, tail.length - END_BYTES - MAX16);
  let found: number | undefined;
  let near: { readonly at: number; readonly end: number } | undefined;
  for (let p = tail.length - END_BYTES; p >= lowest; p--) {
    p = tail.lastIndexOf(SIGNATURE, p, "latin1");
    if (p < lowest) break;
    const end = p + END_BYTES + tail.readUInt16LE(p + 20);
    near ??= { at: p, end };
    if (end !== tail.length) continue;
    if (found !== undefined) {
      const message = `end records at ${tailStart + p} and at ${tailStart + found} both end with the file`;
      throw fail("ZIP_AMBIGUOUS_EOCD", message, tailStart + p);
    }
    found = p;
  }
  if (found !== undefined) return found;
  if (near === undefined) {
    const message = `no end record in the last ${Math.min(size, END_BYTES + MAX16)} of ${size} bytes`;
    const remedy = "The file is probably cut off; fetch it again.";
    throw fail("ZIP_NO_EOCD", message, size, { size }, remedy);
  }
  const message = `end record at ${tailStart + near.at} ends at ${tailStart + near.end}, file has ${size} bytes`;
  throw fail("ZIP_TRAILING_DATA", message, tailStart + near.at, {
    expected: tailStart + near.end,
    found: size,
  });
}

interface Wide {
  readonly count: bigint;
  readonly size: bigint;
  readonly start: bigint;
}

/** E2. */
function readEnd64(tail: Buffer, tailStart: number, at: number, fail: Fail): Wide | undefined {
  const locator = at - LOCATOR_BYTES;
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR) return undefined;
  const record = locator - END64_BYTES;
  const declared = tail.readBigUInt64LE(locator + 8);
  if (tail.readUInt32LE(locator + 4) !== 0 || tail.readUInt32LE(locator + 16) > 1) {
    throw fail("ZIP_MULTIDISK", "zip64 locator names several disks", tailStart + locator);
  }
  if (declared !== BigInt(tailStart + record) || record < 0 || tail.readUInt32LE(record) !== END64) {
    // Both places hold one: which is read depends on the reader.
    const hidden =
      record >= 0 &&
      tail.readUInt32LE(record) === END64 &&
      declared >= BigInt(tailStart) &&
      declared < BigInt(tailStart + record) &&
      tail.readUInt32LE(Number(declared) - tailStart) === END64;
    const message = `zip64 record at ${declared}, expected at ${tailStart + record}, directly before its locator`;
    const code = hidden ? "ZIP64_EXTENSIBLE_DATA" : "ZIP64_LOCATOR_MISMATCH";
    throw fail(code, message, tailStart + locator, { expected: tailStart + record, found: String(declared) });
  }
  const recordSize = tail.readBigUInt64LE(record + 4);
  if (recordSize !== BigInt(END64_BYTES - 12)) {
    const message = `zip64 record has ${recordSize} bytes, expected ${END64_BYTES - 12}`;
    throw fail("ZIP64_EXTENSIBLE_DATA", message, tailStart + record);
  }
  const here = tail.readBigUInt64LE(record + 24);
  const count = tail.readBigUInt64LE(record + 32);
  if (tail.readUInt32LE(record + 16) !== 0 || tail.readUInt32LE(record + 20) !== 0 || here !== count) {
    throw fail("ZIP_MULTIDISK", "zip64 end record names several disks", tailStart + record);
  }
  return { count, size: tail.readBigUInt64LE(record + 40), start: tail.readBigUInt64LE(record + 48) };
}

function toNumber(value: bigint, what: string, offset: number, fail: Fail): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw fail("ZIP_CD_BOUNDS", `${what} is ${value}`, offset);
  }
  return Number(value);
}

/** Whether a file begins with a record, as torch demands, or is a zip without any. */
export function startsAsZip(first: Uint8Array): boolean {
  return (
    first[0] === 0x50 &&
    first[1] === 0x4b &&
    (first[2] === 3 ? first[3] === 4 : first[2] === 5 && first[3] === 6)
  );
}
