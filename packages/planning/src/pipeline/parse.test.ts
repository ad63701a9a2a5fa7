import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError, canonicalJson } from "@drydock/checkpoint";
import { parsePipeline } from "./parse.ts";

/** Problems of a pipeline as "path: message". */
function problemsOf(value: unknown): string[] {
  try {
    parsePipeline(value);
  } catch (error) {
    assert.ok(error instanceof CheckpointConfigError);
    return error.problems.map((p) => (p.path === "" ? p.message : `${p.path}: ${p.message}`));
  }
  return [];
}

const minimal = (changes: Record<string, unknown> = {}) => ({
  checkpoint: { source: "/data/my.ckpt" },
  output: { uri: "/out" },
  ...changes,
});
const sourceOf = (source: unknown) => parsePipeline(minimal({ checkpoint: { source } })).inputs[0];

test("the shortest pipeline has every default", () => {
  assert.deepEqual(parsePipeline(minimal()), {
    inputs: [
      {
        name: "source",
        role: "source",
        type: "file",
        uri: "file:///data/my.ckpt",
        params: { path: "/data/my.ckpt" },
      },
    ],
    target: null,
    loading: {
      type: "weights_only",
      params: { strict: true, strip_prefix: "", add_prefix: "", allow_empty: false },
    },
    modifiers: [],
    output: {
      uri: "file:///out",
      format: "safetensors",
      ifExists: "fail",
      fileBytes: 5_000_000_000,
      shardBytes: 67_108_864,
    },
    policy: { asyncExecution: true, maxRetries: 3 },
    prefetch: "plan",
  });
});

test("a full pipeline reads as written, and its normal form survives JSON", () => {
  const pipeline = parsePipeline({
    checkpoint: {
      source: { type: "s3", bucket: "models", key: "a b/pre.ckpt", cache_dir: "/cache", prefetch: "full" },
      loading: { type: "transfer_learning", strict: false, skip_mismatched: true, freeze_loaded: true },
    },
    target: "s3://models/target/init.ckpt",
    model_modifier: {
      modifiers: [
        { type: "freeze", layers: ["encoder"] },
        { type: "cast", dtype: "bfloat16" },
      ],
    },
    output: {
      uri: "s3://prepared/run-7/",
      format: "torch",
      if_exists: "replace",
      file_bytes: "2 GiB",
      shard_bytes: 1e6,
    },
    pipeline: { async_execution: false, max_retries: 0, timeout: 0.5 },
  });
  assert.deepEqual(
    pipeline.inputs.map((i) => [i.name, i.uri]),
    [
      ["source", "s3://models/a%20b/pre.ckpt"],
      ["target", "s3://models/target/init.ckpt"],
    ],
  );
  assert.deepEqual(pipeline.inputs[0]?.params, { bucket: "models", key: "a b/pre.ckpt" });
  assert.equal(pipeline.target, "target");
  assert.deepEqual(pipeline.output, {
    uri: "s3://prepared/run-7",
    format: "torch",
    ifExists: "replace",
    fileBytes: 2 ** 31,
    shardBytes: 1_000_000,
  });
  assert.deepEqual(pipeline.policy, { asyncExecution: false, maxRetries: 0, timeoutMs: 500 });
  assert.deepEqual([pipeline.cacheDir, pipeline.prefetch], ["/cache", "full"]);
  assert.deepEqual(JSON.parse(canonicalJson(pipeline)), pipeline);
});

test("every mistake is told at once, with its path and the nearest valid name", () => {
  const problems = problemsOf({
    checkpoint: { source: { type: "s3", bukcet: "b", key: 7 }, loding: {} },
    model_modifier: {
      modifiers: [{ type: "frez" }, { type: "freeze", layers: "encoder" }, 3, { layers: [] }],
    },
    output: { format: "safetensor", if_exists: "replac", shard_bytes: "64 parsecs" },
    pipeline: { max_retries: -1, timeout: "soon", asynch_execution: true },
    outputs: {},
  });
  const expected = [
    /^unknown key "outputs"; did you mean "output"\?|^outputs: unknown key "outputs"; did you mean "output"\?/,
    /^checkpoint\.loding: unknown key "loding"; did you mean "loading"\?/,
    /^checkpoint\.source\.bucket: is missing/,
    /^checkpoint\.source\.key: expected text, got a number \(7\)/,
    /^checkpoint\.source\.bukcet: unknown key "bukcet"; did you mean "bucket"\?/,
    /^model_modifier\.modifiers\[0\]\.type: unknown modifier "frez"; did you mean "freeze"\?/,
    /^model_modifier\.modifiers\[1\]\.layers: expected a list of module paths.*got text \("encoder"\)/,
    /^model_modifier\.modifiers\[2\]: expected an object with type, got a number \(3\)/,
    /^model_modifier\.modifiers\[3\]\.type: is missing; valid: freeze, cast/,
    /^output\.uri: is missing/,
    /^output\.if_exists: expected fail or replace.*did you mean "replace"\?/,
    /^output\.shard_bytes: expected a size such as 64 MiB/,
    /^pipeline\.max_retries: expected a whole number from 0 to 100/,
    /^pipeline\.timeout: expected seconds/,
    /^pipeline\.asynch_execution: unknown key "asynch_execution"; did you mean "async_execution"\?/,
  ];
  for (const pattern of expected) {
    assert.ok(
      problems.some((p) => pattern.test(p)),
      `${pattern} not in\n${problems.join("\n")}`,
    );
  }
  assert.equal(problems.length, expected.length);
});

