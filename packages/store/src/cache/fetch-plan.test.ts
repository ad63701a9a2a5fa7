import assert from "node:assert/strict";
import { test } from "node:test";
import { type ByteRange, coalesce, totalBytes } from "@drydock/checkpoint";
import fc from "fast-check";
import { join, overlapping, split, subtract } from "./fetch-plan.ts";

const SPACE = 400;
const ranges = fc
  .array(fc.tuple(fc.nat(SPACE - 1), fc.integer({ min: 1, max: 60 })), { maxLength: 12 })
  .map((list): ByteRange[] =>
    coalesce(list.map(([start, length]) => ({ start, end: Math.min(SPACE, start + length) }))),
  );

function bytesOf(list: readonly ByteRange[]): Set<number> {
  return new Set(list.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)));
}

test("what is missing is what was wanted and is not there, byte for byte", () => {
  fc.assert(
    fc.property(ranges, ranges, (wanted, present) => {
      const there = bytesOf(present);
      assert.deepEqual(
        bytesOf(subtract(wanted, present)),
        new Set([...bytesOf(wanted)].filter((at) => !there.has(at))),
      );
      const asked = bytesOf(wanted);
      const touching = present.filter((range) => [...bytesOf([range])].some((at) => asked.has(at)));
      assert.deepEqual(overlapping(present, wanted), touching);
    }),
  );
});

test("joining keeps what is missing, touches nothing present and adds at most one part in 200", () => {
  const wide = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 400 })), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(wide, fc.nat(3), (steps, every) => {
      const wanted: ByteRange[] = [];
      const present: ByteRange[] = [];
      let at = 0;
      for (const [i, [gap, length]] of steps.entries()) {
        if (gap > 2 && i % 4 === every) present.push({ start: at + 1, end: at + 2 });
        wanted.push({ start: at + gap, end: at + gap + length * 20 });
        at += gap + length * 20;
      }
      const joined = join(wanted, present);
      assert.deepEqual(subtract(wanted, joined), []);
      assert.deepEqual(overlapping(present, joined), []);
      assert.ok(totalBytes(joined) <= totalBytes(wanted) * 1.005);
      assert.ok(joined.length <= wanted.length);
    }),
  );
});

test("the nearest are joined first", () => {
  const wanted = [
    { start: 0, end: 1000 },
    { start: 1014, end: 2000 },
    { start: 2001, end: 3000 },
  ];
  assert.deepEqual(join(wanted, []), [
    { start: 0, end: 1000 },
    { start: 1014, end: 3000 },
  ]);
});

test("pieces cover a range without overlaps, none too long and none much shorter than the others", () => {
  fc.assert(
    fc.property(ranges, fc.integer({ min: 1, max: 50 }), (list, max) => {
      const pieces = split(list, max);
      assert.deepEqual(coalesce(pieces), coalesce(list));
      assert.equal(totalBytes(pieces), totalBytes(list));
      assert.ok(pieces.every(({ start, end }) => end > start && end - start <= max));
    }),
  );
  assert.deepEqual(
    split([{ start: 0, end: 9 }], 8).map(({ start, end }) => end - start),
    [5, 4],
  );
});
