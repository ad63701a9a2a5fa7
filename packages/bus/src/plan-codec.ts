/**
 * The one mapping between plans as data (checkpoint/plan.ts) and plans on the wire (plan.proto).
 * M1 deterministic: equal plans give equal bytes, for their sha256 is their name. JSON inside is canonical.
 * M2 what does not fit the vocabulary (an unknown operation, dtype or version) is refused here, never passed on.
 */
import {
  type BuildPlan,
  canonicalJson,
  type Dtype,
  isDtype,
  type KernelProfile,
  type KeyReason,
  type LoadPlan,
  type LoadReport,
  type Op,
  type Origin,
  type OutputFile,
  type Segment,
  type Shard,
  type ShardReport,
  type Sidecar,
  type SourceRange,
  sha256Hex,
  type TensorKind,
  type TensorPlan,
} from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { decode, encode, undecodable } from "./codec.ts";
import { fromPin, fromTraining, toPin, toTraining } from "./pin-codec.ts";
import { shardInputBytes } from "./shard-input.ts";

const { v1 } = drydock;
const PLAN_VERSION = 1;

/** Where one shard is and what it costs, without its operations. */
export interface ShardRef {
  /** sha256 (hex) of the encoded shard; its name in the plan bucket. */
  readonly digest: string;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** Source bytes it reads, each counted once. */
  readonly inputBytes: number;
}

/** A build plan without its shards' contents. */
export interface BuildHead extends Omit<BuildPlan, "shards"> {
  readonly shards: readonly ShardRef[];
}

export interface EncodedBuildPlan {
  /** sha256 (hex) of the head: the plan's name. */
  readonly digest: string;
  readonly head: Uint8Array;
  /** In order of index. */
  readonly shards: readonly { readonly digest: string; readonly bytes: Uint8Array }[];
}

export function encodeLoadPlan(plan: LoadPlan): Uint8Array {
  return encode(v1.LoadPlan, {
    version: PLAN_VERSION,
    tensors: plan.tensors.map(fromTensor),
    report: {
      strategy: plan.report.strategy,
      transferred: [...plan.report.transferred],
      skipped: plan.report.skipped.map((reason) => ({ ...reason })),
      unfilled: plan.report.unfilled.map((reason) => ({ ...reason })),
      transferredBytes: plan.report.transferredBytes,
      transferredElements: plan.report.transferredElements,
    },
    training: fromTraining(plan.training),
    pins: plan.pins.map(fromPin),
  });
}

export function decodeLoadPlan(bytes: Uint8Array): LoadPlan {
  const plan = decode(v1.LoadPlan, bytes);
  checkVersion("load plan", plan.version);
  return {
    tensors: plan.tensors.map(toTensor),
    report: toReport(plan.report),
    training: toTraining(plan.training),
    pins: plan.pins.map(toPin),
  };
}

export function encodeBuildPlan(plan: BuildPlan): EncodedBuildPlan {
  const shards = plan.shards.map((shard) => {
    const bytes = encodeShard(shard);
    return { digest: sha256Hex(bytes), bytes };
  });
  const head = encode(v1.BuildPlan, {
    version: PLAN_VERSION,
    format: plan.format,
    files: plan.files.map((file) => ({ path: file.path, size: file.size })),
    shards: plan.shards.map((shard, i) => ({
      // Made from the same list just above.
      digest: shards[i]?.digest ?? "",
      file: shard.file,
      start: shard.start,
      end: shard.end,
      inputBytes: shardInputBytes(shard),
    })),
    tailCount: plan.tailCount,
    kernels: { ...plan.kernels },
    sidecars: plan.sidecars.map((sidecar) => ({ path: sidecar.path, bytes: sidecar.bytes })),
    manifestJson: canonicalJson(plan.manifest),
    pins: plan.pins.map(fromPin),
    inputBytes: plan.inputBytes,
    outputBytes: plan.outputBytes,
  });
  return { digest: sha256Hex(head), head, shards };
}

export function decodeBuildHead(bytes: Uint8Array): BuildHead {
  const plan = decode(v1.BuildPlan, bytes);
  checkVersion("build plan", plan.version);
  return {
    format: plan.format,
    files: plan.files.map((f): OutputFile => ({ path: f.path ?? "", size: f.size ?? 0 })),
    shards: plan.shards.map((s) => ({
      digest: s.digest ?? "",
      file: s.file ?? "",
      start: s.start ?? 0,
      end: s.end ?? 0,
      inputBytes: s.inputBytes ?? 0,
    })),
    tailCount: plan.tailCount,
    kernels: toKernels(plan.kernels),
    sidecars: plan.sidecars.map((s): Sidecar => ({ path: s.path ?? "", bytes: s.bytes ?? new Uint8Array() })),
    manifest: toObject(plan.manifestJson, "manifest"),
    pins: plan.pins.map(toPin),
    inputBytes: plan.inputBytes,
    outputBytes: plan.outputBytes,
  };
}

