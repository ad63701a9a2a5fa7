/** What every modifier promises, run over the registry. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError } from "@drydock/checkpoint";
import { samplePlans } from "../sample.ts";
import { initialState, modifiers, registerModifier } from "./index.ts";

const PARAMS: Readonly<Record<string, unknown>> = { freeze: { layers: ["a"] }, cast: { dtype: "bf16" } };

for (const modifier of modifiers.all()) {
  test(`${modifier.name}: same state, same answer; what it was given stays; one record is added`, () => {
    const state = initialState(samplePlans({ "a.w": [2], "b.w": [2] }));
    const before = structuredClone(state);
    const after = modifier.apply(state, PARAMS[modifier.name]);
    assert.deepEqual(state, before);
    assert.deepEqual(modifier.apply(state, PARAMS[modifier.name]), after);
    assert.equal(after.applied.length, 1);
    assert.equal(after.applied[0]?.type, modifier.name);
    assert.deepEqual(
      after.tensors.map((t) => t.name),
      ["a.w", "b.w"],
    );
  });

  test(`${modifier.name}: its parameters parse to themselves, and unknown ones are refused`, () => {
    const parsed = modifier.params.parse(PARAMS[modifier.name]);
    assert.deepEqual(modifier.params.parse(parsed), parsed);
    assert.equal(modifier.params.safeParse({ ...parsed, "no such": 1 }).success, false);
  });
}

test("a second modifier of one name is refused", () => {
  const [first] = modifiers.all();
  assert.ok(first);
  assert.throws(() => registerModifier({ ...first }), CheckpointConfigError);
});
