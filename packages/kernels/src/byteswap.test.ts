import assert from "node:assert/strict";
import { test } from "node:test";
import { byteswap } from "./byteswap.ts";
import { newStats } from "./kernel.ts";

test("byteswap reverses the bytes of each element and of no other unit", () => {
  const input = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const [itemsize, expected] of [
    [2, [2, 1, 4, 3, 6, 5, 8, 7]],
    [4, [4, 3, 2, 1, 8, 7, 6, 5]],
    [8, [8, 7, 6, 5, 4, 3, 2, 1]],
  ] as const) {
    const output = new Uint8Array(9);
    byteswap.run({ itemsize }, input, output.subarray(1), newStats());
    assert.deepEqual([...output.subarray(1)], expected);
  }
});

test("byteswap of another item size is refused", () => {
  assert.throws(() => byteswap.check({ itemsize: 3 }), /byteswap knows 2, 4, 8, got 3/);
  assert.throws(() => byteswap.check({}), /got nothing/);
});
