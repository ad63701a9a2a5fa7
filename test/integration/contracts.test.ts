/**
 * A field this version does not know survives a hop through every service: the test plays the coordinator, adds an
 * unknown field to the context, and finds it in what acquire, load, transform and seal give back.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  type Bus,
  connectBus,
  consumeResults,
  decode,
  encode,
  listNodes,
  publishTask,
  type StageName,
  stageOf,
} from "@drydock/bus";
import { assembleFile, safetensorsWriter } from "@drydock/formats";
import { drydock } from "@drydock/proto";
import { Cluster, startNats } from "@drydock/testkit";

/** Field 2000, a string: "from the future". */
const FUTURE = Buffer.from([0x82, 0x7d, 15, ...Buffer.from("from the future")]);

test("unknown fields of the context survive acquire, load, transform and seal", async () => {
  const dir = mkdtempSync(join(tmpdir(), "drydock-contracts-"));
  const file = safetensorsWriter.layout([{ name: "w", dtype: "F32", shape: [8] }], {
    fileBytes: 2 ** 30,
    metadata: {},
  }).files[0];
  assert.ok(file !== undefined);
  writeFileSync(
    join(dir, "source.safetensors"),
    assembleFile(file, () => new Uint8Array(32)),
  );
  await using nats = await startNats();
  await using cluster = new Cluster({ natsUrl: nats.url, coordinators: 0 });
  await using bus = await connectBus({ url: nats.url, name: "test" });
  try {
    await cluster.ready(bus);
    const uri = join(dir, "out");
    const pipelineJson = JSON.stringify({
      checkpoint: { source: join(dir, "source.safetensors"), loading: { type: "weights_only" } },
      output: { uri },
    });
    let context: Uint8Array = Buffer.concat([
      encode(
        drydock.v1.CheckpointContext,
        drydock.v1.CheckpointContext.create({ runId: "hop", pipelineJson }),
      ),
      FUTURE,
    ]);
    let planDigest = "";
    const node = await nodeOf(bus);
    for (const [stage, target, kernels] of [
      ["acquire", "any", "c"],
      ["load", "any", "c"],
      ["transform", "any", "c"],
      ["stage", node, "c"],
      ["build", node, "wasm-1"],
      ["publish", node, "c"],
      ["seal", "any", "c"],
    ] as const) {
      const done = await ask(bus, stage, { target, class: kernels }, { context, planDigest, outputUri: uri });
      if (done.plan?.planDigest) planDigest = done.plan.planDigest;
      if (["acquire", "load", "transform", "seal"].includes(stage)) {
        assert.ok(done.context != null && done.context.length > 0, stage);
        assert.ok(Buffer.from(done.context).includes(FUTURE), `${stage} kept the field`);
        assert.ok(decode(drydock.v1.CheckpointContext, done.context).stages.some((s) => s.stage === stage));
        context = done.context;
      }
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

async function nodeOf(bus: Bus): Promise<string> {
  const { nodes } = await listNodes(bus);
  return nodes[0]?.info.node ?? "";
}

/** Dispatches one task and waits for its Done. */
async function ask(
  bus: Bus,
  stage: StageName,
  to: { readonly target: string; readonly class: string },
  fields: { readonly context: Uint8Array; readonly planDigest: string; readonly outputUri: string },
): Promise<drydock.v1.Done.$Properties> {
  let answer: (result: drydock.v1.Result) => void = () => {};
  const result = new Promise<drydock.v1.Result>((resolve) => {
    answer = resolve;
  });
  const results = await consumeResults(bus, async (given) => answer(given));
  try {
    const task = drydock.v1.Task.create({
      runId: "hop",
      stage: stageOf(stage),
      generation: 1,
      attempt: 1,
      ...fields,
    });
    await publishTask(bus, task, to);
    const { done, failed } = await result;
    assert.ok(done != null, `${stage}: ${failed?.message}`);
    return done;
  } finally {
    await results.drain();
  }
}
