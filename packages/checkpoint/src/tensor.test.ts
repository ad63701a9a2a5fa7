import assert from "node:assert/strict";
import { test } from "node:test";
import { DTYPES, itemSize, parseDtype, torchName } from "./dtype.ts";
import { CheckpointLoadError } from "./errors.ts";
import {
  checkedAdd,
  checkedMul,
  contiguousStrides,
  formatShape,
  nbytes,
  numel,
  sameShape,
} from "./tensor.ts";

test("sizes that cannot be addressed exactly are an error naming both numbers, never a rounded product", () => {
  assert.throws(
    () => checkedMul(2 ** 32, 2 ** 32, "w"),
    (e: CheckpointLoadError) => e.code === "SIZE_OVERFLOW" && /4294967296 × 4294967296/.test(e.message),
  );
  assert.throws(() => checkedAdd(Number.MAX_SAFE_INTEGER, 1, "w"), CheckpointLoadError);
  assert.equal(checkedAdd(1, 2, "w"), 3);
});

test("a zero dimension makes a tensor empty however large the others are", () => {
  assert.equal(numel([0, 2 ** 52, 2 ** 52]), 0);
  assert.equal(numel([]), 1);
  assert.equal(nbytes({ name: "w", dtype: "F32", shape: [3, 4] }), 48);
});

test("strides of a contiguous tensor count elements, last dimension fastest", () => {
  assert.deepEqual(contiguousStrides([2, 3, 4]), [12, 4, 1]);
  assert.deepEqual(contiguousStrides([]), []);
  assert.deepEqual(contiguousStrides([2, 0, 4]), [4, 4, 1]);
});

test("shapes compare by rank and every dimension, and print as PyTorch prints them", () => {
  assert.ok(sameShape([1, 2], [1, 2]));
  assert.ok(!sameShape([1, 2], [1]));
  assert.ok(!sameShape([1, 2], [1, 3]));
  assert.equal(formatShape([1024, 512]), "[1024, 512]");
});

test("a dtype is found by its safetensors name, its PyTorch name and torch's own spelling", () => {
  for (const dtype of DTYPES) {
    assert.equal(parseDtype(dtype), dtype);
    assert.equal(parseDtype(torchName(dtype)), dtype);
    assert.equal(parseDtype(`torch.${torchName(dtype)}`), dtype);
    assert.ok(itemSize(dtype) >= 1);
  }
  assert.equal(parseDtype("bf16"), "BF16");
  assert.equal(parseDtype("float7"), undefined);
});
