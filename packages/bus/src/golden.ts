/**
 * One message of every kind that is stored or travels, each field set. The files under fixtures/v1 are these as the
 * first version wrote them: they never change, and every later version reads them.
 */
import { drydock } from "@drydock/proto";
import type { Decodable, Encodable } from "./codec.ts";

const { v1 } = drydock;
const BIG = 2 ** 40 + 3;
const BYTES = Uint8Array.of(1, 2, 255);

const pin = {
  id: "p1",
  input: "source",
  object: "model.ckpt",
  uri: "s3://bucket/model.ckpt",
  size: BIG,
  etag: '"e"',
  node: "n1",
  checksums: [{ algorithm: "sha256", value: "ab" }],
};
const training = {
  epoch: 3,
  globalStep: BIG,
  bestMetric: 0.25,
  metricsHistoryJson: '{"loss":[1]}',
  producer: "pytorch-lightning 2.6.6",
  hasOptimizer: true,
  hasScheduler: true,
};
const range = {
  input: "source",
  object: "model.ckpt",
  start: BIG,
  end: BIG + 8,
  encoding: v1.Encoding.ENCODING_STORED,
};
const deflated = { ...range, encoding: v1.Encoding.ENCODING_DEFLATE };
const op = {
  kernel: {
    name: "cast",
    paramsJson: '{"to":"BF16"}',
    args: [
      { view: { arg: { read: { range, crc32: 7 } }, dtype: "F32", offset: 1, shape: [2], strides: [1] } },
      { concat: { args: [{ inflate: { arg: { read: { range: deflated } }, size: 8 } }] } },
      { init: { method: "normal", seed: BIG, dtype: "F32", shape: [2, 3], paramsJson: '{"std":1}' } },
    ],
  },
};
const tensor = {
  name: "encoder.weight",
  dtype: "BF16",
  shape: [2, BIG],
  op,
  origin: { kind: "transferred", input: "source", key: "state_dict.encoder.weight", dtype: "F32" },
  kind: "parameter",
  modifiers: ["cast"],
  storage: "s1",
};
const kernels = { backend: "wasm", version: 1 };
const failed = {
  kind: "incompatible",
  name: "CheckpointIncompatibleError",
  message: "1 key is missing",
  detailsJson: '{"missing":1}',
  remedy: "Set strict: false.",
  retryAfterMs: 1_500,
};
const summary = {
  planDigest: "d1",
  shards: 4,
  tailShards: 1,
  inputBytes: BIG,
  outputBytes: BIG,
  largestShardBytes: BIG,
  kernelClass: "wasm-1",
};
const task = { runId: "r1", stage: v1.Stage.STAGE_BUILD, shard: 2, generation: 1, attempt: 3 };
const span = {
  name: "build",
  spanId: "0102030405060708",
  parentId: "0807060504030201",
  startMs: 1.5,
  endMs: 2.5,
  attributes: { bytes: "8" },
  error: true,
};
const result = {
  ...task,
  node: "n1",
  spans: [span],
  usage: { bytesRead: BIG, bytesWritten: BIG, tensors: 5 },
};
const done = {
  context: BYTES,
  contextDigest: "c1",
  plan: summary,
  alreadySealed: true,
  confineTo: "n1",
  digest: "d2",
  note: "2 tensors",
};
const submission = {
  key: "k1",
  pipelineJson: "{}",
  retryOf: "r0",
  planOnly: true,
  traceparent: "00-01-02-01",
  submittedBy: "someone",
};
const state = {
  runId: "r1",
  key: "k1",
  pipelineDigest: "pd",
  phase: v1.RunPhase.RUN_PHASE_BUILDING,
  outcome: v1.RunOutcome.RUN_OUTCOME_FAILED,
  policy: { maxRetries: 3, timeoutMs: BIG, asyncExecution: true, planOnly: true },
  context: BYTES,
  contextDigest: "c1",
  contextRevision: 2,
  units: [{ stage: v1.Stage.STAGE_LOAD, generation: 1, attempt: 2, done: true, retryAtMs: BIG, failures: 1 }],
  plan: summary,
  chains: BYTES,
  chainNodes: ["n1"],
  confineTo: "n1",
  outputUri: "s3://out",
  startedMs: BIG,
  deadlineMs: BIG,
  endedMs: BIG,
  failure: failed,
  failedStage: v1.Stage.STAGE_BUILD,
  failedShard: 2,
  chainsDone: 3,
  bytesRead: BIG,
  bytesWritten: BIG,
  traceparent: "00-01-02-01",
  retryOf: "r0",
  publishBegun: true,
  manifestDigest: "m1",
  submittedMs: BIG,
};

interface Golden {
  readonly type: Decodable<object> & Encodable<object>;
  readonly value: object;
}

