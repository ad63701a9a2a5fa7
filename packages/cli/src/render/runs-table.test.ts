import assert from "node:assert/strict";
import { test } from "node:test";
import { drydock } from "@drydock/proto";
import { contextDiff, contextJson } from "./context-diff.ts";
import { deadLines, deadTable, nodesTable, runsTable } from "./runs-table.ts";
import { sampleView } from "./sample.ts";

test("runs are a line each that fits the terminal", () => {
  const lines = runsTable(
    [sampleView({ outputUri: `/${"x".repeat(100)}`, outcome: "sealed", endedMs: 3_000 })],
    0,
  );
  assert.match(
    lines[1] ?? "",
    /^r0123456789abcdef0123 {2}sealed {2}\d\d-\d\d \d\d:\d\d {2}2\.0 s {2}\/x+…x+$/,
  );
  assert.ok(lines.every((line) => line.length <= 80));
  assert.match(runsTable([sampleView({ startedMs: 0 })], 0)[1] ?? "", /planning/);
});

test("nodes show their slots, kernels and age, or that they drain", () => {
  const info = (over: drydock.v1.NodeInfo.$Properties) =>
    drydock.v1.NodeInfo.create({ node: "n1", slots: { build: 2 }, ...over });
  const nodes = [
    { info: info({ service: "transformer", kernelClasses: ["wasm-1"] }), timeMs: 1_000 },
    { info: info({ service: "loader", draining: true }), timeMs: 1_000 },
  ];
  assert.deepEqual(nodesTable(nodes, 3_000), [
    "NODE  SERVICE      SEEN      SLOTS",
    "n1    transformer  2.0 s     build 2 (wasm-1)",
    "n1    loader       draining  build 2",
  ]);
});

test("empty lists say so", () => {
  assert.deepEqual(runsTable([], 0), ["no runs"]);
  assert.deepEqual(deadTable([]), ["no dead letters"]);
  assert.match(nodesTable([], 0)[0] ?? "", /^no services/);
});

test("a dead letter shows why it is one and how to try it again", () => {
  const letter = {
    seq: 7,
    timeMs: 1_000,
    subject: "evt.v1.submit",
    code: "BUS_UNDECODABLE",
    reason: "no JSON",
    deliveries: 1,
    by: "coordinator",
    data: new Uint8Array(3),
  };
  assert.match(deadTable([letter])[1] ?? "", /^7 {4}.* BUS_UNDECODABLE {2}evt\.v1\.submit$/);
  assert.ok(deadLines(letter, " --nats x").includes("  try again:  drydock dead replay 7 --nats x"));
});

test("what a stage changed in the context is a line per leaf", () => {
  const context = (over: drydock.v1.CheckpointContext.$Properties) =>
    contextJson(drydock.v1.CheckpointContext.create({ pipelineJson: '{"output":"/o"}', ...over }));
  const before = context({ revision: 1, warnings: ["w"] });
  const after = context({ revision: 2, loadPlan: { digest: "d" } });
  assert.deepEqual(contextDiff(before, after), [
    '+ loadPlan.digest: "d"',
    "~ revision: 1 → 2",
    '- warnings[0]: "w"',
  ]);
  assert.deepEqual(before.pipeline, { output: "/o" });
  assert.equal(context({ pipelineJson: "{" }).pipeline, "{");
});
