/**
 * How many gigabytes of input per second does one thread cast, in TypeScript and in WebAssembly, beside a plain copy?
 *
 * Not measured: reading, hashing and writing (bench/build-shard.ts), several threads, and memory beyond the caches'
 * reach: each pass casts one block over and over as the executor does, block after block in the same memory.
 *
 *   node bench/kernels.ts [passes=15]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { itemSize } from "@drydock/checkpoint";
import { BLOCK_BYTES, type CAST_DTYPES, createBackend, newStats, PROFILES } from "@drydock/kernels";

const passes = Number(process.argv[2] ?? 15);
/** Input bytes per timed pass: milliseconds even at the copy's speed, far above the clock's grain. */
const PASS_BYTES = 64 << 20;

interface Row {
  readonly what: string;
  readonly gbPerS: readonly number[];
}

/** One warm-up, then `passes` timed passes of `step`, which handles `stepBytes` of input. */
function measure(what: string, stepBytes: number, step: () => void): Row {
  const run = (): number => {
    const steps = Math.ceil(PASS_BYTES / stepBytes);
    const start = process.hrtime.bigint();
    for (let i = 0; i < steps; i++) step();
    return (steps * stepBytes) / Number(process.hrtime.bigint() - start);
  };
  run();
  return { what, gbPerS: Array.from({ length: passes }, run) };
}

function quantile(row: Row, q: number): number {
  const sorted = row.gbPerS.toSorted((a, b) => a - b);
  return sorted[Math.round(q * (sorted.length - 1))] ?? Number.NaN;
}

/** Values of about unit size in every dtype, as weights are: no infinities, few subnormals. */
function weights(dtype: (typeof CAST_DTYPES)[number], block: Uint8Array): void {
  const f32 = new Float32Array(BLOCK_BYTES / 8).map((_, i) => Math.sin(i * 12.9898) * 2);
  if (dtype === "F32") block.set(new Uint8Array(f32.buffer));
  else {
    using workspace = createBackend({ backend: "ts", version: 1 }).open(0);
    const kernel = createBackend({ backend: "ts", version: 1 }).kernel("cast");
    const size = f32.length * itemSize(dtype);
    const params = { from: "F32", to: dtype };
    workspace.run(kernel, params, new Uint8Array(f32.buffer), block.subarray(0, size), newStats());
  }
}

const rows: Row[] = [];
const copyFrom = Buffer.alloc(BLOCK_BYTES, 1);
const copyTo = Buffer.alloc(BLOCK_BYTES, 1);
rows.push(measure("copy", BLOCK_BYTES, () => copyFrom.copy(copyTo)));

for (const [from, to] of [
  ["F32", "BF16"],
  ["F32", "F16"],
  ["F64", "F32"],
  ["F64", "BF16"],
  ["BF16", "F32"],
  ["F16", "F32"],
  ["BF16", "F16"],
] as const) {
  for (const profile of PROFILES) {
    const backend = createBackend(profile);
    using workspace = backend.open(2);
    const [input, output] = workspace.blocks;
    if (input === undefined || output === undefined) throw new RangeError("two blocks");
    weights(from, input);
    // Half a block of elements at most, so that the widest result fits a block.
    const elements = BLOCK_BYTES / 8;
    const source = input.subarray(0, elements * itemSize(from));
    const target = output.subarray(0, elements * itemSize(to));
    const stats = newStats();
    const kernel = backend.kernel("cast");
    const params = { from, to };
    rows.push(
      measure(`${from} to ${to}, ${profile.backend}`, source.length, () =>
        workspace.run(kernel, params, source, target, stats),
      ),
    );
  }
}

const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.version}`;
console.log(`${machine}; ${passes} passes of ${PASS_BYTES >> 20} MiB of input, one thread`);
console.log("\ncast                      GB/s median   (10 % … 90 %)   × copy");
const copy = rows[0] === undefined ? Number.NaN : quantile(rows[0], 0.5);
for (const row of rows) {
  const [low, mid, high] = [0.1, 0.5, 0.9].map((q) => quantile(row, q));
  console.log(
    `${row.what.padEnd(25)} ${mid?.toFixed(2).padStart(11)}   (${low?.toFixed(2)} … ${high?.toFixed(2)})`.padEnd(
      56,
    ) + ((mid ?? 0) / copy).toFixed(2),
  );
}

mkdirSync(new URL("results/", import.meta.url), { recursive: true });
writeFileSync(
  new URL("results/kernels.json", import.meta.url),
  `${JSON.stringify({ machine, passes, rows }, null, 1)}\n`,
);
