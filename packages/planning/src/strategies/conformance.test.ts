/** What every strategy promises, run over the registry. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError } from "@drydock/checkpoint";
import fc from "fast-check";
import { opBytes } from "../kernel-ops.ts";
import { sampleIndex } from "../sample.ts";
import { registerStrategy, strategies } from "./index.ts";

const layer = fc.constantFrom("a.w", "a.b", "model.a.w", "module.c.w", "c.w", "d");
const shape = fc.constantFrom([2], [2, 3], [3], []);
const dtype = fc.constantFrom("F32", "BF16", "F16");
const state = fc.dictionary(layer, fc.record({ shape, dtype }), { minKeys: 1, maxKeys: 6 });

for (const strategy of strategies.all()) {
  test(`${strategy.name}: same request, same answer; nothing given is changed; every tensor has its bytes and origin`, () => {
    fc.assert(
      fc.property(state, state, (s, t) => {
        const source = deepFreeze(sampleIndex("source", s));
        const target = deepFreeze(sampleIndex("target", t));
        const run = () => {
          try {
            return strategy.plan({ source, target, params: {} });
          } catch (error) {
            return error;
          }
        };
        const first = run();
        assert.deepEqual(run(), first);
        if (first instanceof Error) return;
        const { tensors, report } = strategy.plan({ source, target, params: {} });
        assert.deepEqual(
          tensors.map((p) => [p.name, p.dtype, p.shape]),
          target.weights.map((w) => [w.name, w.dtype, w.shape]),
        );
        for (const p of tensors) assert.equal(opBytes(p.op, p.name) > 0, true);
        const kept = report.unfilled.map((u) => u.key);
        assert.deepEqual([...report.transferred, ...kept].sort(), tensors.map((p) => p.name).sort());
      }),
    );
  });

  test(`${strategy.name}: its parameters have defaults, parse to themselves, and unknown ones are refused`, () => {
    const defaults = strategy.params.parse({});
    assert.deepEqual(strategy.params.parse(defaults), defaults);
    assert.equal(strategy.params.safeParse({ "no such": 1 }).success, false);
    for (const uri of strategy.uris) assert.ok(Object.hasOwn(strategy.params.shape, uri));
  });
}

test("an unknown strategy lists what there is with the nearest name", () => {
  assert.throws(
    () => strategies.get("warm_start"),
    (e: CheckpointConfigError) =>
      /unknown loading strategy "warm_start".*valid: transfer_learning, weights_only/.test(e.message),
  );
});

test("a second strategy of one name is refused, the same one again is not", () => {
  const [first] = strategies.all();
  assert.ok(first);
  registerStrategy(first);
  assert.throws(() => registerStrategy({ ...first }), CheckpointConfigError);
});

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === "object") {
    for (const entry of Object.values(value)) deepFreeze(entry);
    Object.freeze(value);
  }
  return value;
}
