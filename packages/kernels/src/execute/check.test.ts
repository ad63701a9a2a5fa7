import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointError, type Op } from "@drydock/checkpoint";
import { checkOps } from "../index.ts";

const read = (bytes: number): Op => ({
  kind: "read",
  range: { input: "source", object: "o", start: 0, end: bytes, encoding: "stored" },
});
const view = (arg: Op, shape: readonly number[], strides: readonly number[], offset = 0): Op => ({
  kind: "view",
  arg,
  dtype: "F32",
  offset,
  shape,
  strides,
});

function fails(op: Op, code: string, kind: string, message: RegExp): void {
  assert.throws(
    () => checkOps(op),
    (error) => {
      assert.ok(error instanceof CheckpointError);
      assert.deepEqual({ code: error.code, kind: error.kind }, { code, kind });
      assert.match(error.message, message);
      return true;
    },
  );
}

test("the size of what an operation yields is known before anything is read", () => {
  assert.equal(checkOps(view(read(24), [2, 3], [3, 1])), 24);
  assert.equal(checkOps(view(read(0), [0, 3], [3, 1], 99)), 0);
  assert.equal(checkOps({ kind: "inflate", arg: read(3), size: 9 }), 9);
  assert.equal(checkOps({ kind: "concat", args: [read(3), read(4)] }), 7);
  const init = { kind: "init", method: "ones", seed: 0, dtype: "F64", shape: [3], params: {} } as const;
  assert.equal(checkOps(init), 24);
  assert.equal(
    checkOps({ kind: "kernel", name: "cast", params: { from: "F64", to: "BF16" }, args: [init] }),
    6,
  );
});

test("a view that leaves its argument is refused with both numbers", () => {
  fails(view(read(23), [2, 3], [3, 1]), "VIEW_OUT_OF_RANGE", "load", /byte 24 of an argument of 23/);
  fails(view(read(24), [2, 3], [3, 1], 1), "VIEW_OUT_OF_RANGE", "load", /byte 28/);
  fails(view(read(24), [], [], 6), "VIEW_OUT_OF_RANGE", "load", /byte 28/);
});

test("a view whose numbers make no sense is refused", () => {
  fails(view(read(24), [2], [1, 1]), "VIEW_RANK", "load", /rank 1 has 2 strides/);
  fails(view(read(24), [2], [-1]), "VIEW_NEGATIVE", "load", /strides \[-1\]/);
  fails(view(read(24), [2 ** 40, 2 ** 40], [1, 1]), "SIZE_OVERFLOW", "load", /not a size/);
});

test("a strided view over a compressed range is refused above what memory allows, with what to do", () => {
  const inflated: Op = { kind: "inflate", arg: read(9), size: 1 << 30 };
  fails(
    view(inflated, [8192, 8192], [1, 8192]),
    "VIEW_TOO_LARGE",
    "load",
    /268435456 bytes .* limit is 67108864/,
  );
  assert.equal(checkOps(view(inflated, [8192, 8192], [8192, 1])), 1 << 28);
  assert.equal(checkOps(view(read(1 << 30), [8192, 8192], [1, 8192])), 1 << 28);
});

test("unknown kernels and initialisations are configuration errors that list the known", () => {
  fails(
    { kind: "kernel", name: "toString", params: {}, args: [] },
    "KERNEL_UNKNOWN",
    "config",
    /byteswap, cast/,
  );
  const init = { kind: "init", seed: 0, shape: [1], params: {} } as const;
  fails({ ...init, method: "normal", dtype: "F32" }, "INIT_UNKNOWN", "config", /zeros, ones/);
  fails({ ...init, method: "zeros", dtype: "F8_E8M0" }, "INIT_UNKNOWN", "config", /no zero/);
});

test("ranges and sizes that are none, and nesting without end, are refused", () => {
  fails(read(-1), "READ_RANGE", "load", /\[0, -1\)/);
  fails({ kind: "inflate", arg: read(1), size: -1 }, "INFLATE_SIZE", "load", /-1/);
  let op = read(1);
  for (let i = 0; i < 100; i++) op = { kind: "concat", args: [op] };
  fails(op, "OP_DEPTH", "load", /deeper than 64/);
});
