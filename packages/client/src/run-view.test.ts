import assert from "node:assert/strict";
import { test } from "node:test";
import { drydock } from "@drydock/proto";
import { viewOf } from "./run-view.ts";
import { traceId, traceTree } from "./trace-tree.ts";

type RunEvent = drydock.v1.RunEvent.$Properties;
const { Stage, RunPhase, RunOutcome } = drydock.v1;

const submitted: RunEvent = {
  atMs: 1_000,
  submitted: { submission: { key: "k", pipelineJson: "{}" } },
  snapshot: { phase: RunPhase.RUN_PHASE_PLANNING, startedMs: 1_000, key: "k" },
};

const span = (
  id: string,
  parent: string,
  startMs: number,
  endMs: number,
  stage = "",
): drydock.v1.Span.$Properties => ({
  name: `span ${id}`,
  spanId: id,
  parentId: parent,
  startMs,
  endMs,
  attributes: stage === "" ? {} : { "drydock.stage": stage },
});

test("a run of no entry is a view, and its trace a tree without children", () => {
  const view = viewOf("r1", []);
  assert.equal(view.phase, "planning");
  assert.equal(view.outcome, null);
  const tree = traceTree(view);
  assert.deepEqual([tree.startMs, tree.endMs, tree.children.length], [0, 0, 0]);
  assert.equal(traceId(view), "");
});

test("a shard built twice counts as one built, its bytes as often as they were moved", () => {
  const build = (shard: number, generation: number): RunEvent => ({
    result: {
      stage: Stage.STAGE_BUILD,
      shard,
      generation,
      attempt: 1,
      done: {},
      usage: { bytesRead: 10, bytesWritten: 5, tensors: 1 },
    },
  });
  const plan = { shards: 3, inputBytes: 30, outputBytes: 15 };
  const events = [submitted, { snapshot: { plan } }, build(0, 1), build(1, 1), build(0, 2)];
  const stage = viewOf("r1", events).stages.find((s) => s.stage === "build");
  assert.deepEqual(stage, {
    stage: "build",
    done: 2,
    total: 3,
    attempts: 3,
    failures: 0,
    bytesRead: 30,
    bytesWritten: 15,
    tensors: 3,
  });
});

test("a failed run names the attempt that ended it, and details nobody can parse are shown as they are", () => {
  const failed = { kind: "load", name: "CheckpointLoadError", message: "cut off", detailsJson: "{" };
  const view = viewOf("r1", [
    submitted,
    { result: { stage: Stage.STAGE_LOAD, attempt: 2, node: "n1", failed } },
    {
      snapshot: {
        phase: RunPhase.RUN_PHASE_ENDED,
        outcome: RunOutcome.RUN_OUTCOME_FAILED,
        failure: failed,
        failedStage: Stage.STAGE_LOAD,
      },
    },
  ]);
  assert.equal(view.outcome, "failed");
  const { stage, attempt, node, details } = view.failure ?? assert.fail("has a failure");
  assert.deepEqual(
    { stage, attempt, node, details },
    { stage: "load", attempt: 2, node: "n1", details: { details: "{" } },
  );
  assert.equal(view.retries.length, 1);
});

test("a run that ran out of time fails at no stage", () => {
  const view = viewOf("r1", [{ snapshot: { failure: { kind: "timeout", message: "600 s are over" } } }]);
  assert.equal(view.failure?.stage, "run");
});

test("spans hang under their parents by start, those of unknown parents under their stage", () => {
  const view = viewOf("r1", [
    submitted,
    {
      result: {
        stage: Stage.STAGE_LOAD,
        node: "n1",
        done: {},
        spans: [
          span("c", "a", 1_200, 1_300),
          span("b", "a", 1_100, 1_150),
          span("a", "elsewhere", 1_050, 1_400, "load"),
          span("self", "self", 1_500, 1_600),
        ],
      },
    },
    {
      snapshot: {
        phase: RunPhase.RUN_PHASE_ENDED,
        startedMs: 1_000,
        endedMs: 2_000,
        traceparent: "00-abc-def-01",
      },
    },
  ]);
  const tree = traceTree(view);
  assert.deepEqual([tree.startMs, tree.endMs], [1_000, 2_000]);
  assert.deepEqual(
    tree.children.map((c) => c.name),
    ["stage load", "stage other"],
  );
  const attempt = tree.children[0]?.children[0];
  assert.deepEqual([attempt?.name, attempt?.node], ["span a", "n1"]);
  assert.deepEqual(
    attempt?.children.map((c) => c.name),
    ["span b", "span c"],
  );
  assert.equal(traceId(view), "abc");
});
