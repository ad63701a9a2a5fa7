import assert from "node:assert/strict";
import { test } from "node:test";
import { type CheckpointError, CheckpointIncompatibleError } from "@drydock/checkpoint";
import { sampleIndex } from "../sample.ts";
import { transferLearning } from "./transfer-learning.ts";

const plan = (
  source: ReturnType<typeof sampleIndex>,
  target?: ReturnType<typeof sampleIndex>,
  params: Record<string, unknown> = {},
) => transferLearning.plan({ source, target, params });

const source = sampleIndex("source", { "body.w": [7], "head.w": [7, 10], "old_head.w": [3] });
const target = sampleIndex("target", { "body.w": [7], "head.w": [5, 10], "new.w": [2] });

test("what fits is transferred; skipped keys carry the upstream reasons; the rest stays the target's own", () => {
  const { tensors, report } = plan(source, target);
  assert.deepEqual(report.transferred, ["body.w"]);
  assert.deepEqual(report.skipped, [
    { key: "head.w", reason: "Shape mismatch: [7, 10] vs [5, 10]" },
    { key: "old_head.w", reason: "Key not in target" },
  ]);
  assert.deepEqual(report.unfilled, [
    { key: "head.w", reason: "Shape mismatch: [7, 10] vs [5, 10]; the target's own value is kept" },
    { key: "new.w", reason: "Not in source; the target's own value is kept" },
  ]);
  assert.deepEqual(
    tensors.map((t) => [t.name, t.origin.kind, t.shape]),
    [
      ["body.w", "transferred", [7]],
      ["head.w", "target", [5, 10]],
      ["new.w", "target", [2]],
    ],
  );
});

test("a shape mismatch is an error when skip_mismatched is false, an extra source key never is", () => {
  assert.throws(
    () => plan(source, target, { skip_mismatched: false }),
    (e: CheckpointError) =>
      e instanceof CheckpointIncompatibleError && /head\.w: \[7, 10\] vs \[5, 10\]/.test(e.message),
  );
  const fitting = sampleIndex("target", { "body.w": [7] });
  const { report } = plan(source, fitting, { skip_mismatched: false });
  assert.equal(report.skipped.length, 2);
});

test("strict wants every target key filled, and lists missing and mismatched apart", () => {
  assert.throws(
    () => plan(source, target, { strict: true }),
    (e: CheckpointError) =>
      /missing from the source \(1\): new\.w/.test(e.message) &&
      e.details.num_mismatches === 1 &&
      /strict: false/.test(e.remedy ?? ""),
  );
  const filled = plan(source, sampleIndex("target", { "body.w": [7] }), { strict: true });
  assert.deepEqual(filled.report.unfilled, []);
});

test("zero transferred keys are refused unless allow_empty", () => {
  const other = sampleIndex("target", { x: [1] });
  assert.throws(
    () => plan(source, other),
    (e: CheckpointError) =>
      e instanceof CheckpointIncompatibleError && /none of the source's 3 keys/.test(e.message),
  );
  const { tensors, report } = plan(source, other, { allow_empty: true });
  assert.deepEqual(report.transferred, []);
  assert.equal(tensors[0]?.origin.kind, "target");
});

test("a spec has no values: a key that neither side fills is an error naming it and why", () => {
  const spec = sampleIndex("target", { "body.w": [7], "head.w": [5, 10], "new.w": [2] }, "spec");
  assert.throws(
    () => plan(source, spec),
    (e: CheckpointError) =>
      e instanceof CheckpointIncompatibleError &&
      /missing from the source \(1\): new\.w/.test(e.message) &&
      /head\.w: Shape mismatch: \[7, 10\] vs \[5, 10\]/.test(e.message),
  );
  assert.equal(plan(source, sampleIndex("target", { "body.w": [7] }, "spec")).tensors.length, 1);
});

test("tied target tensors stay tied: one the source lacks takes the value of the one it has, and it is said", () => {
  const tied = sampleIndex("target", { "embed.w": { tie: "s" }, "lm_head.w": { tie: "s" } });
  const { tensors, report, warnings } = plan(sampleIndex("source", { "embed.w": {} }), tied);
  assert.deepEqual(tensors[0]?.op, tensors[1]?.op);
  assert.deepEqual(
    tensors.map((t) => [t.storage, t.origin.key]),
    [
      ["s", "embed.w"],
      ["s", "embed.w"],
    ],
  );
  assert.deepEqual(report.transferred, ["embed.w", "lm_head.w"]);
  assert.match(warnings[0] ?? "", /lm_head\.w is tied to embed\.w/);
});

test("ties that the source breaks are written apart, and it is said", () => {
  const tied = sampleIndex("target", { "embed.w": { tie: "s" }, "lm_head.w": { tie: "s" } });
  const { tensors, warnings } = plan(sampleIndex("source", { "embed.w": {}, "lm_head.w": {} }), tied);
  assert.deepEqual(
    tensors.map((t) => t.storage),
    ["", ""],
  );
  assert.match(warnings[0] ?? "", /embed\.w, lm_head\.w are tied in the target but stored apart/);
});

test("ties of both sides, and ties nobody fills, stay", () => {
  const both = sampleIndex("target", {
    a: { tie: "s" },
    b: { tie: "s" },
    c: { tie: "t" },
    d: { tie: "t" },
    e: {},
  });
  const { tensors } = plan(sampleIndex("source", { a: { tie: "q" }, b: { tie: "q" } }), both);
  assert.deepEqual(
    tensors.map((t) => t.storage),
    ["s", "s", "t", "t", ""],
  );
  assert.deepEqual(tensors[2]?.op, tensors[3]?.op);
});

test("different views of one storage are no tie", () => {
  const views = sampleIndex("target", {
    a: { tie: "s", shape: [2] },
    b: { tie: "s", shape: [3] },
    c: { tie: "u" },
  });
  const { tensors, warnings } = plan(sampleIndex("source", { a: [2], b: [3], c: [2] }), views);
  assert.deepEqual(
    tensors.map((t) => t.storage),
    ["s", "s", "u"],
  );
  assert.deepEqual(warnings, []);
});

test("a hint of what would match more reaches the user, as remedy or as warning", () => {
  const wrapped = sampleIndex("source", { "model.a": [1], "model.old": [1] });
  assert.throws(
    () => plan(wrapped, sampleIndex("target", { a: [1], new: [1] })),
    (e: CheckpointError) => /strip_prefix: "model\."/.test(e.remedy ?? ""),
  );
  const { warnings } = plan(
    sampleIndex("source", { same: [9], "model.a": [1], "model.old": [1] }),
    sampleIndex("target", { same: [9], a: [1], new: [1] }),
  );
  assert.match(warnings[0] ?? "", /strip_prefix/);
  const { report } = plan(wrapped, sampleIndex("target", { a: [1], new: [1] }), { strip_prefix: "model." });
  assert.deepEqual(report.transferred, ["a"]);
});

test("without a target everything is transferred as it is", () => {
  assert.deepEqual(plan(source).report.transferred, ["body.w", "head.w", "old_head.w"]);
});

test("freeze_loaded names what was transferred, and only when asked", () => {
  const { tensors } = plan(source, target);
  assert.deepEqual(transferLearning.frozen(tensors, { freeze_loaded: true }), ["body.w"]);
  assert.deepEqual(transferLearning.frozen(tensors, {}), []);
});

test("few transferred elements are said, with the share", () => {
  const { warnings } = plan(sampleIndex("source", { a: [1] }), sampleIndex("target", { a: [1], b: [99] }));
  assert.deepEqual(warnings, ["only 1 of 2 target keys (1.0 % of elements) come from the source"]);
});
