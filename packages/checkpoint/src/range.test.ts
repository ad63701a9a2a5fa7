import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesSource, checkRange } from "./byte-source.ts";
import { type Op, rangesOf } from "./plan.ts";
import { coalesce, totalBytes } from "./range.ts";

test("coalescing joins what touches or lies within the gap, and loses no byte", () => {
  const ranges = [
    { start: 10, end: 20 },
    { start: 0, end: 5 },
    { start: 20, end: 30 },
    { start: 33, end: 34 },
    { start: 40, end: 40 },
  ];
  assert.deepEqual(coalesce(ranges), [
    { start: 0, end: 5 },
    { start: 10, end: 30 },
    { start: 33, end: 34 },
  ]);
  assert.deepEqual(coalesce(ranges, 5), [{ start: 0, end: 34 }]);
  assert.equal(totalBytes(ranges), 26);
});

test("a memory source gives exactly the bytes asked, the last one included, and refuses what lies outside", async () => {
  const source = bytesSource(Uint8Array.of(1, 2, 3));
  assert.deepEqual(await source.read(2, 3), Uint8Array.of(3));
  assert.deepEqual(await source.read(3, 3), new Uint8Array());
  await assert.rejects(source.read(2, 4), RangeError);
  assert.throws(() => checkRange(source, 2, 1), RangeError);
  assert.throws(() => checkRange(source, 0.5, 1), RangeError);
});

test("the ranges of an operation are found through every kind of nesting, left to right", () => {
  const read = (start: number): Op => ({
    kind: "read",
    range: { input: "source", object: "", start, end: start + 1, encoding: "stored" },
  });
  const op: Op = {
    kind: "kernel",
    name: "cast",
    params: {},
    args: [
      { kind: "concat", args: [read(1), { kind: "inflate", arg: read(2), size: 9 }] },
      { kind: "view", arg: read(3), dtype: "U8", offset: 0, shape: [1], strides: [1] },
      { kind: "init", method: "zeros", seed: 0, dtype: "U8", shape: [1], params: {} },
    ],
  };
  assert.deepEqual(
    rangesOf(op).map((r) => r.start),
    [1, 2, 3],
  );
});
