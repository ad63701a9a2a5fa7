import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CheckpointConfigError,
  type CheckpointError,
  CheckpointIncompatibleError,
  completeManifest,
  type ManifestDraft,
  rangesOf,
  type ShardReport,
  sha256Hex,
} from "@drydock/checkpoint";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { sampleIndex, samplePin, samplePipeline, samplePlans } from "../sample.ts";
import { planBuild } from "./plan-build.ts";
import { planLoad } from "./plan-load.ts";

const PINS = [samplePin("source"), samplePin("target")];
const INPUTS = [
  { name: "source", role: "source", uri: "file:///source.ckpt" },
  { name: "target", role: "target", uri: "file:///target.ckpt" },
];
const KERNELS = { backend: "wasm", version: 1 } as const;
const BODY = { "model.encoder.w": [4, 4], "model.decoder.w": [4, 4] };
const SOURCE = sampleIndex("source", { ...BODY, "model.head.w": [2, 4] });
const TARGET = sampleIndex("target", { ...BODY, "model.head.w": [3, 4], "model.head.b": [3] });
const TRANSFER = { loading: { type: "transfer_learning", params: {} }, target: "target" };

function build(pipeline: Pipeline, source = SOURCE, target: typeof SOURCE | undefined = undefined) {
  const load = planLoad({ pipeline, source, target, pins: PINS });
  return planBuild({ pipeline, load, pins: PINS, inputs: INPUTS, kernels: KERNELS, version: "0.1.0" });
}

test("a load plan names tensors, report, training state and only the pins whose bytes are used", () => {
  const training = { epoch: 3, producer: "pytorch-lightning 2.6.6", hasOptimizer: true, hasScheduler: false };
  const source = { ...SOURCE, training, warnings: ["old names"] };
  const load = planLoad({ pipeline: samplePipeline(), source, pins: PINS });
  assert.deepEqual(load.training, training);
  assert.deepEqual(load.pins, [PINS[0]]);
  assert.deepEqual(load.warnings, ["source: old names"]);
  const both = planLoad({
    pipeline: samplePipeline(TRANSFER),
    source,
    target: { ...TARGET, warnings: ["t"] },
    pins: PINS,
  });
  assert.deepEqual(both.pins, PINS);
  assert.deepEqual(both.warnings, ["source: old names", "target: t"]);
});

test("a target that no byte is read of has no pin in the load plan", () => {
  const pipeline = samplePipeline({ target: "target" });
  assert.deepEqual(planLoad({ pipeline, source: SOURCE, target: SOURCE, pins: PINS }).pins, [PINS[0]]);
});

test("a spec or an index without weights cannot be the source", () => {
  const pipeline = samplePipeline();
  for (const source of [{ ...SOURCE, format: "spec" }, sampleIndex("source", {})]) {
    assert.throws(() => planLoad({ pipeline, source, pins: PINS }), CheckpointIncompatibleError);
  }
});

test("indexes that are not the pipeline's inputs, and ranges without a pin, are bugs found here", () => {
  const internal = (e: CheckpointError) => e.kind === "internal";
  assert.throws(
    () => planLoad({ pipeline: samplePipeline(), source: SOURCE, target: TARGET, pins: PINS }),
    internal,
  );
  assert.throws(() => planLoad({ pipeline: samplePipeline(TRANSFER), source: SOURCE, pins: PINS }), internal);
  assert.throws(() => planLoad({ pipeline: samplePipeline(), source: SOURCE, pins: [] }), internal);
});

test("an operation of another size than its tensor, or of an unknown kernel, never becomes a plan", () => {
  const [weight] = SOURCE.weights;
  assert.ok(weight);
  const plan = (op: typeof weight.op) =>
    planLoad({ pipeline: samplePipeline(), source: { ...SOURCE, weights: [{ ...weight, op }] }, pins: PINS });
  assert.throws(
    () => plan({ kind: "concat", args: [weight.op, weight.op] }),
    /model\.encoder\.w has 64 bytes, its operation yields 128/,
  );
  assert.throws(
    () => plan({ kind: "kernel", name: "quantize", params: {}, args: [weight.op] }),
    /kernel "quantize"; workers have cast, byteswap/,
  );
  assert.throws(
    () => plan({ kind: "kernel", name: "byteswap", params: { itemsize: 3 }, args: [weight.op] }),
    /itemsize/,
  );
  assert.throws(
    () => plan({ kind: "kernel", name: "cast", params: { from: "F32" }, args: [weight.op] }),
    /cast/,
  );
  assert.throws(
    () => plan({ kind: "kernel", name: "cast", params: { from: "F32", to: "I8" }, args: [weight.op] }),
    /cast/,
  );
  const swapped = { kind: "kernel", name: "byteswap", params: { itemsize: 4 }, args: [weight.op] } as const;
  const zeros = { kind: "init", method: "zeros", seed: 0, dtype: "F32", shape: [4, 4], params: {} } as const;
  const inflated = { kind: "inflate", arg: weight.op, size: 64 } as const;
  for (const op of [swapped, zeros, inflated]) assert.equal(plan(op).tensors.length, 1);
});

