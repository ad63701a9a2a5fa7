import assert from "node:assert/strict";
import { test } from "node:test";
import { type BuildPlan, CheckpointError, type Shard, sha256Hex } from "@drydock/checkpoint";
import { startNats } from "@drydock/testkit";
import { ensureTopology } from "./bootstrap.ts";
import { connectBus } from "./connect.ts";
import { bucket } from "./kv.ts";
import { encodeBuildPlan } from "./plan-codec.ts";
import { contextBytes, contextFields, getBlob, getHead, getShard, putBlob, putPlan } from "./plans.ts";

const kernels = { backend: "wasm", version: 1 } as const;

function planOf(shards: number, literalBytes: number): BuildPlan {
  const shard = (index: number): Shard => ({
    index,
    file: "model.safetensors",
    start: index * literalBytes,
    end: (index + 1) * literalBytes,
    segments: [{ kind: "literal", bytes: new Uint8Array(literalBytes).fill(index), fills: [] }],
    pins: [],
    kernels,
  });
  return {
    format: "safetensors",
    files: [{ path: "model.safetensors", size: shards * literalBytes }],
    shards: Array.from({ length: shards }, (_, i) => shard(i)),
    tailCount: 0,
    kernels,
    sidecars: [],
    manifest: {},
    pins: [],
    inputBytes: 0,
    outputBytes: shards * literalBytes,
  };
}

const missing = (error: unknown) => error instanceof CheckpointError && error.kind === "artifact-missing";

for (const version of ["newest", "floor"] as const) {
  test(`${version}: a plan of 1,000 shards is stored and read back by its digest`, {
    timeout: 60_000,
  }, async () => {
    await using nats = await startNats({ version });
    await using bus = await connectBus({ url: nats.url, name: "test" });
    await ensureTopology(bus, { profile: "embedded" });
    const plan = planOf(1_000, 2_000);
    const encoded = encodeBuildPlan(plan);
    await putPlan(bus, encoded);
    await putPlan(bus, encoded);
    const head = await getHead(bus, encoded.digest);
    assert.equal(head.shards.length, 1_000);
    assert.deepEqual(await getShard(bus, head, 999), plan.shards[999]);
    await assert.rejects(getShard(bus, head, 1_000), RangeError);
  });

  test(`${version}: a blob larger than a message is stored in pieces and read back whole`, async () => {
    await using nats = await startNats({ version });
    await using bus = await connectBus({ url: nats.url, name: "test" });
    await ensureTopology(bus, { profile: "embedded" });
    const blob = new Uint8Array(3_000_000).map((_, i) => i % 251);
    const digest = await putBlob(bus, blob);
    assert.equal(digest, sha256Hex(blob));
    assert.equal(sha256Hex(await getBlob(bus, digest)), digest);
    await bucket(bus, "plans").remove(`${digest}.2`);
    await assert.rejects(getBlob(bus, digest), missing);
  });
}

test("what is gone or damaged is a missing artifact, never wrong bytes", async () => {
  await using nats = await startNats();
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await ensureTopology(bus, { profile: "embedded" });
  await assert.rejects(getBlob(bus, "00"), missing);
  const digest = await putBlob(bus, Uint8Array.of(1, 2));
  await bucket(bus, "plans").put(digest, Uint8Array.of(0, 1, 3));
  await assert.rejects(getBlob(bus, digest), missing);
});

test("a small context travels in the message, a large one by digest", async () => {
  await using nats = await startNats();
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await ensureTopology(bus, { profile: "embedded" });
  for (const size of [100, 100_000]) {
    const context = new Uint8Array(size).fill(7);
    const fields = await contextFields(bus, context);
    assert.equal("contextDigest" in fields, size === 100_000);
    assert.deepEqual(Uint8Array.from((await contextBytes(bus, fields)) ?? []), context);
  }
  assert.equal(await contextBytes(bus, { context: new Uint8Array(), contextDigest: "" }), undefined);
});
