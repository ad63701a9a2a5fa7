import assert from "node:assert/strict";
import { test } from "node:test";
import type { TraceNode } from "@drydock/client";
import { traceLines } from "./trace.ts";

function node(name: string, startMs: number, endMs: number, over: Partial<TraceNode> = {}): TraceNode {
  return { name, startMs, endMs, error: false, attributes: {}, node: "", children: [], ...over };
}

test("a trace is a tree with durations and bars of one scale, failures marked", () => {
  const attempt = {
    attributes: { "drydock.stage": "build", "drydock.shard": "2", "drydock.attempt": "2" },
    node: "n1",
  };
  const root = node("run r1", 0, 1_000, {
    children: [
      node("stage load", 0, 500, { children: [node("open source", 100, 200)] }),
      node("stage build", 500, 1_000, {
        children: [node("process task.v1.build", 500, 750, { ...attempt, error: true })],
      }),
    ],
  });
  assert.deepEqual(traceLines(root), [
    "run r1                                        1.0 s ============================",
    "├ stage load                                 500 ms ==============",
    "│ └ open source                              100 ms    ===",
    "└ stage build                                500 ms               ==============",
    "  └ build 2 attempt 2 @n1                    250 ms               xxxxxxx",
  ]);
});

test("of many children the slowest and the failed are shown", () => {
  const children = Array.from({ length: 40 }, (_, i) => node(`s${i}`, 0, i, { error: i === 0 }));
  const lines = traceLines(node("run", 0, 100, { children }));
  assert.equal(lines.length, 14);
  assert.match(lines[1] ?? "", /^├ s0 /);
  assert.equal(lines.at(-1), "└ … 28 more, none over 28 ms");
});

test("a run without spans says so, and no line is wider than a terminal", () => {
  assert.deepEqual(traceLines(node("run", 0, 0)).slice(1), ["no spans yet"]);
  const deep = node("n".repeat(100), 0, 1e9, { children: [node("m".repeat(100), -5, 2e9)] });
  for (const line of traceLines(deep)) assert.ok(line.length <= 80, line);
});
