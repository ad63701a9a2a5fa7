import assert from "node:assert/strict";
import { test } from "node:test";
import type { StageName, StageProgress, StageView } from "@drydock/client";
import { plainLines, progressJson, progressLines } from "./progress.ts";
import { sampleFailure, sampleView } from "./sample.ts";

const MIB = 1024 * 1024;
const view = sampleView({
  phase: "building",
  plan: { shards: 4, inputBytes: 8 * MIB, outputBytes: 4 * MIB },
});

function stages(changes: Partial<Record<StageName, Partial<StageView>>>): readonly StageView[] {
  const total = (stage: StageName): number => (["stage", "build", "publish"].includes(stage) ? 4 : 1);
  return view.stages.map((s) => ({ ...s, total: total(s.stage), ...changes[s.stage] }));
}

const at = {
  ...view,
  stages: stages({
    load: { done: 1, tensors: 14, bytesRead: 2_048 },
    transform: { done: 1, tensors: 14 },
    build: { done: 1, bytesWritten: MIB, tensors: 5, failures: 1 },
  }),
};

test("each stage shows its shards, bytes and tensors, what is at work added to what is done", () => {
  const live: StageProgress = { bytes: MIB, totalBytes: 2 * MIB, tensors: 2, totalTensors: 0, tasks: 1 };
  const lines = progressLines({ view: at, progress: new Map([["build", live]]) }, 3_500);
  assert.deepEqual(lines, [
    "run r0123456789abcdef0123  building  2.5 s",
    "  acquire   [..........]           waiting",
    "  load      [##########] done      14 tensors, 2.0 KiB read",
    "  transform [##########] done      14 tensors, 4 shards planned",
    "  stage     [..........] 0/4       waiting",
    "  build     [#####.....] 1/4       2.0 MiB of 4.0 MiB, 7 of 14 tensors, 1 failed",
    "  publish   [..........] 0/4       waiting",
    "  seal      [..........]           waiting",
  ]);
});

test("the picture keeps its height and width at every moment", () => {
  for (const phase of ["planning", "building", "sealing", "discarding", "ended"] as const) {
    const lines = progressLines({ view: { ...at, phase }, progress: new Map() }, 0);
    assert.equal(lines.length, 8);
    for (const line of lines) assert.ok(line.length <= 80, line);
  }
});

test("without a terminal a stage is a line per quarter, a failed attempt a line", () => {
  const before = sampleView({ stages: stages({}) });
  assert.deepEqual(plainLines(undefined, before), []);
  const after = { ...at, retries: [sampleFailure({ stage: "build", shard: 1 })] };
  assert.deepEqual(plainLines(before, after), [
    "load done: 14 tensors, 2.0 KiB read",
    "transform done: 14 tensors, 4 shards planned",
    "build 1/4: 5 tensors, 1.0 MiB written",
    "failed: build shard 1, attempt 1: CheckpointIncompatibleError: head.weight does…",
  ]);
  assert.deepEqual(plainLines(after, after), []);
});

test("for programs progress is one object with the phase and every stage", () => {
  const json = progressJson({ view: at, progress: new Map() });
  assert.equal(json.phase, "building");
  assert.equal(JSON.parse(JSON.stringify(json)).stages.length, 7);
});
