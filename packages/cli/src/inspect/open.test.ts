import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startRangeServer } from "@drydock/testkit";
import { openAt } from "./open.ts";

const EXAMPLE = fileURLToPath(new URL("../../../../examples/lightning/pretrained.ckpt", import.meta.url));

test("the example checkpoint opens by path, with its weights and its training state", async () => {
  const { index, sizeBytes } = await openAt(EXAMPLE);
  assert.equal(sizeBytes, readFileSync(EXAMPLE).length);
  assert.equal(index.format, "torch");
  assert.equal(index.weights.length, 22);
  assert.equal(index.training.hasOptimizer, true);
  assert.equal(index.training.epoch, 2);
});

test("the same checkpoint behind HTTP gives the same index, by ranges", async () => {
  await using server = await startRangeServer({ objects: new Map([["/a.ckpt", readFileSync(EXAMPLE)]]) });
  const [local, remote] = await Promise.all([openAt(EXAMPLE), openAt(`${server.url}/a.ckpt`)]);
  const shapes = ({ index }: typeof local) => index.weights.map((t) => [t.name, t.dtype, t.shape]);
  assert.deepEqual(shapes(remote), shapes(local));
  assert.ok(server.requests.every((r) => r.method === "HEAD" || r.range !== ""));
});

test("a file that is not there is named, with similar ones", async () => {
  await assert.rejects(openAt(`${EXAMPLE.slice(0, -1)}`), {
    name: "CheckpointNotFoundError",
    message: /similar/,
  });
});
