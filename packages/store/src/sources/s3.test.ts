import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { CheckpointError } from "@drydock/checkpoint";
import {
  type RangeFault,
  type RangeServer,
  type S3Server,
  s3Request,
  startRangeServer,
  startS3,
} from "@drydock/testkit";
import { sourceConformance } from "./conformance.ts";
import { s3Source } from "./s3.ts";
import { optionsOfParams, parseS3Uri, s3Error, s3Uri } from "./s3-client.ts";
import { type InputRef, makePin, type SourceContext } from "./source.ts";

const started = await startS3();
const skip = typeof started === "string" ? started : false;
// Not used when skipped.
const s3 = started as S3Server;
if (skip === false) Object.assign(process.env, s3.env);

const ctx: SourceContext = { nodeId: "n1" };
const BYTES = new TextEncoder().encode("0123456789".repeat(30));
let bucket = "";
before(async () => {
  if (skip === false) bucket = await s3.bucket();
});
after(async () => {
  if (skip === false) await s3.stop();
});

const at = (key: string, params = {}, inBucket = bucket): InputRef => ({
  name: "source",
  type: "s3",
  uri: `s3://${inBucket}/${key}`,
  params: { bucket: inBucket, key, ...params },
});
const failure =
  (kind: string, text = /(?:)/, code?: string) =>
  (error: unknown) => {
    assert.ok(error instanceof CheckpointError, String(error));
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, text);
    if (code !== undefined) assert.equal(error.code, code);
    return true;
  };
async function put(key: string, body: Uint8Array, headers = {}, inBucket = bucket): Promise<InputRef> {
  const { status, text } = await s3Request(s3, "PUT", `/${inBucket}/${key}`, { body, headers });
  assert.equal(status, 200, text);
  return at(key, {}, inBucket);
}

if (skip === false) {
  sourceConformance("s3", () => ({
    source: s3Source,
    ctx,
    put: (name, bytes) => put(`a folder/${name}`, bytes),
    async remove(name) {
      await s3Request(s3, "DELETE", `/${bucket}/a folder/${name}`);
    },
    absent: (name) => at(`a folder/${name}`),
  }));
} else test("s3", { skip }, () => {});

test("a pin carries the options it was made with, and no secret", { skip }, async () => {
  await put("o+ü.ckpt", BYTES);
  const [pin] = await s3Source.pin(
    at("o+ü.ckpt", { endpoint: `${s3.endpoint}/`, region: "us-east-1", path_style: true }),
    ctx,
  );
  assert.equal(
    pin?.uri,
    `s3://${bucket}/o%2B%C3%BC.ckpt?endpoint=${encodeURIComponent(s3.endpoint)}&path_style=1&region=us-east-1`,
  );
  const source = await s3Source.open(pin, { nodeId: "elsewhere" });
  assert.equal(source.name, `s3://${bucket}/o+ü.ckpt`);
  assert.deepEqual(await source.read(3, 6), BYTES.subarray(3, 6));
});

test("a bucket with versions is pinned by version, and goes on being read after an overwrite", {
  skip,
}, async () => {
  const versioned = await s3.bucket();
  const body = new TextEncoder().encode(
    '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>',
  );
  const set = await s3Request(s3, "PUT", `/${versioned}`, { query: { versioning: "" }, body });
  assert.equal(set.status, 200, set.text);
  const [first] = await s3Source.pin(await put("v.ckpt", BYTES, {}, versioned), ctx);
  assert.equal(first?.identity.kind, "version");
  await put("v.ckpt", BYTES.subarray(7), {}, versioned);
  const source = await s3Source.open(first, ctx);
  assert.deepEqual(await source.read(0, 20), BYTES.subarray(0, 20));
  const versionId = first.identity.kind === "version" ? first.identity.versionId : "";
  const [asked] = await s3Source.pin(at("v.ckpt", { version_id: versionId }, versioned), ctx);
  assert.equal(asked?.id, first.id);
});

test("a folder is listed page by page and its checkpoint pinned", { skip }, async () => {
  const index = { weight_map: { a: "m-1.safetensors", b: "m-2.safetensors" } };
  await put("run/m.safetensors.index.json", new TextEncoder().encode(JSON.stringify(index)));
  for (const name of ["m-1.safetensors", "m-2.safetensors", "m-3.safetensors", "sub/other.safetensors"])
    await put(`run/${name}`, BYTES);
  const pins = await s3Source.pin(at("run/"), ctx);
  assert.deepEqual(
    pins.map((pin) => pin.object),
    ["m-1.safetensors", "m-2.safetensors", "m.safetensors.index.json"],
  );
  // Without parameters the URI says all.
  assert.deepEqual(await s3Source.pin({ ...at("run/"), params: {} }, ctx), pins);
  await assert.rejects(s3Source.pin(at("nothing/"), ctx), failure("not-found", /it is empty/));
  await assert.rejects(
    s3Source.pin(at("run/", {}, "drydock-no-such-bucket"), ctx),
    failure("not-found", /NoSuchBucket/),
  );
});

