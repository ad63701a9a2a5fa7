/** The node cache on real files: fetched once, bounded waste, nothing unverified served, room kept. */
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CheckpointError } from "@drydock/checkpoint";
import { type NodeCacheOptions, openNodeCache } from "./node-cache.ts";
import { readNodeId } from "./node-id.ts";
import { MIB, sampleBytes, sampleOrigin, samplePin } from "./sample.ts";

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "drydock-cache-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function open(t: TestContext, options: Partial<NodeCacheOptions> = {}) {
  return openNodeCache({ dir: folder(t), maxBytes: 1000 * MIB, ...options });
}

function damage(path: string, at: number): void {
  writeSync(openSync(path, "r+"), Uint8Array.of((sampleBytes(at, at + 1)[0] ?? 0) ^ 1), 0, 1, at);
}

test("what is there is not fetched again, and a read gives exactly its bytes", async (t) => {
  await using cache = await open(t);
  const from = sampleOrigin();
  const pin = samplePin(40 * MIB);
  assert.deepEqual(await cache.read(pin, 5, 300_000, from), sampleBytes(5, 300_000));
  assert.deepEqual(await cache.read(pin, 100, 200, from), sampleBytes(100, 200));
  assert.deepEqual(from.asked, [{ start: 5, end: 300_000 }]);
  await cache.ensure(pin, [{ start: 0, end: 300_010 }], from);
  assert.deepEqual(from.asked.slice(1), [
    { start: 0, end: 5 },
    { start: 300_000, end: 300_010 },
  ]);
  assert.deepEqual(await cache.read(pin, 7, 7, from), new Uint8Array());
  await assert.rejects(cache.read(pin, 0, pin.size + 1, from), RangeError);
});

test("a long read arrives whole over many chunks", async (t) => {
  await using cache = await open(t);
  const from = sampleOrigin();
  const pin = samplePin(20 * MIB);
  assert.deepEqual(await cache.read(pin, 3, 13 * MIB, from), sampleBytes(3, 13 * MIB));
  assert.equal(from.bytes(), 13 * MIB - 3);
  assert.equal(from.asked.length, 4);
});

test("500 small ranges close together cost few requests, and not one per cent more bytes than wanted", async (t) => {
  await using cache = await open(t);
  const from = sampleOrigin();
  const wanted = Array.from({ length: 500 }, (_, i) => ({ start: i * 20_000, end: i * 20_000 + 19_936 }));
  const { chunks } = await cache.ensure(samplePin(20 * MIB), wanted, from);
  const total = 500 * 19_936;
  assert.ok(from.bytes() >= total && from.bytes() <= total * 1.005, `${from.bytes()} of ${total}`);
  assert.equal(from.asked.length, 3);
  assert.equal(chunks.length, 3);
  assert.ok(from.asked.every((r) => r.end - r.start <= 4 * MIB));
});

test("ten who ask at once cost one fetch, also where they ask for different parts", async (t) => {
  await using cache = await open(t);
  const from = sampleOrigin();
  const pin = samplePin(9 * MIB);
  const all = await Promise.all(
    Array.from({ length: 10 }, (_, i) => cache.ensure(pin, [{ start: i * 1000, end: 9 * MIB - i }], from)),
  );
  const reads = await Promise.all([cache.read(pin, 0, 9 * MIB, from), cache.read(pin, 5, 6 * MIB, from)]);
  assert.equal(from.bytes(), 9 * MIB);
  assert.deepEqual(reads[0], sampleBytes(0, 9 * MIB));
  assert.ok(all.every(({ chunks }) => chunks.length >= 3));
});

test("a reader does not wait for a checkpoint that is being staged", { timeout: 20_000 }, async (t) => {
  await using cache = await open(t);
  const from = sampleOrigin();
  const pin = samplePin(100 * MIB);
  const gate = Promise.withResolvers<void>();
  const staged = cache.ensure(pin, [{ start: 0, end: 60 * MIB }], {
    fetch: async (start, end, signal) => {
      await gate.promise;
      return from.fetch(start, end, signal);
    },
  });
  assert.deepEqual(
    await cache.read(pin, 90 * MIB, 90 * MIB + 10, from),
    sampleBytes(90 * MIB, 90 * MIB + 10),
  );
  assert.equal(from.bytes(), 10);
  gate.resolve();
  await staged;
});

