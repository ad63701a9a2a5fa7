/**
 * How long does weights-only bf16 of a 1 GiB Lightning checkpoint with optimizer state take, how much is read, how much
 * memory is used: Drydock's four services beside PyTorch doing the same (load, cast, save as safetensors, fsync), plain
 * and with mmap, on the same file in the same run. Times are of the work alone: neither Python's import of torch nor the
 * start of the services. The page cache is warm for all. It does not measure the network.
 *
 *   node bench/prepare.ts [MiB of the checkpoint] [rounds]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectBus } from "@drydock/bus";
import { Cluster, runEvents, runPipeline, startNats } from "@drydock/testkit";
import { ensurePython } from "../scripts/python.mjs";

const MIB = 1024 ** 2;
const CHECKPOINT_MIB = Number(process.argv[2] ?? 1024);
const ROUNDS = Number(process.argv[3] ?? 3);
const script = fileURLToPath(new URL("./prepare.py", import.meta.url));
const python = ensurePython();

interface Measured {
  readonly seconds: number;
  readonly rss: number;
  readonly read: number;
}

function torch(...args: string[]): string {
  const done = spawnSync(python, [script, ...args], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout;
}

const dir = mkdtempSync(join(tmpdir(), "drydock-prepare-"));
try {
  const checkpoint = join(dir, "lightning.ckpt");
  torch("make", checkpoint, String(Math.floor((CHECKPOINT_MIB * MIB) / 3)));
  const size = statSync(checkpoint).size;
  readFileSync(checkpoint);

  await using nats = await startNats();
  await using cluster = new Cluster({
    natsUrl: nats.url,
    env: { DRYDOCK_LOG_LEVEL: "warn", DRYDOCK_LEASE_S: "30" },
  });
  await using bus = await connectBus({ url: nats.url, name: "bench" });
  await cluster.ready(bus);

  const ours = async (round: number): Promise<Measured> => {
    const began = performance.now();
    const { runId, end } = await runPipeline(
      bus,
      {
        checkpoint: { source: checkpoint, loading: { type: "weights_only" } },
        model_modifier: { modifiers: [{ type: "cast", dtype: "bfloat16" }] },
        // Different shards each round, so that nothing is found done already.
        output: { uri: join(dir, `ours-${round}`), shard_bytes: 64 * MIB + round },
      },
      { key: `round-${round}`, timeoutMs: 300_000 },
    );
    const seconds = (performance.now() - began) / 1000;
    if (end.outcome !== "sealed") throw new Error(`${JSON.stringify(end.failure)}\n${cluster.logs()}`);
    const events = await runEvents(bus, runId);
    const plan = events.findLast((event) => event.snapshot?.plan != null)?.snapshot?.plan;
    const headers = events.reduce((n, event) => n + (event.result?.usage?.bytesRead ?? 0), 0);
    const peaks = cluster.members.map(
      ({ child }) =>
        Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child?.pid}/status`, "utf8"))?.[1]) * 1024,
    );
    return { seconds, rss: Math.max(...peaks), read: (plan?.inputBytes ?? 0) + headers };
  };
  const theirs = (mode: "plain" | "mmap", round: number): Measured => {
    const { seconds, rss }: { seconds: number; rss: number } = JSON.parse(
      torch(mode, checkpoint, join(dir, `${mode}-${round}.safetensors`)),
    );
    return { seconds, rss, read: mode === "plain" ? size : size / 3 };
  };

  const rows: [string, Measured[]][] = [
    ["drydock", []],
    ["torch.load", []],
    ["torch.load, mmap", []],
  ];
  for (let round = 0; round < ROUNDS; round++) {
    rows[0]?.[1].push(await ours(round));
    rows[1]?.[1].push(theirs("plain", round));
    rows[2]?.[1].push(theirs("mmap", round));
  }
  const median = (values: number[]): number =>
    values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const base = median(rows[1]?.[1].map((m) => m.seconds) ?? []);
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, checkpoint ${(size / MIB).toFixed(0)} MiB, ${ROUNDS} rounds`,
  );
  console.log(
    "                     median s  (min – max)    vs torch.load   MiB read   peak RSS MiB (largest process)",
  );
  for (const [name, measured] of rows) {
    const seconds = measured.map((m) => m.seconds);
    const mid = median(seconds);
    const spread = `(${Math.min(...seconds).toFixed(2)} – ${Math.max(...seconds).toFixed(2)})`;
    const read = (median(measured.map((m) => m.read)) / MIB).toFixed(0);
    const rss = (Math.max(...measured.map((m) => m.rss)) / MIB).toFixed(0);
    console.log(
      `${name.padEnd(20)} ${mid.toFixed(2).padStart(8)}  ${spread.padEnd(16)} ${(base / mid).toFixed(2).padStart(8)}x ${read.padStart(12)} ${rss.padStart(10)}`,
    );
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
