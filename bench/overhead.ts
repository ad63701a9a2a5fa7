/**
 * What does orchestration cost: the latency of a run that has next to nothing to do (one tensor of 4 bytes, all seven
 * stages), and how many such runs a second when 32 are in flight, beside the bare round trip to NATS in the same run.
 * It does not measure throughput of bytes, nor several machines.
 *
 *   node bench/overhead.ts [runs]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { connectBus } from "@drydock/bus";
import { assembleFile, safetensorsWriter } from "@drydock/formats";
import { Cluster, runPipeline, startNats } from "@drydock/testkit";

const RUNS = Number(process.argv[2] ?? 40);
const IN_FLIGHT = 32;

const dir = mkdtempSync(join(tmpdir(), "drydock-overhead-"));
const layout = safetensorsWriter.layout([{ name: "w", dtype: "F32", shape: [1] }], {
  fileBytes: 2 ** 30,
  metadata: {},
});
const [file] = layout.files;
if (file === undefined) throw new Error("a layout has a file");
writeFileSync(
  join(dir, "one.safetensors"),
  assembleFile(file, () => new Uint8Array(4)),
);

await using nats = await startNats();
await using cluster = new Cluster({ natsUrl: nats.url, env: { DRYDOCK_LOG_LEVEL: "warn" } });
await using bus = await connectBus({ url: nats.url, name: "bench" });
await cluster.ready(bus);

let serial = 0;
async function run(): Promise<number> {
  const key = `run-${++serial}`;
  const began = performance.now();
  const { end } = await runPipeline(
    bus,
    {
      checkpoint: { source: join(dir, "one.safetensors"), loading: { type: "weights_only" } },
      output: { uri: join(dir, key) },
    },
    { key },
  );
  if (end.outcome !== "sealed") throw new Error(JSON.stringify(end.failure));
  return performance.now() - began;
}

async function roundTrip(): Promise<number> {
  const began = performance.now();
  await bus.nc.rtt();
  return performance.now() - began;
}

async function times(count: number, work: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push(await work());
  return all.sort((a, b) => a - b);
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
const ms = (value: number): string => value.toFixed(2).padStart(9);

try {
  await times(5, run);
  const bare = await times(500, roundTrip);
  const runs = await times(RUNS, run);
  const began = performance.now();
  const queue = Array.from({ length: RUNS * 2 }, (_, i) => i);
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (queue.pop() !== undefined) await run();
    }),
  );
  const perSecond = (RUNS * 2) / ((performance.now() - began) / 1000);

  console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, nats-server ${nats.version}`);
  console.log("                              p50 ms    p99 ms");
  console.log(`NATS round trip            ${ms(quantile(bare, 0.5))} ${ms(quantile(bare, 0.99))}`);
  console.log(`empty run, one at a time   ${ms(quantile(runs, 0.5))} ${ms(quantile(runs, 0.99))}`);
  console.log(`ratio of the medians       ${ms(quantile(runs, 0.5) / quantile(bare, 0.5))}`);
  console.log(`${IN_FLIGHT} in flight: ${perSecond.toFixed(1)} runs/s`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
