import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "@drydock/bus";
import { CheckpointLoadError, sha256Hex } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { eventFrom, firstContext } from "./event-codec.ts";
import { step } from "./machine.ts";
import { stageFrom, stageTo } from "./parts-codec.ts";
import { fromProto, toProto } from "./state-codec.ts";
import { readPipeline, runIdOf } from "./submission.ts";

const { v1 } = drydock;

function submittedState() {
  const submission = { key: "k", pipelineJson: '{"output":{"uri":"s3://b/o"}}' };
  const { state } = step(undefined, eventFrom({ atMs: 5, submitted: { submission } }));
  if (state === undefined) throw new Error("a submission begins a run");
  return state;
}

test("the stages have the numbers of the enum", () => {
  for (const stage of ["acquire", "load", "transform", "stage", "build", "publish", "seal"] as const) {
    assert.equal(v1.Stage[stageTo(stage)], `STAGE_${stage.toUpperCase()}`);
    assert.equal(stageFrom(stageTo(stage)), stage);
  }
});

test("a stage, an event, a phase or an outcome of a newer version is refused", () => {
  for (const stage of [0, 8, 99, undefined])
    assert.throws(() => stageFrom(stage), { code: "RUN_STAGE_UNKNOWN" });
  assert.throws(() => eventFrom({ atMs: 1 }), { code: "RUN_EVENT_UNKNOWN" });
  assert.throws(() => eventFrom({ result: { stage: 1 } }), { code: "RUN_EVENT_UNKNOWN" });
  const state = toProto(submittedState());
  assert.throws(() => fromProto({ ...state, phase: 77 as number }), { code: "RUN_STATE_UNREADABLE" });
  assert.throws(() => fromProto({ ...state, outcome: 77 as number }), { code: "RUN_STATE_UNREADABLE" });
  assert.throws(() => fromProto({ ...state, units: [{ stage: stageTo("build") }] }), CheckpointLoadError);
});

test("what a newer coordinator put into the state survives this one", () => {
  const bytes = v1.RunState.encode(toProto(submittedState())).finish();
  // Field 1000, a string "new".
  const newer = Uint8Array.from([...bytes, 0xc2, 0x3e, 3, 110, 101, 119]);
  const again = v1.RunState.encode(toProto(fromProto(decode(v1.RunState, newer)))).finish();
  assert.deepEqual([...again.subarray(-6)], [0xc2, 0x3e, 3, 110, 101, 119]);
});

test("the same key is the same run, and the first context names it", () => {
  assert.equal(runIdOf("k"), `r${sha256Hex("k").slice(0, 20)}`);
  const state = submittedState();
  assert.equal(state.runId, runIdOf("k"));
  const context = v1.CheckpointContext.decode(state.context);
  assert.deepEqual([context.runId, context.pipelineJson], [state.runId, '{"output":{"uri":"s3://b/o"}}']);
});

test("a context of 64 KiB or more travels by digest", () => {
  const pipelineJson = JSON.stringify({ note: "x".repeat(64 * 1024) });
  const { state } = step(
    undefined,
    eventFrom({ atMs: 5, submitted: { submission: { key: "k", pipelineJson } } }),
  );
  assert.equal(state?.context.length, 0);
  assert.equal(state?.contextDigest, sha256Hex(firstContext(runIdOf("k"), pipelineJson)));
});

test("a pipeline gives its policy; what is absent or of the wrong type has the default", () => {
  const defaults = { maxRetries: 3, timeoutMs: 0, asyncExecution: true, planOnly: false };
  const none = { policy: defaults, outputUri: "", host: "" };
  assert.deepEqual(readPipeline("{}", false), none);
  assert.deepEqual(readPipeline('{"pipeline":3,"output":[]}', false), none);
  assert.deepEqual(
    readPipeline('{"pipeline":{"max_retries":"2","timeout":-1,"async_execution":0}}', false),
    none,
  );
  assert.deepEqual(
    readPipeline('{"pipeline":{"max_retries":0,"timeout":0.0005,"async_execution":false}}', true).policy,
    {
      maxRetries: 0,
      timeoutMs: 1,
      asyncExecution: false,
      planOnly: true,
    },
  );
  assert.equal(readPipeline('{"pipeline":{"timeout":1e300}}', false).policy.timeoutMs, 604_800_000);
  assert.equal(readPipeline('{"output":"s3://b/o"}', false).outputUri, "s3://b/o");
  assert.equal(readPipeline('{"target":"file:///t","output":{"uri":"file://node7/o"}}', false).host, "node7");
});

test("a pipeline that is no JSON object is refused", () => {
  for (const text of ["", "{", "[]", "null", "3"]) {
    assert.throws(() => readPipeline(text, false), { code: "RUN_PIPELINE_UNREADABLE" });
  }
});
