import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { bytesSource, type Op, type Shard } from "@drydock/checkpoint";
import { assembleFile, safetensorsReader, writerFor } from "@drydock/formats";
import fc from "fast-check";
import { samplePin, samplePipeline } from "../sample.ts";
import { planBuild } from "./plan-build.ts";
import { planLoad } from "./plan-load.ts";

const PINS = [samplePin("source")];

/** A safetensors file of tensors of these element counts, each byte the tensor's number. */
function sourceFile(sizes: readonly number[]): Uint8Array {
  const tensors = sizes.map((n, i) => ({ name: `t${i}`, dtype: "U8" as const, shape: [n] }));
  const [layout] = writerFor("safetensors").layout(tensors, { fileBytes: 1e9, metadata: {} }).files;
  assert.ok(layout);
  return assembleFile(layout, (i) => new Uint8Array(sizes[i] ?? 0).fill(i));
}

function read(op: Op, file: Uint8Array): Uint8Array {
  assert.equal(op.kind, "read");
  return op.kind === "read" ? file.subarray(op.range.start, op.range.end) : new Uint8Array();
}

/** Shards built one by one in plan order, fills taken from those built before. */
function buildShards(shards: readonly Shard[], source: Uint8Array): Map<string, Uint8Array> {
  const checksums = new Map<string, number>();
  const files = new Map<string, Uint8Array>();
  for (const shard of shards) {
    const chunks: Uint8Array[] = [];
    for (const [segment, s] of shard.segments.entries()) {
      if (s.kind === "tensor") {
        const bytes = read(s.tensor.op, source);
        checksums.set(`${shard.index}/${segment}`, crc32(bytes));
        chunks.push(bytes);
        continue;
      }
      const bytes = Buffer.from(s.bytes);
      for (const fill of s.fills) {
        const checksum = checksums.get(`${fill.shard}/${fill.segment}`);
        assert.ok(
          checksum !== undefined,
          `shard ${shard.index} needs ${fill.shard}/${fill.segment} too early`,
        );
        bytes.writeUInt32LE(checksum, fill.at);
      }
      chunks.push(bytes);
    }
    const chunk = Buffer.concat(chunks);
    assert.equal(chunk.length, shard.end - shard.start);
    const file = files.get(shard.file) ?? new Uint8Array(0);
    const grown = new Uint8Array(Math.max(file.length, shard.end));
    grown.set(file);
    grown.set(chunk, shard.start);
    files.set(shard.file, grown);
  }
  return files;
}

for (const format of ["safetensors", "torch"]) {
  test(`${format}: built shard by shard in plan order, the files are those assembled whole, whatever the cuts`, async () => {
    const size = fc.integer({ min: 0, max: 300 });
    const numbers = fc.integer({ min: 1, max: 2000 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { minLength: 1, maxLength: 12 }),
        numbers,
        numbers,
        async (sizes, shardBytes, fileBytes) => {
          const bytes = sourceFile(sizes);
          const source = await safetensorsReader.open(new Map([["", bytesSource(bytes)]]), {
            input: "source",
          });
          const pipeline = samplePipeline({
            output: { ...samplePipeline().output, format, shardBytes, fileBytes },
          });
          const load = planLoad({ pipeline, source, pins: PINS });
          const plan = planBuild({
            pipeline,
            load,
            pins: PINS,
            inputs: [],
            kernels: { backend: "ts", version: 1 },
            version: "0",
          });
          const built = buildShards(plan.shards, bytes);
          const whole = writerFor(format).layout(
            load.tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
            { fileBytes, metadata: {} },
          );
          assert.deepEqual([...built.keys()].sort(), whole.files.map((f) => f.path).sort());
          for (const file of whole.files) {
            const expected = assembleFile(file, (i) =>
              read(load.tensors[i]?.op ?? { kind: "concat", args: [] }, bytes),
            );
            assert.ok(Buffer.from(expected).equals(built.get(file.path) ?? new Uint8Array()), file.path);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
}
