import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "@drydock/bus";
import { drydock } from "@drydock/proto";
import fc from "fast-check";
import { type DispatchEffect, type Effect, taskId } from "./effects.ts";
import { eventFrom } from "./event-codec.ts";
import { outstanding, step } from "./machine.ts";
import { stageTo } from "./parts-codec.ts";
import type { RunState } from "./state.ts";
import { fromProto, toProto } from "./state-codec.ts";
import { nextDueMs } from "./tick.ts";

type Message = drydock.v1.RunEvent.$Properties;

const NODES = [{ node: "n1", buildSlots: 2, kernelClasses: ["wasm-1"] }];
const RETRIES = 2;

interface Run {
  readonly log: Message[];
  readonly effects: Effect[];
  readonly state: RunState;
}

/**
 * Plays a run to its end: `draw` picks which pending task reports next, whether it fails, and whether an old report
 * comes once more in between.
 */
function play(shards: number, tail: number, draw: () => number, failureRate: number): Run {
  const pipelineJson = JSON.stringify({ pipeline: { max_retries: RETRIES } });
  const log: Message[] = [];
  const effects: Effect[] = [];
  const waiting: DispatchEffect[] = [];
  const reported: Message[] = [];
  let state: RunState | undefined;
  let atMs = 1_000;
  const feed = (message: Message): void => {
    const result = step(state, eventFrom(message));
    if (result.state !== state) log.push(message);
    state = result.state;
    effects.push(...result.effects);
    for (const effect of result.effects) if (effect.kind === "dispatch") waiting.push(effect);
  };
  feed({ atMs, submitted: { submission: { key: "k", pipelineJson } } });
  while (state !== undefined && state.phase !== "ended") {
    const again = reported[Math.floor(draw() * reported.length * 2)];
    if (again !== undefined) feed({ ...again, atMs });
    const task = waiting.splice(Math.floor(draw() * waiting.length), 1)[0];
    if (task === undefined) {
      atMs = Math.max(atMs, nextDueMs(state) ?? atMs);
      feed({ atMs, tick: {}, nodes: NODES });
      continue;
    }
    const message = { atMs, nodes: NODES, result: report(task, shards, tail, draw() < failureRate) };
    reported.push(message);
    feed(message);
  }
  if (state === undefined) throw new Error("the run began");
  return { log, effects, state };
}

function report(
  task: DispatchEffect,
  shards: number,
  tail: number,
  fails: boolean,
): drydock.v1.Result.$Properties {
  const { shard, generation, attempt } = task;
  const identity = { stage: stageTo(task.stage), shard, generation, attempt };
  if (fails) return { ...identity, failed: { kind: "source", name: "E", message: "reset" } };
  const plan = { planDigest: "p", shards, tailShards: tail, kernelClass: "wasm-1", largestShardBytes: 1 };
  return {
    ...identity,
    done: task.stage === "transform" ? { plan } : { digest: task.stage === "seal" ? "m" : "" },
    usage: { bytesRead: 10, bytesWritten: 1 },
  };
}

const runs = fc.record({
  shards: fc.integer({ min: 1, max: 9 }),
  tail: fc.integer({ min: 0, max: 2 }),
  draws: fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
});

function drawFrom(stream: Iterator<number>): () => number {
  return () => stream.next().value ?? 0;
}

test("in whatever order and however often results come, the run ends in the same state with the same effects", () => {
  const expected = new Map<string, Run>();
  fc.assert(
    fc.property(runs, ({ shards, tail, draws }) => {
      const tails = Math.min(tail, shards);
      const key = `${shards} ${tails}`;
      const inOrder = expected.get(key) ?? play(shards, tails, () => 0, 0);
      expected.set(key, inOrder);
      const shuffled = play(shards, tails, drawFrom(draws), 0);
      assert.deepEqual(shuffled.state, inOrder.state);
      assert.equal(shuffled.state.outcome, "sealed");
      assert.equal(shuffled.state.bytesRead, 10 * (4 + 3 * shards));
      assert.deepEqual(shuffled.effects.map(name).sort(), inOrder.effects.map(name).sort());
    }),
  );
});

test("with failures a run still ends once; no effect is asked for twice and no task more often than its retries allow", () => {
  fc.assert(
    fc.property(runs, ({ shards, tail, draws }) => {
      const { state, effects } = play(shards, Math.min(tail, shards), drawFrom(draws), 0.2);
      assert.equal(state.phase, "ended");
      const names = effects.map(name);
      assert.equal(new Set(names).size, names.length, "each effect once");
      assert.equal(names.filter((n) => n === "announce-end").length, 1, "C4");
      for (const effect of effects) {
        if (effect.kind === "dispatch") assert.ok(effect.attempt <= 1 + RETRIES, taskId(effect));
      }
    }),
  );
});

test("replaying the log, from the start or from any snapshot in it, gives the state it ended with", () => {
  fc.assert(
    fc.property(runs, ({ shards, tail, draws }) => {
      const { log, state } = play(shards, Math.min(tail, shards), drawFrom(draws), 0.2);
      const stored = log.map((message) => drydock.v1.RunEvent.encode(message).finish());
      let replayed: RunState | undefined;
      for (const bytes of stored) {
        const next = step(replayed, eventFrom(decode(drydock.v1.RunEvent, bytes))).state;
        assert.notEqual(next, replayed, "what is in the log changed something");
        replayed = next === undefined ? undefined : snapshot(next);
      }
      assert.deepEqual(replayed, snapshot(state));
      assert.deepEqual(replayed && outstanding(replayed), outstanding(state));
    }),
    { numRuns: 30 },
  );
});

function name(effect: Effect): string {
  return effect.kind === "dispatch" ? taskId(effect) : effect.kind;
}

function snapshot(state: RunState): RunState {
  const bytes = drydock.v1.RunState.encode(toProto(state)).finish();
  return fromProto(decode(drydock.v1.RunState, bytes));
}
