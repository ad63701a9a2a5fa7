/** What a run costs: bytes asked of the source, and memory, whatever the checkpoint's size. */
import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { connectBus } from "@drydock/bus";
import { safetensorsWriter } from "@drydock/formats";
import { Cluster, type Member, runPipeline, startNats, startRangeServer } from "@drydock/testkit";

const MIB = 1024 ** 2;
const pretrained = fileURLToPath(new URL("../../examples/lightning/pretrained.ckpt", import.meta.url));

test("weights only of a checkpoint with optimizer state reads at most the wanted bytes and one per cent", async () => {
  const dir = mkdtempSync(join(tmpdir(), "drydock-costs-"));
  const bytes = readFileSync(pretrained);
  await using server = await startRangeServer({ objects: new Map([["/pretrained.ckpt", bytes]]) });
  await using nats = await startNats();
  await using cluster = new Cluster({ natsUrl: nats.url });
  await using bus = await connectBus({ url: nats.url, name: "test" });
  try {
    await cluster.ready(bus);
    const { end } = await runPipeline(
      bus,
      {
        checkpoint: { source: `${server.url}/pretrained.ckpt`, loading: { type: "weights_only" } },
        output: { uri: join(dir, "out") },
      },
      { key: "costs" },
    );
    assert.equal(end.outcome, "sealed", `${JSON.stringify(end.failure)}\n${cluster.logs()}`);
    const manifest: { report: { transferredBytes: number } } = JSON.parse(
      readFileSync(join(dir, "out/drydock.json"), "utf8"),
    );
    const wanted = manifest.report.transferredBytes;
    // What says where the weights are has to be read, too: the file's tail with the directory (128 KiB at once) and the
    // pickle program. On a file of 290 KiB that is much, on one of a GiB nothing.
    const index = 144 * 1024;
    assert.ok(
      server.bytesSent <= wanted * 1.01 + index,
      `${server.bytesSent} bytes read for ${wanted} wanted`,
    );
    assert.ok(server.bytesSent < bytes.length, "less than the whole file");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

/** MiB, from DESIGN's memory table. Node itself takes some 60 of them. */
const BUDGET = { coordinator: 256, fetcher: 192, loader: 256, transformer: 256 };

test("2 GiB pass through, and every process stays within its memory budget", async () => {
  const dir = mkdtempSync(join(tmpdir(), "drydock-memory-"));
  const source = join(dir, "large.safetensors");
  sparseCheckpoint(source, 32, 64 * MIB);
  await using nats = await startNats();
  await using cluster = new Cluster({ natsUrl: nats.url, env: { DRYDOCK_LEASE_S: "30" } });
  await using bus = await connectBus({ url: nats.url, name: "test" });
  try {
    await cluster.ready(bus);
    const { end } = await runPipeline(
      bus,
      {
        checkpoint: { source, loading: { type: "weights_only" } },
        model_modifier: { modifiers: [{ type: "cast", dtype: "bfloat16" }] },
        output: { uri: join(dir, "out") },
      },
      { key: "memory", timeoutMs: 240_000 },
    );
    assert.equal(end.outcome, "sealed", `${JSON.stringify(end.failure)}\n${cluster.logs()}`);
    for (const member of cluster.members) {
      const mib = peakRss(member) / MIB;
      assert.ok(
        mib <= BUDGET[member.service],
        `${member.service} peaked at ${mib.toFixed(0)} MiB of ${BUDGET[member.service]}`,
      );
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

/** F32 tensors of zeros that take no disk. */
function sparseCheckpoint(path: string, tensors: number, bytesEach: number): void {
  const specs = Array.from({ length: tensors }, (_, i) => ({
    name: `layer.${i}`,
    dtype: "F32" as const,
    shape: [bytesEach / 4],
  }));
  const file = safetensorsWriter.layout(specs, { fileBytes: 2 ** 50, metadata: {} }).files[0];
  const header = file?.parts[0];
  assert.ok(file !== undefined && header?.kind === "literal");
  const fd = openSync(path, "w");
  writeSync(fd, header.bytes);
  closeSync(fd);
  truncateSync(path, file.size);
}

/** Bytes, since the process began. */
function peakRss({ child }: Member): number {
  const status = readFileSync(`/proc/${child?.pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
