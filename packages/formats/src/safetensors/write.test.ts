import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { bytesSource, nbytes, rangesOf } from "@drydock/checkpoint";
import fc from "fast-check";
import { assembleFile } from "../assemble.ts";
import type { OutputLayout, OutputTensor } from "../format.ts";
import { arbitraryTensors, payloadOf, writerCases } from "../writer-cases.ts";
import { safetensorsReader } from "./read.ts";
import { safetensorsWriter } from "./write.ts";

const ONE_FILE = { fileBytes: 2 ** 40, metadata: {} };

function assembled(layout: OutputLayout, tensors: readonly OutputTensor[]): Map<string, Uint8Array> {
  const files = layout.files.map((f): [string, Uint8Array] => [
    f.path,
    assembleFile(f, (i) => payloadOf(tensors, i)),
  ]);
  return new Map([...files, ...layout.sidecars.map((s): [string, Uint8Array] => [s.path, s.bytes])]);
}

for (const { name, tensors, digest, file } of await writerCases("safetensors")) {
  test(`model.safetensors equals what safetensors 0.8 writes, byte for byte: ${name}`, async () => {
    const bytes = assembled(safetensorsWriter.layout(tensors, ONE_FILE), tensors).get("model.safetensors");
    assert.ok(bytes);
    if (file !== undefined) assert.deepEqual(Buffer.from(bytes), await readFile(file));
    assert.equal(createHash("sha256").update(bytes).digest("hex"), digest);
  });
}

test("what is written is read again with the same names, types, shapes and bytes, in one file or many", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryTensors(), fc.integer({ min: 0, max: 200 }), async (tensors, fileBytes) => {
      const files = assembled(
        safetensorsWriter.layout(tensors, { fileBytes, metadata: { by: "x" } }),
        tensors,
      );
      const objects = new Map([...files].map(([path, bytes]) => [path, bytesSource(bytes, path)]));
      const { weights, metadata, warnings } = await safetensorsReader.open(objects, { input: "in" });
      assert.deepEqual({ ...metadata }, { format: "pt", by: "x" });
      assert.deepEqual(warnings, []);
      assert.equal(weights.length, tensors.length);
      const found = new Map(weights.map((w) => [w.name, w]));
      tensors.forEach((tensor, i) => {
        const read = found.get(tensor.name);
        assert.ok(read);
        assert.deepEqual([read.dtype, read.shape], [tensor.dtype, tensor.shape]);
        const [range] = rangesOf(read.op);
        assert.ok(range);
        const bytes = files.get(range.object)?.subarray(range.start, range.end);
        assert.deepEqual(Buffer.from(bytes ?? []), Buffer.from(payloadOf(tensors, i)));
      });
    }),
    { numRuns: 100 },
  );
});

test("every tensor's data start is aligned to its items", () => {
  fc.assert(
    fc.property(arbitraryTensors(), (tensors) => {
      const [file] = safetensorsWriter.layout(tensors, ONE_FILE).files;
      let offset = 0;
      for (const part of file?.parts ?? []) {
        if (part.kind === "tensor") {
          const tensor = tensors[part.tensor];
          assert.ok(tensor);
          const items = nbytes({ ...tensor, shape: [] });
          if (part.nbytes > 0) assert.equal(offset % items, 0);
        }
        offset += part.kind === "literal" ? part.bytes.length : part.nbytes;
      }
    }),
  );
});

test("payload above fileBytes is split in the order given, and a larger tensor gets a file of its own", () => {
  const tensors: OutputTensor[] = [
    { name: "a", dtype: "U8", shape: [6] },
    { name: "b", dtype: "U8", shape: [4] },
    { name: "large", dtype: "U8", shape: [50] },
    { name: "c", dtype: "U8", shape: [1] },
    { name: "tied", dtype: "U8", shape: [6], sharesWith: "a" },
  ];
  const { files, sidecars } = safetensorsWriter.layout(tensors, { fileBytes: 10, metadata: {} });
  const members = files.map((f) => [f.path, f.parts.flatMap((p) => (p.kind === "tensor" ? [p.tensor] : []))]);
  assert.deepEqual(members, [
    ["model-00001-of-00003.safetensors", [0, 1]],
    ["model-00002-of-00003.safetensors", [2]],
    ["model-00003-of-00003.safetensors", [3, 4]],
  ]);
  assert.equal(sidecars.length, 1);
  assert.equal(sidecars[0]?.path, "model.safetensors.index.json");
  assert.deepEqual(JSON.parse(Buffer.from(sidecars[0].bytes).toString()), {
    metadata: { total_size: 67 },
    weight_map: {
      a: "model-00001-of-00003.safetensors",
      b: "model-00001-of-00003.safetensors",
      c: "model-00003-of-00003.safetensors",
      large: "model-00002-of-00003.safetensors",
      tied: "model-00003-of-00003.safetensors",
    },
  });
});

test("format is pt whatever the metadata says; other keys are kept, sorted", () => {
  const metadata = { z: "1", format: "tf", a: "2" };
  const [file] = safetensorsWriter.layout([], { fileBytes: 10, metadata }).files;
  const [header] = file?.parts ?? [];
  assert.ok(header?.kind === "literal");
  const json = Buffer.from(header.bytes).toString("utf8", 8);
  assert.equal(json.trimEnd(), '{"__metadata__":{"format":"pt","a":"2","z":"1"}}');
});

test("a tensor named __metadata__ and a name outside Unicode are refused", () => {
  const layout = (name: string) => safetensorsWriter.layout([{ name, dtype: "U8", shape: [1] }], ONE_FILE);
  assert.throws(() => layout("__metadata__"), { kind: "incompatible", code: "NAME_RESERVED" });
  assert.throws(() => layout("\ud800"), { kind: "incompatible", code: "NAME_NOT_UNICODE" });
});

test("a header readers would refuse is refused before anything is written", () => {
  const name = (i: number) => `${i}.${"n".repeat(4_000)}`;
  const tensors = Array.from(
    { length: 25_000 },
    (_, i): OutputTensor => ({ name: name(i), dtype: "U8", shape: [0] }),
  );
  assert.throws(() => safetensorsWriter.layout(tensors, ONE_FILE), { code: "ST_HEADER_TOO_LARGE" });
});
