/** Broken files end in a CheckpointError and nothing else, whatever is broken. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bytesSource, CheckpointError, checkRange, rangesOf } from "@drydock/checkpoint";
import fc from "fast-check";
import { openCheckpoint } from "../open.ts";
import { OP } from "./pickle/opcodes.ts";
import { pickleOf, program, tensor } from "./pickle-builder.ts";
import { openTorch } from "./read.ts";
import { torchZip } from "./zip-builder.ts";

/** Opens; what opens must not ask for bytes beyond the file. */
async function openOrRefuse(bytes: Uint8Array): Promise<void> {
  const source = bytesSource(bytes);
  const objects = new Map([["", source]]);
  for (const open of [
    () => openCheckpoint(objects, { input: "source" }),
    () => openTorch(objects, { input: "source" }, "inert"),
  ]) {
    try {
      const { weights, tensors } = await open();
      for (const { op } of [...weights, ...tensors]) {
        for (const { start, end } of rangesOf(op)) checkRange(source, start, end);
      }
    } catch (error) {
      assert.ok(error instanceof CheckpointError, `${(error as Error).stack}`);
      assert.notEqual(error.kind, "internal");
    }
  }
}

const FOLDER = new URL("../../fixtures/torch/", import.meta.url);
const SEEDS = ["views.pt", "lightning.ckpt", "deflated.pt", "values.pt", "appended.pt", "big.pt"].map(
  (name) => readFileSync(new URL(name, FOLDER)),
);

test("any bytes of a real file may be flipped", async () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...SEEDS), flips, async (seed, changes) => {
      const bytes = Buffer.from(seed);
      for (const [at, mask] of changes) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ mask;
      await openOrRefuse(bytes);
    }),
    { numRuns: 400 },
  );
});

test("the directory of a real file may be damaged anywhere", async () => {
  const changes = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...SEEDS), changes, async (seed, list) => {
      const bytes = Buffer.from(seed);
      for (const [fromEnd, value] of list) bytes[bytes.length - 1 - fromEnd] = value;
      await openOrRefuse(bytes);
    }),
    { numRuns: 400 },
  );
});

test("the pickle of an intact zip may be damaged anywhere", async () => {
  const good = pickleOf({ w: tensor(), v: tensor({ size: [1], offset: 1 }) });
  const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      const pickle = Buffer.from(good);
      for (const [at, value] of list) pickle[at] = value;
      await openOrRefuse(torchZip({ "data.pkl": pickle, "data/0": Buffer.alloc(8) }));
    }),
    { numRuns: 800 },
  );
});

test("the pickle may be any sequence of opcodes", async () => {
  const pieces = [
    ...Object.values(OP).map((op) => program(op)),
    tensor(),
    program("K\x01"),
    program("ctorch._utils\n_rebuild_tensor_v2\n"),
    program("ccollections\nOrderedDict\n"),
    program("capp\nThing\n"),
    program("}"),
    program("("),
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), async (parts) => {
      const pickle = program(...parts, ".");
      await openOrRefuse(torchZip({ "data.pkl": pickle, "data/0": Buffer.alloc(8) }));
    }),
    { numRuns: 1500 },
  );
});
