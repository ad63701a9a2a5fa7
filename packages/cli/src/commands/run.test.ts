/** The command as a process on a real server; the test takes submissions and cancellations as a coordinator would. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  appendRun,
  type Bus,
  connectBus,
  consumeEvents,
  encode,
  ensureTopology,
  publishDone,
} from "@drydock/bus";
import { deriveRunId } from "@drydock/client";
import { drydock } from "@drydock/proto";
import { startNats, type TestNats } from "@drydock/testkit";

const { RunEvent, RunPhase, RunOutcome } = drydock.v1;
const timeout = 30_000;
const main = fileURLToPath(new URL("../main.ts", import.meta.url));

let nats: TestNats;
let bus: Bus;
let coordinator: AsyncDisposable;

before(async () => {
  nats = await startNats();
  bus = await connectBus({ url: nats.url, name: "test" });
  await ensureTopology(bus, { profile: "embedded" });
  const last = new Map<string, number>();
  const log = async (runId: string, event: drydock.v1.RunEvent.$Properties): Promise<void> => {
    const appended = await appendRun(bus, runId, encode(RunEvent, event), last.get(runId) ?? 0);
    if (appended.kind === "appended") last.set(runId, appended.seq);
  };
  const ended = { phase: RunPhase.RUN_PHASE_ENDED, startedMs: 1_000, endedMs: 2_000 };
  const consumer = await consumeEvents(bus, async (event) => {
    if (event.kind === "cancel") {
      if (event.request.runId === deriveRunId("stays-stuck")) return;
      const failure = { kind: "cancelled", name: "CheckpointError", message: event.request.reason };
      const snapshot = { ...ended, outcome: RunOutcome.RUN_OUTCOME_CANCELLED, failure };
      await log(event.request.runId, { cancelRequested: { reason: event.request.reason }, snapshot });
      const data = {
        runId: event.request.runId,
        outcome: "cancelled",
        outputUri: "",
        manifestDigest: "",
      } as const;
      await publishDone(bus, data, 2_000);
      return;
    }
    const { submission } = event;
    const runId = deriveRunId(submission.key);
    await log(runId, { submitted: { submission }, snapshot: { key: submission.key, startedMs: 1_000 } });
    if (submission.key.startsWith("stays")) return;
    const failure = { kind: submission.key, name: "CheckpointSourceError", message: "gone" };
    const outcome =
      submission.key === "good"
        ? { outcome: RunOutcome.RUN_OUTCOME_SEALED, outputUri: "/out" }
        : { outcome: RunOutcome.RUN_OUTCOME_FAILED, failure };
    await log(runId, { tick: {}, snapshot: { ...ended, ...outcome } });
  });
  coordinator = { [Symbol.asyncDispose]: () => consumer.drain() };
});
after(async () => {
  await coordinator[Symbol.asyncDispose]();
  await bus.drain();
  await nats.stop();
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `onErr` sees everything written to stderr so far, after each piece. */
async function drydockCommand(
  words: readonly string[],
  onErr: (err: string, interrupt: () => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...words, "--nats", nats.url], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text.out += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text.err += chunk;
    onErr(text.err, () => child.kill("SIGINT"));
  });
  const [code]: (number | null)[] = await once(child, "close");
  return { code: code ?? null, ...text };
}

const pipeline = ["checkpoint.source=/a.ckpt", "output.uri=/out"];

test("with --json every line is an object, the last the result with the exit code", { timeout }, async () => {
  const { code, out } = await drydockCommand(["run", ...pipeline, "--key", "good", "--json"]);
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line): Record<string, unknown> => JSON.parse(line));
  assert.deepEqual(
    [lines[0]?.type, lines.at(-1)?.type, lines.at(-1)?.exitCode, code],
    ["submitted", "result", 0, 0],
  );
  assert.equal(lines.at(-1)?.output, "/out");
});

test("what outlasted the retries ends with 3, what is final with 1, and the hints name the server", {
  timeout,
}, async () => {
  const transient = await drydockCommand(["run", ...pipeline, "--key", "source"]);
  assert.equal(transient.code, 3);
  const runId = deriveRunId("source");
  assert.ok(transient.err.includes(`drydock runs retry ${runId} --nats ${nats.url}`), transient.err);
  assert.equal((await drydockCommand(["run", ...pipeline, "--key", "load"])).code, 1);
  const shown = await drydockCommand(["runs", "show", runId]);
  assert.equal(shown.code, 0);
  for (const line of transient.err.split("Failed")[1]?.split("\n") ?? assert.fail("no failure")) {
    assert.ok(shown.out.includes(line), line);
  }
});

test("an interruption cancels the run and waits for its end", { timeout }, async () => {
  let interrupted = false;
  const { code, err } = await drydockCommand(["run", ...pipeline, "--key", "stays-1"], (text, interrupt) => {
    if (interrupted || !text.includes(`run ${deriveRunId("stays-1")}`)) return;
    interrupted = true;
    interrupt();
  });
  assert.equal(code, 1);
  assert.match(err, /cancelling run r[0-9a-f]{20}; once more leaves at once/);
  assert.match(err, /Cancelled: CheckpointError \(cancelled\)\n {2}interrupted at the command line/);
});

test("a second interruption leaves a run that does not end", { timeout }, async () => {
  let times = 0;
  const { code, err } = await drydockCommand(
    ["run", ...pipeline, "--key", "stays-stuck"],
    (text, interrupt) => {
      const marks = [`run ${deriveRunId("stays-stuck")}\n`, "once more leaves"];
      const due = marks[times];
      if (due === undefined || !text.includes(due)) return;
      times += 1;
      interrupt();
    },
  );
  assert.deepEqual([code, times], [1, 2]);
  assert.match(err, /leaving; run r[0-9a-f]{20} is being cancelled/);
});

test("a detached run is left, found under its key, and cancelled by its id", { timeout }, async () => {
  const words = ["run", ...pipeline, "--detach", "--key", "stays-2"];
  const runId = deriveRunId("stays-2");
  const first = await drydockCommand(words);
  assert.deepEqual([first.code, first.out.split("\n")[0]], [0, `run ${runId}`]);
  assert.equal((await drydockCommand(words)).out.split("\n")[0], `run ${runId} (was there already)`);
  const other = await drydockCommand([...words, "output.format=torch"]);
  assert.deepEqual([other.code, other.err.includes(`names run ${runId}`)], [2, true]);
  assert.equal((await drydockCommand(["runs", "cancel", runId])).out, `run ${runId} ended: cancelled\n`);
});
