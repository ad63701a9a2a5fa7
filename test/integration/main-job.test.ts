/**
 * The main job on real parts: a checkpoint written by PyTorch Lightning goes through four service processes on a real
 * nats-server into a model with another head, on the newest server and on the oldest that is supported.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { connectBus } from "@drydock/bus";
import { type Manifest, sha256Hex } from "@drydock/checkpoint";
import { Cluster, runEvents, runPipeline, startNats } from "@drydock/testkit";

const examples = fileURLToPath(new URL("../../examples", import.meta.url));

function finetune(output: string, format: "safetensors" | "torch") {
  return {
    checkpoint: {
      source: { type: "file", path: join(examples, "lightning/pretrained.ckpt") },
      loading: { type: "transfer_learning", strict: false, skip_mismatched: true },
    },
    target: join(examples, "lightning/target.pt"),
    model_modifier: {
      modifiers: [
        { type: "freeze", layers: ["encoder", "processor.0"] },
        { type: "cast", dtype: "bfloat16" },
      ],
    },
    output: { uri: output, format },
    pipeline: { max_retries: 3, timeout: 60 },
  };
}

for (const version of ["newest", "floor"] as const) {
  test(`on the ${version} nats-server a Lightning checkpoint is prepared for a model with another head, in both formats`, async () => {
    const dir = mkdtempSync(join(tmpdir(), "drydock-main-job-"));
    await using nats = await startNats({ version });
    await using cluster = new Cluster({ natsUrl: nats.url });
    await using bus = await connectBus({ url: nats.url, name: "test" });
    try {
      await cluster.ready(bus);
      for (const format of ["safetensors", "torch"] as const) {
        const out = join(dir, format);
        const { runId, end } = await runPipeline(bus, finetune(out, format), { key: `${version}-${format}` });
        assert.equal(end.outcome, "sealed", `${JSON.stringify(end.failure)}\n${cluster.logs()}`);

        const names = readdirSync(out).sort();
        const weights = format === "torch" ? "model.pt" : "model.safetensors";
        assert.deepEqual(names, ["drydock.json", "freeze.json", weights].sort());
        const manifest = JSON.parse(readFileSync(join(out, "drydock.json"), "utf8")) as Manifest;
        for (const file of manifest.files) {
          const bytes = readFileSync(join(out, file.path));
          assert.equal(bytes.length, file.size);
          for (const part of file.parts)
            assert.equal(sha256Hex(bytes.subarray(part.start, part.end)), part.sha256);
        }
        assert.ok(manifest.report.transferred.length > 10);
        assert.ok(manifest.report.skipped.some((s) => s.reason.startsWith("Shape mismatch")));
        assert.ok(
          manifest.tensors.every(
            (t) => t.dtype === "BF16" || t.kind === "buffer" || t.origin.dtype !== "F32",
          ),
        );
        assert.equal(end.manifestDigest, sha256Hex(readFileSync(join(out, "drydock.json"))));

        const stages = (await runEvents(bus, runId)).flatMap((e) => (e.result?.done ? [e.result] : []));
        assert.ok(stages.length >= 7, "one result per stage at least");
        assert.ok(
          stages.every((r) => (r.spans ?? []).length > 0),
          "every result carries its spans",
        );
      }
      const again = await runPipeline(bus, finetune(join(dir, "torch"), "torch"), {
        key: `${version}-again`,
      });
      assert.equal(again.end.outcome, "sealed", "the same plan already sealed there is done at once");
      assert.deepEqual(readdirSync(dir).sort(), ["safetensors", "torch"], "nothing lies beside the outputs");
      assert.ok(existsSync(join(dir, "torch/drydock.json")));
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
}
