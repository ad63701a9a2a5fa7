import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError } from "@drydock/checkpoint";
import { applyOverrides, isOverride } from "./overrides.ts";

const problem = (value: unknown, ...overrides: string[]): string => {
  try {
    applyOverrides(value, overrides);
  } catch (error) {
    assert.ok(error instanceof CheckpointConfigError);
    return error.message;
  }
  return "";
};

test("a run without a file sets every key that a pipeline may have", () => {
  const value = applyOverrides(undefined, [
    "checkpoint.source.type=s3",
    "checkpoint.source.bucket=b",
    "checkpoint.source.anonymous=true",
    "checkpoint.loading.type=transfer_learning",
    "checkpoint.loading.freeze_loaded=true",
    "target=s3://b/t.ckpt",
    "model_modifier.modifiers.0.type=freeze",
    "model_modifier.modifiers.0.layers=[encoder, processor.0]",
    "model_modifier.modifiers.1={type: cast, dtype: bf16}",
    "output.uri=./out",
    "pipeline.timeout=600",
  ]);
  assert.deepEqual(value, {
    checkpoint: {
      source: { type: "s3", bucket: "b", anonymous: true },
      loading: { type: "transfer_learning", freeze_loaded: true },
    },
    target: "s3://b/t.ckpt",
    model_modifier: {
      modifiers: [
        { type: "freeze", layers: ["encoder", "processor.0"] },
        { type: "cast", dtype: "bf16" },
      ],
    },
    output: { uri: "./out" },
    pipeline: { timeout: 600 },
  });
});

test("values are YAML scalars or flow; what only looks like a block is text", () => {
  const set = (text: string) => Reflect.get(Object(applyOverrides({ k: 0 }, [`k=${text}`])), "k");
  assert.equal(set("1e3"), 1000);
  assert.equal(set("null"), null);
  assert.equal(set(""), null);
  assert.equal(set("a: b"), "a: b");
  assert.equal(set("s3://b/k:1"), "s3://b/k:1");
  assert.equal(set("a #b"), "a #b");
  assert.equal(set("'12'"), "12");
  assert.deepEqual(set("{a: [1, x]}"), { a: [1, "x"] });
  assert.equal(set("a=b"), "a=b");
});

test("the file is left as it was, and overrides of existing keys replace them", () => {
  const file = {
    output: { uri: "/a", format: "torch" },
    model_modifier: { modifiers: [{ type: "cast", dtype: "f16" }] },
  };
  const copy = structuredClone(file);
  const value = applyOverrides(file, ["output.uri=/b", "model_modifier.modifiers.0.dtype=bf16"]);
  assert.deepEqual(file, copy);
  assert.deepEqual(value, {
    output: { uri: "/b", format: "torch" },
    model_modifier: { modifiers: [{ type: "cast", dtype: "bf16" }] },
  });
});

test("text that stands for an object becomes one when a key below it is set", () => {
  const value = applyOverrides(
    { checkpoint: { source: "s3://b/k", loading: "weights_only" }, target: "/t" },
    ["checkpoint.source.prefetch=full", "checkpoint.loading.strict=false", "target.endpoint=http://h"],
  );
  assert.deepEqual(value, {
    checkpoint: {
      source: { uri: "s3://b/k", prefetch: "full" },
      loading: { type: "weights_only", strict: false },
    },
    target: { uri: "/t", endpoint: "http://h" },
  });
  const list = applyOverrides({ checkpoint: { sources: ["/a"] } }, [
    "checkpoint.sources.0.loading.type=weights_only",
  ]);
  assert.deepEqual(list, { checkpoint: { sources: [{ uri: "/a", loading: { type: "weights_only" } }] } });
  const fresh = applyOverrides({}, ["checkpoint.sources.0.path=/a"]);
  assert.deepEqual(fresh, { checkpoint: { sources: [{ path: "/a" }] } });
});

test("+ adds, ++ adds or sets, ~ takes away", () => {
  assert.deepEqual(applyOverrides({ a: 1 }, ["+b.c=2", "++a=3", "++d=4"]), { a: 3, b: { c: 2 }, d: 4 });
  assert.deepEqual(applyOverrides({ a: 1, l: [1, 2, 3] }, ["~a", "~l.1"]), { l: [1, 3] });
  assert.match(problem({ a: 1 }, "+a=2"), /a: is there already/);
  assert.match(problem({ a: 1 }, "~b"), /b: is not there/);
  assert.match(problem({ a: 1 }, "~b.c"), /b\.c: is not there/);
});

test("an unknown key names the nearest and the way to add it, all mistakes together", () => {
  const text = problem({}, "output.ury=/x", "checkpiont.source=/m", "checkpoint.source.zzzzzzzzz=1");
  assert.match(text, /output\.ury: unknown key; did you mean "output\.uri"\? \(\+output\.ury=… adds a key\)/);
  assert.match(text, /checkpiont\.source: unknown key; did you mean "checkpoint"\?/);
  assert.match(text, /checkpoint\.source\.zzzzzzzzz: unknown key; valid: .*bucket/);
});

test("a key of the chosen type is known, one of another type is not", () => {
  assert.match(
    problem({ checkpoint: { source: { type: "file" } } }, "checkpoint.source.bucket=b"),
    /unknown key/,
  );
  assert.match(
    problem({ model_modifier: { modifiers: [{ type: "cast" }] } }, "model_modifier.modifiers.0.layers=[]"),
    /unknown key/,
  );
  assert.equal(
    problem({ checkpoint: { loading: { type: "x" } } }, "checkpoint.loading.skip_mismatched=true"),
    "",
  );
});

test("what lies inside a parameter is free", () => {
  assert.deepEqual(applyOverrides({ training: { a: 1 } }, ["training.b=2"]), { training: { a: 1, b: 2 } });
  assert.equal(problem({ target: { type: "x", deep: {} } }, "target.deep.er=1"), "");
});

test("list indices must be there or follow the last, and a scalar has nothing below it", () => {
  const file = { model_modifier: { modifiers: [] }, pipeline: { timeout: 3 } };
  assert.match(problem(file, "model_modifier.modifiers.1.type=cast"), /has 0 entries; index 1 is none/);
  assert.match(problem(file, "model_modifier.modifiers.x.type=cast"), /is a list; "x" is no index/);
  assert.match(problem(file, "pipeline.timeout.x=1"), /pipeline\.timeout is a number \(3\), not an object/);
});

test("what is no override is refused", () => {
  for (const text of ["output.uri", "=x", "~a=b", "a..b=1", "a b=1"])
    assert.match(problem({}, text), /is no override/);
  assert.match(problem({ a: 1 }, "a=[1"), /is no YAML value/);
  assert.match(problem({ a: 1 }, "a=[&x 1, *x]"), /aliases/);
  assert.match(problem({ a: 1 }, "a={b: 1, b: 2}"), /unique/);
});

test("a key can never reach an object's prototype", () => {
  const value = applyOverrides({}, ["+__proto__.polluted=1"]);
  assert.equal(Reflect.get({}, "polluted"), undefined);
  assert.deepEqual(Object.keys(Object(value)), ["__proto__"]);
});

test("words with a key and = are overrides, file names are not", () => {
  for (const word of ["a=1", "+a.b=1", "++a=1", "~a.b"]) assert.ok(isOverride(word));
  for (const word of ["pipeline.yaml", "./a=b.yaml", "~/x.yaml", "-x"]) assert.ok(!isOverride(word));
});
