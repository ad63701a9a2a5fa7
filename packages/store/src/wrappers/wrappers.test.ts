import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type ByteSource, bytesSource, CheckpointError, type ErrorKind } from "@drydock/checkpoint";
import { type RangeServer, startRangeServer } from "@drydock/testkit";
import * as fc from "fast-check";
import { httpSource } from "../sources/http.ts";
import { coalescing } from "./coalesce.ts";
import { counting } from "./count.ts";
import { limiting, readLimit } from "./limit.ts";
import { type RetryOptions, retry, retrying } from "./retry.ts";

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => (i * 31) & 255);
const kind = (expected: ErrorKind) => (error: unknown) =>
  error instanceof CheckpointError && error.kind === expected;

let server: RangeServer;
before(async () => {
  server = await startRangeServer({ objects: new Map([["/o", BYTES]]) });
});
after(() => server.close());
let waits: number[] = [];
beforeEach(() => {
  waits = [];
  server.fault = undefined;
  server.requests.length = 0;
});

const quick: RetryOptions = { baseMs: 2, random: () => 0.5, onRetry: (_, ms) => waits.push(ms) };
async function opened(): Promise<ByteSource> {
  const ctx = { nodeId: "n", env: {} };
  const uri = `${server.url}/o`;
  const [pin] = await httpSource.pin({ name: "source", type: "http", uri, params: {} }, ctx);
  server.requests.length = 0;
  return await httpSource.open(pin ?? assert.fail(), ctx);
}

test("a read cut off again and again succeeds, its waits growing", async () => {
  const source = retrying(await opened(), quick);
  server.fault = (_, n) => (n <= 3 ? { kind: "drop", afterBytes: 5 } : undefined);
  assert.deepEqual(await source.read(10, 100), BYTES.subarray(10, 100));
  assert.deepEqual(waits, [1, 2, 4]);
  await source.close?.();
});

test("a long read resumes at the block reached and asks for no block that came twice", async () => {
  const source = retrying(await opened(), { ...quick, blockBytes: 300 });
  server.fault = (_, n) => (n === 3 || n === 4 ? { kind: "drop", afterBytes: 5 } : undefined);
  assert.deepEqual(await source.read(0, 1000), BYTES);
  assert.deepEqual(
    server.requests.map((r) => r.range),
    ["bytes=0-299", "bytes=300-599", "bytes=600-899", "bytes=600-899", "bytes=600-899", "bytes=900-999"],
  );
  await assert.rejects(source.read(0, 1001), RangeError);
});

test("what will not pass is not tried again", async () => {
  const source = retrying(await opened(), quick);
  for (const [status, expected] of [
    [403, "denied"],
    [404, "not-found"],
    [412, "changed"],
  ] as const) {
    server.fault = () => ({ kind: "status", status });
    await assert.rejects(source.read(0, 1), kind(expected));
  }
  assert.deepEqual([server.requests.length, waits], [3, []]);
  await assert.rejects(
    retry(() => Promise.reject(new TypeError("bug")), quick),
    TypeError,
  );
});

test("after the last try the error itself comes out", async () => {
  const source = retrying(await opened(), { ...quick, retries: 2 });
  server.fault = () => ({ kind: "status", status: 500 });
  await assert.rejects(source.read(0, 1), kind("source"));
  assert.equal(server.requests.length, 3);
});

test("Retry-After is waited for up to ten seconds; more ends the attempt with that delay", async () => {
  const source = retrying(await opened(), quick);
  server.fault = (_, n) =>
    n === 1 ? { kind: "status", status: 503, headers: { "retry-after": "1" } } : undefined;
  assert.deepEqual(await source.read(0, 3), BYTES.subarray(0, 3));
  assert.deepEqual(waits, [1000]);
  server.fault = () => ({ kind: "status", status: 503, headers: { "retry-after": "11" } });
  await assert.rejects(source.read(0, 3), (e) => e instanceof CheckpointError && e.retryAfterMs === 11_000);
  assert.equal(server.requests.length, 3);
});

test("an abort ends a wait between tries", async () => {
  const failing = () => Promise.reject(new CheckpointError("x", { kind: "source" }));
  const slow: RetryOptions = { baseMs: 5000, random: () => 0.99 };
  await assert.rejects(retry(failing, slow, AbortSignal.timeout(10)), kind("cancelled"));
  await assert.rejects(retry(failing, slow, AbortSignal.abort()), kind("cancelled"));
});

