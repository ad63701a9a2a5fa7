import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type ByteSource, bytesSource, CheckpointLoadError, type Dtype, numel } from "@drydock/checkpoint";
import { evaluateOp } from "../evaluate-op.ts";
import type { CheckpointIndex } from "../format.ts";
import { openCheckpoint } from "../open.ts";
import { torchWriter } from "./write.ts";

const FOLDER = new URL("../../fixtures/torch/", import.meta.url);

interface Case {
  readonly tensors: readonly {
    readonly name: string;
    readonly dtype: Dtype;
    readonly shape: number[];
    readonly sha256: string;
  }[];
  readonly tied?: readonly (readonly string[])[];
  readonly parameters?: readonly string[];
  readonly best_metric?: number;
}

// The file is ours, written by fixtures/make.py.
const CASES = JSON.parse(readFileSync(new URL("cases.json", FOLDER), "utf8")) as Record<string, Case>;

function fixture(name: string): Buffer {
  return readFileSync(new URL(name, FOLDER));
}

function open(bytes: Uint8Array): Promise<CheckpointIndex> {
  return openCheckpoint(new Map([["", bytesSource(bytes, "f.pt")]]), { input: "source" });
}

for (const [name, expected] of Object.entries(CASES)) {
  test(`${name}: every weight has PyTorch's name, type, shape and bytes`, async () => {
    const bytes = fixture(name);
    const { weights, format } = await open(bytes);
    assert.equal(format, "torch");
    const objects = new Map([["", bytesSource(bytes)]]);
    const found = [];
    for (const { name: key, dtype, shape, op } of weights) {
      const sha256 = createHash("sha256")
        .update(await evaluateOp(op, objects))
        .digest("hex");
      found.push({ name: key, dtype, shape, sha256 });
    }
    assert.deepEqual(found, expected.tensors);
  });

  test(`${name}: cut anywhere, it fails as a checkpoint that cannot be loaded`, async () => {
    const bytes = fixture(name);
    const step = Math.max(1, Math.floor(bytes.length / 60));
    for (
      let length = 0;
      length < bytes.length;
      length += length < 8 || length > bytes.length - 30 ? 1 : step
    ) {
      await assert.rejects(open(bytes.subarray(0, length)), CheckpointLoadError, `at ${length}`);
    }
  });
}

test("only identical views of one storage are tied", async () => {
  const { weights } = await open(fixture("views.pt"));
  const groups = Map.groupBy(
    weights.filter((w) => w.storage !== ""),
    (w) => w.storage,
  );
  const found = [...groups.values()].map((group) => group.map((w) => w.name));
  assert.deepEqual(found, [
    ["row", "again"],
    ["tied.a", "tied.b", "tied.c"],
  ]);
});

test("a part of a storage is read alone, a strided view by its extent, a whole record with its checksum", async () => {
  const { weights } = await open(fixture("views.pt"));
  const sizes = Object.fromEntries(
    weights.map(({ name, op }) => {
      const read = op.kind === "view" ? op.arg : op;
      assert.ok(read.kind === "read");
      const size = read.range.end - read.range.start;
      return [name, `${op.kind} ${size}${read.crc32 === undefined ? "" : " checked"}`];
    }),
  );
  assert.deepEqual(sizes, {
    base: "read 96 checked",
    transposed: "view 96 checked",
    row: "read 24",
    column: "view 76",
    steps: "view 64",
    block: "view 36",
    tail: "read 48",
    again: "read 24",
    permuted: "view 48 checked",
    expanded: "view 4 checked",
    windows: "view 36",
    scalar: "read 8 checked",
    empty: "read 0",
    empty_view: "read 0",
    "tied.a": "read 10 checked",
    "tied.b": "read 10 checked",
    "tied.c": "read 10 checked",
  });
});

