import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckpointWriter } from "./format.ts";
import { safetensorsWriter } from "./safetensors/write.ts";
import { torchWriter } from "./torch/write.ts";
import { registerWriter, writerFor } from "./writers.ts";

test("each writer is found by its own name", () => {
  assert.equal(writerFor("safetensors"), safetensorsWriter);
  assert.equal(writerFor("torch"), torchWriter);
});

test("an unknown format, also one that every object has, is a configuration error that lists the known ones", () => {
  for (const name of ["pickle", "constructor", "__proto__"]) {
    assert.throws(() => writerFor(name), { kind: "config", message: /known: safetensors, torch$/ });
  }
});

test("a plugin's writer is found by its name, may be registered again, and cannot take another's name", () => {
  const mine: CheckpointWriter = { name: "mine", layout: () => ({ files: [], sidecars: [] }) };
  registerWriter(mine);
  registerWriter(mine);
  assert.equal(writerFor("mine"), mine);
  assert.throws(() => registerWriter({ ...mine, name: "torch" }), { kind: "config" });
});
