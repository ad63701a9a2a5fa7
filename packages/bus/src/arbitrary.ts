/** Generated plans and pins, for tests of what carries them. */
import {
  type BuildPlan,
  DTYPES,
  type Dtype,
  type Identity,
  type KernelProfile,
  type LoadPlan,
  type Op,
  type Pin,
  type Segment,
  type Shard,
  type ShardReport,
  type SourceRange,
  type TensorPlan,
} from "@drydock/checkpoint";
import fc from "fast-check";

/** Up to the largest size a plan may name. */
const size = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const small = fc.nat({ max: 0xffff_ffff });
const name = fc.string({ maxLength: 12 });
const dtype: fc.Arbitrary<Dtype> = fc.constantFrom(...DTYPES);
const shape = fc.array(size, { maxLength: 4 });
const bytes = fc.uint8Array({ maxLength: 16 });
/** JSON has no negative zero. */
const params = fc
  .dictionary(name, fc.jsonValue({ maxDepth: 1 }))
  .map((value): Record<string, unknown> => JSON.parse(JSON.stringify(value)));

/** Sums of these must stay safe integers. */
const offset = fc.nat({ max: 2 ** 40 });

const range: fc.Arbitrary<SourceRange> = fc.record({
  input: name,
  object: name,
  start: offset,
  end: offset,
  encoding: fc.constantFrom("stored", "deflate"),
});

const op: fc.Arbitrary<Op> = fc.letrec<{ op: Op }>((tie) => ({
  op: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.record(
      { kind: fc.constant("read" as const), range, crc32: small },
      { requiredKeys: ["kind", "range"] },
    ),
    fc.record({ kind: fc.constant("init" as const), method: name, seed: size, dtype, shape, params }),
    fc.record({ kind: fc.constant("inflate" as const), arg: tie("op"), size }),
    fc.record({
      kind: fc.constant("view" as const),
      arg: tie("op"),
      dtype,
      offset: size,
      shape,
      strides: shape,
    }),
    fc.record({ kind: fc.constant("concat" as const), args: fc.array(tie("op"), { maxLength: 3 }) }),
    fc.record({
      kind: fc.constant("kernel" as const),
      name,
      params,
      args: fc.array(tie("op"), { maxLength: 3 }),
    }),
  ),
})).op;

const identity: fc.Arbitrary<Identity> = fc.oneof(
  fc.record({ kind: fc.constant("etag" as const), etag: name }),
  fc.record({ kind: fc.constant("version" as const), versionId: name }),
  fc.record({
    kind: fc.constant("file" as const),
    device: size,
    inode: size,
    mtimeNs: fc.bigInt({ min: 1n }).map(String),
  }),
  fc.constant({ kind: "size" as const }),
);

export const pin: fc.Arbitrary<Pin> = fc.record(
  {
    id: name,
    input: name,
    object: name,
    uri: name,
    size,
    identity,
    node: fc.string({ minLength: 1, maxLength: 8 }),
    checksums: fc.array(
      fc.record({
        algorithm: fc.constantFrom("sha256" as const, "crc32c" as const, "md5" as const),
        value: name,
      }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ["id", "input", "object", "uri", "size", "identity", "checksums"] },
);

const tensor: fc.Arbitrary<TensorPlan> = fc.record({
  name,
  dtype,
  shape,
  op,
  kind: fc.constantFrom("parameter", "buffer", "unknown"),
  origin: fc.record({
    kind: fc.constantFrom("transferred", "target", "initialised"),
    input: name,
    key: name,
    dtype,
  }),
  modifiers: fc.array(name, { maxLength: 2 }),
  storage: name,
});

const reasons = fc.array(fc.record({ key: name, reason: name }), { maxLength: 2 });

export const loadPlan: fc.Arbitrary<LoadPlan> = fc.record({
  tensors: fc.array(tensor, { maxLength: 4 }),
  report: fc.record({
    strategy: name,
    transferred: fc.array(name, { maxLength: 3 }),
    skipped: reasons,
    unfilled: reasons,
    transferredBytes: size,
    transferredElements: size,
  }),
  training: fc.record(
    {
      epoch: size,
      globalStep: size,
      bestMetric: fc.double({ noNaN: true }),
      metricsHistory: params,
      producer: name,
      hasOptimizer: fc.boolean(),
      hasScheduler: fc.boolean(),
    },
    { requiredKeys: ["producer", "hasOptimizer", "hasScheduler"] },
  ),
  pins: fc.array(pin, { maxLength: 2 }),
});

const kernels: fc.Arbitrary<KernelProfile> = fc.record({
  backend: fc.constantFrom("ts", "wasm"),
  version: small,
});

const segment: fc.Arbitrary<Segment> = fc.oneof(
  fc.record({
    kind: fc.constant("literal" as const),
    bytes,
    fills: fc.array(fc.record({ at: small, shard: small, segment: small }), { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant("tensor" as const),
    tensor,
    aliases: fc.array(name, { maxLength: 2 }),
    nbytes: size,
  }),
);

export const shard: fc.Arbitrary<Shard> = fc.record({
  index: small,
  file: name,
  start: size,
  end: size,
  segments: fc.array(segment, { maxLength: 3 }),
  pins: fc.array(pin, { maxLength: 2 }),
  kernels,
});

export const buildPlan: fc.Arbitrary<BuildPlan> = fc.record({
  format: name,
  files: fc.array(fc.record({ path: name, size }), { maxLength: 2 }),
  shards: fc.array(shard, { maxLength: 3 }),
  tailCount: small,
  kernels,
  sidecars: fc.array(fc.record({ path: name, bytes }), { maxLength: 2 }),
  manifest: params,
  pins: fc.array(pin, { maxLength: 2 }),
  inputBytes: size,
  outputBytes: size,
});

export const shardReport: fc.Arbitrary<ShardReport> = fc.record({
  planDigest: name,
  shard: small,
  sha256: name,
  size,
  segments: fc.array(
    fc.record({
      segment: small,
      name,
      sha256: name,
      crc32: small,
      nbytes: size,
      overflowed: size,
      underflowed: size,
    }),
    { maxLength: 3 },
  ),
});