test("a checkpoint of Lightning tells its training, its producer and its best metric, and lists every tensor", async () => {
  const { producer, training, weights, tensors, topLevel, warnings } = await open(fixture("lightning.ckpt"));
  assert.equal(producer, "pytorch-lightning 2.6.6");
  assert.deepEqual(training, {
    producer,
    epoch: 1,
    globalStep: 4,
    bestMetric: CASES["lightning.ckpt"]?.best_metric,
    hasOptimizer: true,
    hasScheduler: true,
  });
  assert.deepEqual(warnings, []);
  const names = tensors.map((t) => t.name);
  for (const weight of weights) assert.ok(names.includes(`state_dict.${weight.name}`));
  assert.ok(names.includes("optimizer_states.0.state.5.exp_avg"));
  assert.equal(topLevel.find((t) => t.key === "state_dict")?.summary, "OrderedDict of 10 tensors");
  assert.equal(topLevel.find((t) => t.key === "epoch")?.summary, "1");
});

test("the values PyTorch may store beside weights are read; tensors of other kinds are named in a warning", async () => {
  const { weights, training, warnings, tensors } = await open(fixture("values.pt"));
  assert.deepEqual(
    weights.map((w) => w.name),
    ["w"],
  );
  assert.deepEqual(
    tensors.map((t) => t.name),
    ["model_state_dict.w"],
  );
  assert.deepEqual(training, {
    producer: "torch",
    epoch: 3,
    bestMetric: 0.25,
    metricsHistory: { loss: [0.5, 0.25] },
    hasOptimizer: false,
    hasScheduler: false,
  });
  const kinds =
    "extra.sparse (sparse), extra.complex128 (complex128), extra.quantized (quantized), extra.conj (lazy conj), extra.meta (meta)";
  assert.deepEqual(warnings, [`f.pt: 5 tensors are of kinds that are not read: ${kinds}`]);
});

test("rebuilt parameters are parameters; what a file does not say stays unknown", async () => {
  const { weights } = await open(fixture("parameters.pt"));
  assert.deepEqual(
    weights.map((w) => [w.name, w.kind]),
    [
      ["w", "parameter"],
      ["plain", "unknown"],
    ],
  );
});

/** A source of any size over a layout, tensors being zeros; counts what is read. */
function virtual(shape: readonly number[], count: number): ByteSource & { readonly reads: number[] } {
  const tensors = Array.from({ length: count }, (_, i) => ({
    name: `layers.${i}.weight`,
    dtype: "F32" as const,
    shape,
  }));
  const [file] = torchWriter.layout(tensors, { fileBytes: 1, metadata: {} }).files;
  assert.ok(file !== undefined);
  const reads: number[] = [];
  let start = 0;
  const literals = file.parts.flatMap((part) => {
    const at = start;
    start += part.kind === "literal" ? part.bytes.length : part.nbytes;
    return part.kind === "literal" ? [{ at, bytes: part.bytes }] : [];
  });
  return {
    size: file.size,
    name: "big.pt",
    reads,
    async read(from, to) {
      reads.push(to - from);
      const out = new Uint8Array(to - from);
      for (const { at, bytes } of literals) {
        const first = Math.max(at, from);
        const last = Math.min(at + bytes.length, to);
        if (first < last) out.set(bytes.subarray(first - at, last - at), first - from);
      }
      return out;
    },
  };
}

test("opening 5 GB reads the first 64 KiB and the tail, and no payload", async () => {
  const source = virtual([1024, 1024, 320], 5);
  assert.ok(source.size > 5e9);
  const { weights } = await openCheckpoint(new Map([["", source]]), { input: "source" });
  assert.deepEqual(source.reads, [64 * 1024, 128 * 1024]);
  const last = weights.at(-1)?.op;
  assert.ok(last?.kind === "read");
  assert.equal(last.range.end - last.range.start, 4 * numel([1024, 1024, 320]));
  assert.ok(last.range.start > 2 ** 32 && last.range.start % 64 === 0);
});

test("20,000 tensors take few requests: head, tail, directory, pickle, and the small records", async () => {
  const source = virtual([1024], 20_000);
  const { weights } = await openCheckpoint(new Map([["", source]]), { input: "source" });
  assert.equal(weights.length, 20_000);
  assert.ok(source.reads.length <= 5, `${source.reads.length} requests`);
  assert.ok(source.reads.reduce((n, r) => n + r, 0) < source.size / 10);
});
