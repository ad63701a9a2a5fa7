import assert from "node:assert/strict";
import { test } from "node:test";
import { type ByteSource, bytesSource, CheckpointError, CheckpointNotFoundError } from "@drydock/checkpoint";
import { HEADER_BYTES, SHARDS } from "./limits.ts";
import { safetensorsReader } from "./read.ts";

/** A file of U8 tensors of two bytes each. */
function shard(names: readonly string[], pad = 0): Uint8Array {
  const members = names.map(
    (n, i) => `${JSON.stringify(n)}:{"dtype":"U8","shape":[2],"data_offsets":[${2 * i},${2 * i + 2}]}`,
  );
  const json = Buffer.from(`{${members.join(",")}}${" ".repeat(pad)}`);
  const bytes = Buffer.alloc(8 + json.length + 2 * names.length, 7);
  bytes.writeBigUInt64LE(BigInt(json.length));
  bytes.set(json, 8);
  return bytes;
}

const INDEX = "model.safetensors.index.json";

function folder(index: unknown, files: Readonly<Record<string, Uint8Array>>): Map<string, ByteSource> {
  const text = typeof index === "string" ? index : JSON.stringify(index);
  const sources = Object.entries({ ...files, [INDEX]: Buffer.from(text) });
  return new Map(sources.map(([path, bytes]) => [path, bytesSource(bytes, path)]));
}

/** The same objects with every read recorded. */
function counted(objects: ReadonlyMap<string, ByteSource>) {
  const reads: string[] = [];
  const wrapped = [...objects].map(([path, source]): [string, ByteSource] => [
    path,
    {
      ...source,
      read: (start, end, signal) => {
        reads.push(`${path} ${start}-${end}`);
        return source.read(start, end, signal);
      },
    },
  ]);
  return { objects: new Map(wrapped), reads };
}

async function codeOf(objects: ReadonlyMap<string, ByteSource>): Promise<string | undefined> {
  try {
    await safetensorsReader.open(objects, { input: "in" });
  } catch (error) {
    assert.ok(error instanceof CheckpointError, String(error));
    return error.code;
  }
  return "accepted";
}

test("one file is read with one request, and a tensor is a range of it", async () => {
  const bytes = shard(["a", "b"]);
  const { objects, reads } = counted(new Map([["", bytesSource(bytes, "x.safetensors")]]));
  const index = await safetensorsReader.open(objects, { input: "in" });
  assert.deepEqual(reads, [` 0-${bytes.length}`]);
  const end = bytes.length;
  assert.deepEqual(index.weights[1], {
    name: "b",
    dtype: "U8",
    shape: [2],
    op: { kind: "read", range: { input: "in", object: "", start: end - 2, end, encoding: "stored" } },
    kind: "unknown",
    storage: "",
  });
  assert.deepEqual(index.topLevel[0], { key: "a", summary: "U8 [2]" });
  assert.equal(index.tensors, index.weights);
});

test("a header beyond the first 64 KiB takes one request more, and no byte is asked for twice", async () => {
  const bytes = shard(["a"], 100_000);
  const { objects, reads } = counted(new Map([["f.safetensors", bytesSource(bytes)]]));
  await safetensorsReader.open(objects, { input: "in" });
  assert.deepEqual(reads, ["f.safetensors 0-65536", `f.safetensors 65536-${bytes.length - 2}`]);
});

test("a sharded folder is one checkpoint: one request per file, progress reported, shards in index order", async () => {
  const files = { "m-1.safetensors": shard(["b", "c"]), "m-2.safetensors": shard(["a"]) };
  const weight_map = { a: "m-2.safetensors", b: "m-1.safetensors", c: "m-1.safetensors" };
  const { objects, reads } = counted(folder({ metadata: { total_size: 6 }, weight_map }, files));
  const progress: number[] = [];
  const index = await safetensorsReader.open(objects, { input: "in", progress: (_, n) => progress.push(n) });
  assert.equal(reads.length, 3);
  assert.deepEqual(
    index.weights.map((t) => t.name),
    ["a", "b", "c"],
  );
  assert.equal(progress.at(-1), 3);
  assert.deepEqual(index.warnings, []);
});

