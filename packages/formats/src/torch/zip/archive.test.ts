import assert from "node:assert/strict";
import { test } from "node:test";
import { type ByteSource, bytesSource, CheckpointLoadError } from "@drydock/checkpoint";
import { buildZip, descriptor, type End, field, type Member, u64 } from "../zip-builder.ts";
import { openZip } from "./archive.ts";

async function contents(bytes: Buffer): Promise<Record<string, string>> {
  const zip = await openZip(bytesSource(bytes, "z"), "z");
  const entries = [...zip.entries.values()];
  const read = await zip.read(entries);
  return Object.fromEntries(entries.map((entry, i) => [entry.name, String(read[i])]));
}

async function codeOf(bytes: Buffer): Promise<string | undefined> {
  try {
    await contents(bytes);
  } catch (error) {
    assert.ok(error instanceof CheckpointLoadError, String(error));
    assert.match(error.message, /^zip: z: /);
    assert.equal(error.details.file, "z");
    assert.equal(typeof error.details.offset, "number");
    return error.code;
  }
  return "accepted";
}

const a: Member = { name: "a", content: "AAAA" };
const b: Member = { name: "b", content: "BB" };

test("stored, deflated and empty records are read, with and without descriptors, zip64 and comment", async () => {
  const long = "x".repeat(5000);
  const members: Member[] = [
    { name: "s", content: "AAAA" },
    { name: "d", content: long, deflate: true },
    { name: "folder/", content: "" },
    {
      name: "t",
      content: "BB",
      flags: 0x0808,
      local: { crc: 0, stored: 0, size: 0 },
      after: descriptor("BB"),
    },
    { name: "é", content: "" },
  ];
  const expected = { s: "AAAA", d: long, "folder/": "", t: "BB", é: "" };
  assert.deepEqual(await contents(buildZip(members)), expected);
  assert.deepEqual(await contents(buildZip(members, { zip64: {}, comment: "made by hand" })), expected);
  assert.deepEqual(await contents(buildZip([])), {});
});

