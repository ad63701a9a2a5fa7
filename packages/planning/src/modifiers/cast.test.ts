import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError } from "@drydock/checkpoint";
import { samplePlans } from "../sample.ts";
import { castModifier } from "./cast.ts";
import { initialState } from "./modifier.ts";

const NET = {
  "a.weight": [2],
  "a.norm.weight": [2],
  "b.weight": { dtype: "F64" },
  "b.half": { dtype: "BF16" },
  index: { dtype: "I64" },
} as const;

const run = (params: Record<string, unknown>, tensors: Parameters<typeof samplePlans>[0] = NET) =>
  castModifier.apply(initialState(samplePlans(tensors)), params);

test("float tensors change by one cast each; integers, and what has the dtype already, stay untouched", () => {
  const before = samplePlans(NET);
  const { tensors, applied } = run({ dtype: "bfloat16" });
  assert.deepEqual(
    tensors.map((t) => t.dtype),
    ["BF16", "BF16", "BF16", "BF16", "I64"],
  );
  assert.deepEqual(tensors[2]?.op, {
    kind: "kernel",
    name: "cast",
    params: { from: "F64", to: "BF16" },
    args: [before[2]?.op],
  });
  assert.deepEqual(tensors[3], before[3]);
  assert.deepEqual(
    tensors.map((t) => t.modifiers),
    [["cast"], ["cast"], ["cast"], [], []],
  );
  assert.deepEqual(applied, [{ type: "cast", dtype: "BF16", tensors: 3 }]);
});

test("include and exclude choose by globs over whole names, and exclude wins", () => {
  const { tensors, applied } = run({ dtype: "bf16", include: ["a.**"], exclude: ["**.norm.*"] });
  assert.deepEqual(
    tensors.map((t) => t.dtype),
    ["BF16", "F32", "F64", "BF16", "I64"],
  );
  assert.deepEqual(applied, [
    { type: "cast", dtype: "BF16", include: ["a.**"], exclude: ["**.norm.*"], tensors: 1 },
  ]);
});

test("a glob that meets no tensor is a mistake named by its place, all of them together", () => {
  assert.throws(
    () => run({ dtype: "bf16", include: ["zzz", "a.*"], exclude: ["b.q*"] }),
    (e: CheckpointConfigError) => {
      assert.ok(e instanceof CheckpointConfigError);
      assert.deepEqual(
        e.problems.map((p) => p.path),
        ["include[0]", "exclude[0]"],
      );
      return true;
    },
  );
});

test("two casts nest: each rounds once, as configured", () => {
  const once = run({ dtype: "bf16" });
  const { tensors } = castModifier.apply(once, { dtype: "float32" });
  assert.equal(tensors[0]?.dtype, "F32");
  assert.deepEqual(tensors[0]?.modifiers, ["cast", "cast"]);
});

test("floats of 8 bits stay as they are, and it is said", () => {
  const { tensors, warnings } = run({ dtype: "f32" }, { w: { dtype: "F8_E4M3" } });
  assert.equal(tensors[0]?.dtype, "F8_E4M3");
  assert.match(warnings[0] ?? "", /1 tensors of 8-bit floats stay/);
});

test("every spelling of a dtype is one dtype, and what cast does not know is refused with what it knows", () => {
  for (const dtype of ["bf16", "BF16", "bfloat16", "torch.bfloat16"]) {
    assert.equal(castModifier.params.parse({ dtype }).dtype, "BF16");
  }
  for (const dtype of ["int8", "float8_e4m3fn", "float7"]) {
    const parsed = castModifier.params.safeParse({ dtype });
    assert.match(parsed.error?.issues[0]?.message ?? "", /cast knows F64, F32, F16, BF16/);
  }
});
