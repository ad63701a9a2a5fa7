import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointIncompatibleError } from "@drydock/checkpoint";
import { sampleIndex } from "../sample.ts";
import { weightsOnly } from "./weights-only.ts";

const plan = (
  source: ReturnType<typeof sampleIndex>,
  target?: ReturnType<typeof sampleIndex>,
  params: Record<string, unknown> = {},
) => weightsOnly.plan({ source, target, params });

const model = { "layer.weight": [5, 10], "layer.bias": [5] };

test("strict loads exactly the checkpoint's tensors, in the target's order", () => {
  const source = sampleIndex("source", { "layer.bias": [5], "layer.weight": [5, 10] });
  const { tensors, report, warnings } = plan(source, sampleIndex("target", model));
  assert.deepEqual(
    tensors.map((t) => [t.name, t.origin.kind, t.origin.input, t.op]),
    [
      ["layer.weight", "transferred", "source", source.weights[1]?.op],
      ["layer.bias", "transferred", "source", source.weights[0]?.op],
    ],
  );
  assert.deepEqual(report, {
    strategy: "weights_only",
    transferred: ["layer.weight", "layer.bias"],
    skipped: [],
    unfilled: [],
    transferredBytes: 220,
    transferredElements: 55,
  });
  assert.deepEqual(warnings, []);
});

test("strict refuses an extra key of the checkpoint, and a key it lacks, naming both", () => {
  const source = sampleIndex("source", { "layer.weight": [5, 10], extra: [1] });
  assert.throws(
    () => plan(source, sampleIndex("target", model)),
    (e: CheckpointIncompatibleError) => {
      assert.ok(e instanceof CheckpointIncompatibleError);
      assert.match(e.message, /missing from the source \(1\): layer\.bias/);
      assert.match(e.message, /not in the target \(1\): extra/);
      assert.deepEqual(
        [e.details.num_missing, e.details.num_unexpected, e.details.num_mismatches],
        [1, 1, 0],
      );
      assert.match(e.remedy ?? "", /strict: false/);
      return true;
    },
  );
});

test("a long list of keys shows five and says how many more there are", () => {
  const many = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`k${i}`, [1]]));
  assert.throws(
    () => plan(sampleIndex("source", { other: [1] }), sampleIndex("target", many)),
    (e: CheckpointIncompatibleError) =>
      /k0, k1, k2, k3, k4 \.\.\. and 3 more/.test(e.message) && e.details.num_missing === 8,
  );
});

test("not strict tolerates extra and missing keys and reports each", () => {
  const source = sampleIndex("source", { "layer.weight": [5, 10], extra: [1] });
  const target = sampleIndex("target", model);
  const { tensors, report } = plan(source, target, { strict: false });
  assert.deepEqual(report.skipped, [{ key: "extra", reason: "Key not in target" }]);
  assert.deepEqual(report.unfilled, [
    { key: "layer.bias", reason: "Not in source; the target's own value is kept" },
  ]);
  assert.deepEqual(tensors[1]?.op, target.weights[1]?.op);
  assert.deepEqual(tensors[1]?.origin, { kind: "target", input: "target", key: "layer.bias", dtype: "F32" });
});

test("a shape mismatch is an error with both shapes, strict or not", () => {
  const source = sampleIndex("source", { "layer.weight": [10, 10], "layer.bias": [5] });
  for (const strict of [true, false]) {
    assert.throws(
      () => plan(source, sampleIndex("target", model), { strict }),
      (e: CheckpointIncompatibleError) =>
        /layer\.weight: \[10, 10\] vs \[5, 10\]/.test(e.message) && e.details.num_mismatches === 1,
    );
  }
});

test("tensors take the target's dtype through one cast, and keep the source's in their origin", () => {
  const source = sampleIndex("source", { w: { dtype: "F64" } });
  const { tensors } = plan(source, sampleIndex("target", { w: { dtype: "BF16" } }));
  assert.equal(tensors[0]?.dtype, "BF16");
  assert.equal(tensors[0]?.origin.dtype, "F64");
  assert.deepEqual(tensors[0]?.op, {
    kind: "kernel",
    name: "cast",
    params: { from: "F64", to: "BF16" },
    args: [source.weights[0]?.op],
  });
});

test("dtypes without a conversion are an error naming key and both dtypes", () => {
  assert.throws(
    () =>
      plan(sampleIndex("source", { i: { dtype: "I64" } }), sampleIndex("target", { i: { dtype: "I32" } })),
    (e: CheckpointIncompatibleError) => /i: I64 vs I32/.test(e.message),
  );
});

test("without a target the weights are as they are, whatever strict says", () => {
  const source = sampleIndex("source", { "module.a": { tie: "s" }, b: { tie: "s", kind: "parameter" } });
  const { tensors, report } = plan(source);
  assert.deepEqual(
    tensors.map((t) => [t.name, t.storage, t.kind]),
    [
      ["module.a", "s", "unknown"],
      ["b", "s", "parameter"],
    ],
  );
  assert.deepEqual(report.transferred, ["module.a", "b"]);
  assert.deepEqual([report.transferredBytes, report.transferredElements], [16, 4]);
});

test("no common key at all is refused, also when not strict, unless allow_empty", () => {
  const source = sampleIndex("source", { a: [2] });
  const target = sampleIndex("target", { b: [2] });
  assert.throws(() => plan(source, target, { strict: false }), CheckpointIncompatibleError);
  const { report, warnings } = plan(source, target, { strict: false, allow_empty: true });
  assert.deepEqual(report.transferred, []);
  assert.match(warnings[0] ?? "", /only 0 of 1 target keys \(0\.0 % of elements\)/);
});

test("the counter of an averaged model is dropped and reported, its module. prefix ignored", () => {
  const source = sampleIndex("source", { n_averaged: { shape: [], dtype: "I64" }, "module.w": [2] });
  const { tensors, report } = plan(source, sampleIndex("target", { w: [2] }));
  assert.deepEqual(
    tensors.map((t) => [t.name, t.origin.key]),
    [["w", "module.w"]],
  );
  assert.deepEqual(report.skipped, [{ key: "n_averaged", reason: "Counter of an averaged model" }]);
});

test("a kind the target does not know is taken from the source", () => {
  const { tensors } = plan(
    sampleIndex("source", { w: { kind: "buffer" } }),
    sampleIndex("target", { w: {} }),
  );
  assert.equal(tensors[0]?.kind, "buffer");
  const known = plan(
    sampleIndex("source", { w: { kind: "buffer" } }),
    sampleIndex("target", { w: { kind: "parameter" } }),
  );
  assert.equal(known.tensors[0]?.kind, "parameter");
});

test("a parameter without meaning is refused", () => {
  assert.throws(() => plan(sampleIndex("source", { w: [1] }), undefined, { strikt: true }));
});

test("nothing is ever to be frozen because of weights_only", () => {
  assert.deepEqual(weightsOnly.frozen([], {}), []);
});
