import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  type Bus,
  connectBus,
  ensureTopology,
  getDone,
  lastRun,
  listDead,
  readRun,
  requestCancel,
  subjects,
  submit,
  waitDone,
} from "@drydock/bus";
import { CheckpointError } from "@drydock/checkpoint";
import { createLog } from "@drydock/service";
import { startNats, type TestNats } from "@drydock/testkit";
import { type Coordinator, type CoordinatorOptions, startCoordinator } from "./coordinator.ts";
import { eventFrom } from "./event-codec.ts";
import { type FakeNode, type FakeOptions, fakeNode } from "./fake-workers.ts";
import { step } from "./machine.ts";
import { readEvent } from "./runtime/run-log.ts";
import type { RunState } from "./state.ts";
import { fromProto } from "./state-codec.ts";
import { runIdOf } from "./submission.ts";

const PIPELINE = JSON.stringify({ output: { uri: "s3://b/o" }, pipeline: { max_retries: 2 } });
const SETTINGS = { sweepMs: 100, reissueMs: 5_000 };

interface World extends AsyncDisposable {
  readonly nats: TestNats;
  readonly bus: Bus;
  coordinator(options?: Partial<CoordinatorOptions>): Promise<Coordinator & { readonly conflicts: number }>;
  node(options?: FakeOptions): Promise<FakeNode>;
  ended(runId: string): Promise<string>;
  /** The run's last event, folded from its first. */
  state(runId: string): Promise<RunState>;
}

async function world(version: "newest" | "floor" = "newest"): Promise<World> {
  const stack = new AsyncDisposableStack();
  const nats = stack.use(await startNats({ version }));
  const bus = stack.use(await connectBus({ url: nats.url, name: "test" }));
  await ensureTopology(bus, { profile: "embedded" });
  const over = new AbortController();
  return {
    nats,
    bus,
    async coordinator(options = {}) {
      const own = stack.use(await connectBus({ url: nats.url, name: "coordinator" }));
      let conflicts = 0;
      const coordinator = await startCoordinator({
        bus: own,
        log: createLog("coordinator", process.env.DRYDOCK_LOG_LEVEL ?? "silent"),
        metrics: { events: { add() {} }, conflicts: { add: (n) => (conflicts += n) } },
        ...options,
        settings: { ...SETTINGS, ...options.settings },
      });
      stack.defer(() => coordinator.stop());
      return {
        ...coordinator,
        get conflicts() {
          return conflicts;
        },
      };
    },
    async node(options = {}) {
      return stack.use(await fakeNode(stack.use(await connectBus({ url: nats.url, name: "node" })), options));
    },
    async ended(runId) {
      return (await waitDone(bus, runId, over.signal))?.data.outcome ?? "not at all";
    },
    async state(runId) {
      let state: RunState | undefined;
      for await (const entry of readRun(bus, runId)) {
        const event = readEvent(entry);
        const next = step(state, eventFrom(event)).state;
        assert.notEqual(next, state, "what is in the log changed something");
        state = next;
        if (event.snapshot != null)
          assert.deepEqual(fromProto(event.snapshot), state, "a replay gives the snapshot");
      }
      assert.ok(state);
      return state;
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await stack.disposeAsync();
    },
  };
}

async function start(bus: Bus, key: string, pipelineJson = PIPELINE): Promise<string> {
  await submit(bus, { key, pipelineJson });
  return runIdOf(key);
}

async function queued(bus: Bus): Promise<number> {
  return (await bus.jsm.streams.info("TASKS")).state.messages;
}

async function until(what: string, condition: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`${what}: not within ${ms} ms`);
}

/** Until told to stop. */
function hang(signal: AbortSignal): Promise<undefined> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function onceEach({ executions }: FakeNode): void {
  assert.deepEqual(
    [...executions].filter(([, n]) => n !== 1),
    [],
  );
}

const LIMIT = { timeout: 60_000 };

