import assert from "node:assert/strict";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Op } from "@drydock/checkpoint";
import { buildShard, createBackend, DEFAULT_PROFILE, type RangeSource } from "../index.ts";

const SIZE = 64 << 20;

for (const [what, op, dtype] of [
  ["as it is", (read: Op): Op => read, "F32"],
  [
    "cast",
    (read: Op): Op => ({ kind: "kernel", name: "cast", params: { from: "F32", to: "BF16" }, args: [read] }),
    "BF16",
  ],
] as const) {
  test(`a tensor of 64 MiB, ${what}, streams from file to file in less than 24 MiB`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "drydock-memory-"));
    try {
      await using from = await open(join(folder, "in"), "w+");
      await from.truncate(SIZE);
      await using to = await open(join(folder, "out"), "w");
      const source: RangeSource = {
        size: SIZE,
        name: "in",
        read: async () => assert.fail("bytes go straight into the block"),
        async readInto(start, target) {
          const { bytesRead } = await from.read(target, 0, target.length, start);
          assert.equal(bytesRead, target.length);
        },
      };
      const size = dtype === "F32" ? SIZE : SIZE / 2;
      const inUse = (): number => {
        const { heapUsed, external } = process.memoryUsage();
        return heapUsed + external;
      };
      const before = inUse();
      let peak = 0;
      await buildShard(
        {
          index: 0,
          file: "f",
          start: 0,
          end: size,
          pins: [],
          kernels: DEFAULT_PROFILE,
          segments: [
            {
              kind: "tensor",
              nbytes: size,
              aliases: [],
              tensor: {
                name: "w",
                dtype,
                shape: [SIZE / 4],
                op: op({
                  kind: "read",
                  range: { input: "source", object: "in", start: 0, end: SIZE, encoding: "stored" },
                }),
                kind: "parameter",
                origin: { kind: "transferred", input: "source", key: "w", dtype: "F32" },
                modifiers: [],
                storage: "",
              },
            },
          ],
        },
        {
          source: () => source,
          report: async () => assert.fail("no report is needed"),
          async write(bytes) {
            await to.write(bytes);
            peak = Math.max(peak, inUse());
          },
          signal: new AbortController().signal,
          progress: () => {},
        },
        createBackend(DEFAULT_PROFILE),
      );
      const mib = (peak - before) / (1 << 20);
      assert.ok(mib < 24, `${mib.toFixed(1)} MiB`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
