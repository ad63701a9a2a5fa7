/**
 * Extra fields of a directory entry. The zip64 block holds exactly the values that are saturated in the entry, in the
 * order size, stored size, offset; its absence or any other length is an error.
 */
import type { Fail } from "../errors.ts";
import { MAX32 } from "./header.ts";

const ZIP64 = 0x0001;
/** Info-ZIP's Unicode path and Unicode comment. */
const UNICODE: readonly number[] = [0x7075, 0x6375];

interface Sizes {
  readonly size: number;
  readonly stored: number;
  readonly offset: number;
}

/** The entry's sizes, from the zip64 block where the entry's own are saturated. */
export function readExtra(extra: Buffer, narrow: Sizes, where: number, fail: Fail): Sizes {
  // Nearly every entry of a torch file.
  if (extra.length === 0 && narrow.size < MAX32 && narrow.stored < MAX32 && narrow.offset < MAX32)
    return narrow;
  const wide = checkedFields(extra, where, fail).get(ZIP64);
  const saturated = [narrow.size, narrow.stored, narrow.offset].filter((n) => n === MAX32).length;
  if ((wide?.length ?? 0) !== 8 * saturated) {
    const message = `zip64 field of ${wide?.length ?? 0} bytes, ${saturated} saturated values take ${8 * saturated}`;
    throw fail("ZIP64_EXTRA_MISMATCH", message, where, { expected: 8 * saturated, found: wide?.length ?? 0 });
  }
  let at = 0;
  const take = (value: number): number => {
    if (value !== MAX32 || wide === undefined) return value;
    const full = wide.readBigUInt64LE(at);
    at += 8;
    if (full > BigInt(Number.MAX_SAFE_INTEGER)) throw fail("ZIP_CD_BOUNDS", `zip64 value ${full}`, where);
    return Number(full);
  };
  return { size: take(narrow.size), stored: take(narrow.stored), offset: take(narrow.offset) };
}

/** The fields of an extra field, local or central: whole, each id once, none a second name. */
export function checkedFields(extra: Buffer, where: number, fail: Fail): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at < extra.length; ) {
    const end = at + 4 <= extra.length ? at + 4 + extra.readUInt16LE(at + 2) : extra.length + 1;
    if (end > extra.length) {
      throw fail("ZIP_EXTRA_MALFORMED", `extra field of ${extra.length} bytes is cut`, where);
    }
    const id = extra.readUInt16LE(at);
    if (fields.has(id)) throw fail("ZIP_EXTRA_DUPLICATE", `extra field ${id} appears twice`, where);
    // Readers disagree on which name counts.
    if (UNICODE.includes(id))
      throw fail("ZIP_UNICODE_EXTRA", "a second name or comment in an extra field", where);
    fields.set(id, extra.subarray(at + 4, end));
    at = end;
  }
  return fields;
}