for (const version of ["newest", "floor"] as const) {
  test(
    `${version}: a run goes from its submission to its seal, each task done once, its log replays to its snapshots`,
    LIMIT,
    async () => {
      await using w = await world(version);
      const node = await w.node({ shards: 5, tailShards: 1 });
      const told: string[] = [];
      await w.coordinator({
        onRunEnded: async (state, log) => {
          let events = 0;
          for await (const _ of log) events++;
          told.push(`${state.outcome} ${events}`);
        },
      });
      const runId = await start(w.bus, "k");
      assert.equal(await w.ended(runId), "sealed");
      onceEach(node);
      assert.equal(node.tasks.length, 4 + 3 * 5);
      const state = await w.state(runId);
      assert.deepEqual([state.outcome, state.manifestDigest, state.chainsDone], ["sealed", "manifest", 5]);
      const seal = node.tasks.find((task) => task.stage === 7);
      assert.deepEqual([seal?.outputUri, seal?.planDigest, seal?.context.length], ["s3://b/o", "p", 10]);
      assert.equal((await getDone(w.bus, runId))?.data.manifestDigest, "manifest");
      await until("queues are empty", async () => (await queued(w.bus)) === 0);
      await until("the end is told", () => told.length === 1);
      assert.deepEqual(told, ["sealed 20"]);
    },
  );

  test(`${version}: two coordinators share a run of many shards; no task is done twice`, LIMIT, async () => {
    await using w = await world(version);
    const node = await w.node({ shards: 40, slots: 8 });
    const both = [await w.coordinator(), await w.coordinator()];
    const runId = await start(w.bus, "k");
    assert.equal(await w.ended(runId), "sealed");
    onceEach(node);
    assert.equal((await w.state(runId)).chainsDone, 40);
    assert.ok(
      both.some(({ conflicts }) => conflicts > 0),
      "they did meet",
    );
  });

  test(
    `${version}: cancelling stops the work, discards what was begun, and leaves nothing queued`,
    LIMIT,
    async () => {
      await using w = await world(version);
      const node = await w.node({
        shards: 6,
        slots: 1,
        answer: ({ stage }, _task, signal) => (stage === "publish" ? hang(signal) : undefined),
      });
      await w.coordinator();
      const runId = await start(w.bus, "k");
      await until("something publishes", () => node.tasks.some((task) => task.stage === 6));
      await requestCancel(w.bus, runId, "enough");
      assert.equal(await w.ended(runId), "cancelled");
      const state = await w.state(runId);
      assert.deepEqual([state.failure?.kind, state.failure?.message], ["cancelled", "enough"]);
      assert.deepEqual(
        node.tasks.filter((task) => task.discard).map((task) => task.generation),
        [2],
      );
      await until("queues are empty", async () => (await queued(w.bus)) === 0);
    },
  );

  test(
    `${version}: the server is killed and restarted in the middle, the run is sealed all the same`,
    LIMIT,
    async () => {
      await using w = await world(version);
      let published = 0;
      const killed = Promise.withResolvers<void>();
      const node = await w.node({
        shards: 12,
        slots: 2,
        answer: ({ stage }) => {
          if (stage === "publish" && ++published === 4)
            killed.resolve(w.nats.kill().then(() => w.nats.restart()));
          return undefined;
        },
      });
      await w.coordinator();
      const runId = await start(w.bus, "k");
      await killed.promise;
      assert.equal(await w.ended(runId), "sealed");
      assert.equal((await w.state(runId)).chainsDone, 12);
      const repeats = [...node.executions.values()].reduce((sum, n) => sum + n - 1, 0);
      assert.ok(repeats <= 2 * 7, `${repeats} repeats`);
    },
  );
}

test("32 runs at once are all sealed, each task done once", LIMIT, async () => {
  await using w = await world();
  const node = await w.node({ shards: 2, slots: 8 });
  await w.coordinator();
  const runs = await Promise.all(Array.from({ length: 32 }, (_, i) => start(w.bus, `run ${i}`)));
  assert.deepEqual(new Set(await Promise.all(runs.map(w.ended))), new Set(["sealed"]));
  onceEach(node);
  assert.equal(node.tasks.length, 32 * (4 + 3 * 2));
});

test("a program submits in JSON, on one documented subject", LIMIT, async () => {
  await using w = await world();
  await w.node();
  await w.coordinator();
  await w.bus.js.publish(
    subjects.submit,
    JSON.stringify({ key: "j", pipeline: { output: { uri: "s3://b/o" } } }),
  );
  assert.equal(await w.ended(runIdOf("j")), "sealed");
  assert.equal((await w.state(runIdOf("j"))).outputUri, "s3://b/o");
});

