/**
 * Whatever dies, no run is lost and the result is the undisturbed one, bit for bit: every service killed at each of its
 * numbered steps, nats-server killed and restarted, a node lost for good between build and publish.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Bus, connectBus } from "@drydock/bus";
import { sha256Hex } from "@drydock/checkpoint";
import { assembleFile, safetensorsWriter } from "@drydock/formats";
import {
  Cluster,
  type ClusterOptions,
  type Finished,
  type Member,
  runPipeline,
  type ServiceName,
  startNats,
} from "@drydock/testkit";

const TENSORS = 24;
const ELEMENTS = 32 * 1024;

let dir: string;
let undisturbed: string;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), "drydock-faults-"));
  const tensors = Array.from({ length: TENSORS }, (_, i) => ({
    name: `layer.${i}.weight`,
    dtype: "F32" as const,
    shape: [ELEMENTS],
  }));
  const { files } = safetensorsWriter.layout(tensors, { fileBytes: 2 ** 40, metadata: {} });
  const file = files[0];
  assert.ok(file !== undefined);
  const payload = (i: number): Uint8Array =>
    new Uint8Array(Float32Array.from({ length: ELEMENTS }, (_, k) => Math.sin(i * ELEMENTS + k)).buffer);
  writeFileSync(join(dir, "source.safetensors"), assembleFile(file, payload));
  await using nats = await startNats();
  await using cluster = new Cluster(shared({ natsUrl: nats.url }));
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await cluster.ready(bus);
  undisturbed = folderDigest(sealed(await prepare(bus, "undisturbed"), cluster));
});

after(() => rmSync(dir, { recursive: true, force: true }));

/** On a shared folder pins name no node, so every cluster makes the same plan. */
function shared(options: ClusterOptions): ClusterOptions {
  return { ...options, env: { DRYDOCK_SHARED_ROOTS: dir } };
}

/** About six shards and a tail: enough for steps to overlap. */
function prepare(bus: Bus, name: string, timeoutMs = 90_000): Promise<Finished> {
  return runPipeline(
    bus,
    {
      checkpoint: { source: join(dir, "source.safetensors"), loading: { type: "weights_only" } },
      model_modifier: { modifiers: [{ type: "cast", dtype: "bfloat16" }] },
      output: { uri: join(dir, "out", name), format: "torch", shard_bytes: "256 KiB" },
    },
    { key: name, timeoutMs },
  );
}

function sealed({ end }: Finished, cluster: Cluster): string {
  assert.equal(end.outcome, "sealed", `${JSON.stringify(end.failure)}\n${cluster.logs()}`);
  return end.outputUri;
}

/** Of every file of the folder, names included. */
function folderDigest(path: string): string {
  return sha256Hex(
    readdirSync(path)
      .sort()
      .map((name) => `${name} ${sha256Hex(readFileSync(join(path, name)))}`)
      .join("\n"),
  );
}

function onlySealedOutputs(): void {
  for (const name of readdirSync(join(dir, "out")))
    assert.ok(!name.startsWith("."), `${name} was left beside the outputs`);
}

/** Finished executions by task, from the workers' logs. */
function executions(members: readonly Member[], runId: string): number {
  return members
    .flatMap((m) => m.log)
    .filter((line) => line.includes(`"run":"${runId}"`) && / done"/.test(line)).length;
}

const STEPS: readonly (readonly [ServiceName, string])[] = [
  ["coordinator", "coordinator.appended"],
  ["coordinator", "coordinator.mid-dispatch"],
  ["coordinator", "coordinator.dispatched"],
  ["fetcher", "worker.received"],
  ["fetcher", "fetcher.pinned"],
  ["fetcher", "fetcher.staged:2"],
  ["fetcher", "fetcher.publishing"],
  ["fetcher", "fetcher.published:2"],
  ["fetcher", "fetcher.sealed"],
  ["fetcher", "worker.resulted:3"],
  ["loader", "worker.received"],
  ["loader", "worker.resulted"],
  ["transformer", "worker.received"],
  ["transformer", "transformer.building"],
  ["transformer", "transformer.staged:2"],
  ["transformer", "transformer.committed"],
  ["transformer", "worker.resulted:2"],
];

for (const version of ["newest", "floor"] as const) {
  test(`on the ${version} server, a service killed at any of its steps costs seconds, never the run`, async (t) => {
    await using nats = await startNats({ version });
    await using cluster = new Cluster(shared({ natsUrl: nats.url }));
    await using bus = await connectBus({ url: nats.url, name: "test" });
    await cluster.ready(bus);
    for (const [service, step] of STEPS) {
      await t.test(`${service} at ${step}`, async () => {
        const member = cluster.member(service);
        await cluster.restart(member, { DRYDOCK_CRASH_AT: step });
        const starts = member.starts;
        const name = `${version}-${service}-${step.replace(/[:.]/g, "-")}`;
        const finished = await prepare(bus, name);
        assert.equal(folderDigest(sealed(finished, cluster)), undisturbed);
        assert.ok(member.starts > starts, "the fault did happen");
        const tasks = 4 + 3 * shardCount();
        assert.ok(executions(cluster.members, finished.runId) <= tasks * 1.05 + 4);
        onlySealedOutputs();
      });
    }
  });
}

/** Shards of the prepared file, from its manifest. */
function shardCount(): number {
  const manifest: { files: { parts: unknown[] }[] } = JSON.parse(
    readFileSync(join(dir, "out/undisturbed/drydock.json"), "utf8"),
  );
  return manifest.files.reduce((n, file) => n + file.parts.length, 0);
}

test("nats-server killed and restarted in the middle of runs loses none of them", async () => {
  await using nats = await startNats();
  await using cluster = new Cluster(shared({ natsUrl: nats.url }));
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await cluster.ready(bus);
  for (const delayMs of [30, 120, 250]) {
    const running = prepare(bus, `nats-${delayMs}`);
    await sleep(delayMs);
    await nats.kill();
    await nats.restart();
    assert.equal(folderDigest(sealed(await running, cluster)), undisturbed);
  }
});

test("a node lost for good between build and publish: another builds what it had (C7)", async () => {
  await using nats = await startNats();
  await using cluster = new Cluster({
    natsUrl: nats.url,
    nodes: ["n1", "n2"],
    env: { DRYDOCK_SHARED_ROOTS: dir },
  });
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await cluster.ready(bus);
  const doomed = cluster.member("fetcher", "n1");
  await cluster.restart(doomed, { DRYDOCK_CRASH_AT: "fetcher.publishing" });
  await cluster.ready(bus);
  const child = doomed.child;
  assert.ok(child !== undefined);
  const lost = new Promise((resolve) => child.once("exit", resolve)).then(() => cluster.loseNode("n1"));
  const running = prepare(bus, "node-lost", 120_000);
  await lost;
  assert.equal(folderDigest(sealed(await running, cluster)), undisturbed);
  onlySealedOutputs();
});
