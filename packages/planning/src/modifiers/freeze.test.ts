import assert from "node:assert/strict";
import { test } from "node:test";
import { type CheckpointError, CheckpointIncompatibleError } from "@drydock/checkpoint";
import { samplePlans } from "../sample.ts";
import { freeze } from "./freeze.ts";
import { initialState } from "./modifier.ts";

const NET = {
  "a.lin1.weight": [2, 2],
  "a.lin1.bias": [2],
  "a.sequential.0.weight": [2],
  "a.sequential.1.weight": [2],
  "b.lin1.weight": [2],
};

const run = (tensors: Parameters<typeof samplePlans>[0], layers: readonly string[], strict = true) =>
  freeze.apply(initialState(samplePlans(tensors)), { layers, strict });
const frozen = (...args: Parameters<typeof run>) => [...run(...args).frozen].sort();

test("a dotted path freezes that submodule alone", () => {
  assert.deepEqual(frozen(NET, ["a.sequential.0"]), ["a.sequential.0.weight"]);
});

test("a module's name freezes all of it and nothing of another", () => {
  assert.deepEqual(frozen(NET, ["a"]), [
    "a.lin1.bias",
    "a.lin1.weight",
    "a.sequential.0.weight",
    "a.sequential.1.weight",
  ]);
});

test("a bare name does not match a nested module: strict lists where it is, else it warns and freezes nothing", () => {
  assert.throws(
    () => run(NET, ["lin1"]),
    (e: CheckpointError) =>
      e instanceof CheckpointIncompatibleError &&
      /"lin1" is no module.*candidates: a\.lin1, b\.lin1/.test(e.message),
  );
  const state = run(NET, ["lin1"], false);
  assert.equal(state.frozen.size, 0);
  assert.match(state.warnings[0] ?? "", /lin1/);
  assert.deepEqual(state.freezes, [{ by: "freeze", entry: "lin1", resolved: "", tensors: 0, elements: 0 }]);
});

test("entries are relative to wrapper prefixes, known ones or the one that all tensors share", () => {
  const lightning = { "model.model.encoder.w": [1], "model.model.processor.0.w": [1], "model.pre.mean": [1] };
  assert.deepEqual(frozen(lightning, ["encoder", "processor.0"]), [
    "model.model.encoder.w",
    "model.model.processor.0.w",
  ]);
  assert.deepEqual(frozen({ "net.encoder.w": [1], "net.decoder.w": [1] }, ["encoder"]), ["net.encoder.w"]);
  assert.deepEqual(frozen({ "module._orig_mod.encoder.w": [1], "module.x": [1] }, ["encoder"]), [
    "module._orig_mod.encoder.w",
  ]);
});

test("the full path from the root means itself, whatever else ends like it", () => {
  const both = { "encoder.w": [1], "model.encoder.w": [1] };
  assert.deepEqual(frozen(both, ["encoder"]), ["encoder.w"]);
  assert.deepEqual(frozen(both, ["model.encoder"]), ["model.encoder.w"]);
});

test("an entry that could mean several modules is an error naming them, strict or not", () => {
  for (const strict of [true, false]) {
    assert.throws(
      () => run({ "model.encoder.w": [1], "model.model.encoder.w": [1] }, ["encoder"], strict),
      /"encoder" could mean model\.encoder or model\.model\.encoder/,
    );
  }
});

test("only whole path elements match; a mistyped name shows the one that was meant", () => {
  assert.throws(
    () => run({ "model.encoder.w": [1], "model.d": [1] }, ["encodr"]),
    /candidates: model\.encoder/,
  );
  assert.throws(() => run({ "model.encoder.w": [1], "model.d": [1] }, ["enc"]), /is no module/);
  assert.throws(() => run({ "x.w": [1], "y.w": [1] }, ["qqqqqq"]), /candidates: x, y/);
});

test("all mistaken entries are told together", () => {
  assert.throws(() => run(NET, ["nope", "nada"]), /"nope"[\s\S]*"nada"/);
});

test("a module already frozen is not missing and counts nothing new", () => {
  const once = freeze.apply(initialState(samplePlans(NET)), { layers: ["a"] });
  const twice = freeze.apply(once, { layers: ["a"] });
  assert.equal(twice.frozen.size, 4);
  assert.deepEqual(twice.freezes.at(-1), {
    by: "freeze",
    entry: "a",
    resolved: "a",
    tensors: 0,
    elements: 0,
  });
});

test("several modules in one entry list are recorded in the given order, with tensors and elements", () => {
  const { freezes, applied } = run(NET, ["b", "a.lin1"]);
  assert.deepEqual(
    freezes.map((f) => [f.resolved, f.tensors, f.elements]),
    [
      ["b", 1, 2],
      ["a.lin1", 2, 6],
    ],
  );
  assert.deepEqual(applied, [
    {
      type: "freeze",
      layers: ["b", "a.lin1"],
      strict: true,
      frozen_modules: [
        { name: "b", tensors: 1, elements: 2 },
        { name: "a.lin1", tensors: 2, elements: 6 },
      ],
      tensors: 3,
      elements: 8,
    },
  ]);
});

test("two freeze stages leave two records", () => {
  const first = freeze.apply(initialState(samplePlans(NET)), { layers: ["b"] });
  assert.equal(freeze.apply(first, { layers: ["a"] }).applied.length, 2);
});

test("an empty list does nothing and leaves no record", () => {
  const state = initialState(samplePlans(NET));
  assert.deepEqual(freeze.apply(state, { layers: [] }), state);
});

test("an empty path and a bare text instead of a list are refused", () => {
  assert.equal(freeze.params.safeParse({ layers: [""] }).success, false);
  assert.equal(freeze.params.safeParse({ layers: "encoder" }).success, false);
});

test("buffers and integer tensors are no parameters; a module of buffers only is a miss", () => {
  const net = {
    "bn.weight": [2],
    "bn.running_mean": { kind: "buffer" },
    "bn.num_batches": { dtype: "I64", shape: [] },
    "pos.index": { dtype: "I64" },
  } as const;
  assert.deepEqual(frozen(net, ["bn"]), ["bn.weight"]);
  assert.throws(() => run(net, ["pos"]), /"pos" \(pos\) holds buffers only/);
});

test("a parameter that hangs on the root is frozen by its own name", () => {
  assert.deepEqual(frozen({ "model.token": [3], "model.a.w": [1] }, ["token"]), ["model.token"]);
});

test("tied parameters freeze together, and it is said", () => {
  const tied = { "embed.w": { tie: "s" }, "head.w": { tie: "s" }, "head.b": [1] } as const;
  const state = run(tied, ["head"]);
  assert.deepEqual([...state.frozen].sort(), ["embed.w", "head.b", "head.w"]);
  assert.match(state.warnings[0] ?? "", /embed\.w share/);
});

test("no tensor is altered", () => {
  const state = initialState(samplePlans(NET));
  assert.equal(freeze.apply(state, { layers: ["a"] }).tensors, state.tensors);
});
