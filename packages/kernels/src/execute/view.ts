/** Geometry of strided views; no I/O. */
import { type ByteRange, checkedAdd, checkedMul, itemSize, type Op } from "@drydock/checkpoint";

export type View = Extract<Op, { kind: "view" }>;

/**
 * Most bytes held in memory for a strided view over something that can only be read in order. With the blocks and the
 * runtime it leaves half of the transformer's 256 MiB; a compressed, transposed tensor above it is yet to be seen.
 */
export const MATERIALISE_BYTES = 64 << 20;

/** First and last byte touched, in bytes of the argument; empty at 0 when no element is. */
export function byteExtent(view: View): ByteRange {
  if (view.shape.includes(0)) return { start: 0, end: 0 };
  const size = itemSize(view.dtype);
  const last = view.shape.reduce(
    (at, d, i) => checkedAdd(at, checkedMul(d - 1, view.strides[i] ?? 0, "view"), "view"),
    view.offset,
  );
  return { start: checkedMul(view.offset, size, "view"), end: checkedMul(last + 1, size, "view") };
}

/** Whether the view's elements lie in the argument one after another, in order. */
export function viewIsContiguous(view: View): boolean {
  if (view.shape.includes(0)) return true;
  let expected = 1;
  for (let i = view.shape.length - 1; i >= 0; i--) {
    const d = view.shape[i] ?? 1;
    if (d === 1) continue;
    if (view.strides[i] !== expected) return false;
    expected *= d;
  }
  return true;
}

/** Whether any part can be read without what comes before it. */
export function isRandomAccess(op: Op): boolean {
  switch (op.kind) {
    case "read":
    case "init":
      return true;
    case "concat":
      return op.args.every(isRandomAccess);
    case "view":
      return viewIsContiguous(op) && isRandomAccess(op.arg);
    case "inflate":
    case "kernel":
      return false;
  }
}

/** One dimension of a box of elements: n of them, apart by `source` in the argument and by `target` in the output. */
export interface Dim {
  readonly n: number;
  readonly source: number;
  readonly target: number;
}

/** A part of the output that is one contiguous run there and a box in the argument. Offsets in elements. */
export interface Box {
  readonly source: number;
  readonly elements: number;
  readonly dims: readonly Dim[];
}

/**
 * Cuts a view into boxes of at most `limit` elements, in output order: whole inner dimensions, a stretch of one
 * dimension, single indices of the outer ones.
 */
export function* boxes(view: View, limit: number): Generator<Box> {
  const { shape, strides, offset } = view;
  if (shape.includes(0)) return;
  // inner[i]: elements below dimension i, the output's stride of it.
  const inner = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) inner[i] = (inner[i + 1] ?? 1) * (shape[i + 1] ?? 1);
  const cut = Math.max(
    0,
    inner.findIndex((n) => n <= limit),
  );
  const dim = (i: number, n: number): Dim => ({ n, source: strides[i] ?? 0, target: inner[i] ?? 1 });
  const below = shape.slice(cut + 1).map((n, k) => dim(cut + 1 + k, n));
  const step = Math.max(1, Math.floor(limit / (inner[cut] ?? 1)));
  const outer = shape.slice(0, cut).reduce((n, d) => n * d, 1);
  for (let o = 0; o < outer; o++) {
    let source = offset;
    for (let i = cut - 1, rest = o; i >= 0; i--) {
      const d = shape[i] ?? 1;
      source += (rest % d) * (strides[i] ?? 0);
      rest = Math.floor(rest / d);
    }
    const length = shape[cut] ?? 1;
    for (let at = 0; at < length; at += step) {
      const n = Math.min(step, length - at);
      yield {
        source: source + at * (strides[cut] ?? 0),
        elements: n * (inner[cut] ?? 1),
        dims: shape.length === 0 ? [] : [dim(cut, n), ...below],
      };
    }
  }
}
