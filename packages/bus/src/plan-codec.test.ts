import assert from "node:assert/strict";
import { test } from "node:test";
import { type BuildPlan, CheckpointLoadError, sha256Hex } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import fc from "fast-check";
import * as arbitrary from "./arbitrary.ts";
import { encode } from "./codec.ts";
import { decodePin, encodePin } from "./pin-codec.ts";
import {
  decodeBuildHead,
  decodeLoadPlan,
  decodeShard,
  decodeShardReport,
  encodeBuildPlan,
  encodeLoadPlan,
  encodeShard,
  encodeShardReport,
} from "./plan-codec.ts";

const { v1 } = drydock;
const undecodable = (what: RegExp) => (error: unknown) =>
  error instanceof CheckpointLoadError && error.code === "BUS_UNDECODABLE" && what.test(error.message);

/** Some generated records have no prototype; a clone is plain. */
function roundTrips<T>(
  values: fc.Arbitrary<T>,
  encoded: (value: T) => Uint8Array,
  decoded: (bytes: Uint8Array) => T,
): void {
  fc.assert(
    fc.property(values.map(structuredClone<T>), (value) => {
      const bytes = encoded(value);
      assert.deepEqual(decoded(bytes), value);
      // Equal plans have equal names.
      assert.deepEqual(encoded(value), bytes);
    }),
    { numRuns: 150 },
  );
}

test("a load plan comes back as it was", () =>
  roundTrips(arbitrary.loadPlan, encodeLoadPlan, decodeLoadPlan));
test("a shard comes back as it was", () => roundTrips(arbitrary.shard, encodeShard, decodeShard));
test("a shard report comes back as it was", () =>
  roundTrips(arbitrary.shardReport, encodeShardReport, decodeShardReport));
test("a pin comes back as it was", () => roundTrips(arbitrary.pin, encodePin, decodePin));

test("a build plan's head names its shards by their digests, and all of it comes back", () => {
  fc.assert(
    fc.property(arbitrary.buildPlan.map(structuredClone<BuildPlan>), (plan) => {
      const { digest, head, shards } = encodeBuildPlan(plan);
      assert.equal(digest, sha256Hex(head));
      const { shards: refs, ...rest } = decodeBuildHead(head);
      const { shards: originals, ...expected } = plan;
      assert.deepEqual(rest, expected);
      assert.deepEqual(
        refs.map(({ digest: d, file, start, end }) => ({ d, file, start, end })),
        originals.map((s, i) => ({ d: shards[i]?.digest, file: s.file, start: s.start, end: s.end })),
      );
      assert.deepEqual(
        shards.map((s) => decodeShard(s.bytes)),
        originals,
      );
    }),
    { numRuns: 100 },
  );
});

test("a shard counts source bytes once, however many tensors read them", () => {
  const read = (start: number, end: number) =>
    ({ kind: "read", range: { input: "a", object: "", start, end, encoding: "stored" } }) as const;
  const segment = (op: ReturnType<typeof read>) =>
    ({
      kind: "tensor",
      tensor: {
        name: "t",
        dtype: "U8",
        shape: [],
        op,
        kind: "unknown",
        origin: { kind: "transferred", input: "a", key: "t", dtype: "U8" },
        modifiers: [],
        storage: "",
      },
      aliases: [],
      nbytes: 1,
    }) as const;
  const kernels = { backend: "wasm", version: 1 } as const;
  const shard = { index: 0, file: "f", start: 0, end: 1, pins: [], kernels };
  const plan = {
    format: "x",
    files: [],
    tailCount: 0,
    kernels,
    sidecars: [],
    manifest: {},
    pins: [],
    inputBytes: 0,
    outputBytes: 0,
  };
  const segments = [segment(read(0, 10)), segment(read(5, 20)), segment(read(30, 31))];
  const { head } = encodeBuildPlan({ ...plan, shards: [{ ...shard, segments }] });
  assert.equal(decodeBuildHead(head).shards[0]?.inputBytes, 21);
});

test("what the vocabulary does not know is refused by name", () => {
  const kernels = { backend: "wasm", version: 1 };
  const origin = { kind: "transferred", input: "a", key: "t", dtype: "F32" };
  const read = { range: { encoding: v1.Encoding.ENCODING_STORED } };
  const whole = { name: "t", dtype: "F32", op: { read }, origin, kind: "parameter" };
  const shard = (tensor: drydock.v1.TensorPlan.$Properties) =>
    encode(v1.Shard, { kernels, segments: [{ tensor: { tensor } }] });
  assert.equal(decodeShard(shard(whole)).segments.length, 1);
  const cases: [Uint8Array, RegExp][] = [
    [shard({ ...whole, dtype: "F3" }), /t has dtype "F3"/],
    [shard({ ...whole, op: {} }), /operation this version does not know/],
    [shard({ ...whole, op: { read: {} } }), /encoding none/],
    [shard({ ...whole, kind: "param" }), /kind of t is "param"/],
    [shard({ ...whole, origin: { ...origin, kind: "x" } }), /origin of t is "x"/],
    [shard({ ...whole, op: { kernel: { paramsJson: "[" } } }), /parameters of t are not JSON/],
    [shard({ ...whole, op: { kernel: { paramsJson: "[]" } } }), /parameters of t are JSON but no object/],
    [encode(v1.Shard, { kernels, segments: [{}] }), /segment this version does not know/],
    [encode(v1.Shard, { kernels: { backend: "gpu" } }), /kernel backend is "gpu", not one of ts, wasm/],
  ];
  for (const [bytes, what] of cases) assert.throws(() => decodeShard(bytes), undecodable(what));
  assert.throws(
    () => decodeLoadPlan(encode(v1.LoadPlan, { version: 2 })),
    undecodable(/load plan has version 2/),
  );
  assert.throws(() => decodeBuildHead(new Uint8Array()), undecodable(/build plan has version 0/));
  assert.throws(() => decodePin(encode(v1.Pin, { id: "p" })), undecodable(/pin p names no identity/));
  const checksums = [{ algorithm: "crc16" }];
  assert.throws(
    () => decodePin(encode(v1.Pin, { sizeOnly: true, checksums })),
    undecodable(/"crc16" is no checksum/),
  );
});