test("an index inside a subfolder finds its files beside it", async () => {
  const objects = new Map([
    [`sub/${INDEX}`, bytesSource(Buffer.from('{"weight_map":{"a":"x.safetensors"}}'))],
    ["sub/x.safetensors", bytesSource(shard(["a"]))],
  ]);
  const { weights } = await safetensorsReader.open(objects, { input: "in" });
  assert.equal(weights[0]?.op.kind === "read" && weights[0].op.range.object, "sub/x.safetensors");
});

const BAD_NAMES = [
  "../../../etc/passwd",
  "/etc/passwd",
  "http://169.254.169.254/latest",
  "a\0b",
  "a\\b",
  "%2e%2e%2f",
  "file:x",
  "",
  ".",
  "..",
  ".hidden",
];

for (const name of BAD_NAMES) {
  test(`I01 an index that names ${JSON.stringify(name)} is refused before any file is read`, async () => {
    const { objects, reads } = counted(
      folder({ weight_map: { a: name } }, { "x.safetensors": shard(["a"]) }),
    );
    assert.equal(await codeOf(objects), "INDEX_SHARD_NAME");
    assert.equal(reads.length, 1);
  });
}

test("I02 a tensor named __proto__ in the map stays a name", async () => {
  const objects = folder('{"weight_map":{"__proto__":"x.safetensors"}}', {
    "x.safetensors": shard(["__proto__"]),
  });
  const { weights } = await safetensorsReader.open(objects, { input: "in" });
  assert.deepEqual(
    weights.map((t) => t.name),
    ["__proto__"],
  );
});

for (const [what, index] of [
  ["I03 a map that is an array", '{"weight_map":[]}'],
  ["I03 no map", "{}"],
  ["I03 a number for a file", '{"weight_map":{"a":1}}'],
  ["I06 a tensor twice", '{"weight_map":{"a":"x.safetensors","a":"x.safetensors"}}'],
  ["no JSON", "weights"],
  ["a total above 2^53", '{"metadata":{"total_size":9007199254740993},"weight_map":{}}'],
] as const) {
  test(`${what} is INDEX_INVALID`, async () =>
    assert.equal(await codeOf(folder(index, {})), "INDEX_INVALID"));
}

test("an index above the limit is refused without being read", async () => {
  const index: ByteSource = { ...bytesSource(new Uint8Array(0)), size: HEADER_BYTES + 1 };
  const { objects, reads } = counted(new Map([[INDEX, index]]));
  assert.equal(await codeOf(objects), "INDEX_INVALID");
  assert.deepEqual(reads, []);
});

test("I04 more files than the limit are refused before any is read", async () => {
  const entries = Array.from({ length: SHARDS + 1 }, (_, i) => [`t${i}`, `x-${i}.safetensors`]);
  const { objects, reads } = counted(folder({ weight_map: Object.fromEntries(entries) }, {}));
  assert.equal(await codeOf(objects), "LIMIT_SHARDS");
  assert.equal(reads.length, 1);
});

test("a file the index names but the folder lacks is not found, before any other is read", async () => {
  const weight_map = { a: "x.safetensors", b: "y.safetensors" };
  const { objects, reads } = counted(folder({ weight_map }, { "x.safetensors": shard(["a"]) }));
  await assert.rejects(safetensorsReader.open(objects, { input: "in" }), CheckpointNotFoundError);
  assert.equal(reads.length, 1);
});

test("I05 a total no file could hold is INDEX_SIZE_MISMATCH, a stale one a warning, a float nothing", async () => {
  const files = { "x.safetensors": shard(["a"]) };
  const of = (total: number) =>
    folder({ metadata: { total_size: total }, weight_map: { a: "x.safetensors" } }, files);
  assert.equal(await codeOf(of(2 ** 52)), "INDEX_SIZE_MISMATCH");
  const { warnings } = await safetensorsReader.open(of(3), { input: "in" });
  assert.deepEqual(warnings, [`${INDEX}: total_size is 3, the tensors have 2 bytes`]);
  const text = '{"metadata":{"total_size":"2","total_parameters":2},"weight_map":{"a":"x.safetensors"}}';
  assert.deepEqual((await safetensorsReader.open(folder(text, files), { input: "in" })).warnings, []);
});

