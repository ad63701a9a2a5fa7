import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointError, CheckpointValidationError, type Pin, type ShardReport } from "@drydock/checkpoint";
import { startNats } from "@drydock/testkit";
import { ensureTopology } from "./bootstrap.ts";
import { connectBus } from "./connect.ts";
import { cancelReason, cancelRun, serverNow } from "./control.ts";
import {
  announce,
  getPin,
  getReport,
  listNodes,
  listReports,
  putPins,
  putReport,
  withdraw,
} from "./inventory.ts";
import { bucket } from "./kv.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined): string => new TextDecoder().decode(value);

for (const version of ["newest", "floor"] as const) {
  test(`${version}: of 20 who create a key one wins, and all learn who; what was removed can be created again`, async () => {
    await using nats = await startNats({ version });
    await using bus = await connectBus({ url: nats.url, name: "test" });
    await ensureTopology(bus, { profile: "embedded" });
    const claims = bucket(bus, "claims");
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => claims.create("out", bytes(`run ${i}`))),
    );
    assert.equal(outcomes.filter((o) => o.won).length, 1);
    const winner = outcomes.find((o) => o.won)?.entry;
    assert.ok(outcomes.every((o) => text(o.entry.value) === text(winner?.value)));
    // Asked again after a lost answer, it is still its own.
    assert.equal((await claims.create("out", winner?.value ?? bytes(""))).won, true);
    assert.equal(await claims.remove("out", 1_000), false);
    assert.equal(await claims.remove("out", winner?.revision), true);
    assert.equal(await claims.get("out"), undefined);
    assert.equal((await claims.create("out", bytes("later"))).won, true);
  });

  test(`${version}: an update that follows an old revision changes nothing`, async () => {
    await using nats = await startNats({ version });
    await using bus = await connectBus({ url: nats.url, name: "test" });
    await ensureTopology(bus, { profile: "embedded" });
    const uploads = bucket(bus, "uploads");
    const first = await uploads.put("u", bytes("1"));
    const second = await uploads.update("u", bytes("2"), first);
    assert.ok(second);
    assert.equal(await uploads.update("u", bytes("3"), first), undefined);
    // The same value after the same revision: our own try whose answer was lost.
    assert.equal(await uploads.update("u", bytes("2"), first), second);
    assert.equal(text((await uploads.get("u"))?.value), "2");
  });

  test(`${version}: entries are listed by filter and watched as they change`, {
    timeout: 20_000,
  }, async () => {
    await using nats = await startNats({ version });
    await using bus = await connectBus({ url: nats.url, name: "test" });
    await ensureTopology(bus, { profile: "embedded" });
    const ctl = bucket(bus, "ctl");
    for (const key of ["a.x", "a.y", "b.x"]) await ctl.put(key, bytes(key));
    await ctl.remove("a.y");
    assert.deepEqual(
      (await ctl.entries("a.*")).map((e) => [e.key, text(e.value)]),
      [["a.x", "a.x"]],
    );
    assert.equal((await ctl.entries()).length, 2);
    const abort = new AbortController();
    const seen: string[] = [];
    for await (const entry of ctl.watch(abort.signal, "b.*")) {
      seen.push(`${entry.key}=${text(entry.value)}`);
      if (seen.length === 1) await ctl.remove("b.x");
      if (seen.length === 2) abort.abort();
    }
    assert.deepEqual(seen, ["b.x=b.x", "b.x="]);
  });
}

test("a shard's report is written once: the same again is welcome, another one an error", async () => {
  await using nats = await startNats();
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await ensureTopology(bus, { profile: "embedded" });
  const report: ShardReport = { planDigest: "d1", shard: 3, sha256: "aa", size: 8, segments: [] };
  await putReport(bus, report);
  await putReport(bus, report);
  await assert.rejects(
    putReport(bus, { ...report, sha256: "bb" }),
    (error) => error instanceof CheckpointValidationError && error.code === "BUS_REPORT_DIFFERS",
  );
  assert.deepEqual(await getReport(bus, "d1", 3), report);
  assert.equal(await getReport(bus, "d1", 4), undefined);
  await putReport(bus, { ...report, shard: 4 });
  assert.deepEqual([...(await listReports(bus, "d1")).keys()].toSorted(), [3, 4]);
});

test("a pin is found under its id; one that is gone is a missing artifact", async () => {
  await using nats = await startNats();
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await ensureTopology(bus, { profile: "embedded" });
  const pin: Pin = {
    id: "p1",
    input: "source",
    object: "",
    uri: "file:///x",
    size: 3,
    identity: { kind: "size" },
    checksums: [],
  };
  await putPins(bus, [pin]);
  assert.deepEqual(await getPin(bus, "p1"), pin);
  await assert.rejects(
    getPin(bus, "p2"),
    (e) => e instanceof CheckpointError && e.kind === "artifact-missing",
  );
});

test("nodes are there once announced, gone once withdrawn, and aged by the server's clock", async () => {
  await using nats = await startNats();
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await ensureTopology(bus, { profile: "embedded" });
  await announce(bus, { node: "n1", service: "fetcher", slots: { stage: 4 }, memoryBytes: 2 ** 40 });
  await announce(bus, { node: "n1", service: "loader" });
  const { nowMs, nodes } = await listNodes(bus);
  assert.deepEqual(
    nodes.map((n) => [n.info.service, n.info.memoryBytes]),
    [
      ["fetcher", 2 ** 40],
      ["loader", 0],
    ],
  );
  assert.ok(nodes.every((n) => n.timeMs <= nowMs));
  await withdraw(bus, "n1", "loader");
  assert.equal((await listNodes(bus)).nodes.length, 1);
});

test("the server's clock moves on; a cancelled run stays cancelled for who asks later", async () => {
  await using nats = await startNats();
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await ensureTopology(bus, { profile: "embedded" });
  const before = await serverNow(bus);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok((await serverNow(bus)) - before >= 5);
  assert.equal(await cancelReason(bus, "r1"), undefined);
  await cancelRun(bus, "r1", "enough");
  assert.equal(await cancelReason(bus, "r1"), "enough");
});
