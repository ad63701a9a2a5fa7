import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { itemSize } from "@drydock/checkpoint";
import fc from "fast-check";
import { CAST_DTYPES, type CastDtype } from "../cast.ts";
import { createBackend, KERNEL_NAMES, newStats } from "../index.ts";
import { WASM_CALLS } from "./calls.ts";

const ts = createBackend({ backend: "ts", version: 1 });
const wasm = createBackend({ backend: "wasm", version: 1 });

const CALLS = [
  ...CAST_DTYPES.flatMap((from) =>
    CAST_DTYPES.filter((to) => to !== from).map((to) => ({ name: "cast", params: { from, to } })),
  ),
  ...[2, 4, 8].map((itemsize) => ({ name: "byteswap", params: { itemsize } })),
];

/** Bit patterns of a seed: anything, or binary32 in and about the range of halves, where casts round and overflow. */
const patterns = fc
  .record({ seed: fc.integer({ min: 1, max: 0x7fffffff }), words: fc.nat(2048), halves: fc.boolean() })
  .map(({ seed, words, halves }) => {
    let state = seed;
    const next = (): number => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 0;
    };
    const random = (): number => (halves ? 0x32000000 + (next() % 0x16000000) : next());
    return new Uint8Array(new Uint32Array(words).map(random).buffer);
  });

for (const { name, params } of CALLS) {
  test(`WebAssembly equals the reference, statistics included: ${name} ${JSON.stringify(params)}`, () => {
    const kernel = wasm.kernel(name);
    const bytes = kernel.elementBytes(params);
    using reference = ts.open(0);
    using workspace = wasm.open(2);
    const [inBlock = new Uint8Array(), outBlock = new Uint8Array()] = workspace.blocks;
    fc.assert(
      fc.property(
        patterns,
        fc.nat(31),
        fc.boolean(),
        fc.boolean(),
        (raw, shift, inputInside, outputInside) => {
          const input = raw.subarray(0, raw.length - (raw.length % bytes.input));
          const size = (input.length / bytes.input) * bytes.output;
          const expected = new Uint8Array(size);
          const expectedStats = newStats();
          reference.run(kernel, params, input, expected, expectedStats);

          const source = (inputInside ? inBlock : new Uint8Array(input.length + 32)).subarray(
            shift,
            shift + input.length,
          );
          source.set(input);
          const target = (outputInside ? outBlock : new Uint8Array(size + 33)).subarray(
            shift,
            shift + size + 1,
          );
          target[size] = 0xa5;
          const stats = newStats();
          workspace.run(kernel, params, source, target.subarray(0, size), stats);
          assert.deepEqual(Buffer.from(target.subarray(0, size)), Buffer.from(expected));
          assert.deepEqual(stats, expectedStats);
          assert.equal(target[size], 0xa5, "nothing is written past the output");
        },
      ),
      { numRuns: 60 },
    );
  });
}

/** The recorded patterns of one dtype: every exponent, every tie, both ends of each range. */
function recorded(dtype: CastDtype): Uint8Array {
  const file = readFileSync(new URL("../../fixtures/cast.bin", import.meta.url));
  const count = file.readUInt32LE(0);
  let at = 4;
  for (const from of CAST_DTYPES) {
    if (from === dtype) return file.subarray(at, at + count * itemSize(from));
    at += CAST_DTYPES.reduce((n, to) => n + count * itemSize(to), 0);
  }
  throw new RangeError(dtype);
}

test("WebAssembly equals the reference on the patterns recorded for PyTorch", () => {
  for (const { name, params } of CALLS) {
    if (!("from" in params)) continue;
    const kernel = wasm.kernel(name);
    const input = recorded(params.from);
    const [expected, got] = [ts, wasm].map((backend) => {
      using workspace = backend.open(0);
      const output = Buffer.alloc(kernel.outputBytes(params, [input.length]));
      const stats = newStats();
      workspace.run(kernel, params, input, output, stats);
      return { output, stats };
    });
    assert.deepEqual(got, expected, JSON.stringify(params));
  }
});

test("every 16-bit pattern casts as in the reference, also in runs longer than the staging page", () => {
  const all = new Uint8Array(new Uint16Array(65536).map((_, i) => i).buffer);
  for (const [from, to] of [
    ["F16", "BF16"],
    ["F16", "F64"],
    ["BF16", "F16"],
    ["BF16", "F32"],
  ] as const) {
    const kernel = wasm.kernel("cast");
    const size = kernel.outputBytes({ from, to }, [all.length]);
    const results = [ts, wasm].map((backend) => {
      using workspace = backend.open(0);
      const output = new Uint8Array(size);
      const stats = newStats();
      workspace.run(kernel, { from, to }, all, output, stats);
      return { digest: Buffer.from(output).toString("base64"), stats };
    });
    assert.deepEqual(results[1], results[0]);
  }
});

test("each kernel has its WebAssembly", () => {
  assert.deepEqual(Object.keys(WASM_CALLS).sort(), [...KERNEL_NAMES].sort());
});

test("workspaces open at the same time share no memory, and one given back is used again", () => {
  const first = wasm.open(2);
  const second = wasm.open(2);
  assert.notEqual(first.blocks[0]?.buffer, second.blocks[0]?.buffer);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  assert.equal(wasm.open(1), first);
  assert.notEqual(wasm.open(1), first);
});