test("I07 index and files that disagree are refused, with the tensor named", async () => {
  const x = "x.safetensors";
  const y = "y.safetensors";
  const files = { [x]: shard(["a"]), [y]: shard(["a", "b"]) };
  assert.equal(await codeOf(folder({ weight_map: { a: x, b: x } }, files)), "INDEX_TENSOR_MISSING");
  assert.equal(await codeOf(folder({ weight_map: { a: x, c: x } }, files)), "INDEX_TENSOR_MISSING");
  assert.equal(await codeOf(folder({ weight_map: { b: y } }, files)), "INDEX_TENSOR_UNLISTED");
  assert.equal(await codeOf(folder({ weight_map: { a: x, b: y } }, files)), "INDEX_TENSOR_DUPLICATE");
});

test("the first damaged file ends the opening of a folder with its own error", async () => {
  const names = Array.from({ length: 40 }, (_, i) => `x-${i}.safetensors`);
  const files = Object.fromEntries(names.map((n, i) => [n, i === 20 ? new Uint8Array(3) : shard([`t${i}`])]));
  const weight_map = Object.fromEntries(names.map((n, i) => [`t${i}`, n]));
  const { objects, reads } = counted(folder({ weight_map }, files));
  assert.equal(await codeOf(objects), "ST_HEADER_TRUNCATED");
  assert.ok(reads.length < 40);
});

test("an aborted signal stops the opening of a folder", async () => {
  const objects = folder({ weight_map: { a: "x.safetensors" } }, { "x.safetensors": shard(["a"]) });
  const opening = safetensorsReader.open(objects, { input: "in", signal: AbortSignal.abort() });
  await assert.rejects(opening, { name: "AbortError" });
});

test("a folder without index is its only safetensors file, or model.safetensors among several", async () => {
  const a = bytesSource(shard(["a"]), "a");
  const readme = bytesSource(Buffer.from("text"), "README.md");
  assert.equal(
    await codeOf(
      new Map([
        ["README.md", readme],
        ["x.safetensors", a],
      ]),
    ),
    "accepted",
  );
  assert.equal(
    await codeOf(
      new Map([
        ["y.safetensors", readme],
        ["model.safetensors", a],
      ]),
    ),
    "accepted",
  );
  assert.equal(
    await codeOf(
      new Map([
        ["x.safetensors", a],
        ["y.safetensors", a],
      ]),
    ),
    "ST_AMBIGUOUS",
  );
  assert.equal(
    await codeOf(
      new Map([
        ["x.safetensors.index.json", a],
        ["y.safetensors.index.json", a],
      ]),
    ),
    "ST_AMBIGUOUS",
  );
  const none = safetensorsReader.open(
    new Map([
      ["a", readme],
      ["b", readme],
    ]),
    { input: "in" },
  );
  await assert.rejects(none, CheckpointNotFoundError);
});

test("the format is recognised by its first bytes, by an index, or by name unless it is a zip or a pickle", () => {
  const file = shard(["a"]);
  const recognises = (path: string, first: Uint8Array) =>
    safetensorsReader.recognises(new Map([[path, bytesSource(first, path)]]), first);
  assert.ok(recognises("x.bin", file));
  assert.ok(recognises(INDEX, Buffer.from("{")));
  assert.ok(recognises("damaged.safetensors", new Uint8Array(3)));
  assert.ok(!recognises("x.bin", new Uint8Array(3)));
  assert.ok(!recognises("x.safetensors", Buffer.from("PK\x03\x04")));
  assert.ok(!recognises("x.json", Buffer.from('{"format":"spec"}')));
});
