import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { assembleFile } from "../assemble.ts";
import type { FileLayout, LayoutPart, OutputTensor } from "../format.ts";
import { payloadOf, writerCases } from "../writer-cases.ts";
import { torchWriter } from "./write.ts";

const OPTIONS = { fileBytes: 2 ** 40, metadata: {} };

function layoutOf(tensors: readonly OutputTensor[]): FileLayout {
  const { files, sidecars } = torchWriter.layout(tensors, OPTIONS);
  assert.equal(sidecars.length, 0);
  const [file, ...others] = files;
  assert.equal(others.length, 0);
  assert.ok(file);
  return file;
}

/** As without_id in fixtures/make_writer.py. */
function withoutId(file: Uint8Array): Buffer {
  const out = Buffer.from(file);
  const entry = out.length - 22 - 20 - 56 - 46 - "model/.data/serialization_id".length;
  out.fill(0, entry + 16, entry + 20);
  const header = out.readUInt32LE(entry + 42);
  const start = header + 30 + out.readUInt16LE(header + 26) + out.readUInt16LE(header + 28);
  out.fill(0, start, start + 40);
  out.fill(0, start + 44, start + 48);
  return out;
}

for (const { name, tensors, digest, file } of await writerCases("pt")) {
  test(`model.pt equals what PyTorch 2.13 writes, byte for byte: ${name}`, async () => {
    const bytes = withoutId(assembleFile(layoutOf(tensors), (i) => payloadOf(tensors, i)));
    if (file !== undefined) assert.deepEqual(bytes, Buffer.from(await readFile(file)));
    assert.equal(createHash("sha256").update(bytes).digest("hex"), digest);
  });
}

test("the checksum of the serialization id, which the comparison leaves out, is right", () => {
  const file = Buffer.from(assembleFile(layoutOf([]), () => new Uint8Array(0)));
  const entry = file.length - 22 - 20 - 56 - 46 - "model/.data/serialization_id".length;
  const header = file.readUInt32LE(entry + 42);
  const start = header + 30 + file.readUInt16LE(header + 26) + file.readUInt16LE(header + 28);
  const id = file.subarray(start, start + 40);
  assert.match(id.toString("latin1"), /^[0-9]{40}$/);
  assert.equal(file.readUInt32LE(entry + 16), crc32(id));
  assert.equal(file.readUInt32LE(start + 44), crc32(id));
});

test("the same tensors give the same bytes, others another serialization id", () => {
  const a = layoutOf([{ name: "a", dtype: "F32", shape: [2] }]);
  assert.deepEqual(layoutOf([{ name: "a", dtype: "F32", shape: [2] }]), a);
  const digits = (layout: FileLayout) => literals(layout).match(/[0-9]{40}/)?.[0];
  assert.notEqual(digits(layoutOf([{ name: "b", dtype: "F32", shape: [2] }])), digits(a));
});

test("a fill refers to the tensor before its literal, and in the last part to every tensor", () => {
  const tensors: OutputTensor[] = [
    { name: "a", dtype: "F32", shape: [2] },
    { name: "none", dtype: "F32", shape: [0] },
    { name: "a2", dtype: "F32", shape: [2], sharesWith: "a" },
    { name: "b", dtype: "F64", shape: [] },
  ];
  const { parts } = layoutOf(tensors);
  const shape = parts.map((p) =>
    p.kind === "literal" ? p.fills.map((f) => f.part) : `${p.tensor} ${p.aliases.join()}`,
  );
  assert.deepEqual(shape, [[], "0 a2", [1], "1 ", [], "3 ", [5], [1, 3, 5]]);
});

