/** Real PyTorch opens what Drydock writes, in both formats, and finds exactly the expected tensors. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { connectBus } from "@drydock/bus";
import { Cluster, runPipeline, startNats } from "@drydock/testkit";
import { ensurePython } from "../../scripts/python.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = join(root, "examples/lightning/pretrained.ckpt");
const target = join(root, "examples/lightning/target.pt");

function python(...args: string[]): string {
  const done = spawnSync(ensurePython(), args, { encoding: "utf8", cwd: root });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
}

test("a Lightning checkpoint prepared for another head has exactly the tensors PyTorch would have put there", async () => {
  // First, for it may install PyTorch and take its time.
  ensurePython();
  const dir = mkdtempSync(join(tmpdir(), "drydock-interop-"));
  await using nats = await startNats();
  await using cluster = new Cluster({ natsUrl: nats.url });
  await using bus = await connectBus({ url: nats.url, name: "interop" });
  try {
    await cluster.ready(bus);
    for (const format of ["safetensors", "torch"]) {
      const out = join(dir, format);
      const { end } = await runPipeline(
        bus,
        {
          checkpoint: { source, loading: { type: "transfer_learning" } },
          target,
          model_modifier: {
            modifiers: [
              { type: "freeze", layers: ["encoder", "processor.0"] },
              { type: "cast", dtype: "bfloat16" },
            ],
          },
          output: { uri: out, format },
        },
        { key: format },
      );
      assert.equal(end.outcome, "sealed", `${JSON.stringify(end.failure)}\n${cluster.logs()}`);
      const tensors = Number(python(join(root, "test/interop/check.py"), out, source, target, "bfloat16"));
      assert.ok(tensors > 20);
    }
    const said = python(join(root, "examples/load_prepared.py"), join(dir, "safetensors"));
    assert.match(said, /loaded 24 tensors; \d+ parameters train, 10 are frozen/);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
