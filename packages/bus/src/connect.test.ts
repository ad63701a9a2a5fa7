import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startNats } from "@drydock/testkit";
import { nkeys } from "@nats-io/transport-node";
import { context, createContextKey, propagation, ROOT_CONTEXT } from "@opentelemetry/api";
import { ensureTopology } from "./bootstrap.ts";
import { connectBus } from "./connect.ts";
import { lastRun } from "./runs.ts";
import { contextOf, extractTrace, injectTrace, traceparent } from "./trace.ts";

test("a server that restarts is reconnected to, and a question asked meanwhile is answered", async () => {
  await using nats = await startNats();
  await using bus = await connectBus({ url: nats.url, name: "test" });
  await ensureTopology(bus, { profile: "embedded" });
  let reconnects = 0;
  const forget = bus.onReconnect(() => reconnects++);
  await nats.kill("SIGKILL");
  const answer = lastRun(bus, "r1");
  await nats.restart();
  assert.equal(await answer, undefined);
  assert.equal(reconnects, 1);
  forget();
});

test("draining ends the connection without an error, also twice", async () => {
  await using nats = await startNats();
  const bus = await connectBus({ url: nats.url, name: "test" });
  await Promise.all([bus.drain(), bus.drain()]);
  assert.equal(await bus.closed, undefined);
  assert.equal(bus.nc.isClosed(), true);
});

test("a user proves who it is with an nkey seed from a file; others are refused", async () => {
  const user = nkeys.createUser();
  const config = `authorization { users: [ { nkey: ${user.getPublicKey()} } ] }`;
  await using nats = await startNats({ config });
  const folder = mkdtempSync(join(tmpdir(), "drydock-nkey-"));
  try {
    const nkeySeedFile = join(folder, "seed");
    writeFileSync(nkeySeedFile, `${new TextDecoder().decode(user.getSeed())}\n`);
    await using bus = await connectBus({ url: nats.url, name: "test", nkeySeedFile });
    assert.equal(bus.serverVersion, nats.version);
    await assert.rejects(connectBus({ url: nats.url, name: "test" }), /Authorization/i);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("trace context travels in headers, and as text inside a message", () => {
  const key = createContextKey("test");
  propagation.setGlobalPropagator({
    fields: () => ["traceparent"],
    inject: (from, carrier, setter) => setter.set(carrier, "traceparent", String(from.getValue(key) ?? "")),
    extract: (from, carrier, getter) => from.setValue(key, getter.get(carrier, "traceparent")),
  });
  try {
    const span = ROOT_CONTEXT.setValue(key, "00-aa-bb-01");
    assert.equal(extractTrace(injectTrace(undefined, span)).getValue(key), "00-aa-bb-01");
    assert.equal(traceparent(span), "00-aa-bb-01");
    assert.equal(contextOf("00-cc-dd-01").getValue(key), "00-cc-dd-01");
    assert.equal(extractTrace(undefined), context.active());
  } finally {
    propagation.disable();
  }
});
