/** What the torch reader refuses, each by the fewest bytes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesSource, CheckpointLoadError } from "@drydock/checkpoint";
import type { CheckpointIndex } from "../format.ts";
import { openCheckpoint } from "../open.ts";
import { pickleOf, program, type TensorProgram, tensor, text, tuple } from "./pickle-builder.ts";
import { openTorch } from "./read.ts";
import { buildZip, type Member, torchZip } from "./zip-builder.ts";

function open(bytes: Uint8Array): Promise<CheckpointIndex> {
  return openCheckpoint(new Map([["", bytesSource(bytes, "f.pt")]]), { input: "source" });
}

async function failureOf(bytes: Uint8Array): Promise<CheckpointLoadError> {
  try {
    await open(bytes);
  } catch (error) {
    assert.ok(error instanceof CheckpointLoadError, `${(error as Error).stack}`);
    assert.match(error.message, /f\.pt/);
    return error;
  }
  assert.fail("nothing was refused");
}

const PAIR = Buffer.alloc(8);

function archive(
  t: TensorProgram,
  records: Record<string, Uint8Array | string> = { "data/0": PAIR },
): Buffer {
  return torchZip({ "data.pkl": pickleOf({ w: tensor(t) }), ...records });
}

test("T00 a hand-made archive without alignment, descriptors and byteorder is read", async () => {
  const { weights, warnings } = await open(archive({}));
  assert.deepEqual(
    weights.map((w) => [w.name, w.dtype, w.shape]),
    [["w", "F32", [2]]],
  );
  assert.deepEqual(warnings, []);
});

const TENSORS: readonly (readonly [string, string, TensorProgram, Record<string, string | Uint8Array>?])[] = [
  ["T05 a missing storage record", "TORCH_STORAGE_MISSING", { key: text("1") }],
  ["T06 a storage record 4 bytes short", "TORCH_STORAGE_SIZE_MISMATCH", {}, { "data/0": Buffer.alloc(4) }],
  ["T06 a storage record 4 bytes long", "TORCH_STORAGE_SIZE_MISMATCH", {}, { "data/0": Buffer.alloc(12) }],
  ["T07 a view one element past its storage by offset", "TORCH_VIEW_OUT_OF_RANGE", { offset: 1 }],
  ["T07 a view one element past its storage by stride", "TORCH_VIEW_OUT_OF_RANGE", { stride: [2] }],
  ["T07 an empty view past its storage", "TORCH_VIEW_OUT_OF_RANGE", { size: [0], offset: 3 }],
  ["T08 a negative size", "TORCH_BAD_GEOMETRY", { size: [-1] }],
  ["T08 a negative stride", "TORCH_BAD_GEOMETRY", { stride: [-1] }],
  ["T08 a negative offset", "TORCH_BAD_GEOMETRY", { offset: -1 }],
  ["T08 ranks that differ", "TORCH_BAD_GEOMETRY", { size: [1, 2] }],
  ["T09 2^32 × 2^32 elements", "TORCH_ELEMENT_OVERFLOW", { size: [2 ** 32, 2 ** 32], stride: [0, 0] }],
  ["T09 2^53 + 1 elements", "TORCH_ELEMENT_OVERFLOW", { size: [2n ** 53n + 1n], stride: [0] }],
  ["T09 no elements of 2^62", "TORCH_BAD_GEOMETRY", { size: [0, 2n ** 62n], stride: [1, 1] }],
  ["T09 a stride that overflows", "TORCH_ELEMENT_OVERFLOW", { stride: [2 ** 53 - 1] }],
  ["T10 8 stored bytes that become 4 TiB", "TORCH_EXPANSION_LIMIT", { size: [2 ** 40], stride: [0] }],
  ["65 dimensions", "LIMIT_RANK", { size: Array(65).fill(1), stride: Array(65).fill(1) }],
  ["T39 a key that climbs", "TORCH_STORAGE_MISSING", { key: text("../../etc/passwd") }],
  ["T39 an absolute key", "TORCH_STORAGE_MISSING", { key: text("/etc/passwd") }],
  ["T39 a key with NUL", "TORCH_STORAGE_MISSING", { key: text("0\0") }],
  ["T39 an empty key", "TORCH_STORAGE_MISSING", { key: text("") }],
  ["T39 a key of another type", "TORCH_BAD_PERSID", { key: program("N") }],
  ["T39 another tag", "TORCH_BAD_PERSID", { tag: "module" }],
  ["T39 a class that is no storage", "TORCH_BAD_PERSID", { type: "torch\nSize" }],
  ["T39 a class from os", "PICKLE_GLOBAL_NOT_ALLOWED", { type: "os\nsystem" }],
  ["T39 2^60 elements", "TORCH_BAD_PERSID", { count: 2n ** 60n }],
  ["T39 −1 elements", "TORCH_BAD_PERSID", { count: -1 }],
];
for (const [name, code, t, records] of TENSORS) {
  test(`${name} is refused as ${code}`, async () =>
    assert.equal((await failureOf(archive(t, records))).code, code));
}

test("T39 a persistent id that is no tuple of five is refused", async () => {
  const short = pickleOf({ w: program(tuple(text("storage")), "Q") });
  assert.equal((await failureOf(torchZip({ "data.pkl": short }))).code, "TORCH_BAD_PERSID");
});

test("T12 900 names on one storage are read", async () => {
  const names = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`w${i}`, tensor()]));
  const { weights } = await open(torchZip({ "data.pkl": pickleOf(names), "data/0": PAIR }));
  assert.equal(weights.length, 900);
});

test("T23 one storage with two types is refused", async () => {
  const pickle = pickleOf({ a: tensor(), b: tensor({ type: "torch\nIntStorage" }) });
  assert.equal(
    (await failureOf(torchZip({ "data.pkl": pickle, "data/0": PAIR }))).code,
    "TORCH_STORAGE_SIZE_MISMATCH",
  );
});

test("T24 a weight of a kind that is not read is named with its kind", async () => {
  const meta = program("ctorch._utils\n_rebuild_meta_tensor_no_storage\n(ctorch\nfloat32\n)", ")\x89tR");
  const error = await failureOf(torchZip({ "data.pkl": pickleOf({ "layer.w": meta }) }));
  assert.equal(error.code, "TENSOR_KIND_UNSUPPORTED");
  assert.match(error.message, /layer\.w \(meta\)/);
});

test("T25 names are kept literally, and two that read alike are refused", async () => {
  const names = ["__proto__", "../../x", "", "a\0b", "\u202e"];
  const pickle = pickleOf(Object.fromEntries(names.map((name) => [name, tensor()])));
  // A literal __proto__ in fromEntries is an own key.
  const { weights } = await open(torchZip({ "data.pkl": pickle, "data/0": PAIR }));
  assert.deepEqual(
    weights.map((w) => w.name),
    names,
  );
  const twice = program("}(", text("1"), tensor(), "K\x01", tensor(), "u.");
  assert.equal(
    (await failureOf(torchZip({ "data.pkl": twice, "data/0": PAIR }))).code,
    "TENSOR_NAME_INVALID",
  );
  const long = pickleOf({ ["n".repeat(4097)]: tensor() });
  assert.equal((await failureOf(torchZip({ "data.pkl": long, "data/0": PAIR }))).code, "TENSOR_NAME_INVALID");
});

const NONE = program("N.");
const ZIPS: readonly (readonly [string, string, Uint8Array])[] = [
  ["T01 no data.pkl", "TORCH_NO_DATA_PKL", torchZip({})],
  ["Z20 an empty zip", "TORCH_NO_DATA_PKL", buildZip([])],
  [
    "T02 two folders",
    "TORCH_AMBIGUOUS_ROOT",
    torchZip({ "data.pkl": NONE }, [{ name: "other/data.pkl", content: NONE }]),
  ],
  ["T02 no folder", "TORCH_AMBIGUOUS_ROOT", buildZip([{ name: "data.pkl", content: NONE }])],
  ["T03 DATA.PKL beside data.pkl", "ZIP_DUPLICATE_NAME", torchZip({ "data.pkl": NONE, "DATA.PKL": NONE })],
  [
    "T13 another byteorder",
    "TORCH_BYTEORDER_UNSUPPORTED",
    torchZip({ "data.pkl": NONE, byteorder: "middle" }),
  ],
  ["T14 version 11", "TORCH_VERSION_UNSUPPORTED", withVersion("11\n")],
  ["T14 a version of 50 digits", "TORCH_VERSION_UNSUPPORTED", withVersion("1".repeat(50))],
  ["T14 a version of 100 digits", "TORCH_RECORD_TOO_LONG", withVersion("1".repeat(100))],
  ["T15 TorchScript", "TORCH_TORCHSCRIPT_UNSUPPORTED", torchZip({ "data.pkl": NONE, "constants.pkl": NONE })],
  ["T15 torch.package", "TORCH_PACKAGE_UNSUPPORTED", torchZip({ ".data/extern_modules": "os" })],
  ["a torch.export archive", "TORCH_EXPORT_UNSUPPORTED", torchZip({ archive_format: "pt2" })],
];
for (const [name, code, bytes] of ZIPS) {
  test(`${name} is refused as ${code}`, async () => assert.equal((await failureOf(bytes)).code, code));
}

function withVersion(version: string): Buffer {
  const members: Member[] = [
    { name: "a/data.pkl", content: NONE },
    { name: "a/version", content: version },
  ];
  return buildZip(members);
}

test("a missing version is a warning, and so are records no tensor uses", async () => {
  const { warnings } = await open(
    buildZip([
      { name: "a/data.pkl", content: pickleOf({ w: tensor() }) },
      { name: "a/data/0", content: PAIR },
      { name: "a/anemoi-metadata/anemoi.json", content: "{}" },
      { name: "a/code/evil.py", content: "" },
    ]),
  );
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? "", /no version record/);
  assert.match(warnings[1] ?? "", /not copied: "code\/evil\.py"$/);
});

test("a file without weights is read, and says why it has none", async () => {
  const reasons: [Buffer, RegExp][] = [
    [pickleOf({ state: program("}"), param_groups: program("]") }), /keys are "state", "param_groups"$/],
    [pickleOf({ state_dict: program("]") }), /no weights: state_dict is a list, not a dict/],
    [NONE, /no weights: the file holds a None, not a dict/],
  ];
  for (const [pickle, reason] of reasons) {
    const { weights, warnings } = await open(torchZip({ "data.pkl": pickle }));
    assert.deepEqual(weights, []);
    assert.match(warnings[0] ?? "", reason);
  }
});

test("the weights are state_dict, else model_state_dict, else model, and what is no tensor there is left out", async () => {
  const inner = (name: string) => program("}(", text(name), tensor(), text("extra"), "Nu");
  for (const [keys, expected] of [
    [["model", "model_state_dict", "state_dict"], "state_dict"],
    [["model", "model_state_dict"], "model_state_dict"],
    [["model", "epoch"], "model"],
  ] as const) {
    const pickle = pickleOf(Object.fromEntries(keys.map((key) => [key, inner(key)])));
    const { weights, tensors, warnings } = await open(torchZip({ "data.pkl": pickle, "data/0": PAIR }));
    assert.deepEqual(
      weights.map((w) => w.name),
      [expected],
    );
    assert.equal(tensors.length, keys.length);
    assert.deepEqual(warnings, [`${expected}: "extra" is a None, not a tensor, and is left out`]);
  }
});

test("P26 P29 shared and cyclic values are listed once, and too deep ones refused", async () => {
  const cyclic = pickleOf({ state_dict: program("}"), loop: program("]q\x05h\x05a") });
  assert.deepEqual((await open(torchZip({ "data.pkl": cyclic }))).tensors, []);
  const doubling = Array.from({ length: 64 }, (_, i) => program("q", i, "0h", i, "h", i, "\x86"));
  // One tensor under two names, in 2^63 tuples.
  const shared = pickleOf({ state_dict: program("}"), twice: program(tensor(), ...doubling) });
  assert.equal((await open(torchZip({ "data.pkl": shared, "data/0": PAIR }))).tensors.length, 2);
  const deep = pickleOf({ state_dict: program("}"), deep: program("N", "\x85".repeat(50_000)) });
  assert.equal((await failureOf(torchZip({ "data.pkl": deep }))).code, "PICKLE_LIMIT_DEPTH");
});

test("P33 keys set twice are a warning", async () => {
  const pickle = program("}(", text("w"), tensor(), text("w"), tensor(), "u.");
  const { weights, warnings } = await open(torchZip({ "data.pkl": pickle, "data/0": PAIR }));
  assert.equal(weights.length, 1);
  assert.match(warnings[0] ?? "", /1 dict keys are set twice/);
});

test("under policy inert a file with unknown classes yields its tensors, and names the classes", async () => {
  const object = program("capp\nConfig\n)\x81}", text("lr"), "K\x01sb");
  const bytes = torchZip({
    "data.pkl": pickleOf({ state_dict: program("}", text("w"), tensor(), "s"), hyper_parameters: object }),
    "data/0": PAIR,
  });
  assert.equal((await failureOf(bytes)).code, "PICKLE_GLOBAL_NOT_ALLOWED");
  const objects = new Map([["", bytesSource(bytes, "f.pt")]]);
  const { weights, warnings } = await openTorch(objects, { input: "source" }, "inert");
  assert.deepEqual(
    weights.map((w) => w.name),
    ["w"],
  );
  assert.deepEqual(warnings, ["f.pt: 1 unknown classes or functions kept as opaque data: app.Config"]);
});
