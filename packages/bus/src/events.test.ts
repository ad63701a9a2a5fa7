import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError, CheckpointError } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { startNats } from "@drydock/testkit";
import { ensureTopology } from "./bootstrap.ts";
import { type Bus, connectBus } from "./connect.ts";
import { listDead } from "./dlq.ts";
import { getDone, publishDone, waitDone, watchDone } from "./done.ts";
import { type BusEvent, consumeEvents, requestCancel, submit } from "./events.ts";
import { fromFailed, toFailed } from "./failure.ts";
import { publishProgress, watchProgress } from "./feed.ts";
import { consumeResults, publishResult } from "./results.ts";

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  for (const endMs = performance.now() + 20_000; !(await condition()); ) {
    assert.ok(performance.now() < endMs, `waited in vain for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

async function withBus(version: "newest" | "floor", body: (bus: Bus) => Promise<void>): Promise<void> {
  await using nats = await startNats({ version });
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await ensureTopology(bus, { profile: "embedded" });
  await body(bus);
}

for (const version of ["newest", "floor"] as const) {
  test(`${version}: events reach one of several coordinators each; those published before any ran too`, () =>
    withBus(version, async (bus) => {
      await submit(bus, { key: "k1", pipelineJson: "{}" });
      assert.equal(
        (await submit(bus, { key: "k1", pipelineJson: "{}", traceparent: "00-x" })).duplicate,
        true,
      );
      assert.equal((await submit(bus, { key: "k1", pipelineJson: "[]" })).duplicate, false);
      const seen: BusEvent[] = [];
      const handler = async (event: BusEvent) => void seen.push(event);
      await using _a = await consumeEvents(bus, handler);
      await using _b = await consumeEvents(bus, handler);
      await requestCancel(bus, "r1", "enough");
      await until(() => seen.length === 3);
      await until(async () => (await bus.jsm.consumers.info("EVENTS", "trigger")).num_ack_pending === 0);
      assert.equal(seen.filter((e) => e.kind === "submit").length, 2);
    }));

  test(`${version}: a handler that throws gets the event again; what is no event is buried`, () =>
    withBus(version, async (bus) => {
      const deliveries: number[] = [];
      await using _ = await consumeEvents(bus, async (_event, delivery) => {
        deliveries.push(delivery.deliveries);
        if (delivery.deliveries === 1) throw new Error("not now");
      });
      await submit(bus, { key: "k1", pipelineJson: "{}" });
      await bus.js.publish("evt.v1.submit", Uint8Array.of(0xff));
      await bus.js.publish("evt.v1.other", "{}");
      await until(() => deliveries.length === 2);
      assert.deepEqual(deliveries, [1, 2]);
      await until(async () => (await listDead(bus)).length === 2);
      assert.deepEqual((await listDead(bus)).map((d) => d.subject).toSorted(), [
        "evt.v1.other",
        "evt.v1.submit",
      ]);
    }));

  test(`${version}: the end of a run reaches those who wait and those who come later, once`, () =>
    withBus(version, async (bus) => {
      const data = { runId: "r1", outcome: "sealed", outputUri: "s3://out", manifestDigest: "m" } as const;
      const abort = new AbortController();
      const waiting = waitDone(bus, "r1", abort.signal);
      assert.equal(await getDone(bus, "r1"), undefined);
      await publishDone(bus, data, 1_700_000_000_000);
      assert.equal((await publishDone(bus, data, 1_700_000_000_000)).duplicate, true);
      const event = await waiting;
      assert.deepEqual([event?.specversion, event?.type, event?.data], ["1.0", "drydock.run.ended", data]);
      assert.equal(event?.time, "2023-11-14T22:13:20.000Z");
      assert.deepEqual(await getDone(bus, "r1"), event);
      for await (const one of watchDone(bus, abort.signal)) {
        assert.deepEqual(one, event);
        break;
      }
      setTimeout(() => abort.abort(), 20);
      assert.equal(await waitDone(bus, "r2", abort.signal), undefined);
    }));
}

test("programs may submit and cancel with plain JSON; a misspelt field is refused", () =>
  withBus("newest", async (bus) => {
    const seen: BusEvent[] = [];
    await using _ = await consumeEvents(bus, async (event) => void seen.push(event), { slots: 1 });
    await bus.js.publish(
      "evt.v1.submit",
      JSON.stringify({ key: "k", pipeline: { target: "x" }, plan_only: true }),
    );
    await bus.js.publish(
      "evt.v1.submit",
      JSON.stringify({ key: "k", pipelineJson: "{}", submittedBy: "me" }),
    );
    await bus.js.publish("evt.v1.cancel", JSON.stringify({ run_id: "r1", reason: "enough" }));
    await until(() => seen.length === 3);
    const [a, b, c] = seen;
    assert.ok(a?.kind === "submit" && b?.kind === "submit" && c?.kind === "cancel");
    assert.deepEqual([a.submission.pipelineJson, a.submission.planOnly], ['{"target":"x"}', true]);
    assert.deepEqual([b.submission.pipelineJson, b.submission.submittedBy], ["{}", "me"]);
    assert.deepEqual([c.request.runId, c.request.reason], ["r1", "enough"]);
    const wrong = [
      { key: "k", pipline: {} },
      { key: "k" },
      { key: 1, pipelineJson: "" },
      { pipelineJson: "{}", planOnly: 1 },
    ];
    for (const json of wrong) await bus.js.publish("evt.v1.submit", JSON.stringify(json));
    await bus.js.publish("evt.v1.cancel", "{}");
    await until(async () => (await listDead(bus)).length === 5);
    assert.match((await listDead(bus)).map((d) => d.reason).join("\n"), /a submission has no field pipline/);
  }));

test("a submission too large for its stream is refused before it is sent", () =>
  withBus("newest", async (bus) => {
    const pipelineJson = "x".repeat(600_000);
    await assert.rejects(submit(bus, { key: "k", pipelineJson }), CheckpointConfigError);
  }));

test("a result with too many or too large spans is stored without them; the first of an attempt counts", () =>
  withBus("newest", async (bus) => {
    const results: drydock.v1.Result[] = [];
    const result = (shard: number, count: number, name: string) =>
      drydock.v1.Result.fromObject({
        runId: "r1",
        stage: 1,
        shard,
        attempt: 1,
        spans: Array(count).fill({ name }),
        done: {},
      });
    await publishResult(bus, result(0, 40, "s"));
    await publishResult(bus, result(1, 30, "s".repeat(10_000)));
    assert.equal((await publishResult(bus, result(1, 0, ""))).duplicate, true);
    await using _ = await consumeResults(bus, async (r) => void results.push(r), { slots: 1 });
    await until(() => results.length === 2);
    assert.deepEqual(
      results.map((r) => r.spans.length),
      [32, 0],
    );
  }));

test("progress reaches who watches the run, and nobody waits for it", () =>
  withBus("newest", async (bus) => {
    const abort = new AbortController();
    const seen: drydock.v1.Progress[] = [];
    watchProgress(bus, (p) => seen.push(p), { runId: "r1", signal: abort.signal });
    await bus.nc.flush();
    for (const runId of ["r1", "r2"]) publishProgress(bus, { runId, stage: 4, shard: 2, bytes: 2 ** 40 });
    await until(() => seen.length === 1);
    assert.deepEqual([seen[0]?.runId, seen[0]?.bytes], ["r1", 2 ** 40]);
    abort.abort();
  }));

test("an error survives the wire: kind, name, code, numbers, remedy; what is too long is cut", () => {
  const error = new CheckpointError("no", {
    kind: "throttled",
    code: "X",
    details: { got: 1 },
    remedy: "Wait.",
    retryAfterMs: 5,
  });
  const back = fromFailed(toFailed(error));
  assert.deepEqual(
    [back.kind, back.name, back.message, back.details, back.remedy, back.retryAfterMs],
    ["throttled", "CheckpointError", "no", { got: 1, code: "X" }, "Wait.", 5],
  );
  assert.equal(toFailed(new TypeError("bug")).kind, "internal");
  assert.equal(fromFailed({ kind: "of-a-later-version" }).kind, "internal");
  const long = toFailed(
    new CheckpointError("x".repeat(100_000), { details: { keys: Array(50_000).fill("key") } }),
  );
  assert.ok((long.message?.length ?? 0) < 17_000);
  assert.equal(long.detailsJson, "{}");
});