test(
  "the same key and pipeline is one run; another pipeline under the key is a dead letter and leaves it alone",
  LIMIT,
  async () => {
    await using w = await world();
    const node = await w.node();
    await w.coordinator();
    const runId = await start(w.bus, "k");
    assert.equal(await w.ended(runId), "sealed");
    const last = await lastRun(w.bus, runId);
    await submit(w.bus, { key: "k", pipelineJson: PIPELINE, traceparent: "other" });
    await submit(w.bus, { key: "k", pipelineJson: '{"output":{"uri":"s3://else"}}' });
    await submit(w.bus, { key: "k", pipelineJson: PIPELINE, planOnly: true });
    await until("both conflicts are buried", async () => (await listDead(w.bus)).length === 2);
    assert.deepEqual(
      (await listDead(w.bus)).map((letter) => letter.code),
      ["RUN_KEY_CONFLICT", "RUN_KEY_CONFLICT"],
    );
    assert.equal((await lastRun(w.bus, runId))?.seq, last?.seq);
    onceEach(node);
  },
);

test("a run is repeated by naming it, without sending its pipeline again", LIMIT, async () => {
  await using w = await world();
  await w.node();
  await w.coordinator();
  const runId = await start(w.bus, "k");
  assert.equal(await w.ended(runId), "sealed");
  await submit(w.bus, { key: "k again", retryOf: runId });
  assert.equal(await w.ended(runIdOf("k again")), "sealed");
  const state = await w.state(runIdOf("k again"));
  assert.deepEqual([state.retryOf, state.outputUri], [runId, "s3://b/o"]);
});

test("what nobody can read is a dead letter at once, and its neighbours are not held up", LIMIT, async () => {
  await using w = await world();
  await w.node();
  await w.coordinator();
  await w.bus.js.publish(subjects.submit, Uint8Array.of(0xff, 0xff));
  await w.bus.js.publish(subjects.submit, '{"key":"k","pipelineJson":"[]"}');
  await submit(w.bus, { key: "k2", retryOf: "rnone" });
  await w.bus.js.publish("res.v1.acquire.r1.0.1-1", Uint8Array.of(0xff, 0xff));
  // A result of run "r" that names no stage.
  await w.bus.js.publish("res.v1.acquire.r2.0.1-1", Uint8Array.of(0x0a, 1, 0x72));
  assert.equal(await w.ended(await start(w.bus, "good")), "sealed");
  await until("five letters", async () => (await listDead(w.bus)).length === 5);
  assert.deepEqual((await listDead(w.bus)).map((letter) => letter.code).sort(), [
    "BUS_UNDECODABLE",
    "BUS_UNDECODABLE",
    "RUN_PIPELINE_UNREADABLE",
    "RUN_STAGE_UNKNOWN",
    "RUN_UNKNOWN",
  ]);
});

test(
  "a failure that may pass is tried again after its delay; the next permanent one ends the run",
  LIMIT,
  async () => {
    await using w = await world();
    const failing = (kind: "source" | "denied", retryAfterMs = 0) => ({
      kind: "failed" as const,
      error: new CheckpointError("no", { kind, retryAfterMs }),
    });
    const node = await w.node({
      answer: ({ stage, attempt }) => {
        if (stage === "load" && attempt === 1) return failing("source", 300);
        return stage === "publish" ? failing("denied") : undefined;
      },
    });
    await w.coordinator();
    const runId = await start(w.bus, "k");
    assert.equal(await w.ended(runId), "failed");
    onceEach(node);
    const state = await w.state(runId);
    assert.deepEqual([state.failedStage, state.failure?.kind], ["publish", "denied"]);
    assert.ok(node.executions.has(`${runId}.load.0.1-2`));
    assert.ok(node.executions.has(`${runId}.seal.0.2-1`), "discarded");
  },
);

test("pipeline.timeout ends a run whose workers do not answer", LIMIT, async () => {
  await using w = await world();
  await w.coordinator();
  const runId = await start(w.bus, "k", '{"pipeline":{"timeout":0.5}}');
  assert.equal(await w.ended(runId), "failed");
  assert.equal((await w.state(runId)).failure?.kind, "timeout");
  await until("queues are empty", async () => (await queued(w.bus)) === 0);
});

test(
  "a node that is lost between build and publish costs its shards one generation, on another node",
  LIMIT,
  async () => {
    await using w = await world();
    const stuck = await w.node({
      node: "n1",
      shards: 2,
      answer: ({ stage }, _task, signal) => (stage === "publish" ? hang(signal) : undefined),
    });
    await w.coordinator({ settings: { lostAfterMs: 1_500 } });
    const runId = await start(w.bus, "k");
    await until("both shards publish", () => stuck.tasks.filter((task) => task.stage === 6).length === 2);
    const heir = await w.node({ node: "n2" });
    const beat = setInterval(() => void heir.announce(), 300);
    try {
      assert.equal(await w.ended(runId), "sealed");
    } finally {
      clearInterval(beat);
    }
    const again = [...heir.executions.keys()].filter((id) => /\.(stage|build|publish)\./.test(id)).sort();
    assert.deepEqual(
      again,
      ["build.0.2-1", "build.1.2-1", "publish.0.2-1", "publish.1.2-1", "stage.0.2-1", "stage.1.2-1"].map(
        (id) => `${runId}.${id}`,
      ),
    );
  },
);