test("when the one who fetches gives up, the one who waited fetches", { timeout: 20_000 }, async (t) => {
  await using cache = await open(t);
  const from = sampleOrigin();
  const pin = samplePin(MIB);
  const gaveUp = new AbortController();
  const asked = Promise.withResolvers<void>();
  const first = cache.ensure(pin, [{ start: 0, end: MIB }], {
    signal: gaveUp.signal,
    fetch: (_start, _end, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        asked.resolve();
      }),
  });
  await asked.promise;
  const second = cache.ensure(pin, [{ start: 0, end: MIB }], from);
  await sleep(10);
  assert.equal(from.asked.length, 0);
  gaveUp.abort();
  await assert.rejects(first, { kind: "cancelled" });
  await second;
  assert.equal(from.bytes(), MIB);
});

test("one who waits for another's fetch can give up", { timeout: 20_000 }, async (t) => {
  const cache = await open(t);
  const pin = samplePin(MIB);
  const gate = Promise.withResolvers<void>();
  const from = sampleOrigin();
  const first = cache.ensure(pin, [{ start: 0, end: MIB }], {
    fetch: (start, end, signal) => gate.promise.then(() => from.fetch(start, end, signal)),
  });
  const gaveUp = new AbortController();
  const second = cache.read(pin, 0, 1, { ...from, signal: gaveUp.signal });
  gaveUp.abort();
  await assert.rejects(second, { kind: "cancelled" });
  gate.resolve();
  await first;
  await cache[Symbol.asyncDispose]();
});

test("a failed fetch keeps what had arrived, stops the rest and passes the error on", async (t) => {
  await using cache = await open(t);
  const from = sampleOrigin();
  const pin = samplePin(40 * MIB);
  const failing = sampleOrigin();
  await assert.rejects(
    cache.ensure(pin, [{ start: 0, end: 40 * MIB }], {
      fetch: async (start, end, signal) => {
        if (start === 20 * MIB) throw new CheckpointError("reset", { kind: "source" });
        return failing.fetch(start, end, signal);
      },
    }),
    /reset/,
  );
  assert.ok(failing.bytes() < 36 * MIB);
  await cache.ensure(pin, [{ start: 0, end: 40 * MIB }], from);
  assert.ok(from.bytes() >= 20 * MIB && from.bytes() <= 28 * MIB, `${from.bytes()}`);
});

test("a source that gives fewer bytes than asked for is an error with both numbers", async (t) => {
  await using cache = await open(t);
  await assert.rejects(
    cache.read(samplePin(10), 0, 10, { fetch: async () => new Uint8Array(9) }),
    (e: CheckpointError) => e.code === "SOURCE_LENGTH" && e.details.expected === 10 && e.details.found === 9,
  );
  assert.deepEqual(await cache.read(samplePin(10), 0, 10, sampleOrigin()), sampleBytes(0, 10));
});

test("at most 32 MiB are fetched ahead of the journal, however slow the disk and however many ask", async (t) => {
  await using cache = await open(t, { concurrency: 64 });
  const from = sampleOrigin();
  let flying = 0;
  let most = 0;
  const fetch = async (start: number, end: number, signal: AbortSignal) => {
    flying += end - start;
    most = Math.max(most, flying);
    await sleep(5);
    flying -= end - start;
    return from.fetch(start, end, signal);
  };
  const pins = [samplePin(60 * MIB, "https://host/a"), samplePin(60 * MIB, "https://host/b")];
  await Promise.all(pins.map((pin) => cache.ensure(pin, [{ start: 0, end: 60 * MIB }], { fetch })));
  assert.ok(most > 16 * MIB && most <= 32 * MIB, `${most}`);
});

test("a chunk damaged on disk is found when it is read, and its bytes are fetched once more as they are wanted", async (t) => {
  const dir = folder(t);
  const from = sampleOrigin();
  const pin = samplePin(1000);
  {
    await using cache = await openNodeCache({ dir, maxBytes: MIB });
    const { path } = await cache.ensure(pin, [{ start: 0, end: 1000 }], from);
    damage(path, 500);
  }
  await using cache = await openNodeCache({ dir, maxBytes: MIB });
  assert.deepEqual(await cache.read(pin, 10, 20, from), sampleBytes(10, 20));
  assert.equal(from.bytes(), 1010);
  await cache.ensure(pin, [{ start: 0, end: 1000 }], from);
  assert.equal(from.bytes(), 2000);
});

