import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutputTensor } from "./format.ts";
import { compareNames, ownersOf } from "./output.ts";

const a: OutputTensor = { name: "a", dtype: "F32", shape: [2, 3] };

test("the owner of shared bytes is the first of a chain, whatever the shapes are", () => {
  const tensors: OutputTensor[] = [
    a,
    { ...a, name: "b", sharesWith: "a" },
    { ...a, name: "own" },
    { ...a, name: "c", shape: [6], sharesWith: "b" },
  ];
  assert.deepEqual(ownersOf(tensors), [0, 0, 2, 0]);
});

for (const [what, tensors] of [
  ["a name given twice", [a, a]],
  ["a share with a later tensor", [{ ...a, name: "b", sharesWith: "a" }, a]],
  ["a share with itself", [{ ...a, sharesWith: "a" }]],
  ["a share of another type", [a, { ...a, name: "b", dtype: "I32", sharesWith: "a" }]],
  ["a share of another size", [a, { ...a, name: "b", shape: [2], sharesWith: "a" }]],
] as const) {
  test(`${what} is a bug of the caller`, () => assert.throws(() => ownersOf(tensors), { kind: "internal" }));
}

test("names are ordered by their UTF-8 bytes, not by UTF-16", () => {
  const names = ["b", "\u{1f600}", "\uffee", "a"];
  assert.deepEqual(names.sort(compareNames), ["a", "b", "\uffee", "\u{1f600}"]);
});