export function encodeShard(shard: Shard): Uint8Array {
  return encode(v1.Shard, {
    index: shard.index,
    file: shard.file,
    start: shard.start,
    end: shard.end,
    segments: shard.segments.map(fromSegment),
    pins: shard.pins.map(fromPin),
    kernels: { ...shard.kernels },
  });
}

export function decodeShard(bytes: Uint8Array): Shard {
  const shard = decode(v1.Shard, bytes);
  return {
    index: shard.index,
    file: shard.file,
    start: shard.start,
    end: shard.end,
    segments: shard.segments.map(toSegment),
    pins: shard.pins.map(toPin),
    kernels: toKernels(shard.kernels),
  };
}

export function encodeShardReport(report: ShardReport): Uint8Array {
  return encode(v1.ShardReport, { ...report, segments: report.segments.map((segment) => ({ ...segment })) });
}

export function decodeShardReport(bytes: Uint8Array): ShardReport {
  const report = decode(v1.ShardReport, bytes);
  return {
    planDigest: report.planDigest,
    shard: report.shard,
    sha256: report.sha256,
    size: report.size,
    segments: report.segments.map((s) => ({
      segment: s.segment ?? 0,
      name: s.name ?? "",
      sha256: s.sha256 ?? "",
      crc32: s.crc32 ?? 0,
      nbytes: s.nbytes ?? 0,
      overflowed: s.overflowed ?? 0,
      underflowed: s.underflowed ?? 0,
    })),
  };
}

function fromTensor(tensor: TensorPlan): drydock.v1.TensorPlan.$Properties {
  return {
    name: tensor.name,
    dtype: tensor.dtype,
    shape: [...tensor.shape],
    op: fromOp(tensor.op),
    origin: { ...tensor.origin },
    kind: tensor.kind,
    modifiers: [...tensor.modifiers],
    storage: tensor.storage,
  };
}

function toTensor(tensor: drydock.v1.TensorPlan.$Properties): TensorPlan {
  const name = tensor.name ?? "";
  return {
    name,
    dtype: toDtype(tensor.dtype, name),
    shape: tensor.shape ?? [],
    op: toOp(tensor.op, name),
    origin: toOrigin(tensor.origin, name),
    kind: oneOf<TensorKind>(["parameter", "buffer", "unknown"], tensor.kind, `kind of ${name}`),
    modifiers: tensor.modifiers ?? [],
    storage: tensor.storage ?? "",
  };
}

function toOrigin(origin: drydock.v1.Origin.$Properties | null | undefined, name: string): Origin {
  return {
    kind: oneOf(["transferred", "target", "initialised"], origin?.kind, `origin of ${name}`),
    input: origin?.input ?? "",
    key: origin?.key ?? "",
    dtype: toDtype(origin?.dtype, name),
  };
}

function fromOp(op: Op): drydock.v1.Op.$Properties {
  switch (op.kind) {
    case "read": {
      const { input, object, start, end } = op.range;
      const encoding =
        op.range.encoding === "stored" ? v1.Encoding.ENCODING_STORED : v1.Encoding.ENCODING_DEFLATE;
      const crc32 = op.crc32 === undefined ? {} : { crc32: op.crc32 };
      return { read: { range: { input, object, start, end, encoding }, ...crc32 } };
    }
    case "inflate":
      return { inflate: { arg: fromOp(op.arg), size: op.size } };
    case "view": {
      const { dtype, offset } = op;
      return { view: { arg: fromOp(op.arg), dtype, offset, shape: [...op.shape], strides: [...op.strides] } };
    }
    case "concat":
      return { concat: { args: op.args.map(fromOp) } };
    case "init": {
      const { method, seed, dtype } = op;
      return { init: { method, seed, dtype, shape: [...op.shape], paramsJson: canonicalJson(op.params) } };
    }
    case "kernel":
      return {
        kernel: { name: op.name, paramsJson: canonicalJson(op.params), args: op.args.map(fromOp) },
      };
  }
}

