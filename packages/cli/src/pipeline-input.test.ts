import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { CheckpointConfigError } from "@drydock/checkpoint";
import { pipelineInput } from "./pipeline-input.ts";

const dir = await mkdtemp(join(tmpdir(), "drydock-input-"));
after(() => rm(dir, { recursive: true }));
const here = { cwd: "/work-here", home: "/home/me", env: { WHERE: "out" } };

const problemsOf = async (words: readonly string[]): Promise<readonly string[]> => {
  try {
    await pipelineInput(words, here);
  } catch (error) {
    if (error instanceof CheckpointConfigError) return error.problems.map((p) => `${p.path}: ${p.message}`);
    throw error;
  }
  return assert.fail("accepted");
};

test("words alone are a pipeline; local paths become absolute, the order of keys does not matter", async () => {
  const words = ["checkpoint.source=./my.ckpt", "output.uri=~/out"];
  const { pipeline, json } = await pipelineInput(words, here);
  assert.deepEqual(JSON.parse(json), {
    checkpoint: { source: "/work-here/my.ckpt" },
    output: { uri: "/home/me/out" },
  });
  assert.equal(pipeline.output.uri, "file:///home/me/out");
  assert.equal((await pipelineInput(words.toReversed(), here)).json, json);
});

test("overrides go over the file, the environment into both", async () => {
  const file = join(dir, "p.yaml");
  await writeFile(
    file,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an interpolation of the pipeline's own
    "checkpoint: { source: /a.ckpt }\noutput: { uri: '/${oc.env:WHERE}', format: safetensors }\n",
  );
  const { json } = await pipelineInput([file, "output.format=torch"], here);
  assert.deepEqual(JSON.parse(json).output, { uri: "/out", format: "torch" });
});

test("no words, a missing file and a second file are told apart", async () => {
  assert.deepEqual(await problemsOf([]), [": no pipeline file and no key=value is given"]);
  assert.deepEqual(await problemsOf([join(dir, "none.yaml")]), [`${dir}/none.yaml: there is no such file`]);
  assert.match((await problemsOf([dir]))[0] ?? "", /cannot be read \(EISDIR\)/);
  assert.match(
    (await problemsOf(["a.yaml", "b.yaml"]))[0] ?? "",
    /^b\.yaml: is a second file beside a\.yaml/,
  );
});

test("a plugin that is not there is named before anything is submitted", async () => {
  const env = { DRYDOCK_PLUGINS: join(dir, "no-plugin.ts") };
  await assert.rejects(
    pipelineInput(["checkpoint.source=/a", "output.uri=/b"], { ...here, env }),
    (error: unknown) => error instanceof CheckpointConfigError && error.message.includes("DRYDOCK_PLUGINS"),
  );
});