test("credentials that are wrong are denied; an object open to all is read without any", {
  skip,
}, async () => {
  await put("open.ckpt", BYTES, { "x-amz-acl": "public-read" });
  await put("closed.ckpt", BYTES);
  const anonymous = { anonymous: true };
  const [pin] = await s3Source.pin(at("open.ckpt", anonymous), ctx);
  assert.match(pin?.uri ?? "", /\?anonymous=1$/);
  assert.deepEqual(await (await s3Source.open(pin ?? assert.fail(), ctx)).read(0, 5), BYTES.subarray(0, 5));
  await assert.rejects(s3Source.pin(at("closed.ckpt", anonymous), ctx), failure("denied"));
  process.env.AWS_SECRET_ACCESS_KEY = "wrong";
  try {
    await assert.rejects(s3Source.pin(at("closed.ckpt", { region: "eu-west-1" }), ctx), failure("denied"));
  } finally {
    Object.assign(process.env, s3.env);
  }
});

test("places are written and read back the same", () => {
  for (const options of [
    {},
    { endpoint: "http://h:9000", region: "r", pathStyle: false, anonymous: true, requestPayer: "requester" },
  ] as const) {
    const place = { bucket: "b", key: "a/ü +%.ckpt", options };
    assert.deepEqual(parseS3Uri(s3Uri(place)), place);
  }
  assert.deepEqual(parseS3Uri("s3://b"), { bucket: "b", key: "", options: {} });
  assert.deepEqual(parseS3Uri("s3://b/100%"), { bucket: "b", key: "100%", options: {} });
  assert.throws(() => parseS3Uri("s3:///x"), /not of the form s3:\/\/bucket\/key/);
  assert.deepEqual(optionsOfParams({ endpoint: 1, anonymous: false }), {});
});

test("a metadata address is no endpoint", async () => {
  const input = at("k", { endpoint: "http://169.254.169.254" }, "b");
  await assert.rejects(s3Source.pin(input, ctx), failure("denied", /metadata/, "SOURCE_ADDRESS_DENIED"));
  const pin = makePin({
    input: "source",
    object: "",
    uri: "s3://b/k?endpoint=http%3A%2F%2F169.254.169.254",
    size: 1,
    identity: { kind: "etag", etag: '"x"' },
    checksums: [],
  });
  await assert.rejects(s3Source.open(pin, ctx), failure("denied", /metadata/));
});

/** A store that answers wrongly, told how. */
async function lying<T>(
  work: (server: RangeServer, input: (key: string) => InputRef) => Promise<T>,
): Promise<T> {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" });
  await using server = await startRangeServer({ objects: new Map([["/b/k", BYTES]]) });
  return await work(server, (key) => at(key, { endpoint: server.url, region: "r" }, "b"));
}

test("four wrong answers are four errors; throttling and breakage have kinds that are tried again", async () => {
  await lying(async (server, input) => {
    const [pin] = await s3Source.pin(input("k"), ctx);
    const source = await s3Source.open(pin ?? assert.fail(), ctx);
    assert.deepEqual(await source.read(1, 4), BYTES.subarray(1, 4));
    const answers: readonly (readonly [RangeFault, (error: unknown) => boolean])[] = [
      [{ kind: "whole" }, failure("source", /the whole object/, "SOURCE_RANGE_IGNORED")],
      [
        { kind: "content-range", value: "bytes 0-2/300" },
        failure("source", /sent bytes 0-2/, "SOURCE_RANGE_INVALID"),
      ],
      [{ kind: "content-range", value: "bytes 1-3/299" }, failure("changed", /had 300 bytes .* has 299/)],
      [{ kind: "headers", headers: { etag: '"other"' } }, failure("changed", /ETag/)],
      [{ kind: "short", bytes: 1 }, failure("source", /expected a body of 3 bytes, got 2/, "SOURCE_LENGTH")],
      [{ kind: "drop", afterBytes: 1 }, failure("source")],
      [{ kind: "status", status: 412 }, failure("changed")],
      [{ kind: "status", status: 500 }, failure("source")],
      [{ kind: "status", status: 503, headers: { "retry-after": "7" } }, failure("throttled")],
      [{ kind: "status", status: 200, body: "" }, failure("source")],
    ];
    for (const [fault, expected] of answers) {
      server.fault = () => fault;
      await assert.rejects(source.read(1, 4), expected);
    }
    server.fault = () => ({ kind: "stall", afterBytes: 1 });
    await assert.rejects(source.read(1, 4, AbortSignal.timeout(50)), failure("cancelled"));
  });
});