/** M2. */
function toOp(op: drydock.v1.Op.$Properties | null | undefined, tensor: string): Op {
  if (op?.read) {
    const crc32 = op.read.crc32;
    const range = toRange(op.read.range, tensor);
    return crc32 === null || crc32 === undefined ? { kind: "read", range } : { kind: "read", range, crc32 };
  }
  if (op?.inflate) return { kind: "inflate", arg: toOp(op.inflate.arg, tensor), size: op.inflate.size ?? 0 };
  if (op?.view) {
    const { dtype, offset, shape, strides } = op.view;
    return {
      kind: "view",
      arg: toOp(op.view.arg, tensor),
      dtype: toDtype(dtype, tensor),
      offset: offset ?? 0,
      shape: shape ?? [],
      strides: strides ?? [],
    };
  }
  if (op?.concat) return { kind: "concat", args: (op.concat.args ?? []).map((arg) => toOp(arg, tensor)) };
  if (op?.init) {
    const { method, seed, dtype, shape, paramsJson } = op.init;
    return {
      kind: "init",
      method: method ?? "",
      seed: seed ?? 0,
      dtype: toDtype(dtype, tensor),
      shape: shape ?? [],
      params: toObject(paramsJson, `parameters of ${tensor}`),
    };
  }
  if (op?.kernel) {
    return {
      kind: "kernel",
      name: op.kernel.name ?? "",
      params: toObject(op.kernel.paramsJson, `parameters of ${tensor}`),
      args: (op.kernel.args ?? []).map((arg) => toOp(arg, tensor)),
    };
  }
  throw undecodable(`the plan of ${tensor} holds an operation this version does not know`);
}

function toRange(range: drydock.v1.Range.$Properties | null | undefined, tensor: string): SourceRange {
  const encoding = range?.encoding;
  if (encoding !== v1.Encoding.ENCODING_STORED && encoding !== v1.Encoding.ENCODING_DEFLATE) {
    throw undecodable(`a range of ${tensor} has encoding ${encoding ?? "none"}`);
  }
  return {
    input: range?.input ?? "",
    object: range?.object ?? "",
    start: range?.start ?? 0,
    end: range?.end ?? 0,
    encoding: encoding === v1.Encoding.ENCODING_STORED ? "stored" : "deflate",
  };
}

function fromSegment(segment: Segment): drydock.v1.Segment.$Properties {
  return segment.kind === "literal"
    ? { literal: { bytes: segment.bytes, fills: segment.fills.map((fill) => ({ ...fill })) } }
    : {
        tensor: {
          tensor: fromTensor(segment.tensor),
          aliases: [...segment.aliases],
          nbytes: segment.nbytes,
        },
      };
}

function toSegment(segment: drydock.v1.Segment.$Properties): Segment {
  if (segment.literal) {
    const fills = (segment.literal.fills ?? []).map((fill) => ({
      at: fill.at ?? 0,
      shard: fill.shard ?? 0,
      segment: fill.segment ?? 0,
    }));
    return { kind: "literal", bytes: segment.literal.bytes ?? new Uint8Array(), fills };
  }
  if (segment.tensor?.tensor) {
    const { tensor, aliases, nbytes } = segment.tensor;
    return { kind: "tensor", tensor: toTensor(tensor), aliases: aliases ?? [], nbytes: nbytes ?? 0 };
  }
  throw undecodable("a shard holds a segment this version does not know");
}

function toReport(report: drydock.v1.LoadReport.$Properties | null | undefined): LoadReport {
  const reasons = (list: drydock.v1.KeyReason.$Properties[] | null | undefined): KeyReason[] =>
    (list ?? []).map((r) => ({ key: r.key ?? "", reason: r.reason ?? "" }));
  return {
    strategy: report?.strategy ?? "",
    transferred: report?.transferred ?? [],
    skipped: reasons(report?.skipped),
    unfilled: reasons(report?.unfilled),
    transferredBytes: report?.transferredBytes ?? 0,
    transferredElements: report?.transferredElements ?? 0,
  };
}

function toKernels(kernels: drydock.v1.KernelProfile.$Properties | null | undefined): KernelProfile {
  return {
    backend: oneOf(["ts", "wasm"], kernels?.backend, "kernel backend"),
    version: kernels?.version ?? 0,
  };
}

function toDtype(name: string | null | undefined, tensor: string): Dtype {
  if (name && isDtype(name)) return name;
  throw undecodable(`${tensor} has dtype ${JSON.stringify(name ?? "")}`);
}

function oneOf<T extends string>(known: readonly T[], value: string | null | undefined, what: string): T {
  const found = known.find((k) => k === value);
  if (found === undefined)
    throw undecodable(`${what} is ${JSON.stringify(value ?? "")}, not one of ${known.join(", ")}`);
  return found;
}

function toObject(json: string | null | undefined, what: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json || "{}");
    // A parsed JSON object has string keys and nothing else.
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (cause) {
    throw undecodable(`the ${what} are not JSON`, cause);
  }
  throw undecodable(`the ${what} are JSON but no object`);
}

function checkVersion(what: string, version: number): void {
  if (version !== PLAN_VERSION)
    throw undecodable(`the ${what} has version ${version}, this reads ${PLAN_VERSION}`);
}
