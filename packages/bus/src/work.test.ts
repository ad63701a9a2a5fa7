import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { CheckpointIncompatibleError } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { startNats, type TestNats } from "@drydock/testkit";
import { ensureTopology } from "./bootstrap.ts";
import type { Outcome } from "./conclude.ts";
import { type Bus, connectBus } from "./connect.ts";
import { cancelRun } from "./control.ts";
import { getDead, listDead, replayDead } from "./dlq.ts";
import { consumeResults } from "./results.ts";
import { type Destination, stageOf, type TaskKey, taskSubject } from "./subjects.ts";
import { deleteTasksOfRun, pendingTask, publishTask } from "./tasks.ts";
import { consumeTasks, type TaskContext, type WorkOptions } from "./work.ts";

const ANY: Destination = { target: "any", class: "c" };
const VERSIONS = ["newest", "floor"] as const;

const task = (runId: string, shard = 0, fields: Partial<drydock.v1.Task.$Properties> = {}): drydock.v1.Task =>
  drydock.v1.Task.fromObject({ runId, stage: stageOf("build"), shard, generation: 1, attempt: 1, ...fields });

const keyAt = (runId: string, shard: number): TaskKey => ({
  runId,
  stage: "build",
  shard,
  generation: 1,
  attempt: 1,
});

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  for (const endMs = performance.now() + 40_000; !(await condition()); ) {
    assert.ok(performance.now() < endMs, `waited in vain for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

async function ready(nats: TestNats, name = "test"): Promise<Bus> {
  const bus = await connectBus({ url: nats.url, name });
  await ensureTopology(bus, { profile: "embedded" });
  return bus;
}

const worker = (bus: Bus, options: Partial<WorkOptions> & Pick<WorkOptions, "handler">) =>
  consumeTasks(bus, { stage: "build", targets: ["any"], classes: ["c"], slots: 1, node: "n1", ...options });

const finish = async (): Promise<Outcome> => ({ kind: "done", done: { digest: "d" } });

/** Every result as it arrives. */
async function collect(bus: Bus): Promise<drydock.v1.Result[]> {
  const results: drydock.v1.Result[] = [];
  await consumeResults(bus, async (result) => void results.push(result));
  return results;
}

const stored = async (bus: Bus, stream: string): Promise<number> =>
  (await bus.jsm.streams.info(stream)).state.messages;

for (const version of VERSIONS) {
  const named = (promise: string, body: () => Promise<void>) =>
    test(`${version}: ${promise}`, { timeout: 60_000 }, body);

  named("a task gives one result and both queues end empty", async () => {
    await using nats = await startNats({ version });
    await using bus = await ready(nats);
    const results = await collect(bus);
    await using _ = await worker(bus, { handler: finish });
    assert.equal((await publishTask(bus, task("r1", 3), ANY)).kind, "published");
    await until(() => results.length === 1);
    assert.deepEqual([results[0]?.runId, results[0]?.shard, results[0]?.done?.digest], ["r1", 3, "d"]);
    await until(async () => (await stored(bus, "TASKS")) + (await stored(bus, "RESULTS")) === 0);
  });

  named("a second copy of a pending task is refused and counts as dispatched", async () => {
    await using nats = await startNats({ version });
    await using bus = await ready(nats);
    const first = await publishTask(bus, task("r1"), ANY);
    assert.deepEqual(await publishTask(bus, task("r1"), ANY), { kind: "pending", seq: first.seq });
    assert.equal(await pendingTask(bus, keyAt("r1", 0), ANY), first.seq);
    assert.equal(await stored(bus, "TASKS"), 1);
  });

  named("workers take no more tasks than they have free slots", async () => {
    await using nats = await startNats({ version });
    await using bus = await ready(nats);
    const started: string[] = [];
    const { promise: hold, resolve: release } = Promise.withResolvers<void>();
    const handler = (who: string) => async (): Promise<Outcome> => {
      started.push(who);
      await hold;
      return { kind: "done" };
    };
    await using a = await worker(bus, { handler: handler("a"), slots: 2, targets: ["any", "n1"] });
    await using b = await worker(bus, { handler: handler("b"), slots: 1, targets: ["any", "n2"] });
    for (let i = 0; i < 10; i++) await publishTask(bus, task("r1", i), ANY);
    await until(() => started.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.deepEqual(started.toSorted(), ["a", "a", "b"]);
    assert.deepEqual([a.running, b.running], [2, 1]);
    const info = await bus.jsm.consumers.info("TASKS", "w-build-any-c");
    assert.deepEqual([info.num_ack_pending, info.num_pending], [3, 7]);
    release();
    await until(async () => (await stored(bus, "TASKS")) === 0);
    assert.equal(started.length, 10);
  });

  named("a task for a node reaches that node only", async () => {
    await using nats = await startNats({ version });
    await using bus = await ready(nats);
    const got: string[] = [];
    const handler = (who: string) => async (): Promise<Outcome> => {
      got.push(who);
      return { kind: "done" };
    };
    await using _a = await worker(bus, { handler: handler("n1"), targets: ["n1", "any"] });
    await using _b = await worker(bus, { handler: handler("n2"), targets: ["n2", "any"] });
    for (let i = 0; i < 5; i++) await publishTask(bus, task("r1", i), { target: "n2", class: "c" });
    await until(() => got.length === 5);
    assert.deepEqual(new Set(got), new Set(["n2"]));
  });

  named("removing the queued tasks of one run strands no task of another", async () => {
    await using nats = await startNats({ version });
    await using bus = await ready(nats);
    const done: string[] = [];
    const { promise: hold, resolve: release } = Promise.withResolvers<void>();
    const handler = async (t: drydock.v1.Task): Promise<Outcome> => {
      await hold;
      done.push(`${t.runId}.${t.shard}`);
      return { kind: "done" };
    };
    await using busy = await worker(bus, { handler });
    for (let i = 0; i < 5; i++) await publishTask(bus, task("r1", i), ANY);
    for (let i = 0; i < 5; i++) await publishTask(bus, task("r2", i), ANY);
    // One of r1 is at work while the rest of r1 goes.
    await until(() => busy.running === 1);
    assert.equal(await deleteTasksOfRun(bus, "r1"), 5);
    assert.equal(await deleteTasksOfRun(bus, "r1"), 0);
    release();
    await until(() => done.filter((name) => name.startsWith("r2")).length === 5);
    await until(async () => (await stored(bus, "TASKS")) === 0);
    assert.ok(done.filter((name) => name.startsWith("r1")).length <= 1);
  });

  named("a server restart in the middle loses no task and no result", async () => {
    await using nats = await startNats({ version });
    await using bus = await ready(nats);
    const results = await collect(bus);
    await using _ = await worker(bus, { handler: finish, slots: 2, ackWaitMs: 2_000 });
    for (let i = 0; i < 5; i++) await publishTask(bus, task("r1", i), ANY);
    await until(() => results.length >= 2);
    await nats.kill("SIGKILL");
    const late = Promise.all(Array.from({ length: 5 }, (_x, i) => publishTask(bus, task("r2", i), ANY)));
    await nats.restart();
    await late;
    await until(() => new Set(results.map((r) => `${r.runId}.${r.shard}`)).size === 10);
    // What was on its way when the server died comes again when its lease ends: after 15 s for a result.
    await until(async () => (await stored(bus, "TASKS")) + (await stored(bus, "RESULTS")) === 0);
  });

  named(
    "a task whose workers never finish is poison after five deliveries; its neighbour is not",
    async () => {
      await using nats = await startNats({ version });
      await using bus = await ready(nats);
      const results = await collect(bus);
      let tries = 0;
      const handler = async (t: drydock.v1.Task, context: TaskContext): Promise<Outcome> => {
        if (t.shard === 1) return { kind: "done" };
        tries++;
        await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
        throw new Error("stopped");
      };
      await publishTask(bus, task("r1", 0), ANY);
      await publishTask(bus, task("r1", 1), ANY);
      for (let i = 0; i < 5; i++) {
        const hung = await worker(bus, { handler, slots: 2 });
        await until(() => tries === i + 1);
        await hung.drain(0);
      }
      await using _ = await worker(bus, { handler, slots: 2 });
      await until(() => results.length === 2);
      const poison = results.find((r) => r.shard === 0);
      assert.equal(poison?.failed?.kind, "poison");
      assert.equal(tries, 5);
      assert.deepEqual(
        (await listDead(bus)).map((d) => [d.code, d.deliveries]),
        [["poison", 6]],
      );
      await until(async () => (await stored(bus, "TASKS")) === 0);
    },
  );

  named("what cannot be decoded is buried, fails its attempt and can be replayed", async () => {
    await using nats = await startNats({ version });
    await using bus = await ready(nats);
    const results = await collect(bus);
    await using _ = await worker(bus, { handler: finish });
    const bytes = new Uint8Array([0xff, 0xff]);
    await bus.js.publish(taskSubject(keyAt("r1", 0), ANY), bytes);
    await until(() => results.length === 1);
    assert.equal(results[0]?.failed?.kind, "poison");
    const [letter] = await listDead(bus);
    assert.deepEqual(
      [letter?.code, letter?.subject, Uint8Array.from(letter?.data ?? [])],
      ["BUS_UNDECODABLE", taskSubject(keyAt("r1", 0), ANY), bytes],
    );
    await until(async () => (await stored(bus, "TASKS")) === 0);
    assert.ok(await replayDead(bus, letter?.seq ?? 0));
    await until(async () => (await listDead(bus)).length === 2);
    assert.equal(await getDead(bus, 99), undefined);
    assert.equal(await replayDead(bus, 99), undefined);
  });

  named("cancelling reaches a task at work and one not begun; what discards goes on", async () => {
    await using nats = await startNats({ version });
    await using bus = await ready(nats);
    const results = await collect(bus);
    let began = 0;
    const handler = async (t: drydock.v1.Task, context: TaskContext): Promise<Outcome> => {
      if (t.discard) return { kind: "done" };
      began++;
      await new Promise((_resolve, reject) =>
        context.signal.addEventListener("abort", () => reject(context.signal.reason)),
      );
      return { kind: "done" };
    };
    await using _ = await worker(bus, { handler });
    await publishTask(bus, task("r1", 0), ANY);
    await publishTask(bus, task("r1", 1), ANY);
    await until(() => began === 1);
    await cancelRun(bus, "r1", "enough");
    await until(() => results.length === 2);
    assert.deepEqual(
      results.map((r) => r.failed?.kind),
      ["cancelled", "cancelled"],
    );
    assert.equal(began, 1);
    await publishTask(bus, task("r1", 2, { discard: true }), ANY);
    await until(() => results.length === 3);
    assert.ok(results[2]?.done);
  });
}

test("an error reaches the coordinator with kind, numbers and remedy", async () => {
  await using nats = await startNats();
  await using bus = await ready(nats);
  const results = await collect(bus);
  const handler = async (): Promise<Outcome> => {
    throw new CheckpointIncompatibleError("missing keys", {
      details: { missing: 3 },
      remedy: "Set strict: false.",
    });
  };
  await using _ = await worker(bus, { handler });
  await publishTask(bus, task("r1"), ANY);
  await until(() => results.length === 1);
  const failed = results[0]?.failed;
  assert.deepEqual(
    [failed?.kind, failed?.name, failed?.message, failed?.detailsJson, failed?.remedy],
    ["incompatible", "CheckpointIncompatibleError", "missing keys", '{"missing":3}', "Set strict: false."],
  );
});

test("a task that reports progress keeps its lease; one that does not loses it", {
  timeout: 30_000,
}, async () => {
  await using nats = await startNats();
  await using bus = await ready(nats);
  const starts = [0, 0];
  const handler = async (t: drydock.v1.Task, context: TaskContext): Promise<Outcome> => {
    starts[t.shard] = (starts[t.shard] ?? 0) + 1;
    // Both last until the silent one was given to somebody else.
    await until(() => {
      if (t.shard === 0) context.progress({ bytes: 1 });
      return starts[1] === 2;
    });
    return { kind: "done" };
  };
  // The first has no slot left to get its own task back with.
  await using first = await worker(bus, { handler, slots: 2, ackWaitMs: 2_000 });
  await publishTask(bus, task("r1", 0), ANY);
  await publishTask(bus, task("r1", 1), ANY);
  await until(() => first.running === 2);
  await using _ = await worker(bus, { handler, slots: 2, ackWaitMs: 2_000 });
  await until(async () => (await stored(bus, "TASKS")) === 0);
  assert.deepEqual(starts, [1, 2]);
});

test("a task that hangs in the only worker there is ends as poison, and the worker goes on", {
  timeout: 60_000,
}, async () => {
  await using nats = await startNats();
  await using bus = await ready(nats);
  const results = await collect(bus);
  let aborted = false;
  const handler = async (t: drydock.v1.Task, context: TaskContext): Promise<Outcome> => {
    if (t.shard === 1) return { kind: "done" };
    await once(context.signal, "abort");
    aborted = true;
    throw new Error("stopped");
  };
  await using _ = await worker(bus, { handler, slots: 2, ackWaitMs: 1_000 });
  await publishTask(bus, task("r1", 0), ANY);
  await until(() => results.length === 1 && aborted);
  assert.equal(results[0]?.failed?.kind, "poison");
  await publishTask(bus, task("r1", 1), ANY);
  await until(() => results.length === 2);
  assert.ok(results[1]?.done);
});

test("draining lets a task finish within its grace and hands back what does not", async () => {
  await using nats = await startNats();
  await using bus = await ready(nats);
  const results = await collect(bus);
  const { promise: hold, resolve: release } = Promise.withResolvers<void>();
  const quick = await worker(bus, {
    handler: async () => {
      await hold;
      return { kind: "done" };
    },
  });
  await publishTask(bus, task("r1", 0), ANY);
  await until(() => quick.running === 1);
  const drained = quick.drain(10_000);
  release();
  await drained;
  await until(() => results.length === 1);

  const stuck = await worker(bus, {
    handler: (_t, context) =>
      new Promise((_resolve, reject) =>
        context.signal.addEventListener("abort", () => reject(new Error("aborted"))),
      ),
  });
  await publishTask(bus, task("r1", 1), ANY);
  await until(() => stuck.running === 1);
  await stuck.drain(10);
  await using _ = await worker(bus, { handler: finish });
  await until(() => results.length === 2);
  assert.ok(results[1]?.done);
});

test("a worker that dies after its result was stored leaves one result and no task", {
  timeout: 30_000,
}, async () => {
  await using nats = await startNats();
  await using bus = await ready(nats);
  const results = await collect(bus);
  const program = `
    import { connectBus, consumeTasks } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
    const bus = await connectBus({ url: process.argv[1], name: "child" });
    await consumeTasks(bus, { stage: "build", targets: ["any"], classes: ["c"], slots: 1, node: "n1", ackWaitMs: 1000,
      handler: async () => ({ kind: "done" }) });`;
  const child = (crash: string) =>
    spawn(process.execPath, ["--input-type=module", "-e", program, nats.url], {
      env: { ...process.env, DRYDOCK_CRASH_AT: crash },
      stdio: ["ignore", "ignore", "inherit"],
    });
  await publishTask(bus, task("r1"), ANY);
  for (const step of ["worker.received", "worker.resulted"]) {
    const [, signal] = await once(child(step), "exit");
    assert.equal(signal, "SIGKILL");
  }
  await using _ = await worker(bus, { handler: finish, ackWaitMs: 1_000 });
  await until(async () => (await stored(bus, "TASKS")) === 0);
  assert.equal(results.length, 1);
});