test("a stage that is done once more finds what was damaged since", async (t) => {
  await using cache = await open(t);
  const from = sampleOrigin();
  const pin = samplePin(10 * MIB);
  const wanted = [{ start: 0, end: 10 * MIB }];
  const { path, chunks } = await cache.ensure(pin, wanted, from);
  damage(path, 5 * MIB);
  assert.deepEqual(await cache.ensure(pin, wanted, { ...from, verify: true }), { path, chunks });
  const chunk = chunks[1];
  assert.deepEqual(from.asked.slice(3), [{ start: chunk?.start, end: chunk?.end }]);
  damage(path, 0);
  damage(path, 10 * MIB - 1);
  const found = await cache.verify(pin.id);
  assert.deepEqual(found, { chunks: 3, bytes: 10 * MIB, damaged: [chunks[0], chunks[2]] });
  assert.equal(cache.bytes(), (chunk?.end ?? 0) - (chunk?.start ?? 0));
  assert.equal(await cache.verify("0".repeat(64)), undefined);
});

test("files that vanish, shrink or were never finished cost a fetch, not wrong bytes", async (t) => {
  const dir = folder(t);
  const from = sampleOrigin();
  const [a, b] = [samplePin(3000, "https://host/a"), samplePin(3000, "https://host/b")];
  const wanted = [{ start: 0, end: 3000 }];
  {
    await using cache = await openNodeCache({ dir, maxBytes: MIB });
    rmSync((await cache.ensure(a, wanted, from)).path);
    truncateSync((await cache.ensure(b, wanted, from)).path, 100);
  }
  writeFileSync(join(dir, "objects", "0".repeat(64)), "left by a crash");
  await using cache = await openNodeCache({ dir, maxBytes: MIB });
  assert.deepEqual(readdirSync(join(dir, "objects")).sort(), [b.id]);
  for (const pin of [a, b]) {
    const { path } = await cache.ensure(pin, wanted, from);
    assert.deepEqual(readFileSync(path), Buffer.from(sampleBytes(0, 3000)));
  }
  assert.equal(from.bytes(), 4 * 3000);
});

test("a damaged journal, or one of another version, is an empty cache", async (t) => {
  const dir = folder(t);
  const from = sampleOrigin();
  const pin = samplePin(3000);
  for (const text of ["no database at all, but a text that is long enough", ""]) {
    const opened = await openNodeCache({ dir, maxBytes: MIB });
    await opened.read(pin, 0, 3000, from);
    await opened[Symbol.asyncDispose]();
    writeFileSync(join(dir, "journal.sqlite"), text);
    await using again = await openNodeCache({ dir, maxBytes: MIB });
    assert.equal(again.bytes(), 0);
    assert.deepEqual(readdirSync(join(dir, "objects")), []);
  }
  assert.equal(from.bytes(), 6000);
});

test("over its size the cache removes what nobody holds, least recently used first", async (t) => {
  await using cache = await open(t, { maxBytes: 2500 });
  const from = sampleOrigin();
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => samplePin(1000, `https://host/${name}`));
  assert.ok(a && b && c && d);
  const all = [{ start: 0, end: 1000 }];
  await cache.hold([a.id], "plan-0");
  for (const pin of [a, b]) {
    await cache.ensure(pin, all, from);
    await sleep(2);
  }
  await cache.ensure(c, all, from);
  const kept = async () =>
    (await cache.stat()).objects
      .filter((o) => o.cachedBytes > 0)
      .map((o) => o.uri)
      .sort();
  assert.deepEqual(await kept(), [a.uri, c.uri]);
  assert.equal((await cache.stat()).heldBytes, 1000);
  await cache.hold([c.id], "plan-1");
  await assert.rejects(
    cache.ensure(d, all, from),
    (e: CheckpointError) =>
      e.kind === "capacity" &&
      e.code === "CACHE_FULL" &&
      e.details.neededBytes === 1000 &&
      e.details.freeBytes === 500,
  );
  assert.deepEqual(await cache.holders(), ["plan-0", "plan-1"]);
  await cache.release("plan-0");
  await cache.ensure(d, all, from);
  assert.deepEqual(await kept(), [c.uri, d.uri]);
  assert.equal(from.bytes(), 4000);
  assert.equal(await cache.evict(), 0);
  await sleep(2);
  assert.equal(await cache.evict({ maxAgeMs: 0 }), 1000);
  assert.deepEqual(await kept(), [c.uri]);
  assert.deepEqual(readdirSync(join(cache.dir, "objects")), [c.id]);
});

