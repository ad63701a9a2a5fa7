/** For tests: generated operations over small sources, and what they yield, worked out the plain way. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import {
  type ByteSource,
  bytesSource,
  contiguousStrides,
  type Dtype,
  itemSize,
  numel,
  type Op,
  type SourceRange,
} from "@drydock/checkpoint";
import fc from "fast-check";
import { CAST_DTYPES } from "../cast.ts";
import { createBackend, newStats } from "../index.ts";

const reference = createBackend({ backend: "ts", version: 1 });

/** Objects "0" … "7" hold bytes, and "0.z" … "7.z" the same deflated. */
const OBJECTS: ReadonlyMap<string, Uint8Array> = new Map(
  Array.from({ length: 8 }, (_, i): [string, Uint8Array][] => {
    const bytes = new Uint8Array(200 + 37 * i).map(
      (_, at) => Math.imul(at % (31 + 40 * i), 0x9e3779b1) >>> 24,
    );
    return [
      [`${i}`, bytes],
      [`${i}.z`, deflateRawSync(bytes)],
    ];
  }).flat(),
);

export function objectBytes(object: string): Uint8Array {
  return OBJECTS.get(object) ?? new Uint8Array();
}

export function source(_input: string, object: string): ByteSource {
  return bytesSource(objectBytes(object), object);
}

export function rangeOf(object: string, start: number, end: number): SourceRange {
  return { input: "source", object, start, end, encoding: object.endsWith(".z") ? "deflate" : "stored" };
}

const read = fc
  .record({ object: fc.nat(7), a: fc.nat(200), b: fc.nat(200) })
  .map(
    ({ object, a, b }): Op => ({ kind: "read", range: rangeOf(`${object}`, Math.min(a, b), Math.max(a, b)) }),
  );

const DTYPES: readonly Dtype[] = ["U8", "I16", "BF16", "F32", "F64", "I64"];

/** Views and kernels are fitted to what their argument happens to yield. */
const shapes = fc.record({
  dtype: fc.constantFrom(...DTYPES),
  shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
  strides: fc.array(fc.nat(6), { minLength: 4, maxLength: 4 }),
  offset: fc.nat(5),
  contiguous: fc.boolean(),
});

type Shape = typeof shapes extends fc.Arbitrary<infer S> ? S : never;

function viewOf(arg: Op, { dtype, shape, strides, offset, contiguous }: Shape): Op {
  const view = {
    kind: "view",
    arg,
    dtype,
    offset,
    shape,
    strides: contiguous ? contiguousStrides(shape) : strides.slice(0, shape.length),
  } as const;
  const last = shape.reduce((n, d, i) => n + (d - 1) * (view.strides[i] ?? 0), offset);
  const fits = shape.includes(0) || (last + 1) * itemSize(dtype) <= sizeOf(arg);
  return fits ? view : { ...view, offset: 0, shape: [0], strides: [1] };
}

function castOf(arg: Op, from: number, step: number): Op {
  const source = CAST_DTYPES[from % 4] ?? "F32";
  const to = CAST_DTYPES[(from + 1 + (step % 3)) % 4] ?? "F64";
  const size = sizeOf(arg);
  const whole = viewOf(arg, {
    dtype: "U8",
    shape: [size - (size % itemSize(source))],
    strides: [1],
    offset: 0,
    contiguous: true,
  });
  return { kind: "kernel", name: "cast", params: { from: source, to }, args: [whole] };
}

/** Operations whose sizes fit together. */
export const trees: fc.Arbitrary<Op> = fc.letrec<{ op: Op }>((tie) => ({
  op: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    read,
    fc.nat(7).map((i): Op => {
      const size = 200 + 37 * i;
      return {
        kind: "inflate",
        size,
        arg: { kind: "read", range: rangeOf(`${i}.z`, 0, objectBytes(`${i}.z`).length) },
      };
    }),
    fc
      .record({ method: fc.constantFrom("zeros", "ones"), dtype: fc.constantFrom(...DTYPES), n: fc.nat(40) })
      .map(({ method, dtype, n }): Op => ({ kind: "init", method, seed: 0, dtype, shape: [n], params: {} })),
    fc.array(tie("op"), { maxLength: 3 }).map((args): Op => ({ kind: "concat", args })),
    fc.tuple(tie("op"), shapes).map(([arg, shape]) => viewOf(arg, shape)),
    fc.tuple(tie("op"), fc.nat(3), fc.nat(2)).map(([arg, from, step]) => castOf(arg, from, step)),
  ),
})).op;

function sizeOf(op: Op): number {
  switch (op.kind) {
    case "read":
      return op.range.end - op.range.start;
    case "inflate":
      return op.size;
    case "view":
    case "init":
      return numel(op.shape) * itemSize(op.dtype);
    case "concat":
      return op.args.reduce((n, arg) => n + sizeOf(arg), 0);
    case "kernel":
      return reference.kernel(op.name).outputBytes(op.params, op.args.map(sizeOf));
  }
}

/** What `op` yields, element by element and all in memory. */
export function evaluate(op: Op, stats = newStats()): Uint8Array {
  switch (op.kind) {
    case "read": {
      return objectBytes(op.range.object).slice(op.range.start, op.range.end);
    }
    case "inflate":
      return inflateRawSync(evaluate(op.arg, stats));
    case "view": {
      const arg = evaluate(op.arg, stats);
      const size = itemSize(op.dtype);
      const out = new Uint8Array(numel(op.shape) * size);
      for (let i = 0; i < numel(op.shape); i++) {
        let at = op.offset;
        for (let d = op.shape.length - 1, rest = i; d >= 0; d--) {
          const n = op.shape[d] ?? 1;
          at += (rest % n) * (op.strides[d] ?? 0);
          rest = Math.floor(rest / n);
        }
        out.set(arg.subarray(at * size, (at + 1) * size), i * size);
      }
      return out;
    }
    case "concat":
      return Buffer.concat(op.args.map((arg) => evaluate(arg, stats)));
    case "init": {
      const bytes = new Uint8Array(sizeOf(op));
      if (op.method === "zeros") return bytes;
      const ones: Partial<Record<Dtype, string>> = {
        U8: "01",
        I16: "0100",
        BF16: "803f",
        F32: "0000803f",
        F64: "000000000000f03f",
        I64: "0100000000000000",
      };
      const one = Buffer.from(ones[op.dtype] ?? "", "hex");
      return bytes.map((_, i) => one[i % one.length] ?? 0);
    }
    case "kernel": {
      const [arg] = op.args.map((a) => evaluate(a, stats));
      const out = new Uint8Array(sizeOf(op));
      reference.kernel(op.name).run(op.params, arg ?? new Uint8Array(), out, stats);
      return out;
    }
  }
}
