import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError, type CheckpointError } from "@drydock/checkpoint";
import type { FileLayout, LayoutPart } from "@drydock/formats";
import fc from "fast-check";
import { MAX_SHARDS, partBytes, splitFiles } from "./split.ts";

const tensor = (nbytes: number): LayoutPart => ({ kind: "tensor", tensor: 0, nbytes, aliases: [] });
const literal = (size: number, ...parts: number[]): LayoutPart => ({
  kind: "literal",
  bytes: new Uint8Array(size),
  fills: parts.map((part, i) => ({ at: 4 * i, part })),
});
const file = (...parts: LayoutPart[]): FileLayout => ({
  path: "f",
  size: parts.reduce((n, p) => n + partBytes(p), 0),
  parts,
});
const ends = (files: FileLayout[], shardBytes: number, minBytes = 1) => {
  const { pieces, tailCount } = splitFiles(files, { shardBytes, minBytes });
  return { pieces: pieces.map((p) => [p.file, p.firstPart, p.endPart, p.start, p.end]), tailCount };
};

test("a small file is one shard, its checksums its own", () => {
  const { pieces, tailCount } = ends(
    [file(literal(8), tensor(4), literal(8, 1), tensor(4), literal(16, 3, 1))],
    100,
  );
  // The last literal collects from all over, so it would start a shard, were the first not too small.
  assert.deepEqual(pieces, [
    [0, 0, 4, 0, 24],
    [0, 4, 5, 24, 40],
  ]);
  assert.equal(tailCount, 1);
  const one = ends([file(literal(8), tensor(4), literal(8, 1), tensor(4), literal(16, 3, 1))], 100, 100);
  assert.deepEqual(one, { pieces: [[0, 0, 5, 0, 40]], tailCount: 0 });
});

test("shards end at part boundaries before they would grow over the size, and a tensor above it is a shard", () => {
  const { pieces } = ends([file(literal(2), tensor(5), tensor(4), tensor(30), tensor(1), tensor(1))], 10);
  assert.deepEqual(pieces, [
    [0, 0, 2, 0, 7],
    [0, 2, 3, 7, 11],
    [0, 3, 4, 11, 41],
    [0, 4, 6, 41, 43],
  ]);
});

test("a literal stays with the neighbour whose checksum it holds", () => {
  const parts = [literal(1), tensor(10), literal(4, 1), tensor(10), literal(4, 3), literal(4, 6), tensor(10)];
  const { pieces, tailCount } = ends([file(...parts)], 10);
  assert.deepEqual(
    pieces.map((p) => p.slice(1, 3)),
    [
      [0, 1],
      [1, 3],
      [3, 5],
      [5, 7],
    ],
  );
  assert.equal(tailCount, 0);
});

test("tails of several files come last, in file order", () => {
  const torch = () => file(tensor(10), tensor(10), literal(8, 0, 1));
  const { pieces, tailCount } = ends([torch(), torch()], 10);
  assert.equal(tailCount, 2);
  assert.deepEqual(
    pieces.map((p) => p.slice(0, 3)),
    [
      [0, 0, 1],
      [0, 1, 2],
      [1, 0, 1],
      [1, 1, 2],
      [0, 2, 3],
      [1, 2, 3],
    ],
  );
});

test("shards grow so that no run has more than 4,096, and more files than that are refused", () => {
  const many = file(...Array.from({ length: 10_000 }, () => tensor(8)));
  assert.ok(ends([many], 1).pieces.length <= MAX_SHARDS);
  assert.throws(
    () =>
      splitFiles(
        Array.from({ length: MAX_SHARDS + 1 }, () => file(tensor(1))),
        { shardBytes: 1, minBytes: 1 },
      ),
    (e: CheckpointConfigError) =>
      e instanceof CheckpointConfigError && e.problems[0]?.path === "output.file_bytes",
  );
});

test("a layout whose parts do not add up is a bug found here", () => {
  assert.throws(
    () => splitFiles([{ ...file(tensor(4)), size: 5 }], { shardBytes: 1, minBytes: 1 }),
    (e: CheckpointError) => e.kind === "internal",
  );
});

test("whatever the parts: every part is in one shard, in order; no shard but a file's last is under the minimum", () => {
  const part = fc.oneof(
    fc.nat(40).map(tensor),
    fc.nat(10).map((n) => literal(n)),
  );
  const anyFile = fc.array(part, { minLength: 1, maxLength: 30 }).map((parts) => file(...parts));
  fc.assert(
    fc.property(
      fc.array(anyFile, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 30 }),
      (files, shardBytes, minBytes) => {
        const { pieces } = splitFiles(files, { shardBytes, minBytes });
        for (const [i, f] of files.entries()) {
          const own = pieces.filter((p) => p.file === i);
          let at = 0;
          let partAt = 0;
          for (const p of own) {
            assert.deepEqual([p.start, p.firstPart], [at, partAt]);
            at = p.end;
            partAt = p.endPart;
          }
          assert.deepEqual([at, partAt], [f.size, f.parts.length]);
          for (const p of own.slice(0, -1)) assert.ok(p.end - p.start >= minBytes);
        }
      },
    ),
  );
});
