import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesSource, type Dtype, itemSize, numel } from "@drydock/checkpoint";
import fc from "fast-check";
import { gatherStream } from "./gather.ts";
import { readStream } from "./read.ts";
import { readWhole } from "./stream.ts";
import { byteExtent, type View } from "./view.ts";

const BYTES = new Uint8Array(4096).map((_, i) => (i * 197 + (i >> 8)) & 0xff);

function viewOver(view: Omit<View, "kind" | "arg">, size: number): View {
  const range = { input: "", object: "o", start: 0, end: size, encoding: "stored" } as const;
  return { kind: "view", arg: { kind: "read", range }, ...view };
}

function plain(view: View): Buffer {
  const size = itemSize(view.dtype);
  const out: number[] = [];
  for (let i = 0; i < numel(view.shape); i++) {
    let at = view.offset;
    for (let d = view.shape.length - 1, rest = i; d >= 0; d--) {
      const n = view.shape[d] ?? 1;
      at += (rest % n) * (view.strides[d] ?? 0);
      rest = Math.floor(rest / n);
    }
    out.push(...BYTES.subarray(at * size, (at + 1) * size));
  }
  return Buffer.from(out);
}

test("any strided view comes out right through any windows, and no read is longer than the window", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        dtype: fc.constantFrom<Dtype>("U8", "F16", "F32", "F64", "C64"),
        dims: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(9)), { maxLength: 4 }),
        offset: fc.nat(9),
      }),
      fc.record({
        box: fc.integer({ min: 1, max: 40 }),
        whole: fc.constantFrom(0, 200),
        window: fc.integer({ min: 1, max: 40 }),
        gap: fc.nat(20),
      }),
      async ({ dtype, dims, offset }, elements) => {
        const view = viewOver(
          { dtype, offset, shape: dims.map(([n]) => n), strides: dims.map(([, s]) => s) },
          BYTES.length,
        );
        const size = itemSize(dtype);
        const limits = {
          box: elements.box * size,
          whole: elements.whole * size,
          window: elements.window * size,
          gap: elements.gap * size,
        };
        let longest = 0;
        const stream = gatherStream(
          view,
          (start, end) => {
            longest = Math.max(longest, end - start);
            return readStream(
              bytesSource(BYTES),
              { input: "", object: "o", start, end, encoding: "stored" },
              {
                tensor: "t",
                signal: new AbortController().signal,
              },
            );
          },
          limits,
        );
        assert.deepEqual(Buffer.from(await readWhole(stream)), plain(view));
        const { start, end } = byteExtent(view);
        assert.ok(longest <= Math.max(limits.window, end - start <= limits.whole ? limits.whole : 0));
      },
    ),
    { numRuns: 500 },
  );
});

test("a transposed matrix reads as many stretches as it has rows, per box, and none of the rest", async () => {
  let reads = 0;
  let bytes = 0;
  const view = viewOver({ dtype: "U8", offset: 0, shape: [64, 64], strides: [1, 64] }, 4096);
  const stream = gatherStream(
    view,
    (start, end) => {
      reads++;
      bytes += end - start;
      return readStream(
        bytesSource(BYTES),
        { input: "", object: "o", start, end, encoding: "stored" },
        {
          tensor: "t",
          signal: new AbortController().signal,
        },
      );
    },
    { box: 1024, whole: 0, window: 512, gap: 8 },
  );
  assert.deepEqual(Buffer.from(await readWhole(stream)), plain(view));
  assert.deepEqual({ reads, bytes }, { reads: 4 * 64, bytes: 4096 });
});
