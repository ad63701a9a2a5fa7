import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointError } from "./errors.ts";
import { completeManifest, MANIFEST_SCHEMA, type ManifestDraft } from "./manifest.ts";
import type { ShardReport } from "./plan.ts";

const tensor = {
  dtype: "F32",
  shape: [1],
  file: "m",
  kind: "parameter",
  modifiers: [],
  origin: { kind: "transferred", input: "source", key: "w", dtype: "F32" },
};
const draft: ManifestDraft = {
  schema: MANIFEST_SCHEMA,
  drydock: "0.1.0",
  format: "safetensors",
  inputs: [],
  report: {
    strategy: "weights_only",
    transferred: ["w"],
    skipped: [],
    unfilled: [],
    transferredBytes: 4,
    transferredElements: 1,
  },
  modifiers: [],
  training: {},
  kernels: { backend: "ts", version: 1 },
  sidecars: [],
  tensors: [
    { ...tensor, name: "w", shard: 0, segment: 1 },
    { ...tensor, name: "v", shard: 1, segment: 0 },
  ],
};
const plan = {
  files: [{ path: "m", size: 20 }],
  shards: [
    { file: "m", start: 0, end: 12 },
    { file: "m", start: 12, end: 20 },
  ],
};
const report = (shard: number, segment: number, sha256: string): ShardReport => ({
  planDigest: "p",
  shard,
  sha256: `shard${shard}`,
  size: 8,
  segments: [{ segment, name: "x", sha256, crc32: 0, nbytes: 4, overflowed: 0, underflowed: 0 }],
});

test("a manifest gets each tensor's digest from the shard and segment that built it", () => {
  const manifest = completeManifest("p", plan, draft, [report(0, 1, "aa"), report(1, 0, "bb")]);
  assert.deepEqual(
    manifest.tensors.map((t) => [t.name, t.sha256]),
    [
      ["w", "aa"],
      ["v", "bb"],
    ],
  );
  assert.deepEqual(
    manifest.files[0]?.parts.map((p) => p.sha256),
    ["shard0", "shard1"],
  );
  assert.ok(!("shard" in (manifest.tensors[0] ?? {})));
});

test("a missing report is an artifact to be built again, a missing segment a broken one", () => {
  assert.throws(
    () => completeManifest("p", plan, draft, [report(0, 1, "aa")]),
    (e: CheckpointError) => e.kind === "artifact-missing",
  );
  assert.throws(
    () => completeManifest("p", plan, draft, [report(0, 7, "aa"), report(1, 0, "bb")]),
    (e: CheckpointError) => e instanceof CheckpointError && /lacks segment 1/.test(e.message),
  );
});
