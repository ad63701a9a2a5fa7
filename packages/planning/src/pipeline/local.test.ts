import assert from "node:assert/strict";
import { test } from "node:test";
import { absolutise } from "./local.ts";

test("every local path becomes absolute; what has a scheme or is absolute stays", () => {
  const value = {
    checkpoint: {
      source: { type: "file", path: "./m.ckpt", cache_dir: "c", loading: { type: "weights_only" } },
      loading: { type: "transfer_learning" },
    },
    target: "file:t.json",
    model_modifier: { modifiers: [{ type: "freeze", layers: ["./x"] }, 3] },
    output: { uri: "../out" },
  };
  assert.deepEqual(absolutise(value, "/w/d"), {
    ...value,
    checkpoint: {
      ...value.checkpoint,
      source: { ...value.checkpoint.source, path: "/w/d/m.ckpt", cache_dir: "/w/d/c" },
    },
    target: "/w/d/t.json",
    output: { uri: "/w/out" },
  });
  const remote = {
    checkpoint: { sources: ["s3://b/k", { uri: "x.ckpt" }, { type: "s3", bucket: "b", key: "k" }] },
    target: { type: "http", url: "https://h/x" },
    output: { uri: "file:///o" },
  };
  assert.deepEqual(absolutise(remote, "/w"), {
    ...remote,
    checkpoint: { sources: ["s3://b/k", { uri: "/w/x.ckpt" }, { type: "s3", bucket: "b", key: "k" }] },
  });
});

test("a leading ~/ is the home folder, where one is given", () => {
  const value = { output: { uri: "~/out" } };
  assert.deepEqual(absolutise(value, "/w", "/home/me"), { output: { uri: "/home/me/out" } });
  assert.deepEqual(absolutise({ output: { uri: "~" } }, "/w", "/home/me"), { output: { uri: "/home/me" } });
  assert.deepEqual(absolutise(value, "/w"), { output: { uri: "/w/~/out" } });
});

test("what is not as expected is left for the check that follows", () => {
  for (const value of [
    null,
    "text",
    { checkpoint: 3, output: [], target: 7, model_modifier: { modifiers: {} } },
  ]) {
    assert.deepEqual(absolutise(value, "/w"), value);
  }
  const odd = { checkpoint: { source: 4, sources: 5, loading: [] }, output: { uri: "" } };
  assert.deepEqual(absolutise(odd, "/w"), odd);
});
