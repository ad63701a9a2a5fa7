import assert from "node:assert/strict";
import { test } from "node:test";
import type { BuildHead } from "@drydock/bus";
import type { LoadPlan, Pin } from "@drydock/checkpoint";
import type { RunDetails } from "@drydock/client";
import { drydock } from "@drydock/proto";
import { localFolder, pythonLines } from "./python.ts";
import { resultJson, resultLines } from "./result.ts";
import { sampleFailure, sampleView } from "./sample.ts";
import { showLines } from "./show.ts";

const pin: Pin = {
  id: "p",
  input: "source",
  object: "",
  uri: "file:///a.ckpt",
  size: 4_096,
  identity: { kind: "size" },
  checksums: [],
};

const load: LoadPlan = {
  tensors: [],
  report: {
    strategy: "transfer_learning",
    transferred: ["a", "b"],
    skipped: Array.from({ length: 7 }, (_, i) => ({
      key: `head.${i}`,
      reason: "Shape mismatch: [8] vs [12]",
    })),
    unfilled: [{ key: "new.weight", reason: "Not in source" }],
    transferredBytes: 2_048,
    transferredElements: 512,
  },
  training: {
    producer: "pytorch-lightning 2.6.6",
    epoch: 2,
    globalStep: 8,
    hasOptimizer: true,
    hasScheduler: false,
  },
  pins: [pin],
};

const build: BuildHead = {
  format: "safetensors",
  files: [{ path: "model.safetensors", size: 2_100 }],
  shards: [{ digest: "d", file: "model.safetensors", start: 0, end: 2_100, inputBytes: 1_024 }],
  tailCount: 0,
  kernels: { backend: "wasm", version: 1 },
  sidecars: [{ path: "freeze.json", bytes: new Uint8Array(20) }],
  manifest: {
    modifiers: [
      { type: "freeze", layers: ["encoder"], frozen_modules: [{ name: "model.encoder", tensors: 4 }] },
      { type: "cast", dtype: "BF16" },
      "of a newer version",
    ],
  },
  pins: [pin, pin],
  inputBytes: 1_024,
  outputBytes: 2_100,
};

const details: RunDetails = {
  context: drydock.v1.CheckpointContext.create({ warnings: ["the origin offers only a size"] }),
  load,
  build,
};

test("a sealed run ends with its report, where the result lies, and Python that loads it", () => {
  const view = sampleView({ phase: "ended", outcome: "sealed", endedMs: 3_500, outputUri: "/data/out" });
  assert.deepEqual(resultLines(view, details), [
    "Done in 2.5 s",
    "  strategy      transfer_learning",
    "  source        pytorch-lightning 2.6.6, epoch 2, step 8",
    "  transferred   2 tensors, 2.0 KiB",
    "  skipped       7 keys of the source",
    "    head.0: Shape mismatch: [8] vs [12]",
    "    head.1: Shape mismatch: [8] vs [12]",
    "    head.2: Shape mismatch: [8] vs [12]",
    "    head.3: Shape mismatch: [8] vs [12]",
    "    head.4: Shape mismatch: [8] vs [12]",
    "    … 2 more",
    "  unfilled      1 key of the target, kept as they are there",
    "    new.weight: Not in source",
    "  modifier      freeze: layers encoder, frozen_modules model.encoder",
    "  modifier      cast: dtype BF16",
    "  output        safetensors, 2.1 KiB in 1 shard",
    "    model.safetensors  2.1 KiB",
    "    freeze.json        20 B",
    "  reads         1.0 KiB of 4.0 KiB (25.0 %)",
    "  warning       the origin offers only a size",
    "",
    "Result: /data/out",
    "In Python:",
    "  import json",
    "  from pathlib import Path",
    "  from safetensors.torch import load_file",
    '  folder = Path("/data/out")',
    '  state = load_file(folder / "model.safetensors")',
    "  module.load_state_dict(state, strict=True, assign=True)",
    '  frozen = set(json.loads((folder / "freeze.json").read_text())["frozen"])',
    "  for name, parameter in module.named_parameters():",
    "      parameter.requires_grad_(name not in frozen)",
    "",
    "What took how long: drydock runs trace r0123456789abcdef0123",
  ]);
});

test("a result in a store is fetched and verified first; a plan that is gone leaves the rest", () => {
  const view = sampleView({ outcome: "sealed", endedMs: 2_000, outputUri: "s3://b/run-7" });
  const lines = resultLines(view, undefined);
  assert.ok(lines.includes("  drydock wait s3://b/run-7 --to ./prepared"));
  assert.ok(!lines.includes("In Python:"));
});

test("a planned run is its report, a failed one its failure", () => {
  assert.match(resultLines(sampleView({ outcome: "planned" }), details)[0] ?? "", /no payload was moved/);
  const failed = sampleView({ outcome: "failed", failure: sampleFailure() });
  assert.match(resultLines(failed, details)[0] ?? "", /^Failed in load/);
});

test("sharded and torch outputs have their own lines of Python", () => {
  const index = { path: "model.safetensors.index.json", bytes: new Uint8Array() };
  const sharded = pythonLines("file:///o%20ut", { ...build, sidecars: [index] });
  assert.ok(sharded.includes('folder = Path("/o ut")'));
  assert.ok(sharded.includes("    state.update(load_file(folder / name))"));
  const torch = pythonLines("/out", {
    format: "torch",
    files: [{ path: "model.pt", size: 1 }],
    sidecars: [],
  });
  assert.deepEqual(torch.slice(1, 4), [
    "import torch",
    'folder = Path("/out")',
    'state = torch.load(folder / "model.pt", weights_only=True)',
  ]);
  assert.equal(localFolder("file://host/out"), undefined);
});

test("for programs the result is complete and carries the exit code", () => {
  const json = resultJson(sampleView({ outcome: "sealed" }), details, 0);
  assert.equal(json.exitCode, 0);
  assert.equal(JSON.parse(JSON.stringify(json)).report.skipped.length, 7);
  assert.equal("report" in resultJson(sampleView({ outcome: "failed" }), undefined, 1), false);
});

test("a run's page has its stages and facts, the attempts that were repeated, and how it ended", () => {
  const last = sampleFailure();
  const retries = [...Array.from({ length: 7 }, (_, i) => sampleFailure({ attempt: i + 1 })), last];
  const view = sampleView({
    phase: "ended",
    outcome: "failed",
    failure: last,
    retries,
    key: "k",
    retryOf: "r9",
  });
  const lines = showLines(view, undefined, 0, "");
  assert.ok(lines.includes("  key       k") && lines.includes("  retry of  r9"));
  assert.ok(lines.includes("    … 2 earlier"));
  assert.equal(lines.filter((line) => line.startsWith("    load, attempt")).length, 5);
  assert.match(lines.at(-1) ?? "", /drydock runs retry/);
  // A run at work ends with its facts.
  assert.match(showLines(sampleView(), undefined, 2_000, "").at(-1) ?? "", /^ {2}started /);
});
