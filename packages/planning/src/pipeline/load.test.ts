// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the interpolation syntax itself
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CheckpointConfigError } from "@drydock/checkpoint";
import { absolutise, loadPipelineText, PIPELINE_TEMPLATE, parsePipeline } from "./index.ts";

test("file, overrides, environment: in that order", () => {
  const text = "output: { uri: '${oc.env:OUT,/none}/${name}' }\nname: a\n";
  assert.deepEqual(loadPipelineText(text, ["name=b"], { OUT: "/o" }), { output: { uri: "/o/b" }, name: "b" });
  assert.deepEqual(loadPipelineText("", [], {}), {});
  assert.deepEqual(loadPipelineText('{"a": [1]}', [], {}), { a: [1] });
});

test("YAML mistakes have file, line and column; a duplicate key is one", () => {
  assert.throws(
    () => loadPipelineText("a: 1\nb:\n  c: 1\n  c: 2\n", [], {}, { file: "p.yaml" }),
    (e: CheckpointConfigError) => e instanceof CheckpointConfigError && e.problems[0]?.path === "p.yaml:4:3",
  );
  assert.throws(
    () => loadPipelineText("- a\n", [], {}),
    /pipeline:1:1: expected keys and values, got a list/,
  );
  assert.throws(() => loadPipelineText("a: !!js/function x\n", [], {}), CheckpointConfigError);
});

test("aliases that multiply are refused before they fill the memory", () => {
  const lines = Array.from(
    { length: 9 },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`,
  );
  assert.throws(() => loadPipelineText(["a0: &a0 [x]", ...lines].join("\n"), [], {}), CheckpointConfigError);
});

test("the template runs as it stands, with the defaults", () => {
  const pipeline = parsePipeline(absolutise(loadPipelineText(PIPELINE_TEMPLATE, [], {}), "/w"));
  const bare = loadPipelineText("", ["checkpoint.source=model.ckpt", "output.uri=prepared"], {});
  assert.deepEqual(pipeline, parsePipeline(absolutise(bare, "/w")));
  assert.match(PIPELINE_TEMPLATE, /\(\$\{output\.uri\}\)/);
});

test("the commented examples of the template are valid too", () => {
  const text = PIPELINE_TEMPLATE.replace(/# target:/, "target:")
    .replace("modifiers: []", "modifiers:")
    .replace(/# - \{/g, "- {")
    .replace("# timeout", "timeout");
  const pipeline = parsePipeline(absolutise(loadPipelineText(text, [], {}), "/w"));
  assert.deepEqual(
    pipeline.modifiers.map((m) => m.type),
    ["freeze", "cast"],
  );
  assert.equal(pipeline.target, "target");
});

test("the committed example parses", () => {
  const text = readFileSync(new URL("../../../../examples/finetune.yaml", import.meta.url), "utf8");
  const pipeline = parsePipeline(absolutise(loadPipelineText(text, [], {}), "/repo"));
  assert.equal(pipeline.output.uri, "file:///repo/prepared/finetune");
});