test("what is no object, or lacks its sections, is told as such", () => {
  assert.match(problemsOf("text")[0] ?? "", /expected an object with checkpoint, target/);
  assert.deepEqual(problemsOf({}), ["checkpoint.source: is missing", "output.uri: is missing"]);
  assert.deepEqual(problemsOf({ checkpoint: {}, output: { uri: "/o" } }), ["checkpoint.source: is missing"]);
  assert.match(problemsOf(minimal({ checkpoint: [] }))[0] ?? "", /^checkpoint: expected an object/);
  assert.match(problemsOf(minimal({ output: "/o" }))[0] ?? "", /^output: expected an object, got text/);
  assert.match(
    problemsOf(minimal({ model_modifier: { modifiers: {} } }))[0] ?? "",
    /expected a list of modifiers/,
  );
  assert.deepEqual(problemsOf(minimal({ model_modifier: null, target: null, pipeline: null })), []);
});

test("an unknown format and unknown destinations are refused with what there is", () => {
  assert.match(
    problemsOf(minimal({ output: { uri: "/o", format: "gguf" } }))[0] ?? "",
    /valid: safetensors, torch/,
  );
  assert.match(
    problemsOf(minimal({ output: { uri: "gs://b/x" } }))[0] ?? "",
    /^output\.uri: unknown scheme "gs"/,
  );
  assert.match(
    problemsOf(minimal({ output: { uri: "s3://" } }))[0] ?? "",
    /not of the form s3:\/\/bucket\/prefix/,
  );
  assert.match(
    problemsOf(minimal({ output: { uri: "./out" } }))[0] ?? "",
    /^output\.uri: "\.\/out" is a relative path/,
  );
});

test("a source may be a path, a URI, an object with type, or an object with uri", () => {
  const file = {
    name: "source",
    role: "source",
    type: "file",
    uri: "file:///m.ckpt",
    params: { path: "/m.ckpt" },
  };
  const forms = [
    "/m.ckpt",
    "file:///m.ckpt",
    { type: "file", path: "/m.ckpt" },
    { type: "local", path: "/m.ckpt" },
    { uri: "/m.ckpt" },
    { path: "/m.ckpt" },
  ];
  for (const source of forms) assert.deepEqual(sourceOf(source), file);
  assert.deepEqual(sourceOf("file://node7/m.ckpt"), {
    ...file,
    uri: "file://node7/m.ckpt",
    params: { path: "/m.ckpt", host: "node7" },
  });
  const s3 = { bucket: "b", key: "k/l.ckpt" };
  const places = [
    "s3://b/k/l.ckpt",
    { type: "s3", ...s3 },
    { type: "s3", url: "s3://b/k/l.ckpt" },
    { uri: "s3://b/k/l.ckpt" },
  ];
  for (const source of places)
    assert.deepEqual([sourceOf(source)?.uri, sourceOf(source)?.params], ["s3://b/k/l.ckpt", s3]);
  assert.deepEqual(
    sourceOf({ uri: "s3://b/k", endpoint: "http://127.0.0.1:9000", path_style: true })?.params,
    {
      bucket: "b",
      key: "k",
      endpoint: "http://127.0.0.1:9000",
      path_style: true,
    },
  );
  const sha256 = "AB".repeat(32);
  assert.deepEqual(sourceOf({ type: "https", url: "https://h/m.ckpt#x", expected_checksum: sha256 }), {
    name: "source",
    role: "source",
    type: "http",
    uri: "https://h/m.ckpt",
    params: { url: "https://h/m.ckpt", sha256: sha256.toLowerCase() },
  });
});

