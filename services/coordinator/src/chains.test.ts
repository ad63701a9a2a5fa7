import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointLoadError } from "@drydock/checkpoint";
import fc from "fast-check";
import { packChains, unpackChains } from "./chains.ts";
import { type Chain, MOST_SHARDS, UNTOUCHED } from "./state.ts";

const STARTED = 1_800_000_000_000;

const chain: fc.Arbitrary<Chain> = fc.record(
  {
    step: fc.constantFrom("waiting", "stage", "build", "publish", "done"),
    node: fc.integer({ min: -1, max: 5_000 }),
    generation: fc.integer({ min: 1, max: 300 }),
    attempt: fc.integer({ min: 0, max: 101 }),
    retryAtMs: fc.oneof(fc.constant(0), fc.integer({ min: STARTED + 1, max: STARTED + 10 ** 10 })),
    reported: fc.boolean(),
    missing: fc.integer({ min: 0, max: 8 }),
  },
  { noNullPrototype: true },
);

test("chains come back as they were packed", () => {
  fc.assert(
    fc.property(fc.array(chain, { maxLength: 40 }), (chains) => {
      assert.deepEqual(unpackChains(packChains(chains, STARTED), STARTED), chains);
    }),
  );
});

test("4,096 chains, all between two attempts a week after the start, stay below 64 KiB", () => {
  const late = {
    ...UNTOUCHED,
    step: "publish",
    node: 900,
    attempt: 3,
    retryAtMs: STARTED + 7 * 86_400_000,
  } as const;
  const chains = Array.from({ length: MOST_SHARDS }, (): Chain => ({ ...late, reported: true }));
  assert.ok(packChains(chains, STARTED).length < 64 * 1024);
});

test("bytes that are no packed chains are refused, not guessed", () => {
  const refused = (...bytes: number[]): void =>
    assert.throws(() => unpackChains(Uint8Array.from(bytes), STARTED), CheckpointLoadError);
  refused(2);
  refused(1, 0b111);
  refused(1, 0b10_0000, 0, 1, 0, 0);
  refused(1, 0, 0);
  refused(1, 0, 255, 255, 255, 255, 255, 255, 255, 255, 1);
  const good = packChains([{ ...UNTOUCHED, retryAtMs: STARTED + 5 }], STARTED);
  for (let length = 2; length < good.length; length++) refused(...good.subarray(0, length));
});
