/**
 * A local header and what surrounds the data, held against the directory.
 *
 * H1  Name, flags and method are those of the directory; sizes and checksum too, or 0 where a descriptor follows.
 * H2  A descriptor is there exactly when the flags say so, signed, and repeats checksum and sizes.
 * H3  Header, data and descriptor end exactly where the next entry begins.
 */
import type { Fail } from "../errors.ts";
import type { ZipEntry } from "./directory.ts";
import { checkedFields } from "./extra.ts";
import { HAS_DESCRIPTOR, LOCAL_BYTES, MAX32 } from "./header.ts";

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;

/** Where the data begins, from the header at the start of `bytes` (H1, H3); at least 30 bytes and the name are there. */
export function localStart(bytes: Buffer, entry: ZipEntry, fail: Fail): number {
  const differs = (what: string, local: number | string, central: number | string) =>
    fail(
      "ZIP_LOCAL_CENTRAL_MISMATCH",
      `local ${what} is ${local}, the directory says ${central}`,
      entry.offset,
      {
        member: entry.name,
        expected: central,
        found: local,
      },
    );
  if (bytes.readUInt32LE(0) !== LOCAL) {
    throw fail("ZIP_LOCAL_SIGNATURE", `no local header for ${JSON.stringify(entry.name)}`, entry.offset, {
      member: entry.name,
    });
  }
  const method = entry.deflated ? 8 : 0;
  const flags = bytes.readUInt16LE(6);
  if (flags !== entry.flags) throw differs("flags", flags, entry.flags);
  if (bytes.readUInt16LE(8) !== method) throw differs("method", bytes.readUInt16LE(8), method);
  const nameBytes = bytes.readUInt16LE(26);
  const name = bytes.toString("utf8", LOCAL_BYTES, LOCAL_BYTES + nameBytes);
  if (nameBytes !== entry.nameBytes || name !== entry.name) {
    throw differs("name", JSON.stringify(name.slice(0, 100)), JSON.stringify(entry.name));
  }
  const described = (flags & HAS_DESCRIPTOR) !== 0;
  const extra = bytes.readUInt16LE(28);
  // Where the caller has only the header itself, the field's content is not looked at.
  const fields = bytes.subarray(LOCAL_BYTES + nameBytes, LOCAL_BYTES + nameBytes + extra);
  if (fields.length === extra) checkedFields(fields, entry.offset, fail);
  // Saturated fields live in the local zip64 block, which torch fills in its own way.
  const agrees = (local: number, central: number) =>
    local === central || local === MAX32 || ((described || entry.size === 0) && local === 0);
  for (const [what, at, central] of [
    ["checksum", 14, entry.crc32],
    ["stored size", 18, entry.stored],
    ["size", 22, entry.size],
  ] as const) {
    // Torch leaves the size fields 0 in every header, and the zip64 form repeats them.
    const wide = entry.size >= MAX32 || entry.offset >= MAX32;
    const local = bytes.readUInt32LE(at);
    if (!agrees(local, central) && !(wide && local === 0)) throw differs(what, local, central);
  }
  const start = entry.offset + LOCAL_BYTES + nameBytes + extra;
  const end = start + entry.stored;
  const after = entry.next - end;
  if (described ? after !== 16 && after !== 24 : after !== 0) {
    const expected = described ? "a descriptor of 16 or 24 bytes" : "nothing";
    const message = `${JSON.stringify(entry.name)} ends at ${end}; before the next at ${entry.next} there must be ${expected}`;
    throw fail("ZIP_GAP_OR_OVERLAP", message, end, { member: entry.name, expected: entry.next, found: end });
  }
  return start;
}

/** H2: `bytes` are those between the data and the next entry. */
export function checkDescriptor(bytes: Buffer, entry: ZipEntry, fail: Fail): void {
  if (bytes.length === 0) return;
  const big = bytes.length === 24;
  const stored = big ? bytes.readBigUInt64LE(8) : BigInt(bytes.readUInt32LE(8));
  const size = big ? bytes.readBigUInt64LE(16) : BigInt(bytes.readUInt32LE(12));
  const right =
    bytes.readUInt32LE(0) === DESCRIPTOR &&
    bytes.readUInt32LE(4) === entry.crc32 &&
    stored === BigInt(entry.stored) &&
    size === BigInt(entry.size);
  if (!right) {
    const message = `descriptor of ${JSON.stringify(entry.name)} says ${stored} and ${size} bytes, the directory ${entry.stored} and ${entry.size}`;
    throw fail("ZIP_DESCRIPTOR_MISMATCH", message, entry.next - bytes.length, { member: entry.name });
  }
}
