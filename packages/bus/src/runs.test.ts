import assert from "node:assert/strict";
import { test } from "node:test";
import { startNats } from "@drydock/testkit";
import { ensureTopology } from "./bootstrap.ts";
import { type Bus, connectBus } from "./connect.ts";
import { appendRun, lastRun, listRuns, type RunEntry, readRun, watchRun, watchRuns } from "./runs.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (entry: RunEntry | undefined): string => new TextDecoder().decode(entry?.data);

async function appendAll(bus: Bus, runId: string, events: readonly string[]): Promise<number> {
  let seq = (await lastRun(bus, runId))?.seq ?? 0;
  for (const event of events) {
    const done = await appendRun(bus, runId, bytes(event), seq);
    assert.equal(done.kind, "appended");
    if (done.kind === "appended") seq = done.seq;
  }
  return seq;
}

for (const version of ["newest", "floor"] as const) {
  test(`${version}: exactly one of 20 concurrent appends wins, the others learn of the conflict`, async () => {
    await using nats = await startNats({ version });
    await using bus = await connectBus({ url: nats.url, name: "test" });
    await ensureTopology(bus, { profile: "embedded" });
    const seq = await appendAll(bus, "r1", ["first"]);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => appendRun(bus, "r1", bytes(`event ${i}`), seq)),
    );
    assert.equal(outcomes.filter((o) => o.kind === "appended").length, 1);
    assert.equal(outcomes.filter((o) => o.kind === "conflict").length, 19);
    assert.deepEqual(await appendRun(bus, "r1", bytes("again"), 0), { kind: "conflict" });
    assert.equal(await lastRun(bus, "r2"), undefined);
  });

  test(`${version}: an append whose answer was lost is stored once and answered with its sequence`, async () => {
    await using nats = await startNats({ version });
    await using bus = await connectBus({ url: nats.url, name: "test" });
    await ensureTopology(bus, { profile: "embedded" });
    const first = await appendRun(bus, "r1", bytes("a"), 0);
    assert.deepEqual(await appendRun(bus, "r1", bytes("a"), 0), first);
  });

  test(`${version}: a log is read whole and in order; the list holds each run's last event`, async () => {
    await using nats = await startNats({ version });
    await using bus = await connectBus({ url: nats.url, name: "test" });
    await ensureTopology(bus, { profile: "embedded" });
    assert.deepEqual(await listRuns(bus), []);
    const events = Array.from({ length: 600 }, (_, i) => `r1 ${i}`);
    await appendAll(bus, "r1", events);
    await appendAll(bus, "r2", ["only"]);
    const seen: string[] = [];
    for await (const entry of readRun(bus, "r1")) seen.push(text(entry));
    assert.deepEqual(seen, events);
    assert.deepEqual(
      (await listRuns(bus)).map((e) => [e.runId, text(e)]),
      [
        ["r1", "r1 599"],
        ["r2", "only"],
      ],
    );
    for await (const _ of readRun(bus, "r3")) assert.fail("r3 has no event");
  });

  test(`${version}: watching goes on after the server was killed and restarted`, {
    timeout: 60_000,
  }, async () => {
    await using nats = await startNats({ version });
    await using bus = await connectBus({ url: nats.url, name: "test" });
    await ensureTopology(bus, { profile: "embedded" });
    let seq = await appendAll(bus, "r1", ["1", "2"]);
    const abort = new AbortController();
    const one: string[] = [];
    const all: string[] = [];
    const reading = Promise.all([
      (async () => {
        for await (const entry of watchRun(bus, "r1", abort.signal)) {
          one.push(text(entry));
          if (one.length === 4) break;
        }
      })(),
      (async () => {
        for await (const entry of watchRuns(bus, abort.signal)) {
          all.push(text(entry));
          if (all.length === 3) break;
        }
      })(),
    ]);
    while (one.length < 2 || all.length < 1) await new Promise((r) => setTimeout(r, 5));
    await nats.kill("SIGKILL");
    await nats.restart();
    seq = await appendAll(bus, "r1", ["3", "4"]);
    await reading;
    abort.abort();
    assert.deepEqual(one, ["1", "2", "3", "4"]);
    assert.deepEqual(all, ["2", "3", "4"]);
    assert.equal((await lastRun(bus, "r1"))?.seq, seq);
  });
}
