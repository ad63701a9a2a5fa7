/** On a real server, with the log written by the test as a coordinator would. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  appendRun,
  type Bus,
  connectBus,
  consumeEvents,
  encode,
  ensureTopology,
  publishProgress,
  putBlob,
} from "@drydock/bus";
import {
  CheckpointConfigError,
  CheckpointError,
  CheckpointNotFoundError,
  CheckpointTimeoutError,
} from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { startNats, type TestNats } from "@drydock/testkit";
import { CheckpointManager } from "./checkpoint-manager.ts";
import { getContexts, getDetails } from "./details.ts";
import { followRun } from "./follow.ts";
import { deriveRunId, freshKey } from "./run-id.ts";
import { getRun, listRuns, requireRun } from "./runs.ts";
import { cancelRun, retryRun, submitRun } from "./submit.ts";

const { Stage, RunPhase, RunOutcome, RunEvent } = drydock.v1;
const timeout = 30_000;

let nats: TestNats;
let bus: Bus;
before(async () => {
  nats = await startNats();
  bus = await connectBus({ url: nats.url, name: "test" });
  await ensureTopology(bus, { profile: "embedded" });
});
after(async () => {
  await bus.drain();
  await nats.stop();
});

/** Entries of one run, in order. */
function logOf(runId: string): (event: drydock.v1.RunEvent.$Properties) => Promise<void> {
  let seq = 0;
  return async (event) => {
    const appended = await appendRun(bus, runId, encode(RunEvent, event), seq);
    assert.equal(appended.kind, "appended");
    if (appended.kind === "appended") seq = appended.seq;
  };
}

/** Takes submissions until stopped, as the first entry of the run's log; `then` writes the rest. */
async function coordinator(
  then: (runId: string, log: ReturnType<typeof logOf>) => Promise<void> = async () => {},
): Promise<AsyncDisposable> {
  const consumer = await consumeEvents(bus, async (event) => {
    if (event.kind !== "submit") return;
    const runId = deriveRunId(event.submission.key);
    const log = logOf(runId);
    const { key } = event.submission;
    await log({ submitted: { submission: event.submission }, snapshot: { key, startedMs: 1_000 } });
    await then(runId, log);
  });
  return { [Symbol.asyncDispose]: () => consumer.drain() };
}

test("a submission is taken, and the same key and pipeline again attaches to the run", {
  timeout,
}, async () => {
  await using _coordinator = await coordinator();
  const key = freshKey();
  const first = await submitRun(bus, { key, pipelineJson: '{"a":1}' });
  assert.deepEqual(first, { runId: deriveRunId(key), key, attached: false });
  const again = await submitRun(bus, { key, pipelineJson: '{"a":1}' });
  assert.deepEqual(again, { ...first, attached: true });
});

test("a key that names a run of another pipeline, or of a plan only, is refused", { timeout }, async () => {
  await using _coordinator = await coordinator();
  const key = freshKey();
  await submitRun(bus, { key, pipelineJson: '{"a":1}' });
  const conflict = (error: unknown): boolean =>
    error instanceof CheckpointConfigError &&
    error.code === "RUN_KEY_CONFLICT" &&
    error.message.includes(deriveRunId(key));
  await assert.rejects(submitRun(bus, { key, pipelineJson: '{"a":2}' }), conflict);
  await assert.rejects(submitRun(bus, { key, pipelineJson: '{"a":1}', planOnly: true }), conflict);
});

test("without a coordinator the submission ends with what to check", { timeout }, async () => {
  await assert.rejects(
    submitRun(bus, { key: freshKey(), pipelineJson: "{}", takenWithinMs: 300 }),
    (error: unknown) =>
      error instanceof CheckpointTimeoutError &&
      error.code === "RUN_NOT_TAKEN" &&
      error.message.includes("no coordinator did within 0.3 s") &&
      error.remedy?.includes("coordinator") === true,
  );
});

test("a server without streams is told apart at once", { timeout }, async () => {
  await using bare = await startNats();
  await using other = await connectBus({ url: bare.url, name: "test" });
  await assert.rejects(
    submitRun(other, { key: "k", pipelineJson: "{}", takenWithinMs: 5_000 }),
    (error: unknown) =>
      error instanceof CheckpointTimeoutError && error.message.includes("has no Drydock streams"),
  );
});

test("a run is followed to its end with the progress of its tasks", { timeout }, async () => {
  const runId = deriveRunId(freshKey());
  const log = logOf(runId);
  await log({ submitted: { submission: { key: "f", pipelineJson: "{}" } }, snapshot: { key: "f" } });
  let seen = 0;
  for await (const { view, progress } of followRun(bus, runId, AbortSignal.timeout(20_000))) {
    seen++;
    if (view.phase === "ended") assert.equal(view.outcome, "sealed");
    else if (progress.get("build") === undefined) {
      publishProgress(bus, { runId, stage: Stage.STAGE_BUILD, shard: 0, bytes: 3, totalBytes: 4 });
      publishProgress(bus, { runId, stage: Stage.STAGE_BUILD, shard: 1, bytes: 1, totalBytes: 4 });
    } else if (progress.get("build")?.tasks === 2) {
      assert.deepEqual(progress.get("build"), {
        bytes: 4,
        totalBytes: 8,
        tensors: 0,
        totalTensors: 0,
        tasks: 2,
      });
      const sealed = { phase: RunPhase.RUN_PHASE_ENDED, outcome: RunOutcome.RUN_OUTCOME_SEALED };
      await log({ tick: {}, snapshot: sealed });
    }
  }
  assert.ok(seen >= 3);
  assert.equal((await getRun(bus, runId))?.outcome, "sealed");
});

