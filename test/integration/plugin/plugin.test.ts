/** DRYDOCK_PLUGINS brings a modifier from outside the packages; every service that checks the pipeline knows it. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { connectBus } from "@drydock/bus";
import type { Manifest } from "@drydock/checkpoint";
import { Cluster, runPipeline, startNats } from "@drydock/testkit";

const plugin = fileURLToPath(new URL("./drop.ts", import.meta.url));
const source = fileURLToPath(new URL("../../../examples/lightning/target.pt", import.meta.url));

test("a modifier of a plugin changes the output and stands in the manifest", async () => {
  const dir = mkdtempSync(join(tmpdir(), "drydock-plugin-"));
  await using nats = await startNats();
  await using cluster = new Cluster({ natsUrl: nats.url, env: { DRYDOCK_PLUGINS: plugin } });
  await using bus = await connectBus({ url: nats.url, name: "test" });
  try {
    await cluster.ready(bus);
    const { end } = await runPipeline(
      bus,
      {
        checkpoint: { source, loading: { type: "weights_only" } },
        model_modifier: { modifiers: [{ type: "drop", prefix: "model.uncertainty" }] },
        output: { uri: join(dir, "out") },
      },
      { key: "plugin" },
    );
    assert.equal(end.outcome, "sealed", `${JSON.stringify(end.failure)}\n${cluster.logs()}`);
    const manifest = JSON.parse(readFileSync(join(dir, "out/drydock.json"), "utf8")) as Manifest;
    assert.ok(manifest.tensors.length > 10);
    assert.ok(manifest.tensors.every((t) => !t.name.startsWith("model.uncertainty")));
    assert.deepEqual(manifest.modifiers, [{ type: "drop", prefix: "model.uncertainty", tensors: 2 }]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