test("transfer then freeze and cast: the build plan has file, shard, manifest and freeze.json of it", () => {
  const pipeline = samplePipeline({
    ...TRANSFER,
    modifiers: [
      { type: "freeze", params: { layers: ["encoder"] } },
      { type: "cast", params: { dtype: "bf16" } },
    ],
  });
  const plan = build(pipeline, SOURCE, TARGET);
  assert.deepEqual(
    plan.files.map((f) => f.path),
    ["model.safetensors"],
  );
  assert.equal(plan.shards.length, 1);
  assert.equal(plan.tailCount, 0);
  assert.deepEqual(plan.pins, PINS);
  // Source: two matrices of 64 bytes; target: a head of 48 and 12.
  assert.equal(plan.inputBytes, 2 * 64 + 48 + 12);
  assert.equal(plan.outputBytes, plan.files[0]?.size);
  const { manifest } = plan;
  assert.deepEqual(
    manifest.modifiers.map((m) => m.type),
    ["freeze", "cast"],
  );
  assert.deepEqual(
    manifest.inputs.map((i) => [i.name, i.objects[0]?.identity]),
    [
      ["source", { kind: "size" }],
      ["target", { kind: "size" }],
    ],
  );
  assert.deepEqual(
    manifest.tensors.map((t) => [t.name, t.dtype, t.origin.kind]),
    [
      ["model.encoder.w", "BF16", "transferred"],
      ["model.decoder.w", "BF16", "transferred"],
      ["model.head.w", "BF16", "target"],
      ["model.head.b", "BF16", "target"],
    ],
  );
  const [sidecar] = plan.sidecars;
  assert.ok(sidecar);
  assert.deepEqual(manifest.sidecars, [
    { path: "freeze.json", size: sidecar.bytes.length, sha256: sha256Hex(sidecar.bytes) },
  ]);
  assert.deepEqual(JSON.parse(Buffer.from(sidecar.bytes).toString()), {
    schema: "drydock.freeze/1",
    root_prefix: "model.",
    matcher: "path",
    requested: [{ by: "freeze", entry: "encoder", resolved: "model.encoder", tensors: 1, elements: 16 }],
    frozen: ["model.encoder.w"],
    trainable: ["model.decoder.w", "model.head.w", "model.head.b"],
    excluded_buffers: [],
    counts: { frozen: { tensors: 1, elements: 16 }, trainable: { tensors: 3, elements: 31 } },
    sha256: sha256Hex("model.encoder.w"),
  });
});

test("freeze_loaded lists what was transferred in freeze.json, before the modifiers add theirs", () => {
  const pipeline = samplePipeline({
    ...TRANSFER,
    loading: { type: "transfer_learning", params: { freeze_loaded: true } },
    modifiers: [{ type: "freeze", params: { layers: ["head"] } }],
  });
  const plan = build(pipeline, SOURCE, TARGET);
  const freeze = JSON.parse(Buffer.from(plan.sidecars[0]?.bytes ?? []).toString());
  assert.deepEqual(freeze.frozen, ["model.encoder.w", "model.decoder.w", "model.head.w", "model.head.b"]);
  assert.deepEqual(
    freeze.requested.map((r: { by: string }) => r.by),
    ["freeze_loaded", "freeze"],
  );
  assert.deepEqual(plan.manifest.modifiers[0], { type: "freeze_loaded", tensors: 2, elements: 32 });
});

test("shards carry only the pins they read, and every range of theirs has one", () => {
  const pipeline = samplePipeline({ ...TRANSFER, output: { ...samplePipeline().output, shardBytes: 1 } });
  const { shards } = build(pipeline, SOURCE, TARGET);
  assert.ok(shards.length > 3);
  for (const shard of shards) {
    const read = new Set(
      shard.segments.flatMap((s) => (s.kind === "tensor" ? rangesOf(s.tensor.op).map((r) => r.input) : [])),
    );
    assert.deepEqual(new Set(shard.pins.map((p) => p.input)), read);
  }
});

test("to an object store every shard but a file's last is a whole part of an upload", () => {
  const big = sampleIndex(
    "source",
    Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`w${i}`, [500_000]])),
  );
  const output = { ...samplePipeline().output, uri: "s3://bucket/run", shardBytes: 1 };
  const { shards } = build(samplePipeline({ output }), big);
  assert.equal(shards.length, 4);
  for (const shard of shards.slice(0, -1)) assert.ok(shard.end - shard.start >= 5 * 2 ** 20);
});

