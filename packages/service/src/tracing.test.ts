import assert from "node:assert/strict";
import { test } from "node:test";
import { type FinishedSpan, span, startTracing, traceAttempt } from "./tracing.ts";

const TRACEPARENT = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";

test("an attempt's spans hang under the run's root and come back with it, failures marked", async () => {
  const tracing = startTracing("test", {});
  try {
    const spans: FinishedSpan[] = [];
    await assert.rejects(
      traceAttempt(
        "process build",
        TRACEPARENT,
        { "drydock.shard": 3 },
        async () => {
          await span("read", { bytes: 7 }, async () => {});
          await span("convert", {}, async () => {
            throw new RangeError("x");
          });
        },
        spans,
      ),
      RangeError,
    );
    assert.deepEqual(
      spans.map((s) => [s.name, s.error]),
      [
        ["read", false],
        ["convert", true],
        ["process build", true],
      ],
    );
    const root = spans[2];
    assert.equal(root?.parentId, "0123456789abcdef");
    assert.equal(spans[0]?.parentId, root?.spanId);
    assert.equal(root?.attributes["drydock.shard"], "3");
  } finally {
    await tracing.shutdown();
  }
});

test("two attempts at once do not mix their spans, and at most 32 ride on a result", async () => {
  const tracing = startTracing("test", {});
  try {
    const run = async (name: string, count: number) => {
      const spans: FinishedSpan[] = [];
      await traceAttempt(
        name,
        TRACEPARENT,
        {},
        async () => {
          for (let i = 0; i < count; i++)
            await span(`${name}.${i}`, {}, () => new Promise((r) => setImmediate(r)));
        },
        spans,
      );
      return spans;
    };
    const [a, b] = await Promise.all([run("a", 3), run("b", 40)]);
    assert.deepEqual(
      a?.map((s) => s.name),
      ["a.0", "a.1", "a.2", "a"],
    );
    assert.equal(b?.length, 32);
    assert.equal(b?.at(-1)?.name, "b");
    assert.ok(b?.every((s) => s.name.startsWith("b")));
  } finally {
    await tracing.shutdown();
  }
});
