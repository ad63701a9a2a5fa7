/** examples/finetune.yaml from its text to its build plan, over indexes with the names and shapes of examples/lightning. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { absolutise, loadPipelineText, parsePipeline } from "../pipeline/index.ts";
import { sampleIndex, samplePin } from "../sample.ts";
import { planBuild } from "./plan-build.ts";
import { planLoad } from "./plan-load.ts";

function net(outputs: number, uncertainty: boolean): Record<string, readonly number[]> {
  const linear = (name: string, out: number, inputs: number) => ({
    [`model.${name}.weight`]: [out, inputs],
    [`model.${name}.bias`]: [out],
  });
  const norm = (name: string) => ({ [`model.${name}.weight`]: [48], [`model.${name}.bias`]: [48] });
  const block = (i: number) => ({
    ...norm(`processor.${i}.norm`),
    ...linear(`processor.${i}.expand`, 96, 48),
    ...linear(`processor.${i}.contract`, 48, 96),
  });
  return {
    "model.mean": [16],
    "model.std": [16],
    ...linear("encoder.0", 48, 16),
    ...norm("encoder.1"),
    ...block(0),
    ...block(1),
    ...linear("decoder.hidden", 48, 48),
    ...linear("decoder.output", outputs, 48),
    ...(uncertainty ? linear("uncertainty", outputs, 48) : {}),
  };
}

test("the example transfers what fits, keeps the new head, freezes what it names and casts all", () => {
  const text = readFileSync(new URL("../../../../examples/finetune.yaml", import.meta.url), "utf8");
  const pipeline = parsePipeline(absolutise(loadPipelineText(text, [], {}), "/repo"));
  const pins = [samplePin("source"), samplePin("target")];
  const source = sampleIndex("source", net(8, false));
  const load = planLoad({ pipeline, source, target: sampleIndex("target", net(12, true)), pins });

  assert.equal(load.report.transferred.length, 20);
  assert.deepEqual(load.report.skipped, [
    { key: "model.decoder.output.weight", reason: "Shape mismatch: [8, 48] vs [12, 48]" },
    { key: "model.decoder.output.bias", reason: "Shape mismatch: [8] vs [12]" },
  ]);
  assert.deepEqual(
    load.report.unfilled.map((u) => u.key),
    [
      "model.decoder.output.weight",
      "model.decoder.output.bias",
      "model.uncertainty.weight",
      "model.uncertainty.bias",
    ],
  );
  assert.deepEqual(load.warnings, []);

  const plan = planBuild({
    pipeline,
    load,
    pins,
    inputs: pipeline.inputs,
    kernels: { backend: "wasm", version: 1 },
    version: "0.1.0",
  });
  assert.ok(plan.manifest.tensors.every((t) => t.dtype === "BF16"));
  const freeze = JSON.parse(Buffer.from(plan.sidecars[0]?.bytes ?? []).toString());
  assert.equal(freeze.root_prefix, "model.");
  assert.equal(freeze.frozen.length, 4 + 6);
  assert.ok(freeze.frozen.every((name: string) => /^model\.(encoder|processor\.0)\./.test(name)));
});
