/** A cancelled run ends as cancelled, its queue is empty, and nothing is left beside the output. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connectBus, requestCancel, subjects } from "@drydock/bus";
import { safetensorsWriter } from "@drydock/formats";
import { Cluster, runIdOf, runPipeline, startNats } from "@drydock/testkit";

test("cancelled in the middle of building, a run leaves nothing behind", async () => {
  const dir = mkdtempSync(join(tmpdir(), "drydock-cancel-"));
  const tensors = Array.from({ length: 16 }, (_, i) => ({
    name: `w${i}`,
    dtype: "F32" as const,
    shape: [16 * 1024 * 1024],
  }));
  const file = safetensorsWriter.layout(tensors, { fileBytes: 2 ** 50, metadata: {} }).files[0];
  const header = file?.parts[0];
  assert.ok(file !== undefined && header?.kind === "literal");
  writeFileSync(join(dir, "large.safetensors"), header.bytes);
  truncateSync(join(dir, "large.safetensors"), file.size);
  await using nats = await startNats();
  await using cluster = new Cluster({ natsUrl: nats.url });
  await using bus = await connectBus({ url: nats.url, name: "test" });
  try {
    await cluster.ready(bus);
    const running = runPipeline(
      bus,
      {
        checkpoint: { source: join(dir, "large.safetensors"), loading: { type: "weights_only" } },
        output: { uri: join(dir, "out") },
      },
      { key: "cancel" },
    );
    // A shard has been published: its sibling folder is there.
    while (!readdirSync(dir).some((name) => name.startsWith("."))) await sleep(10);
    await requestCancel(bus, runIdOf("cancel"), "not needed any more");
    const { end } = await running;
    assert.equal(end.outcome, "cancelled");
    assert.ok(!existsSync(join(dir, "out")));
    assert.deepEqual(readdirSync(dir), ["large.safetensors"]);
    const info = await bus.jsm.streams.info("TASKS", {
      subjects_filter: subjects.tasksOfRun(runIdOf("cancel")),
    });
    assert.deepEqual(Object.keys(info.state.subjects ?? {}), []);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