test(
  "a cancellation may overtake its submission; one of a run that never was is a dead letter",
  LIMIT,
  async () => {
    await using w = await world();
    await w.coordinator();
    await requestCancel(w.bus, runIdOf("k"), "early");
    await requestCancel(w.bus, "rnone", "");
    const runId = await start(w.bus, "k");
    assert.equal(await w.ended(runId), "cancelled");
    await until("one letter", async () => (await listDead(w.bus)).length === 1);
  },
);

test("a coordinator that takes over reads a run whose last events carry no snapshot", LIMIT, async () => {
  await using w = await world();
  const gate = Promise.withResolvers<undefined>();
  // Contexts of 40 KiB: snapshots only at changes of phase.
  const node = await w.node({
    shards: 4,
    contextBytes: 40 * 1024,
    answer: ({ stage, shard }) => (stage === "build" && shard === 3 ? gate.promise : undefined),
  });
  const first = await w.coordinator();
  const runId = await start(w.bus, "k");
  await until("all but one are published", () => node.tasks.filter((task) => task.stage === 6).length === 3);
  await first.stop();
  const last = await lastRun(w.bus, runId);
  assert.ok(last && readEvent(last).snapshot == null);
  await w.coordinator();
  gate.resolve(undefined);
  assert.equal(await w.ended(runId), "sealed");
  assert.equal((await w.state(runId)).chainsDone, 4);
});

test("ends that nobody announced are announced by the next coordinator, however many", LIMIT, async () => {
  await using w = await world();
  await w.node({ slots: 8 });
  const first = await w.coordinator();
  const runs = await Promise.all(Array.from({ length: 25 }, (_, i) => start(w.bus, `run ${i}`)));
  await Promise.all(runs.map(w.ended));
  await first.stop();
  await w.bus.jsm.streams.purge("DONE", { keep: 1 });
  // It also remembers the ids of what it published, for ten minutes.
  await w.nats.restart();
  await w.coordinator();
  const told = async () => (await Promise.all(runs.map((id) => getDone(w.bus, id)))).every(Boolean);
  await until("all are told again", told);
});

test("a log that this version cannot read holds up no other run", LIMIT, async () => {
  await using w = await world();
  await w.node();
  await w.bus.js.publish("run.rnewer", Uint8Array.of(0x08, 1));
  await w.bus.js.publish("run.rbroken", Uint8Array.of(0xff, 0xff));
  await w.coordinator();
  assert.equal(await w.ended(await start(w.bus, "k")), "sealed");
});

/** Events of a run of two shards: submitted, 3, 3 × 2, seal. */
const CRASHES = [
  "coordinator.appended:1",
  "coordinator.appended:4",
  "coordinator.appended:7",
  "coordinator.appended:11",
  "coordinator.mid-dispatch:1",
  "coordinator.dispatched:1",
  "coordinator.dispatched:4",
  "coordinator.dispatched:11",
];

suite("a coordinator that is killed", { concurrency: 4 }, () => {
  for (const crash of CRASHES) {
    test(`at ${crash}: the next one finishes the run`, LIMIT, async () => {
      await using w = await world();
      const node = await w.node({ shards: 2 });
      const victim = coordinatorProcess(w.nats.url, { DRYDOCK_CRASH_AT: crash });
      const runId = await start(w.bus, "k");
      const [, signal] = await once(victim, "exit");
      assert.equal(signal, "SIGKILL", "it did die there");
      const next = coordinatorProcess(w.nats.url, {});
      try {
        assert.equal(await w.ended(runId), "sealed");
      } finally {
        next.kill("SIGTERM");
        await once(next, "exit");
      }
      assert.equal((await w.state(runId)).chainsDone, 2);
      onceEach(node);
    });
  }
});

function coordinatorProcess(url: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url))], {
    stdio: ["pipe", "ignore", "inherit"],
    env: {
      ...process.env,
      NATS_URL: url,
      DRYDOCK_STREAMS: "embedded",
      DRYDOCK_CONTROL_PIPE: "1",
      DRYDOCK_LOG_LEVEL: "error",
      ...env,
    },
  });
}
