import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import {
  type ByteSource,
  bytesSource,
  CheckpointError,
  type Dtype,
  type Fill,
  itemSize,
  type Op,
  type Segment,
  type Shard,
} from "@drydock/checkpoint";
import fc from "fast-check";
import { BLOCK_BYTES, buildShard, checkOps, createBackend, DEFAULT_PROFILE, type ShardIo } from "../index.ts";
import { newStats } from "../kernel.ts";
import { evaluate, source, trees } from "./op-trees.ts";

const backend = createBackend(DEFAULT_PROFILE);

function tensor(op: Op, dtype: Dtype, size: number, name = "w"): Segment {
  return {
    kind: "tensor",
    nbytes: size,
    aliases: [],
    tensor: {
      name,
      dtype,
      shape: [size / itemSize(dtype)],
      op,
      kind: "parameter",
      origin: { kind: "transferred", input: "source", key: name, dtype },
      modifiers: [],
      storage: "",
    },
  };
}

function literal(bytes: Uint8Array | string, fills: readonly Fill[] = []): Segment {
  return { kind: "literal", bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes, fills };
}

function shardOf(segments: readonly Segment[], overrides: Partial<Shard> = {}): Shard {
  const size = segments.reduce((n, s) => n + (s.kind === "literal" ? s.bytes.length : s.nbytes), 0);
  return {
    index: 3,
    file: "f",
    start: 100,
    end: 100 + size,
    segments,
    pins: [],
    kernels: DEFAULT_PROFILE,
    ...overrides,
  };
}

interface Built {
  readonly report: Awaited<ReturnType<typeof buildShard>>;
  readonly bytes: Buffer;
  readonly writes: number;
  readonly progress: readonly { readonly bytes: number; readonly tensors: number }[];
}

async function build(shard: Shard, io: Partial<ShardIo> = {}, on = backend): Promise<Built> {
  const chunks: Buffer[] = [];
  const progress: { readonly bytes: number; readonly tensors: number }[] = [];
  const report = await buildShard(
    shard,
    {
      source,
      report: async () => assert.fail("no report is needed"),
      write: async (bytes) => {
        chunks.push(Buffer.from(bytes));
      },
      signal: new AbortController().signal,
      progress: (update) => progress.push(update),
      ...io,
    },
    on,
  );
  return { report, bytes: Buffer.concat(chunks), writes: chunks.length, progress };
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const rangeOver = (object: string, end: number): Extract<Op, { kind: "read" }>["range"] => ({
  input: "source",
  object,
  start: 0,
  end,
  encoding: "stored",
});
const readOf = (object: string, end: number, crc?: number): Op => ({
  kind: "read",
  range: rangeOver(object, end),
  ...(crc === undefined ? {} : { crc32: crc }),
});

test("a shard is its segments in order, with the digest of the whole, and digest and checksum of each tensor", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(trees, fc.string({ maxLength: 20 })), { maxLength: 6 }),
      async (contents) => {
        const segments = contents.map((content, i) =>
          typeof content === "string" ? literal(content) : tensor(content, "U8", checkOps(content), `t${i}`),
        );
        const expected = contents.map((c) => (typeof c === "string" ? Buffer.from(c) : evaluate(c)));
        const { report, bytes, progress } = await build(shardOf(segments));
        assert.deepEqual(bytes, Buffer.concat(expected));
        assert.deepEqual(report, {
          shard: 3,
          size: bytes.length,
          sha256: sha256(bytes),
          segments: contents.flatMap((content, segment) => {
            if (typeof content === "string") return [];
            const part = expected[segment] ?? new Uint8Array();
            const stats = newStats();
            evaluate(content, stats);
            return [
              {
                segment,
                name: `t${segment}`,
                sha256: sha256(part),
                crc32: crc32(part),
                nbytes: part.length,
                ...stats,
              },
            ];
          }),
        });
        if (contents.length > 0) {
          assert.deepEqual(progress.at(-1), { bytes: bytes.length, tensors: report.segments.length });
        }
      },
    ),
    { numRuns: 100 },
  );
});