test("what is in use is not evicted under its user", { timeout: 20_000 }, async (t) => {
  await using cache = await open(t, { maxBytes: 10 * MIB });
  const from = sampleOrigin();
  const pin = samplePin(8 * MIB);
  await cache.ensure(pin, [{ start: 0, end: MIB }], from);
  const gate = Promise.withResolvers<void>();
  const using = cache.ensure(pin, [{ start: 0, end: 8 * MIB }], {
    fetch: (start, end, signal) => gate.promise.then(() => from.fetch(start, end, signal)),
  });
  await assert.rejects(
    cache.ensure(samplePin(9 * MIB, "https://host/b"), [{ start: 0, end: 9 * MIB }], from),
    {
      kind: "capacity",
    },
  );
  gate.resolve();
  assert.deepEqual(readFileSync((await using).path), Buffer.from(sampleBytes(0, 8 * MIB)));
});

test("holds survive a restart", async (t) => {
  const dir = folder(t);
  const from = sampleOrigin();
  const pin = samplePin(1000);
  {
    await using cache = await openNodeCache({ dir, maxBytes: 1500 });
    await cache.hold([pin.id], "plan-0");
    await cache.ensure(pin, [{ start: 0, end: 1000 }], from);
  }
  await using cache = await openNodeCache({ dir, maxBytes: 1500 });
  await assert.rejects(cache.read(samplePin(1000, "https://host/b"), 0, 1000, from), { kind: "capacity" });
  assert.deepEqual((await cache.stat()).objects[0]?.holders, ["plan-0"]);
});

test("a second fetcher on the same folder is refused with the folder's name", async (t) => {
  const dir = folder(t);
  {
    await using _first = await openNodeCache({ dir, maxBytes: 1 });
    await assert.rejects(
      openNodeCache({ dir, maxBytes: 1 }),
      (e: CheckpointError) => e.kind === "config" && e.code === "CACHE_LOCKED" && e.message.includes(dir),
    );
  }
  await using _next = await openNodeCache({ dir, maxBytes: 1 });
});

test("the node's id is made once, kept, and what the services beside it read", async (t) => {
  const dir = folder(t);
  const waiting = readNodeId(dir);
  const first = await openNodeCache({ dir, maxBytes: 1 });
  assert.match(first.nodeId, /^[0-9a-f]{16}$/);
  await first[Symbol.asyncDispose]();
  await using second = await openNodeCache({ dir, maxBytes: 1 });
  assert.equal(second.nodeId, first.nodeId);
  assert.equal(await waiting, first.nodeId);

  const other = folder(t);
  await using named = await openNodeCache({ dir: other, maxBytes: 1, nodeId: "gpu-7" });
  assert.equal(await readNodeId(other), named.nodeId);
  await named[Symbol.asyncDispose]();
  await assert.rejects(openNodeCache({ dir: other, maxBytes: 1, nodeId: "gpu-8" }), {
    code: "NODE_ID_CHANGED",
  });
  await assert.rejects(openNodeCache({ dir: folder(t), maxBytes: 1, nodeId: "a.b" }), {
    code: "NODE_ID_INVALID",
  });
  await assert.rejects(readNodeId(folder(t), AbortSignal.timeout(50)), { kind: "cancelled" });
});

test("an id that is no digest never becomes a path", async (t) => {
  await using cache = await open(t);
  for (const id of ["../../etc/passwd", "", "0".repeat(63), "A".repeat(64)]) {
    const pin = { ...samplePin(10), id };
    await assert.rejects(cache.read(pin, 0, 1, sampleOrigin()), { code: "DIGEST_INVALID" });
  }
});

test("a cache that is closed ends what is under way and answers nothing more", {
  timeout: 20_000,
}, async (t) => {
  const cache = await open(t);
  const pin = samplePin(1000);
  const under = cache.read(pin, 0, 10, {
    fetch: (_start, _end, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  });
  await sleep(10);
  const ended = assert.rejects(under, { kind: "cancelled" });
  await cache[Symbol.asyncDispose]();
  await ended;
  await assert.rejects(cache.read(pin, 0, 10, sampleOrigin()), { kind: "cancelled" });
});

test("an object's file that is not a file is refused", async (t) => {
  await using cache = await open(t);
  const pin = samplePin(10);
  mkdirSync(join(cache.dir, "objects", pin.id));
  await assert.rejects(cache.read(pin, 0, 1, sampleOrigin()), { code: "EISDIR" });
});
