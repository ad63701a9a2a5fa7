import assert from "node:assert/strict";
import { test } from "node:test";
import { announce, connectBus, ensureTopology, serverNow, withdraw } from "@drydock/bus";
import { startNats } from "@drydock/testkit";
import { NodeBoard } from "./node-board.ts";

async function world() {
  const stack = new AsyncDisposableStack();
  const nats = stack.use(await startNats());
  const bus = stack.use(await connectBus({ url: nats.url, name: "test" }));
  await ensureTopology(bus, { profile: "embedded" });
  return { bus, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const transformer = { service: "transformer", slots: { build: 2 }, kernelClasses: ["wasm-1"] };

test("B1: a node is there while both its fetcher and its transformer say so; a draining one takes nothing new", async () => {
  await using w = await world();
  await announce(w.bus, { node: "n1", service: "fetcher" });
  await announce(w.bus, { node: "n1", ...transformer });
  await announce(w.bus, { node: "n2", ...transformer });
  await announce(w.bus, { node: "n3", service: "fetcher" });
  await announce(w.bus, { node: "n3", ...transformer, draining: true });
  const board = new NodeBoard();
  await board.open(w.bus);
  assert.deepEqual(board.views(), [{ node: "n1", buildSlots: 2, kernelClasses: ["wasm-1"] }]);
  assert.ok(!board.isLost("n1") && !board.isLost("n2") && !board.isLost("n3"));
});

test("B2: silence counts from when this process began to listen, and a node seen well is lost only after its time", async () => {
  await using w = await world();
  await announce(w.bus, { node: "n1", service: "fetcher" });
  await announce(w.bus, { node: "n1", ...transformer });
  const board = new NodeBoard(30_000);
  assert.ok(!board.isLost("nobody"), "no clock yet, no judgement");
  await board.open(w.bus);
  const begunMs = await serverNow(w.bus);
  board.tell(begunMs + 29_000);
  assert.equal(board.views().length, 1);
  assert.ok(!board.isLost("n1") && !board.isLost("nobody"));
  board.tell(begunMs + 30_000);
  assert.deepEqual(board.views(), []);
  assert.ok(board.isLost("n1") && board.isLost("nobody"));
  // The clock of an older message turns nothing back.
  board.tell(begunMs);
  assert.ok(board.isLost("n1"));
});

test("a service that withdraws is missed at once, and lost only when it does not come back", async () => {
  await using w = await world();
  const board = new NodeBoard(30_000);
  const stop = new AbortController();
  const watching = board.watch(w.bus, stop.signal);
  await announce(w.bus, { node: "n1", service: "fetcher" });
  await announce(w.bus, { node: "n1", ...transformer });
  while (board.views().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await withdraw(w.bus, "n1", "fetcher");
  while (board.views().length === 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(!board.isLost("n1"));
  await announce(w.bus, { node: "n1", service: "fetcher" });
  while (board.views().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  await watching;
});