/** A source of any size whose byte i is a function of i; counts what is read. */
function endless(size: number): ByteSource & { readonly counted: { bytes: number; reads: number } } {
  const counted = { bytes: 0, reads: 0 };
  return {
    size,
    name: "endless",
    counted,
    async read(start, end) {
      counted.bytes += end - start;
      counted.reads++;
      const words = new Uint32Array((end - start) / 4);
      for (let i = 0; i < words.length; i++) words[i] = Math.imul(start / 4 + i, 0x9e3779b1);
      return new Uint8Array(words.buffer);
    },
  };
}

test("a tensor of several blocks is the same bytes and statistics on every backend, and is read once", async () => {
  const size = 3 * BLOCK_BYTES + 400;
  const op: Op = {
    kind: "kernel",
    name: "cast",
    params: { from: "F32", to: "F16" },
    args: [readOf("o", size)],
  };
  const built = await Promise.all(
    (["ts", "wasm"] as const).map(async (name) => {
      const big = endless(size);
      const kernels = { backend: name, version: 1 };
      const { report, bytes } = await build(
        shardOf([literal("header!"), tensor(op, "F16", size / 2)], { kernels }),
        { source: () => big },
        createBackend(kernels),
      );
      assert.equal(big.counted.bytes, size);
      assert.ok(big.counted.reads <= 4);
      return { report, digest: sha256(bytes) };
    }),
  );
  assert.deepEqual(built[0], built[1]);
  assert.ok((built[0]?.report.segments[0]?.overflowed ?? 0) > 0);
});

test("checksums of tensors go into literals, of this shard and of others, each report being asked for once", async () => {
  const asked: number[] = [];
  const { bytes } = await build(
    shardOf([
      tensor(readOf("1", 7), "U8", 7),
      literal("ab____cd____ef____", [
        { at: 2, shard: 3, segment: 0 },
        { at: 8, shard: 1, segment: 5 },
        { at: 14, shard: 1, segment: 6 },
      ]),
    ]),
    {
      report: async (shard) => {
        asked.push(shard);
        const segment = { name: "x", sha256: "", nbytes: 0, overflowed: 0, underflowed: 0 };
        return {
          segments: [
            { ...segment, segment: 5, crc32: 0x01020304 },
            { ...segment, segment: 6, crc32: 0xfffefdfc },
          ],
        };
      },
    },
  );
  assert.deepEqual(asked, [1]);
  assert.equal(bytes.readUInt32LE(7 + 2), crc32(bytes.subarray(0, 7)));
  assert.equal(bytes.toString("hex", 7 + 6), "63640403020165 66fcfdfeff".replace(" ", ""));
});

test("a fill leaves the plan's own bytes as they were", async () => {
  const bytes = Buffer.from("____");
  await build(shardOf([tensor(readOf("1", 7), "U8", 7), literal(bytes, [{ at: 0, shard: 3, segment: 0 }])]));
  assert.equal(bytes.toString(), "____");
});

test("small segments are written together", async () => {
  const segments = Array.from({ length: 500 }, (_, i) => [
    literal("head"),
    tensor(readOf("7", 100), "U8", 100, `${i}`),
  ]);
  const { writes, bytes } = await build(shardOf(segments.flat()));
  assert.equal(bytes.length, 500 * 104);
  assert.equal(writes, 1);
});

test("the next block is read while this one is written", async () => {
  const size = 2 * BLOCK_BYTES;
  const big = endless(size);
  const readsAtWrite: number[] = [];
  await build(shardOf([tensor(readOf("o", size), "U8", size)]), {
    source: () => big,
    write: async () => {
      readsAtWrite.push(big.counted.reads);
    },
  });
  assert.deepEqual(readsAtWrite, [2, 2]);
});

async function fails(
  shard: Shard,
  expected: { code?: string; kind?: string; message?: RegExp },
  io: Partial<ShardIo> = {},
) {
  await assert.rejects(build(shard, io), (error) => {
    assert.ok(error instanceof CheckpointError, String(error));
    if (expected.code !== undefined) assert.equal(error.code, expected.code);
    if (expected.kind !== undefined) assert.equal(error.kind, expected.kind);
    if (expected.message !== undefined) assert.match(error.message, expected.message);
    return true;
  });
}