test("following ends quietly when its caller stops it", { timeout }, async () => {
  for await (const { view } of followRun(bus, "nobody", AbortSignal.timeout(200))) assert.fail(view.runId);
});

test("retries count on from the first run's key, and a run at work is not repeated", {
  timeout,
}, async () => {
  const key = freshKey();
  const runId = deriveRunId(key);
  {
    await using _coordinator = await coordinator();
    await submitRun(bus, { key, pipelineJson: '{"p":1}' });
  }
  await assert.rejects(
    retryRun(bus, runId),
    (error: unknown) => error instanceof CheckpointError && error.kind === "conflict",
  );
  await using _coordinator = await coordinator((_run, log) =>
    log({ tick: {}, snapshot: { phase: RunPhase.RUN_PHASE_ENDED, outcome: RunOutcome.RUN_OUTCOME_FAILED } }),
  );
  const ended = freshKey();
  const { runId: endedId } = await submitRun(bus, { key: ended, pipelineJson: '{"p":1}' });
  for await (const _ of followRun(bus, endedId, AbortSignal.timeout(20_000)));
  const second = await retryRun(bus, endedId);
  assert.equal(second.key, `${ended}#retry-1`);
  for await (const _ of followRun(bus, second.runId, AbortSignal.timeout(20_000)));
  const third = await retryRun(bus, second.runId);
  assert.equal(third.key, `${ended}#retry-2`);
  const view = await requireRun(bus, third.runId);
  assert.deepEqual([view.retryOf, view.pipelineJson], [second.runId, '{"p":1}']);
});

test("a run nobody knows is not found, neither shown nor cancelled", { timeout }, async () => {
  await assert.rejects(requireRun(bus, "rnone"), CheckpointNotFoundError);
  await assert.rejects(cancelRun(bus, "rnone", "why"), CheckpointNotFoundError);
});

test("a listed run whose last entry has no snapshot is shown as of its last one", { timeout }, async () => {
  const runId = deriveRunId(freshKey());
  const first = { submitted: {}, snapshot: { key: "listed", outputUri: "/out" } };
  const appended = await appendRun(bus, runId, encode(RunEvent, first), 0);
  const seq = appended.kind === "appended" ? appended.seq : assert.fail("appended");
  await appendRun(bus, runId, encode(RunEvent, { tick: {}, snapshotSeq: seq }), seq);
  const view = (await listRuns(bus)).find((v) => v.runId === runId);
  assert.deepEqual([view?.key, view?.outputUri], ["listed", "/out"]);
});

test("contexts are read by value and by digest; a plan that is gone is absent, not an error", {
  timeout,
}, async () => {
  const runId = deriveRunId(freshKey());
  const log = logOf(runId);
  const context = (revision: number) =>
    encode(drydock.v1.CheckpointContext, { runId, revision, loadPlan: { digest: "0".repeat(64) } });
  await log({ submitted: {}, snapshot: { context: context(0) } });
  const contextDigest = await putBlob(bus, context(1));
  const result = { stage: Stage.STAGE_ACQUIRE, done: { contextDigest } };
  await log({ result, snapshot: { contextDigest } });
  await log({
    result: { stage: Stage.STAGE_LOAD, done: { contextDigest: "1".repeat(64) } },
    snapshot: { contextDigest },
  });
  assert.deepEqual(
    (await getContexts(bus, runId)).map((c) => c.revision),
    [0, 1],
  );
  const details = await getDetails(bus, await requireRun(bus, runId));
  assert.deepEqual([details?.context.revision, details?.load, details?.build], [1, undefined, undefined]);
});

test("the manager gives the sealed output, or throws what ended the run", { timeout }, async () => {
  const pipeline = (uri: string) => ({ checkpoint: { source: "/in.ckpt" }, output: { uri } });
  const failure = {
    kind: "load",
    name: "CheckpointLoadError",
    message: "cut off",
    detailsJson: '{"file":"x"}',
  };
  await using _coordinator = await coordinator(async (runId, log) => {
    const view = await requireRun(bus, runId);
    const state = view.pipelineJson.includes("/bad")
      ? { outcome: RunOutcome.RUN_OUTCOME_FAILED, failure }
      : { outcome: RunOutcome.RUN_OUTCOME_SEALED, outputUri: "/good", manifestDigest: "d" };
    await log({ tick: {}, snapshot: { ...state, phase: RunPhase.RUN_PHASE_ENDED } });
  });
  const manager = new CheckpointManager(bus);
  const loaded = await manager.loadCheckpoint(pipeline("/good"));
  assert.deepEqual([loaded.outputUri, loaded.manifestDigest], ["/good", "d"]);
  await assert.rejects(
    manager.loadCheckpoint(pipeline("/bad")),
    (error: unknown) =>
      error instanceof CheckpointError && error.name === "CheckpointLoadError" && error.details.file === "x",
  );
  await assert.rejects(manager.loadCheckpoint({ checkpoint: {} }), CheckpointConfigError);
});