test("a store that tells no ETag, or an index too large to be one, is refused at pin", async () => {
  await lying(async (server, input) => {
    server.fault = () => ({ kind: "headers", headers: { etag: "" } });
    await assert.rejects(s3Source.pin(input("k"), ctx), failure("source", /no ETag/));
    server.fault = undefined;
    server.objects.set("/b/m.safetensors.index.json", { size: 2 ** 30, at: () => 32 });
    await assert.rejects(
      s3Source.pin(input("m.safetensors.index.json"), ctx),
      failure("load", /at most 134217728/),
    );
  });
});

test("checksums of whole objects are kept, those of parts are not", async () => {
  await lying(async (server, input) => {
    const sha256 = Buffer.alloc(32, 5).toString("base64");
    server.fault = () => ({
      kind: "headers",
      headers: {
        "x-amz-checksum-sha256": sha256,
        "x-amz-checksum-crc32c": "AQIDBA==",
        "x-amz-checksum-type": "FULL_OBJECT",
      },
    });
    assert.deepEqual((await s3Source.pin(input("k"), ctx))[0]?.checksums, [
      { algorithm: "sha256", value: "05".repeat(32) },
      { algorithm: "crc32c", value: "01020304" },
    ]);
    const composite: readonly Record<string, string>[] = [
      { "x-amz-checksum-sha256": sha256, "x-amz-checksum-type": "COMPOSITE" },
      { "x-amz-checksum-sha256": `${sha256}-2` },
    ];
    for (const headers of composite) {
      server.fault = () => ({ kind: "headers", headers });
      assert.deepEqual((await s3Source.pin(input("k"), ctx))[0]?.checksums, []);
    }
  });
});

test("a version that may not be read by its id falls back to the ETag", async () => {
  await lying(async (server, input) => {
    server.fault = (request) =>
      request.url?.includes("versionId")
        ? { kind: "status", status: 403 }
        : { kind: "headers", headers: { "x-amz-version-id": "v1" } };
    assert.equal((await s3Source.pin(input("k"), ctx))[0]?.identity.kind, "etag");
    server.fault = (request) =>
      request.url?.includes("versionId")
        ? { kind: "status", status: 500 }
        : { kind: "headers", headers: { "x-amz-version-id": "v1" } };
    await assert.rejects(s3Source.pin(input("k"), ctx), failure("source"));
  });
});

test("a folder of more objects than a checkpoint has is given up early", async () => {
  let pages = 0;
  const many = createServer((_, response) => {
    pages += 1;
    const entries = Array.from({ length: 1000 }, (_, i) => `<Contents><Key>f/${pages}-${i}</Key></Contents>`);
    response.end(
      `<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>${entries.join("")}</ListBucketResult>`,
    );
  });
  await new Promise<void>((resolve) => many.listen(0, "127.0.0.1", resolve));
  const address = many.address();
  const port = typeof address === "object" ? address?.port : 0;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" });
  await assert.rejects(
    s3Source.pin(at("f/", { endpoint: `http://127.0.0.1:${port}` }, "b"), ctx),
    failure("config", /more than 100000 entries/),
  );
  assert.equal(pages, 101);
  many.closeAllConnections();
  many.close();
});

test("what the SDK throws becomes an error with a kind", () => {
  const named = (name: string, status?: number) =>
    Object.assign(new Error("why"), {
      name,
      ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
    });
  for (const [thrown, kind] of [
    [named("CredentialsProviderError"), "denied"],
    [named("TimeoutError"), "timeout"],
    [named("ExpiredToken", 400), "denied"],
    [named("SlowDown", 200), "throttled"],
    [named("NoSuchKey", 404), "not-found"],
    [named("Error"), "source"],
    ["text", "source"],
  ] as const) {
    failure(kind, /s3:\/\/b\/k/)(s3Error("s3://b/k", thrown));
  }
  failure("cancelled")(s3Error("s3://b/k", named("AbortError"), AbortSignal.abort()));
});

test("a pin of another kind of identity is a bug and said so", async () => {
  const pin = { input: "i", object: "", uri: "s3://b/k", size: 1, checksums: [] };
  await assert.rejects(s3Source.open(makePin({ ...pin, identity: { kind: "size" } }), ctx), /pinned by size/);
});