const cases: readonly (readonly [name: string, code: string, members: readonly Member[], end?: End])[] = [
  ["Z01 a wrong checksum", "ZIP_CRC_MISMATCH", [{ ...a, crc: 1 }]],
  ["Z02 another local name", "ZIP_LOCAL_CENTRAL_MISMATCH", [{ ...a, local: { name: "c" } }]],
  ["Z02 another local method", "ZIP_LOCAL_CENTRAL_MISMATCH", [{ ...a, local: { method: 8 } }]],
  ["Z02 other local flags", "ZIP_LOCAL_CENTRAL_MISMATCH", [{ ...a, local: { flags: 0 } }]],
  ["Z02 another local size", "ZIP_LOCAL_CENTRAL_MISMATCH", [{ ...a, local: { size: 5 } }]],
  ["Z02 another local checksum", "ZIP_LOCAL_CENTRAL_MISMATCH", [{ ...a, local: { crc: 5 } }]],
  ["Z03 encryption", "ZIP_ENCRYPTED", [{ ...a, flags: 1 }]],
  ["Z03 a patch", "ZIP_FLAG_UNSUPPORTED", [{ ...a, flags: 0x20 }]],
  ["Z04 a name twice", "ZIP_DUPLICATE_NAME", [a, a]],
  ["Z05 names equal but for case", "ZIP_DUPLICATE_NAME", [a, { name: "A" }]],
  ["Z05 names equal after normalisation", "ZIP_DUPLICATE_NAME", [{ name: "\u00e9" }, { name: "e\u0301" }]],
  ["Z05 a file and a folder of one name", "ZIP_DUPLICATE_NAME", [a, { name: "a/" }]],
  [
    "Z05 two entries for one record",
    "ZIP_GAP_OR_OVERLAP",
    [a, { ...b, absent: true, central: { offset: 0 } }],
  ],
  ...["../a", "a/../b", "/a", "C:/a", "a\\b", "a\0b", "", "a//b", "./a", "a/.", "a\nb", "a\x7fb"].map(
    (name) => [`Z06 the name ${JSON.stringify(name)}`, "ZIP_NAME_INVALID", [{ name }]] as const,
  ),
  ["Z06 a name that is not UTF-8", "ZIP_NAME_INVALID", [{ name: Buffer.of(0xff) }]],
  ["Z06 an unmarked name beyond ASCII", "ZIP_NAME_INVALID", [{ name: "é", flags: 0 }]],
  ["Z07 a symbolic link", "ZIP_SPECIAL_FILE", [{ ...a, central: { attributes: 0xa1ff0000 } }]],
  ["Z08 records that overlap", "ZIP_GAP_OR_OVERLAP", [a, { ...b, central: { offset: 10 } }]],
  ["Z10 a stored size that is not the content's", "ZIP_SIZE_MISMATCH", [{ ...a, central: { size: 3 } }]],
  ["Z10 a deflated size that is too small", "ZIP_SIZE_MISMATCH", [{ ...a, deflate: true, size: 3 }]],
  ["Z10 a deflated size that is too large", "ZIP_SIZE_MISMATCH", [{ ...a, deflate: true, size: 5 }]],
  ["Z10 a folder with content", "ZIP_SIZE_MISMATCH", [{ name: "a/", content: "A" }]],
  ["Z11 a count beyond the directory", "ZIP_CD_COUNT", [a], { count: 2 }],
  ["Z11 a count below the entries", "ZIP_CD_COUNT", [a, b], { count: 1 }],
  ["Z11 a count of 2^53", "ZIP_CD_COUNT", [a], { zip64: { count: 2n ** 53n - 1n }, count: 0xffff }],
  ["Z12 an end record in the comment", "ZIP_AMBIGUOUS_EOCD", [a], { comment: buildZip([]) }],
  ["Z12 two end records", "ZIP_AMBIGUOUS_EOCD", [a], { gap: buildZip([]) }],
  ["Z13 a byte after the end", "ZIP_TRAILING_DATA", [a], { after: Buffer.of(0) }],
  ["Z14 a script before the start", "ZIP_GAP_OR_OVERLAP", [a], { before: Buffer.from("#!/bin/sh\n") }],
  ["Z14 bytes between directory and end", "ZIP_CD_BOUNDS", [a], { gap: Buffer.from("x") }],
  ["Z15 a zip64 count that disagrees", "ZIP64_EOCD_MISMATCH", [a], { zip64: { count: 2n } }],
  ["Z15 a zip64 offset that disagrees", "ZIP64_EOCD_MISMATCH", [a], { zip64: { directoryOffset: 1n } }],
  [
    "Z15 an offset of 2^63",
    "ZIP_CD_BOUNDS",
    [a],
    { zip64: { directoryOffset: 2n ** 63n }, directoryOffset: 0xffffffff },
  ],
  ["Z15 offset and size that wrap", "ZIP_CD_BOUNDS", [a], { directoryOffset: 0xfffffff0 }],
  ["Z15 a locator that points elsewhere", "ZIP64_LOCATOR_MISMATCH", [a], { zip64: { locator: 1n } }],
  ["Z15 extensible data", "ZIP64_LOCATOR_MISMATCH", [a], { zip64: { extensible: Buffer.alloc(4) } }],
  ["Z15 a zip64 record of another size", "ZIP64_EXTENSIBLE_DATA", [a], { zip64: { recordSize: 40n } }],
  [
    "Z16 a descriptor without signature",
    "ZIP_DESCRIPTOR_MISMATCH",
    [{ ...a, flags: 0x808, after: descriptor("AAAA", 7) }],
  ],
  [
    "Z16 a descriptor of other content",
    "ZIP_DESCRIPTOR_MISMATCH",
    [{ ...a, flags: 0x808, after: descriptor("AAAB") }],
  ],
  ["Z16 a missing descriptor", "ZIP_GAP_OR_OVERLAP", [{ ...a, flags: 0x808 }, b]],
  ["Z16 a descriptor nobody announced", "ZIP_GAP_OR_OVERLAP", [{ ...a, after: descriptor("AAAA") }]],
  ["Z17 a second disk", "ZIP_MULTIDISK", [a], { disk: 1 }],
  ["Z17 an entry on a second disk", "ZIP_MULTIDISK", [{ ...a, central: { disk: 1 } }]],
  ["Z18 bzip2", "ZIP_METHOD_UNSUPPORTED", [{ ...a, method: 12 }]],
  ["Z19 a long name", "LIMIT_NAME", [{ name: "n".repeat(1025) }]],
  [
    "Z22 a zip64 field without need",
    "ZIP64_EXTRA_MISMATCH",
    [{ ...a, central: { extra: field(1, u64(4n)) } }],
  ],
  [
    "Z22 a zip64 field too short",
    "ZIP64_EXTRA_MISMATCH",
    [{ ...a, central: { size: 0xffffffff, extra: field(1, Buffer.alloc(4)) } }],
  ],
  ["Z22 no zip64 field", "ZIP64_EXTRA_MISMATCH", [{ ...a, central: { size: 0xffffffff } }]],
  [
    "Z22 a zip64 size of 2^63",
    "ZIP_CD_BOUNDS",
    [{ ...a, central: { size: 0xffffffff, extra: field(1, u64(2n ** 63n)) } }],
  ],
  ["a ratio no deflate stream has", "ZIP_RATIO_LIMIT", [{ ...a, deflate: true, central: { size: 2 ** 30 } }]],
  ["Z23 a corrupt deflate stream", "ZIP_DEFLATE_CORRUPT", [{ ...a, content: "\xff\xff", method: 8 }]],
  [
    "Z23 bytes after the deflate stream",
    "ZIP_SIZE_MISMATCH",
    [{ name: "a", content: Buffer.from([3, 0, 9]), method: 8, size: 0, crc: 0 }],
  ],
  ["an extra field that is cut", "ZIP_EXTRA_MALFORMED", [{ ...a, central: { extra: Buffer.of(1, 0, 9) } }]],
  [
    "an extra field twice",
    "ZIP_EXTRA_DUPLICATE",
    [{ ...a, extra: Buffer.concat([field(9, Buffer.alloc(0)), field(9, Buffer.alloc(0))]) }],
  ],
  ["a second name", "ZIP_UNICODE_EXTRA", [{ ...a, local: { extra: field(0x7075, Buffer.alloc(9)) } }]],
  ["a comment on an entry", "ZIP_CD_COMMENT", [{ ...a, central: { comment: "c" } }]],
  ["data beyond the directory", "ZIP_DATA_BOUNDS", [{ ...a, stored: 5000, size: 5000 }]],
  ["T04 a record the directory lacks", "ZIP_GAP_OR_OVERLAP", [a, { ...b, absent: "hidden" }]],
];

