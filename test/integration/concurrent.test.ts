/** Many runs of one plan at once on one node do not clean up each other's work, and two coordinators share the load. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connectBus } from "@drydock/bus";
import { assembleFile, safetensorsWriter } from "@drydock/formats";
import { Cluster, runPipeline, startNats } from "@drydock/testkit";

const RUNS = 24;

test("24 runs of the same plan to different places at once, under two coordinators, are all sealed alike", async () => {
  const dir = mkdtempSync(join(tmpdir(), "drydock-concurrent-"));
  const [file] = safetensorsWriter.layout([{ name: "w", dtype: "F32", shape: [64] }], {
    fileBytes: 2 ** 30,
    metadata: {},
  }).files;
  assert.ok(file !== undefined);
  writeFileSync(
    join(dir, "source.safetensors"),
    assembleFile(file, () => new Uint8Array(256)),
  );
  await using nats = await startNats();
  await using cluster = new Cluster({ natsUrl: nats.url, coordinators: 2 });
  await using bus = await connectBus({ url: nats.url, name: "test" });
  try {
    await cluster.ready(bus);
    const ends = await Promise.all(
      Array.from({ length: RUNS }, (_, i) =>
        runPipeline(
          bus,
          {
            checkpoint: { source: join(dir, "source.safetensors"), loading: { type: "weights_only" } },
            output: { uri: join(dir, `out-${i}`) },
            pipeline: { max_retries: 0 },
          },
          { key: `same-${i}` },
        ),
      ),
    );
    for (const { end } of ends) assert.equal(end.outcome, "sealed", JSON.stringify(end.failure));
    const manifests = new Set(
      ends.map((_, i) => readFileSync(join(dir, `out-${i}`, "drydock.json"), "utf8")),
    );
    assert.equal(manifests.size, 1);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