test("torch: the shard of the zip's directory is the tail, and its fills name the tensors' shards and segments", () => {
  const output = { ...samplePipeline().output, format: "torch", shardBytes: 1 };
  const { shards, tailCount, files } = build(samplePipeline({ output }));
  assert.deepEqual(
    files.map((f) => f.path),
    ["model.pt"],
  );
  assert.equal(tailCount, 1);
  const fills = shards.flatMap((shard) =>
    shard.segments.flatMap((s, at) =>
      s.kind === "literal" ? s.fills.map((f) => ({ ...f, in: shard.index, before: at })) : [],
    ),
  );
  assert.ok(fills.length >= 6);
  for (const fill of fills) {
    assert.equal(shards[fill.shard]?.segments[fill.segment]?.kind, "tensor");
    if (fill.in < shards.length - 1)
      assert.deepEqual([fill.shard, fill.segment < fill.before], [fill.in, true]);
  }
});

test("tied tensors are one copy in torch's format; the manifest places every name", () => {
  const tied = sampleIndex("source", { a: { tie: "s" }, b: { tie: "s" }, c: { tie: "s", shape: [1] } });
  const output = { ...samplePipeline().output, format: "torch" };
  const { shards, manifest, inputBytes } = build(samplePipeline({ output }), tied);
  const tensors = shards.flatMap((s) => s.segments.flatMap((x) => (x.kind === "tensor" ? [x] : [])));
  assert.deepEqual(
    tensors.map((t) => [t.tensor.name, t.aliases]),
    [
      ["a", ["b"]],
      ["c", []],
    ],
  );
  assert.deepEqual(
    manifest.tensors.map((t) => t.segment),
    [1, 1, 3],
  );
  assert.equal(inputBytes, 8);
});

test("a large output is several files with an index, and the finished manifest finds every tensor's digest", () => {
  const output = { ...samplePipeline().output, fileBytes: 100, shardBytes: 40 };
  const plan = build(samplePipeline({ output }));
  assert.deepEqual(
    plan.sidecars.map((s) => s.path),
    ["model.safetensors.index.json"],
  );
  const reports = plan.shards.map(
    (shard): ShardReport => ({
      planDigest: "p",
      shard: shard.index,
      sha256: `s${shard.index}`,
      size: shard.end - shard.start,
      segments: shard.segments.flatMap((s, segment) =>
        s.kind === "tensor"
          ? [
              {
                segment,
                name: s.tensor.name,
                sha256: s.tensor.name,
                crc32: 0,
                nbytes: s.nbytes,
                overflowed: 0,
                underflowed: 0,
              },
            ]
          : [],
      ),
    }),
  );
  const draft: ManifestDraft = plan.manifest;
  const manifest = completeManifest("p", plan, draft, reports);
  assert.deepEqual(
    manifest.tensors.map((t) => t.sha256),
    manifest.tensors.map((t) => t.name),
  );
  for (const file of manifest.files) {
    assert.equal(file.parts[0]?.start, 0);
    assert.equal(file.parts.at(-1)?.end, file.size);
  }
});

test("equal requests give equal plans", () => {
  const pipeline = samplePipeline({ ...TRANSFER, modifiers: [{ type: "cast", params: { dtype: "f16" } }] });
  assert.deepEqual(build(pipeline, SOURCE, TARGET), build(pipeline, SOURCE, TARGET));
});

test("a modifier's mistakes carry its place in the pipeline; other errors pass as they are", () => {
  const cast = { type: "cast", params: { dtype: "f16", include: ["nope"] } };
  assert.throws(
    () => build(samplePipeline({ modifiers: [cast] })),
    (e: CheckpointConfigError) => e.problems[0]?.path === "model_modifier.modifiers[0].include[0]",
  );
  assert.throws(
    () => build(samplePipeline({ modifiers: [{ type: "nope", params: {} }] })),
    (e: CheckpointConfigError) => e.problems[0]?.path === "model_modifier.modifiers[0]",
  );
  assert.throws(
    () => build(samplePipeline({ modifiers: [{ type: "freeze", params: { layers: ["nope"] } }] })),
    CheckpointIncompatibleError,
  );
});

test("a load plan whose tensor does not fit its operation is refused when it arrives", () => {
  const pipeline = samplePipeline();
  const load = planLoad({ pipeline, source: SOURCE, pins: PINS });
  const [broken] = samplePlans({ w: [3] });
  assert.ok(broken);
  const tensors = [{ ...broken, shape: [4] }];
  const request = { pipeline, pins: PINS, inputs: INPUTS, kernels: KERNELS, version: "0" };
  assert.throws(() => planBuild({ ...request, load: { ...load, tensors } }), /12/);
});