for (const [name, code, members, end] of cases) {
  test(`${name} is refused as ${code}`, async () => assert.equal(await codeOf(buildZip(members, end)), code));
}

test("bytes that are no local header are refused", async () => {
  const bytes = buildZip([a]);
  bytes.writeUInt8(0, 3);
  assert.equal(await codeOf(bytes), "ZIP_LOCAL_SIGNATURE");
});

test("a file without an end record, and an empty one, are refused", async () => {
  assert.equal(await codeOf(Buffer.alloc(0)), "ZIP_NO_EOCD");
  assert.equal(await codeOf(Buffer.from("PK\x03\x04 and then nothing that ends it")), "ZIP_NO_EOCD");
});

test("a zip inside of a stored record stays data", async () => {
  const inner = buildZip([a]);
  assert.deepEqual(await contents(buildZip([{ name: "inner", content: inner }, b])), {
    inner: String(inner),
    b: "BB",
  });
});

/** Reports what is read of a zip whose records are far from its end. */
function counting(bytes: Buffer): ByteSource & { readonly reads: [number, number][] } {
  const source = bytesSource(bytes, "z");
  const reads: [number, number][] = [];
  return {
    ...source,
    reads,
    read(start, end) {
      reads.push([start, end]);
      return source.read(start, end);
    },
  };
}

const filler: Member = { name: "filler", content: Buffer.alloc(300_000, 7) };

test("with a layout the directory proves, only the tail is read", async () => {
  const source = counting(buildZip([a, filler, { ...b, deflate: true }]));
  const zip = await openZip(source, "z");
  assert.equal(source.reads.length, 1);
  assert.deepEqual(
    [...zip.entries.values()].map((e) => e.start),
    [31, 31 + 4 + 36, 31 + 4 + 36 + 300_000 + 31],
  );
});

test("with any other layout local headers are read, neighbours together, and must repeat the directory", async () => {
  const odd = { extra: field(0x4444, Buffer.alloc(3)) };
  const source = counting(buildZip([{ ...a, local: odd }, { ...b, local: odd }, filler]));
  const zip = await openZip(source, "z");
  assert.deepEqual(source.reads.slice(1), [[0, 38 + 4 + 31]]);
  assert.deepEqual(
    [...zip.entries.values()].slice(0, 2).map((e) => e.start),
    [38, 38 + 4 + 38],
  );
  assert.equal(
    await codeOf(buildZip([{ ...a, local: { ...odd, name: "c" } }, filler])),
    "ZIP_LOCAL_CENTRAL_MISMATCH",
  );
  const hole = { ...a, local: odd, after: Buffer.from("?") };
  assert.equal(await codeOf(buildZip([hole, filler])), "ZIP_GAP_OR_OVERLAP");
});

test("an alignment that is no number in range is refused", async () => {
  const aligned = (text: string) =>
    buildZip([
      { ...a, local: { extra: field(0x4642, Buffer.alloc(9)) } },
      { name: "r/.storage_alignment", content: text },
      filler,
    ]);
  assert.equal(await codeOf(aligned("0")), "TORCH_ALIGNMENT_INVALID");
  assert.equal(await codeOf(aligned("many")), "TORCH_ALIGNMENT_INVALID");
  assert.equal(await codeOf(aligned("4096")), "accepted");
});
