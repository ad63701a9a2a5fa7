import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bytesSource, CheckpointLoadError } from "@drydock/checkpoint";
import { toInspectJson } from "../inspect.ts";
import { openCheckpoint } from "../open.ts";

function open(value: unknown) {
  const json = typeof value === "string" ? value : JSON.stringify(value);
  return openCheckpoint(new Map([["", bytesSource(Buffer.from(json), "target.json")]]), { input: "target" });
}

const w = { name: "w", dtype: "float32", shape: [2], kind: "parameter" };

test("a target spec gives tensors without values, in its order, ties kept", async () => {
  const { format, weights, tensors } = await open({
    format: "drydock.target/1",
    tensors: [
      w,
      { ...w, name: "head", dtype: "BF16", shape: [] },
      { ...w, name: "again" },
      { ...w, name: "n", kind: "buffer" },
    ],
    tied: [["w", "again"]],
    note: { anything: [1, 2.5, null] },
  });
  assert.equal(format, "spec");
  assert.deepEqual(
    weights.map((t) => [t.name, t.dtype, t.shape, t.kind, t.storage]),
    [
      ["w", "F32", [2], "parameter", "w"],
      ["head", "BF16", [], "parameter", ""],
      ["again", "F32", [2], "parameter", "w"],
      ["n", "F32", [2], "buffer", ""],
    ],
  );
  assert.deepEqual(tensors, weights);
  assert.deepEqual(weights[0]?.op, {
    kind: "init",
    method: "unfilled",
    seed: 0,
    dtype: "F32",
    shape: [2],
    params: {},
  });
});

test("the output of inspect is a spec of the weights of what was inspected", async () => {
  for (const name of ["lightning.ckpt", "views.pt", "values.pt"]) {
    const bytes = readFileSync(new URL(`../../fixtures/torch/${name}`, import.meta.url));
    const index = await openCheckpoint(new Map([["", bytesSource(bytes)]]), { input: "source" });
    const spec = await open(toInspectJson(index));
    const facts = (list: typeof index.weights) =>
      list.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
    assert.deepEqual(facts(spec.weights), facts(index.weights));
    assert.deepEqual(facts(spec.tensors), facts(index.tensors));
    assert.equal(spec.producer, index.producer);
  }
});

const tensors = [w];
const format = "drydock.target/1";
const REFUSED: readonly (readonly [string, string, unknown])[] = [
  ["JSON of something else", "SPEC_FORMAT", { hello: 1 }],
  ["another format", "SPEC_FORMAT", { format: "drydock.target/2", tensors }],
  ["a format that is no text", "SPEC_FORMAT", { format: 1, tensors }],
  ["no tensors", "SPEC_FORMAT", { format }],
  ["a name twice", "SPEC_INVALID", { format, tensors: [w, w] }],
  ["a key twice", "SPEC_INVALID", '{"format":"drydock.target/1","format":"x"}'],
  ["a tensor without shape", "SPEC_INVALID", { format, tensors: [{ name: "w", dtype: "F32" }] }],
  ["an unknown type", "SPEC_INVALID", { format, tensors: [{ ...w, dtype: "complex128" }] }],
  ["an unknown kind", "SPEC_INVALID", { format, tensors: [{ ...w, kind: "weight" }] }],
  ["a negative size", "SPEC_INVALID", { format, tensors: [{ ...w, shape: [-1] }] }],
  [
    "a size of 2^53",
    "SPEC_INVALID",
    `{"format":"${format}","tensors":[{"name":"w","dtype":"U8","shape":[9007199254740993]}]}`,
  ],
  ["more bytes than can be addressed", "SIZE_OVERFLOW", { format, tensors: [{ ...w, shape: [2 ** 52] }] }],
  ["a tie with nothing", "SPEC_INVALID", { format, tensors, tied: [["w", "v"]] }],
  ["text that is cut", "SPEC_INVALID", '{"format":"drydock.target/1","tensors":['],
];
for (const [name, code, value] of REFUSED) {
  test(`${name} is refused as ${code}`, async () => {
    await assert.rejects(open(value), (error) => error instanceof CheckpointLoadError && error.code === code);
  });
}

test("a spec beyond the limit is refused before it is read", async () => {
  const source = { ...bytesSource(Buffer.from("{".padEnd(70_000))), size: 2 ** 40 };
  await assert.rejects(openCheckpoint(new Map([["", source]]), { input: "target" }), { code: "LIMIT_SPEC" });
});