test("a wrong checksum of the archive fails, naming the tensor and both numbers; the right one passes", async () => {
  const bytes = evaluate(readOf("1", 7));
  const right = crc32(bytes);
  await build(shardOf([tensor(readOf("1", 7, right), "U8", 7)]));
  const hex = (n: number): string => n.toString(16).padStart(8, "0");
  await fails(shardOf([tensor(readOf("1", 7, 0xdead), "U8", 7, "model.w")]), {
    code: "ZIP_CRC_MISMATCH",
    kind: "validation",
    message: new RegExp(`model\\.w: .* source/1 have CRC-32 ${hex(right)}, the archive says 0000dead`),
  });
});

test("a checksum under a cast is checked as well", async () => {
  const op: Op = {
    kind: "kernel",
    name: "cast",
    params: { from: "F32", to: "BF16" },
    args: [readOf("1", 8, 1)],
  };
  await fails(shardOf([tensor(op, "BF16", 4)]), { code: "ZIP_CRC_MISMATCH" });
});

test("a range past the end of its object fails with both numbers", async () => {
  await fails(shardOf([tensor(readOf("0", 201), "U8", 201)]), {
    code: "READ_PAST_END",
    message: /end at 201 of 0, which has 200/,
  });
});

test("a source that gives fewer bytes than asked fails", async () => {
  const short = { ...bytesSource(new Uint8Array(9)), read: async () => new Uint8Array(8) };
  await fails(shardOf([tensor(readOf("o", 9), "U8", 9)]), { code: "SHORT_READ" }, { source: () => short });
});

test("a shard for other kernels is refused", async () => {
  await fails(shardOf([], { kernels: { backend: "wasm", version: 2 } }), {
    code: "KERNEL_PROFILE",
    message: /wasm-2, this worker has wasm-1/,
  });
});

test("sizes that disagree are refused before anything is read", async () => {
  const unread = { source: () => assert.fail("nothing is read") };
  await fails(shardOf([tensor(readOf("0", 8), "F32", 12)]), { code: "SEGMENT_SIZE" }, unread);
  await fails(shardOf([tensor(readOf("0", 8), "F32", 8)], { end: 109 }), { code: "SHARD_SIZE" }, unread);
});

test("fills that name nothing built, or lie outside their literal, are refused", async () => {
  await fails(
    shardOf([literal("____", [{ at: 0, shard: 3, segment: 1 }]), tensor(readOf("0", 8), "U8", 8)]),
    {
      code: "FILL_MISSING",
    },
  );
  await fails(
    shardOf([literal("____", [{ at: 0, shard: 0, segment: 9 }])]),
    { code: "FILL_MISSING", message: /segment 9 of shard 0/ },
    { report: async () => ({ segments: [] }) },
  );
  await fails(
    shardOf([tensor(readOf("0", 8), "U8", 8), literal("____", [{ at: 1, shard: 3, segment: 0 }])]),
    {
      code: "FILL_RANGE",
    },
  );
});

test("an aborted build rejects with the reason, once the read under way has settled", async () => {
  const controller = new AbortController();
  const reason = new CheckpointError("enough", { kind: "cancelled" });
  const size = 4 * BLOCK_BYTES;
  let reading = 0;
  const slow: ByteSource = {
    size,
    name: "slow",
    async read(start, end) {
      reading++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      reading--;
      return new Uint8Array(end - start);
    },
  };
  await assert.rejects(
    build(shardOf([tensor(readOf("o", size), "U8", size)]), {
      source: () => slow,
      signal: controller.signal,
      write: async () => controller.abort(reason),
    }),
    reason,
  );
  assert.equal(reading, 0);
});

test("a failed write ends the build, once the read under way has settled", async () => {
  const size = 4 * BLOCK_BYTES;
  const big = endless(size);
  await assert.rejects(
    build(shardOf([tensor(readOf("o", size), "U8", size)]), {
      source: () => big,
      write: async () => {
        throw new Error("disk full");
      },
    }),
    /disk full/,
  );
  assert.equal(big.counted.reads, 2);
});

test("long builds over sources in memory let the event loop turn", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const size = 8 * BLOCK_BYTES;
  const zeros = bytesSource(new Uint8Array(size));
  await build(shardOf([tensor(readOf("o", size), "U8", size)]), {
    source: () => zeros,
    write: async () => {},
  });
  clearInterval(timer);
  assert.ok(turns >= 2, `${turns} turns`);
});