test("a file beyond 4 GiB has zip64 forms in header, descriptor and directory, and its data stays aligned", () => {
  const tensors: OutputTensor[] = [
    { name: "large", dtype: "F32", shape: [2 ** 30 + 1] },
    { name: "after", dtype: "F32", shape: [1] },
    { name: "none", dtype: "F32", shape: [0] },
  ];
  const { parts, size } = layoutOf(tensors);
  const starts = startsOf(parts);
  assert.equal(starts[3], 4_294_968_256, "offset of the second tensor's data");
  for (const [i, part] of parts.entries()) if (part.kind === "tensor") assert.equal((starts[i] ?? 0) % 64, 0);

  // After the large tensor: a descriptor of 24 bytes, then the header of the next, beyond 2^32.
  const between = literalAt(parts, 2);
  assert.equal(between.readUInt32LE(0), 0x08074b50);
  assert.equal(between.readBigUInt64LE(8), BigInt(4 * (2 ** 30 + 1)));
  assert.equal(between.readBigUInt64LE(16), BigInt(4 * (2 ** 30 + 1)));
  assert.equal(between.readUInt32LE(24), 0x04034b50);
  const name = "model/data/1".length;
  assert.equal(between.readUInt16LE(24 + 30 + name), 1);
  assert.equal(between.readUInt16LE(24 + 30 + name + 2), 8);
  assert.equal(between.readBigUInt64LE(24 + 30 + name + 4), BigInt((starts[2] ?? 0) + 24));

  // The small record beyond 4 GiB has the wide descriptor too; the empty one has none.
  const second = literalAt(parts, 4);
  assert.equal(second.readBigUInt64LE(8), 4n);
  assert.equal(second.readUInt32LE(24), 0x04034b50);
  assert.equal(literalAt(parts, 6).readUInt32LE(0), 0x04034b50);

  const directory = entriesOf(parts, size);
  const large = directory.get("model/data/0");
  assert.equal(large?.size, 4 * (2 ** 30 + 1));
  const header = literalAt(parts, 0).subarray(large.offset);
  assert.equal(header.readUInt32LE(0), 0x04034b50);
  // A local header has the size once; the compressed one stays 0.
  assert.equal(header.readUInt16LE(30 + name + 2), 16);
  assert.equal(header.readBigUInt64LE(30 + name + 4), BigInt(large.size));
  assert.equal(header.readBigUInt64LE(30 + name + 12), 0n);
  assert.deepEqual(directory.get("model/data/1"), { size: 4, offset: (starts[2] ?? 0) + 24 });
});

test("70,000 tensors are counted in the zip64 end record and found through the directory", () => {
  const tensors = Array.from(
    { length: 70_000 },
    (_, i): OutputTensor => ({ name: `layers.${i}.weight`, dtype: "F32", shape: [16] }),
  );
  const { parts, size } = layoutOf(tensors);
  const starts = startsOf(parts);
  const directory = entriesOf(parts, size);
  assert.equal(directory.size, 70_006);
  parts.forEach((part, i) => {
    if (part.kind !== "tensor") return;
    const entry = directory.get(`model/data/${part.tensor}`);
    assert.equal(entry?.size, 64);
    assert.ok(entry.offset < (starts[i] ?? 0) && (starts[i] ?? 0) % 64 === 0);
  });
});

function startsOf(parts: readonly LayoutPart[]): number[] {
  let offset = 0;
  return parts.map((part) => {
    const start = offset;
    offset += part.kind === "literal" ? part.bytes.length : part.nbytes;
    return start;
  });
}

function literalAt(parts: readonly LayoutPart[], index: number): Buffer {
  const part = parts[index];
  assert.ok(part?.kind === "literal");
  return Buffer.from(part.bytes);
}

function literals(layout: FileLayout): string {
  return layout.parts
    .map((p) => (p.kind === "literal" ? Buffer.from(p.bytes).toString("latin1") : ""))
    .join("");
}

/** Name → size and header offset, as a reader finds them from the end of the file. */
function entriesOf(
  parts: readonly LayoutPart[],
  size: number,
): Map<string, { size: number; offset: number }> {
  const bytes = literalAt(parts, parts.length - 1);
  const end = bytes.subarray(bytes.length - 98);
  const count = Number(end.readBigUInt64LE(32));
  assert.equal(Number(end.readBigUInt64LE(48)), size - bytes.length);
  assert.equal(Number(end.readBigUInt64LE(40)), bytes.length - 98);
  assert.equal(end.readUInt16LE(84), Math.min(count, 0xffff));
  const entries = new Map<string, { size: number; offset: number }>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
    const extra = bytes.readUInt16LE(at + 30);
    const entry = { size: bytes.readUInt32LE(at + 24), offset: bytes.readUInt32LE(at + 42) };
    let field = nameEnd + 4;
    if (entry.size === 0xffffffff) {
      entry.size = Number(bytes.readBigUInt64LE(field));
      assert.equal(Number(bytes.readBigUInt64LE(field + 8)), entry.size);
      field += 16;
    }
    if (entry.offset === 0xffffffff) entry.offset = Number(bytes.readBigUInt64LE(field));
    entries.set(bytes.toString("utf8", at + 46, nameEnd), entry);
    at = nameEnd + extra;
  }
  assert.equal(at, bytes.length - 98);
  return entries;
}
