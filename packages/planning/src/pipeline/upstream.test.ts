import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError } from "@drydock/checkpoint";
import { absolutise } from "./local.ts";
import { parsePipeline } from "./parse.ts";

const upstream = (checkpoint: unknown, rest: Record<string, unknown> = {}) => ({
  training: { checkpoint },
  output: { uri: "/out" },
  ...rest,
});
const base = "anemoi.training.checkpoint";

test("the upstream form with _target_ means the same as our own", () => {
  const pipeline = parsePipeline(
    upstream({
      source: { _target_: `${base}.sources.local.LocalSource`, path: "/m.ckpt" },
      loading: { _target_: `${base}.loading.strategies.TransferLearningLoader`, skip_mismatched: true },
      modifiers: [
        {
          _target_: `${base}.modifiers.freezing.FreezingModifierStage`,
          submodules_to_freeze: ["encoder"],
          strict: false,
          validate_gradients: true,
        },
      ],
    }),
  );
  assert.equal(pipeline.inputs[0]?.uri, "file:///m.ckpt");
  assert.equal(pipeline.loading.type, "transfer_learning");
  assert.deepEqual(pipeline.modifiers, [{ type: "freeze", params: { layers: ["encoder"], strict: false } }]);
});

test("http and s3 sources of the upstream form map with their parameters", () => {
  const http = {
    _target_: "HTTPSource",
    url: "https://h/m",
    max_retries: 3,
    timeout: 300,
    expected_checksum: "0".repeat(64),
  };
  assert.equal(parsePipeline(upstream({ source: http })).inputs[0]?.params.sha256, "0".repeat(64));
  const s3 = parsePipeline(upstream({ source: { _target_: "x.S3Source", url: "s3://b/k" } }));
  assert.deepEqual(s3.inputs[0]?.params, { bucket: "b", key: "k" });
});

test("a class without counterpart, other training keys, and both forms at once are refused", () => {
  const value = upstream(
    { source: { _target_: `${base}.sources.run.RunSource`, run_id: "x" }, modifiers: 3 },
    { checkpoint: { source: "/m" } },
  );
  Object.assign(value.training, { lr: 1 });
  assert.throws(
    () => parsePipeline(value),
    (e: CheckpointConfigError) => {
      assert.ok(e instanceof CheckpointConfigError);
      const text = e.message;
      assert.match(text, /training\.checkpoint: stands beside checkpoint/);
      assert.match(text, /training\.lr: only training\.checkpoint is read/);
      assert.match(text, /training\.checkpoint\.source\._target_: ".*RunSource" has no counterpart/);
      assert.match(text, /model_modifier\.modifiers: expected a list/);
      return true;
    },
  );
});

test("a training key without checkpoint is just an unknown key", () => {
  assert.throws(
    () => parsePipeline({ training: { lr: 1 }, output: { uri: "/o" } }),
    /training: unknown key "training"/,
  );
});

test("paths of the upstream form become absolute too", () => {
  const value = absolutise(upstream({ source: { _target_: "LocalSource", path: "m.ckpt" } }), "/work");
  assert.equal(parsePipeline(value).inputs[0]?.uri, "file:///work/m.ckpt");
});