export const GOLDEN: Readonly<Record<string, Golden>> = {
  submission: { type: v1.Submission, value: submission },
  "cancel-request": { type: v1.CancelRequest, value: { runId: "r1", reason: "enough" } },
  task: {
    type: v1.Task,
    value: {
      ...task,
      context: BYTES,
      contextDigest: "c1",
      planDigest: "d1",
      outputUri: "s3://out",
      discard: true,
      traceparent: "00-01-02-01",
    },
  },
  "result-done": { type: v1.Result, value: { ...result, done } },
  "result-failed": { type: v1.Result, value: { ...result, failed } },
  progress: {
    type: v1.Progress,
    value: {
      runId: "r1",
      stage: v1.Stage.STAGE_STAGE,
      shard: 2,
      node: "n1",
      bytes: BIG,
      totalBytes: BIG,
      tensors: 1,
      totalTensors: 2,
    },
  },
  "node-info": {
    type: v1.NodeInfo,
    value: {
      node: "n1",
      service: "fetcher",
      version: "0.1.0",
      slots: { stage: 4 },
      kernelClasses: ["wasm-1"],
      sharedRoots: ["/lustre"],
      host: "h1",
      pid: 7,
      memoryBytes: BIG,
      draining: true,
      url: "http://127.0.0.1:1",
    },
  },
  context: {
    type: v1.CheckpointContext,
    value: {
      runId: "r1",
      revision: 2,
      pipelineJson: "{}",
      inputs: [{ name: "source", role: "source", uri: "s3://bucket", pins: [pin], localPath: "/cache/p1" }],
      loadPlan: { digest: "d1", tensors: 2, bytes: BIG },
      buildPlan: { digest: "d2", tensors: 2, bytes: BIG },
      training,
      metadata: { who: "someone" },
      stages: [
        { stage: "load", node: "n1", attempt: 1, bytesRead: BIG, bytesWritten: BIG, note: "2 tensors" },
      ],
      existingOutput: { sealed: true, planDigest: "d0" },
      warnings: ["size only"],
    },
  },
  "pin-etag": { type: v1.Pin, value: pin },
  "pin-version": { type: v1.Pin, value: { id: "p2", size: 1, versionId: "v1" } },
  "pin-file": {
    type: v1.Pin,
    value: { id: "p3", size: 1, file: { device: BIG, inode: BIG, mtimeNs: "1700000000000000001" } },
  },
  "pin-size": { type: v1.Pin, value: { id: "p4", size: 1, sizeOnly: true } },
  "load-plan": {
    type: v1.LoadPlan,
    value: {
      version: 1,
      tensors: [tensor],
      report: {
        strategy: "transfer_learning",
        transferred: ["encoder.weight"],
        skipped: [{ key: "head.weight", reason: "shape" }],
        unfilled: [{ key: "new.weight", reason: "absent" }],
        transferredBytes: BIG,
        transferredElements: BIG,
      },
      training,
      pins: [pin],
    },
  },
  "build-plan": {
    type: v1.BuildPlan,
    value: {
      version: 1,
      format: "safetensors",
      files: [{ path: "model.safetensors", size: BIG }],
      shards: [{ digest: "d3", file: "model.safetensors", start: 4, end: BIG, inputBytes: BIG }],
      tailCount: 1,
      kernels,
      sidecars: [{ path: "freeze.json", bytes: BYTES }],
      manifestJson: "{}",
      pins: [pin],
      inputBytes: BIG,
      outputBytes: BIG,
    },
  },
  shard: {
    type: v1.Shard,
    value: {
      index: 1,
      file: "model.pt",
      start: 4,
      end: BIG,
      segments: [
        { literal: { bytes: BYTES, fills: [{ at: 1, shard: 3, segment: 2 }] } },
        { tensor: { tensor, aliases: ["decoder.weight"], nbytes: BIG } },
      ],
      pins: [pin],
      kernels,
    },
  },
  "shard-report": {
    type: v1.ShardReport,
    value: {
      planDigest: "d1",
      shard: 1,
      sha256: "ab",
      size: BIG,
      segments: [
        {
          segment: 1,
          name: "encoder.weight",
          sha256: "cd",
          crc32: 4_294_967_295,
          nbytes: BIG,
          overflowed: 1,
          underflowed: 2,
        },
      ],
    },
  },
  "run-event-submitted": {
    type: v1.RunEvent,
    value: {
      atMs: BIG,
      submitted: { submission },
      nodes: [{ node: "n1", buildSlots: 2, kernelClasses: ["wasm-1"] }],
      snapshot: state,
      snapshotSeq: BIG,
    },
  },
  "run-event-result": { type: v1.RunEvent, value: { atMs: BIG, result: { ...result, done } } },
  "run-event-tick": { type: v1.RunEvent, value: { atMs: BIG, tick: {} } },
  "run-event-cancel": { type: v1.RunEvent, value: { atMs: BIG, cancelRequested: { reason: "enough" } } },
  "run-event-node-lost": { type: v1.RunEvent, value: { atMs: BIG, nodeLost: { node: "n1" } } },
  "run-ended": {
    type: v1.RunEnded,
    value: {
      runId: "r1",
      outcome: v1.RunOutcome.RUN_OUTCOME_SEALED,
      outputUri: "s3://out",
      manifestDigest: "m1",
      failure: failed,
    },
  },
};