test("a source that cannot be is refused with the reason", () => {
  const problem = (source: unknown) => problemsOf(minimal({ checkpoint: { source } }))[0] ?? "";
  assert.match(problem("./m.ckpt"), /^checkpoint\.source: "\.\/m\.ckpt" is a relative path/);
  assert.match(problem("file:m.ckpt"), /no file URI/);
  assert.match(problem("ftp://h/x"), /unknown scheme "ftp"/);
  assert.match(problem("s3://bucket"), /not of the form s3:\/\/bucket\/key/);
  assert.match(problem("http://"), /no http or https URL/);
  assert.match(problem({ type: "ftp" }), /unknown source type "ftp".*valid: file, http, https, local, s3/);
  assert.match(problem({ type: 3 }), /source\.type: expected text/);
  assert.match(problem({ bucket: "b" }), /source\.type: is missing/);
  assert.match(problem(7), /expected a URI, a path or an object with type, got a number/);
  assert.match(problem({ uri: 7, type: "s3" }), /source\.uri: expected text/);
  assert.match(problem({ uri: "s3://b/k", key: "z" }), /source\.key: is given by the URI already/);
  assert.match(problem({ type: "s3", bucket: "b", key: "k", endpoint: "minio" }), /endpoint "minio" is no/);
  assert.match(problem({ type: "http", url: "https://h/m", sha256: "12" }), /64 hexadecimal digits/);
  const twice = {
    type: "http",
    url: "https://h/m",
    sha256: "0".repeat(64),
    expected_checksum: "0".repeat(64),
  };
  assert.match(problem(twice), /give one/);
  assert.match(
    problem({ type: "file", path: "/m", cache_dir: "rel" }),
    /cache_dir: "rel" is a relative path/,
  );
  assert.match(problem({ type: "file", path: "/m", prefetch: "all" }), /prefetch: expected plan or full/);
});

test("loading may be a name, stands once, and is checked by its strategy", () => {
  const loading = (checkpoint: Record<string, unknown>) =>
    minimal({ checkpoint: { source: "/m", ...checkpoint } });
  assert.equal(parsePipeline(loading({ loading: "transfer_learning" })).loading.type, "transfer_learning");
  const own = { source: { path: "/m", loading: { type: "weights_only", strict: false } } };
  assert.equal(parsePipeline(loading(own)).loading.params.strict, false);
  assert.match(problemsOf(loading({ ...own, loading: "weights_only" }))[0] ?? "", /give one of the two/);
  assert.match(
    problemsOf(loading({ loading: { type: "warm_start" } }))[0] ?? "",
    /unknown loading strategy "warm_start"/,
  );
  assert.match(
    problemsOf(loading({ loading: { strict: true } }))[0] ?? "",
    /checkpoint\.loading\.type: is missing/,
  );
  assert.match(
    problemsOf(loading({ loading: { type: "weights_only", skip_mismatched: true } }))[0] ?? "",
    /unknown key "skip_mismatched"/,
  );
});

test("a list of sources is accepted with one entry; several are for a later version", () => {
  const sources = (list: unknown) => minimal({ checkpoint: { sources: list } });
  assert.equal(parsePipeline(sources([{ path: "/m", loading: "weights_only" }])).inputs.length, 1);
  assert.match(problemsOf(sources(["/a", "/b"]))[0] ?? "", /several sources: not yet.*got 2/);
  assert.match(problemsOf(sources([]))[0] ?? "", /expected a list of sources/);
  assert.match(
    problemsOf(minimal({ checkpoint: { sources: ["/a"], source: "/b" } }))[0] ?? "",
    /give one of the two/,
  );
  assert.match(
    problemsOf(sources([{ type: "s3" }]))[0] ?? "",
    /^checkpoint\.sources\[0\]\.bucket: is missing/,
  );
});

test("a secret is refused by its place and never repeated, whatever else is wrong", () => {
  const cases = [
    minimal({ target: "https://user:hunter2@host/m.ckpt" }),
    minimal({ checkpoint: { source: { type: "s3", bucket: "b", key: "k", secret_access_key: "hunter2" } } }),
    minimal({ output: { uri: "s3://b/x?X-Amz-Signature=hunter2" } }),
    minimal({ model_modifier: { modifiers: [{ type: "x", api_key: "hunter2" }] } }),
  ];
  const paths = [
    "target",
    "checkpoint.source.secret_access_key",
    "output.uri",
    "model_modifier.modifiers[0].api_key",
  ];
  for (const [i, value] of cases.entries()) {
    const problems = problemsOf(value);
    assert.equal(problems.length, 1);
    assert.ok(problems[0]?.startsWith(`${paths[i]}: `));
    assert.match(problems[0] ?? "", /fetcher reads credentials/);
    assert.doesNotMatch(problems[0] ?? "", /hunter2/);
  }
});

test("the target is a URI or a source-like object without loading or cache", () => {
  assert.equal(
    parsePipeline(minimal({ target: { type: "file", path: "/t.json" } })).inputs[1]?.uri,
    "file:///t.json",
  );
  assert.match(
    problemsOf(minimal({ target: { path: "/t", cache_dir: "/c" } }))[0] ?? "",
    /^target\.cache_dir: unknown key/,
  );
});
