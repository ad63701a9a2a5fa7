/**
 * Random kills of everything for a while, runs submitted all along; afterwards each has to be sealed with the same
 * bytes, the queues empty, and a fresh run quick.
 *
 *   node test/integration/chaos.ts [seconds] [seed] [newest|floor]
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectBus } from "@drydock/bus";
import { sha256Hex } from "@drydock/checkpoint";
import { assembleFile, safetensorsWriter } from "@drydock/formats";
import { Cluster, runPipeline, startNats } from "@drydock/testkit";

const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const version = process.argv[4] === "floor" ? "floor" : "newest";
console.log(`chaos: ${seconds} s, seed ${seed}, nats-server ${version}`);

/** mulberry32: the same seed gives the same kills. */
let state = seed;
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

const dir = mkdtempSync(join(tmpdir(), "drydock-chaos-"));
const tensors = Array.from({ length: 8 }, (_, i) => ({
  name: `w${i}`,
  dtype: "F32" as const,
  shape: [64 * 1024],
}));
const [file] = safetensorsWriter.layout(tensors, { fileBytes: 2 ** 40, metadata: {} }).files;
assert.ok(file !== undefined);
writeFileSync(
  join(dir, "source.safetensors"),
  assembleFile(file, (i) => new Uint8Array(256 * 1024).fill(i)),
);

await using nats = await startNats({ version });
await using cluster = new Cluster({
  natsUrl: nats.url,
  coordinators: 1,
  nodes: ["n1", "n2"],
  env: { DRYDOCK_SHARED_ROOTS: dir, DRYDOCK_LOG_LEVEL: "warn" },
});
await using bus = await connectBus({ url: nats.url, name: "chaos" });
await cluster.ready(bus);

async function prepare(name: string): Promise<string> {
  const uri = join(dir, name);
  const { end } = await runPipeline(
    bus,
    {
      checkpoint: { source: join(dir, "source.safetensors"), loading: { type: "weights_only" } },
      model_modifier: { modifiers: [{ type: "cast", dtype: "bfloat16" }] },
      output: { uri, format: "torch", shard_bytes: 512 * 1024 },
      pipeline: { max_retries: 20 },
    },
    { key: `${seed}-${name}`, timeoutMs: 300_000 },
  );
  assert.equal(end.outcome, "sealed", `${name}: ${JSON.stringify(end.failure)}\n${cluster.logs()}`);
  return sha256Hex(readFileSync(join(uri, "drydock.json"))) + sha256Hex(readFileSync(join(uri, "model.pt")));
}

try {
  const undisturbed = await prepare("undisturbed");
  const until = performance.now() + seconds * 1000;
  const runs: Promise<string>[] = [];
  let kills = 0;
  while (performance.now() < until) {
    runs.push(prepare(`run-${runs.length}`));
    await sleep(200 + random() * 1500);
    const victim = Math.floor(random() * (cluster.members.length + 1));
    const member = cluster.members[victim];
    kills++;
    if (member !== undefined) cluster.kill(member);
    else {
      await nats.kill();
      await nats.restart();
    }
  }
  const calm = performance.now();
  for (const digest of await Promise.all(runs)) assert.equal(digest, undisturbed);
  const recovered = ((performance.now() - calm) / 1000).toFixed(1);
  await prepare("tail");
  console.log(
    `${runs.length} runs, ${kills} kills: all sealed, all the same bytes, ${recovered} s after the last kill`,
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}
