/**
 * How fast does one process build a shard, a 256 MiB F32 tensor as it is or cast to BF16, beside copying the file?
 *
 * From a file in the page cache to a file in the same folder, both unlinked after; not synced, so the disk's own speed
 * is not measured. The copy reads and writes blocks of the same size one after the other and hashes nothing; the copy
 * with digests makes the two SHA-256 and the CRC-32 that a shard needs, one after the other too.
 *
 *   node bench/build-shard.ts [passes=7]
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Op, Shard } from "@drydock/checkpoint";
import { BLOCK_BYTES, buildShard, createBackend, PROFILES, type RangeSource } from "@drydock/kernels";

const passes = Number(process.argv[2] ?? 7);
const SIZE = 256 << 20;
const folder = await mkdtemp(join(tmpdir(), "drydock-bench-"));
const input = await open(join(folder, "in"), "w+");

async function fillInput(): Promise<void> {
  const block = new Float32Array(BLOCK_BYTES / 4);
  for (let at = 0; at < SIZE; at += BLOCK_BYTES) {
    for (let i = 0; i < block.length; i++) block[i] = Math.sin((at / 4 + i) * 12.9898) * 2;
    await input.write(new Uint8Array(block.buffer));
  }
}

const source: RangeSource = {
  size: SIZE,
  name: "in",
  async read(start, end) {
    const bytes = new Uint8Array(end - start);
    await source.readInto?.(start, bytes);
    return bytes;
  },
  async readInto(start, target) {
    const { bytesRead } = await input.read(target, 0, target.length, start);
    if (bytesRead !== target.length) throw new RangeError("short read");
  },
};

async function copy(output: FileHandle, digests: boolean): Promise<void> {
  const block = Buffer.alloc(BLOCK_BYTES);
  const [whole, part] = [createHash("sha256"), createHash("sha256")];
  let crc = 0;
  for (let at = 0; at < SIZE; at += block.length) {
    await source.readInto?.(at, block);
    if (digests) {
      whole.update(block);
      part.update(block);
      crc = crc32(block, crc);
    }
    await output.write(block);
  }
  if (crc < 0) throw new RangeError("unreachable: keeps the sum alive");
}

function shardOf(to: "F32" | "BF16", kernels: Shard["kernels"]): Shard {
  const read: Op = {
    kind: "read",
    range: { input: "source", object: "in", start: 0, end: SIZE, encoding: "stored" },
  };
  const nbytes = to === "F32" ? SIZE : SIZE / 2;
  const tensor = {
    name: "w",
    dtype: to,
    shape: [SIZE / 4],
    op:
      to === "F32"
        ? read
        : ({ kind: "kernel", name: "cast", params: { from: "F32", to }, args: [read] } as const),
    kind: "parameter",
    origin: { kind: "transferred", input: "source", key: "w", dtype: "F32" },
    modifiers: [],
    storage: "",
  } as const;
  const segments = [{ kind: "tensor", nbytes, aliases: [], tensor } as const];
  return { index: 0, file: "out", start: 0, end: nbytes, segments, pins: [], kernels };
}

async function build(output: FileHandle, shard: Shard): Promise<void> {
  await buildShard(
    shard,
    {
      source: () => source,
      report: () => Promise.reject(new RangeError("no fills")),
      write: async (bytes) => {
        await output.write(bytes);
      },
      signal: new AbortController().signal,
      progress: () => {},
    },
    createBackend(shard.kernels),
  );
}

const RIVALS: readonly { readonly what: string; readonly run: (output: FileHandle) => Promise<void> }[] = [
  { what: "copy", run: (output) => copy(output, false) },
  { what: "copy with digests", run: (output) => copy(output, true) },
  ...PROFILES.toReversed().flatMap((kernels) => [
    { what: `build as it is, ${kernels.backend}`, run: (o: FileHandle) => build(o, shardOf("F32", kernels)) },
    {
      what: `build F32 to BF16, ${kernels.backend}`,
      run: (o: FileHandle) => build(o, shardOf("BF16", kernels)),
    },
  ]),
];

const times = new Map<string, number[]>(RIVALS.map(({ what }) => [what, []]));
try {
  await fillInput();
  // The rivals take turns, so that a slow minute of the machine is everybody's. The first turn is a warm-up.
  for (let pass = -1; pass < passes; pass++) {
    for (const { what, run } of RIVALS) {
      const path = join(folder, "out");
      await using output = await open(path, "w");
      const start = process.hrtime.bigint();
      await run(output);
      if (pass >= 0) times.get(what)?.push(SIZE / Number(process.hrtime.bigint() - start));
      await rm(path);
    }
  }
} finally {
  await input.close();
  await rm(folder, { recursive: true });
}

const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.version}`;
console.log(`${machine}; ${passes} passes of ${SIZE >> 20} MiB, blocks of ${BLOCK_BYTES >> 20} MiB`);
console.log("\n                           GB/s of input, median   (least … most)   × copy");
const sorted = (what: string): number[] => (times.get(what) ?? []).toSorted((a, b) => a - b);
const median = (what: string): number => sorted(what)[Math.floor(passes / 2)] ?? Number.NaN;
for (const { what } of RIVALS) {
  const row = sorted(what);
  const spread = `(${row[0]?.toFixed(2)} … ${row.at(-1)?.toFixed(2)})`;
  const ratio = (median(what) / median("copy")).toFixed(2);
  console.log(`${what.padEnd(26)} ${median(what).toFixed(2).padStart(21)}   ${spread.padEnd(16)} ${ratio}`);
}
console.log(
  `\npeak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB, all of the above in one process`,
);

mkdirSync(new URL("results/", import.meta.url), { recursive: true });
writeFileSync(
  new URL("results/build-shard.json", import.meta.url),
  `${JSON.stringify({ machine, passes, gbPerS: Object.fromEntries(times) }, null, 1)}\n`,
);
