import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ByteSource,
  bytesSource,
  CheckpointConfigError,
  CheckpointLoadError,
  CheckpointNotFoundError,
} from "@drydock/checkpoint";
import { assembleFile } from "./assemble.ts";
import type { CheckpointReader } from "./format.ts";
import { toInspectJson } from "./inspect.ts";
import { openCheckpoint } from "./open.ts";
import { registerReader } from "./readers.ts";
import { torchReader } from "./torch/read.ts";
import { payloadOf, writerCases } from "./writer-cases.ts";
import { writerFor } from "./writers.ts";

function open(bytes: Uint8Array, name = "f") {
  return openCheckpoint(new Map([["", bytesSource(bytes, name)]]), { input: "source" });
}

const FOREIGN: readonly (readonly [string, string, string])[] = [
  ["gguf", "GGUF\x03\0\0\0", "GGUF"],
  ["hdf5", "\x89HDF\r\n\x1a\n", "HDF5"],
  ["npy", "\x93NUMPY\x01\0", "NumPy"],
  ["gzip", "\x1f\x8b\x08", "gzip"],
  ["7z", "7z\xbc\xaf\x27\x1c", "7z"],
  ["zstd", "\x28\xb5\x2f\xfd", "zstd"],
  ["tar", `${"\0".repeat(257)}ustar`, "tar"],
  ["torch-legacy", "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", "before 1.6"],
  ["pickle", "\x80\x02}.", "bare pickle"],
];
for (const [format, magic, what] of FOREIGN) {
  test(`${format} is recognised and named as not supported, whatever the file is called`, async () => {
    await assert.rejects(open(Buffer.from(magic, "latin1"), "model.pt"), (error) => {
      assert.ok(error instanceof CheckpointLoadError);
      assert.equal(error.code, "UNKNOWN_FORMAT");
      assert.equal(error.details.format, format);
      assert.match(error.message, new RegExp(`model\\.pt: .*${what}.*not supported`));
      assert.ok(error.remedy);
      return true;
    });
  });
}

test("anything else is an unknown format, told by its first bytes", async () => {
  await assert.rejects(open(Buffer.from("\x89PNG\r\n")), {
    code: "UNKNOWN_FORMAT",
    message: /begins with c289504e470d0a/,
  });
  await assert.rejects(open(new Uint8Array(0)), { code: "UNKNOWN_FORMAT", message: /the file is empty/ });
  await assert.rejects(openCheckpoint(new Map(), { input: "source" }), CheckpointNotFoundError);
});

test("what the writers write is read with the same names, types, shapes and ties, whatever the file is called", async () => {
  for (const format of ["torch", "safetensors"]) {
    for (const { tensors } of await writerCases(format === "torch" ? "pt" : "safetensors")) {
      const { files } = writerFor(format).layout(tensors, { fileBytes: 2 ** 40, metadata: {} });
      const [file] = files;
      assert.ok(file !== undefined);
      if (file.size > 2 ** 20) continue;
      const index = await open(
        assembleFile(file, (i) => payloadOf(tensors, i)),
        "unnamed",
      );
      assert.equal(index.format, format);
      const facts = (list: readonly { name: string; dtype: string; shape: readonly number[] }[]) =>
        list.map((t) => JSON.stringify([t.name, t.dtype, t.shape])).sort();
      assert.deepEqual(facts(index.weights), facts(tensors));
    }
  }
});

test("bytes are read once: the reader is served what was looked at to choose it", async () => {
  const [one] = await writerCases("pt");
  assert.ok(one !== undefined);
  const [file] = writerFor("torch").layout(one.tensors, { fileBytes: 1, metadata: {} }).files;
  assert.ok(file !== undefined);
  const source = bytesSource(assembleFile(file, (i) => payloadOf(one.tensors, i)));
  let reads = 0;
  const progress: number[] = [];
  const counted: ByteSource = {
    ...source,
    read(start, end) {
      reads++;
      return source.read(start, end);
    },
  };
  await openCheckpoint(new Map([["", counted]]), {
    input: "source",
    progress: (bytes) => progress.push(bytes),
  });
  assert.equal(reads, 1);
  assert.ok(progress.length > 0);
});

test("a plugin's reader is asked, and cannot take another's name", async () => {
  const reader: CheckpointReader = {
    name: "test-only",
    recognises: (_objects, first) => Buffer.from(first).toString() === "mine",
    open: async () => ({
      ...(await open(Buffer.from('{"format":"drydock.target/1","tensors":[]}'))),
      format: "test-only",
    }),
  };
  registerReader(reader);
  registerReader(reader);
  assert.equal((await open(Buffer.from("mine"))).format, "test-only");
  assert.throws(() => registerReader({ ...reader, name: "torch" }), CheckpointConfigError);
  registerReader(torchReader);
});

test("inspect gives exactly its six fields, every tensor under its path in the file", async () => {
  const bytes = Buffer.from(
    '{"format":"drydock.target/1","tensors":[{"name":"a.b","dtype":"bfloat16","shape":[2,3],"kind":"buffer"}]}',
  );
  const json = toInspectJson(await open(bytes));
  assert.deepEqual(json, {
    format: "spec",
    producer: "",
    tensors: [{ name: "a.b", dtype: "BF16", shape: [2, 3], nbytes: 12 }],
    topLevel: [{ key: "a.b", summary: "BF16 [2, 3]" }],
    trainingState: { producer: "", hasOptimizer: false, hasScheduler: false },
    metadata: {},
  });
});
