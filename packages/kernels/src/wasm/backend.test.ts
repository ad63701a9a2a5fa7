import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CAST_DTYPES } from "../cast.ts";
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

/** Patterns where casts decide: ties, ends of ranges, subnormals, infinities, NaNs. As the high bits of an element. */
const EDGES = [
  0, 0x8000, 0x0001, 0x3380, 0x3300, 0x7f7f, 0x7f80, 0x7f81, 0xffc0, 0x477f, 0x4780, 0x3880, 0x387f, 0x7c00,
  0x7bff, 0x03ff, 0x0400, 0x7e01, 0x7ff0, 0x7ff8, 0x47ef, 0x47f0, 0x36a0, 0x3690, 0x37ff,
];

const patterns = fc.oneof(
  fc.uint8Array({ minLength: 0, maxLength: 320 }),
  fc
    .array(fc.tuple(fc.constantFrom(...EDGES), fc.constantFrom(0, 1, 0x7fff, 0x8000, 0x8001, 0xffff)), {
      maxLength: 80,
    })
    .map((pairs) => new Uint8Array(new Uint16Array(pairs.flatMap(([high, low]) => [low, high])).buffer)),
);

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

          const source = (inputInside ? inBlock : new Uint8Array(400)).subarray(shift, shift + input.length);
          source.set(input);
          const target = (outputInside ? outBlock : new Uint8Array(4096)).subarray(shift, shift + size + 1);
          target[size] = 0xa5;
          const stats = newStats();
          workspace.run(kernel, params, source, target.subarray(0, size), stats);
          assert.deepEqual(Buffer.from(target.subarray(0, size)), Buffer.from(expected));
          assert.deepEqual(stats, expectedStats);
          assert.equal(target[size], 0xa5, "nothing is written past the output");
        },
      ),
      { numRuns: 150 },
    );
  });
}

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
