import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkOps, createBackend, newStats } from "../index.ts";
import { evaluate, source, trees } from "./op-trees.ts";
import { blocksOf, openOp } from "./open.ts";

const backends = [
  createBackend({ backend: "ts", version: 1 }),
  createBackend({ backend: "wasm", version: 1 }),
];

for (const backend of backends) {
  test(`any operation, pulled in any pieces through small blocks, yields what the plain evaluation does (${backend.profile.backend})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        trees,
        fc.integer({ min: 16, max: 64 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
        async (op, blockBytes, pieces) => {
          const stats = newStats();
          const size = checkOps(op);
          const blocks = blocksOf(op);
          using workspace = backend.open(blocks);
          const free = workspace.blocks.slice(0, blocks).map((block) => block.subarray(0, blockBytes));
          const stream = openOp(op, {
            tensor: "t",
            source,
            signal: new AbortController().signal,
            kernel: backend.kernel,
            workspace,
            free,
            stats,
          });
          const got = new Uint8Array(size);
          for (let at = 0, i = 0; at < size; i++) {
            const n = Math.min(pieces[i % pieces.length] ?? 1, size - at);
            await stream.fill(got.subarray(at, at + n));
            at += n;
          }
          await stream.finish();
          stream.close();
          const expectedStats = newStats();
          const expected = evaluate(op, expectedStats);
          assert.equal(stream.size, expected.length);
          assert.deepEqual(Buffer.from(got), Buffer.from(expected));
          assert.deepEqual(stats, expectedStats);
          assert.equal(free.length, blocks, "every block is put back");
        },
      ),
      { numRuns: 300 },
    );
  });
}
