import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError, CheckpointSourceError } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { startNats } from "@drydock/testkit";
import { RetentionPolicy } from "@nats-io/jetstream";
import { atLeast, checkServer, ensureTopology } from "./bootstrap.ts";
import { connectBus, withoutCredentials } from "./connect.ts";
import { STAGES, stageName, stageOf, subjects, taskSubject, token } from "./subjects.ts";
import { publishTask } from "./tasks.ts";
import { maxBytesFromEnv, streamSpecs } from "./topology.ts";

const config = (code: string, what: RegExp) => (error: unknown) =>
  error instanceof CheckpointConfigError && error.code === code && what.test(error.message);

for (const version of ["newest", "floor"] as const) {
  test(`${version}: four processes may set up the bus at once, and again`, async () => {
    await using nats = await startNats({ version });
    const buses = await Promise.all([1, 2, 3, 4].map((i) => connectBus({ url: nats.url, name: `t${i}` })));
    await Promise.all(buses.map((bus) => ensureTopology(bus, { profile: "embedded" })));
    const [bus] = buses;
    assert.ok(bus);
    await ensureTopology(bus, { profile: "embedded" });
    const names = (await bus.jsm.streams.names().next()).toSorted();
    assert.deepEqual(
      names,
      streamSpecs({ profile: "embedded" })
        .map((s) => s.name)
        .toSorted(),
    );
    await Promise.all(buses.map((b) => b.drain()));
  });

  test(`${version}: a stream that is not what the code relies on is reported; its limits are the operator's`, async () => {
    await using nats = await startNats({ version });
    await using bus = await connectBus({ url: nats.url, name: "test" });
    await bus.jsm.streams.add({
      name: "TASKS",
      subjects: ["task.v1.>"],
      retention: RetentionPolicy.Limits,
      max_bytes: 1_000_000,
    });
    await assert.rejects(
      ensureTopology(bus, { profile: "embedded" }),
      config("BUS_DRIFT", /stream TASKS: retention is "limits", "workqueue" is needed/),
    );
    for (const name of ["TASKS", "RUNS"]) await bus.jsm.streams.delete(name);
    await ensureTopology(bus, { profile: "embedded", maxBytes: { RUNS: 1_000_000 } });
    await ensureTopology(bus, { profile: "embedded", maxBytes: { RUNS: 2_000_000 } });
    assert.equal((await bus.jsm.streams.info("RUNS")).config.max_bytes, 1_000_000);
  });
}

test("a server says what it lacks, asked and not only by its version", async () => {
  await using newest = await startNats();
  await using floor = await startNats({ version: "floor" });
  await using a = await connectBus({ url: newest.url, name: "test" });
  await using b = await connectBus({ url: floor.url, name: "test" });
  assert.equal((await checkServer(a)).version, newest.version);
  const { version, missing } = await checkServer(b);
  assert.equal(version, "2.9.10");
  assert.ok(missing.some((line) => line.includes("purge by subject")));
  assert.ok(missing.some((line) => line.includes("time to live")));
  assert.deepEqual(await b.jsm.streams.names().next(), []);
});

test("a server too old, or without JetStream, is refused by name", async () => {
  await using nats = await startNats();
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await assert.rejects(
    checkServer({ ...bus, serverVersion: "2.9.9" }),
    config("BUS_SERVER_TOO_OLD", /2\.9\.9, 2\.9\.10/),
  );
  const info = { ...bus.nc.info, jetstream: false };
  const nc = new Proxy(bus.nc, { get: (target, key) => (key === "info" ? info : Reflect.get(target, key)) });
  await assert.rejects(checkServer({ ...bus, nc }), config("BUS_NO_JETSTREAM", /without JetStream/));
});

test("a stream the server has no room for is refused with the number and a remedy", async () => {
  await using nats = await startNats();
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await assert.rejects(
    ensureTopology(bus, { profile: "embedded", maxBytes: { EVENTS: 2 ** 52 } }),
    config("BUS_STREAM", /stream EVENTS: cannot be created/),
  );
});

test("when nothing listens there is one error, with the URL and without its password", async () => {
  const url = "nats://user:secret@127.0.0.1:1";
  await assert.rejects(connectBus({ url, name: "test" }), (error) => {
    assert.ok(error instanceof CheckpointSourceError);
    assert.equal(error.code, "BUS_UNREACHABLE");
    assert.match(error.message, /nats:\/\/127\.0\.0\.1:1/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
  assert.equal(withoutCredentials("nats://t@a:1, tls://u:p@b:2,c"), "nats://a:1,tls://b:2,c");
  const credsFile = "/nonexistent/creds";
  await assert.rejects(
    connectBus({ url, name: "test", credsFile }),
    /credentials file \/nonexistent\/creds cannot be read/,
  );
});

test("a full stream refuses a task by name instead of losing another one", async () => {
  await using nats = await startNats();
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await ensureTopology(bus, { profile: "embedded", maxBytes: { TASKS: 2_000 } });
  const publish = (shard: number) =>
    publishTask(
      bus,
      drydock.v1.Task.fromObject({ runId: "r1", stage: 1, shard, context: new Uint8Array(800) }),
      { target: "any", class: "c" },
    );
  await publish(0);
  await assert.rejects(
    (async () => {
      for (let i = 1; i < 4; i++) await publish(i);
    })(),
    (error) =>
      error instanceof CheckpointSourceError && error.kind === "capacity" && error.code === "BUS_FULL",
  );
});

test("the list of stages is the enum's; subjects refuse what would change their meaning", () => {
  const names = Object.keys(drydock.v1.Stage).filter(
    (name) => name !== "STAGE_UNSPECIFIED" && Number.isNaN(Number(name)),
  );
  assert.deepEqual(
    names.map((name) => name.replace("STAGE_", "").toLowerCase()),
    [...STAGES],
  );
  for (const stage of STAGES) assert.equal(stageName(stageOf(stage)), stage);
  const later: number = 99;
  assert.throws(() => stageName(later), /99 is no stage/);
  assert.equal(token("run-1_A", "run id"), "run-1_A");
  for (const bad of ["", "a.b", "*", ">", "a b", "x".repeat(65)])
    assert.throws(() => subjects.run(bad), /is not 1 to 64/);
  const key = { runId: "r1", stage: "build", shard: 3, generation: 1, attempt: 2 } as const;
  assert.equal(taskSubject(key, { target: "n1", class: "wasm-1" }), "task.v1.build.n1.wasm-1.r1.3.1-2");
});

test("limits can be set from the environment, and versions compare by number", () => {
  assert.deepEqual(
    maxBytesFromEnv({ DRYDOCK_NATS_MAX_BYTES_RUNS: "1000", DRYDOCK_NATS_MAX_BYTES_PLANS: "5" }),
    { RUNS: 1_000, plans: 5 },
  );
  assert.throws(
    () => maxBytesFromEnv({ DRYDOCK_NATS_MAX_BYTES_RUNS: "1G" }),
    /DRYDOCK_NATS_MAX_BYTES_RUNS: "1G" is not/,
  );
  assert.ok(atLeast("2.10.0", "2.9.10") && atLeast("2.9.10", "2.9.10") && !atLeast("2.9.9-RC.1", "2.9.10"));
});