test("reads of one turn become one request when their gaps are small, and each gets its bytes", async () => {
  const count = { requests: 0, bytes: 0 };
  const source = coalescing(counting(bytesSource(BYTES), count), 10);
  const ranges = [
    [0, 10],
    [20, 30],
    [41, 50],
    [45, 60],
    [7, 7],
  ] as const;
  const read = await Promise.all(ranges.map(([start, end]) => source.read(start, end)));
  assert.deepEqual(
    read,
    ranges.map(([start, end]) => BYTES.slice(start, end)),
  );
  assert.deepEqual(count, { requests: 2, bytes: 30 + 19 });
  await source.read(0, 1);
  await assert.rejects(source.read(0, 1001), RangeError);
  assert.equal(count.requests, 3);
});

test("merged reads give what single reads give, whatever the ranges", async () => {
  const ranges = fc.array(
    fc.tuple(fc.nat(1000), fc.nat(1000)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
  );
  await fc.assert(
    fc.asyncProperty(ranges, fc.nat(100), async (wanted, gap) => {
      const source = coalescing(bytesSource(BYTES), gap);
      const read = await Promise.all(wanted.map(([start, end]) => source.read(start, end)));
      assert.deepEqual(
        read,
        wanted.map(([start, end]) => BYTES.slice(start, end)),
      );
    }),
    { numRuns: 200 },
  );
});

test("one reader's abort does not take the others along; the last one's ends the request", async () => {
  const source = coalescing(await opened());
  server.fault = () => ({ kind: "stall", afterBytes: 2 });
  const [first, second] = [new AbortController(), new AbortController()];
  const reads = [source.read(0, 5, first.signal), source.read(5, 9, second.signal)];
  first.abort();
  await assert.rejects(reads[0] ?? assert.fail(), kind("cancelled"));
  second.abort();
  await assert.rejects(reads[1] ?? assert.fail(), kind("cancelled"));
  await assert.rejects(source.read(0, 5, AbortSignal.abort()), kind("cancelled"));
  server.fault = () => ({ kind: "status", status: 500 });
  const failed = [source.read(0, 5, new AbortController().signal), source.read(5, 9)];
  for (const read of failed) await assert.rejects(read, kind("source"));
});

test("no more reads run than the limit, over all sources that share it, first come first served", async () => {
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const slow: ByteSource = {
    ...bytesSource(BYTES),
    async read(start, end) {
      running += 1;
      most = Math.max(most, running);
      order.push(start);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return BYTES.subarray(start, end);
    },
  };
  const limit = readLimit(2);
  const sources = [limiting(slow, limit), limiting(slow, limit)] as const;
  await Promise.all(Array.from({ length: 10 }, (_, i) => sources[i % 2 === 0 ? 0 : 1].read(i, i + 1)));
  assert.equal(most, 2);
  assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("an abort while waiting gives the place up and leaves the limit whole", async () => {
  const limit = readLimit(1);
  let release = (): void => {};
  const held = limit.run(() => new Promise<void>((resolve) => (release = resolve)));
  const gone = new AbortController();
  const waiting = limit.run(async () => assert.fail("must not run"), gone.signal);
  const next = limit.run(async () => "next", new AbortController().signal);
  gone.abort();
  await assert.rejects(waiting, kind("cancelled"));
  await assert.rejects(
    limit.run(async () => 0, AbortSignal.abort()),
    kind("cancelled"),
  );
  release();
  await held;
  assert.equal(await next, "next");
});

test("closing a wrapper closes what it wraps", async () => {
  let closed = 0;
  const inner: ByteSource = {
    ...bytesSource(BYTES),
    close: async () => {
      closed += 1;
    },
  };
  for (const wrapped of [
    retrying(inner),
    coalescing(inner),
    counting(inner, { requests: 0, bytes: 0 }),
    limiting(inner, readLimit(1)),
  ]) {
    assert.deepEqual([wrapped.size, wrapped.name], [1000, "memory"]);
    await wrapped.close?.();
  }
  assert.equal(closed, 4);
});
