/**
 * From a fresh clone to a prepared checkpoint, with one command: `npm run quickstart`.
 * Q1 nothing outlives it: bus and services are children that end with this process, however it ends.
 * Q2 it leaves prepared/quickstart and .cache/quickstart (the runs' logs); a second time finds the output sealed.
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { listRuns } from "@drydock/bus";
import { connectOrEmbed } from "../packages/cli/src/embedded/index.ts";
import { findNatsServer } from "./nats-server.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLI = join(ROOT, "packages/cli/bin/drydock.mjs");
const OUTPUT = join(ROOT, "prepared/quickstart");
const PYTHON = join(ROOT, "examples/load_prepared.py");

const startedMs = performance.now();

// The terminal's Ctrl-C reaches the command that runs, which cancels in order; this process then goes on to its end.
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted = true;
  });
}

try {
  await quickstart();
} catch (error) {
  const remedy = error instanceof Error && "remedy" in error ? error.remedy : undefined;
  console.error(`\nquickstart failed: ${error instanceof Error ? error.message : String(error)}`);
  if (typeof remedy === "string") console.error(`what to do: ${remedy}`);
  process.exitCode = interrupted ? 130 : 1;
}

async function quickstart(): Promise<void> {
  title("nats-server");
  const nats = await findNatsServer({ log: say });
  say(`${nats.version} at ${nats.path}`);

  title("bus and services");
  const { NATS_URL: _theirs, ...inherited } = process.env;
  const env = { ...inherited, XDG_STATE_HOME: join(ROOT, ".cache/quickstart") };
  const set = await connectOrEmbed({ env, stderr: say });
  try {
    const before = new Set((await listRuns(set.bus)).map((run) => run.runId));
    const mine = { ...env, NATS_URL: set.url };
    title("drydock run examples/finetune.yaml output.uri=./prepared/quickstart");
    await drydock(mine, "run", "examples/finetune.yaml", "output.uri=./prepared/quickstart");
    const run = (await listRuns(set.bus)).findLast((entry) => !before.has(entry.runId));
    if (run !== undefined) {
      title(`drydock runs trace ${run.runId}`);
      await drydock(mine, "runs", "trace", run.runId);
    }
    title("drydock wait ./prepared/quickstart");
    await drydock(mine, "wait", "./prepared/quickstart", "--timeout", "30");
  } finally {
    await set.close();
  }
  showResult();
}

function showResult(): void {
  const folder = relative(process.cwd(), OUTPUT) || ".";
  title("the result");
  for (const name of readdirSync(OUTPUT).sort()) {
    say(`${join(folder, name)}  ${statSync(join(OUTPUT, name)).size} bytes`);
  }
  const script = relative(process.cwd(), PYTHON);
  title(`load it: pip install torch safetensors && python ${script} ${folder}`);
  const lines = readFileSync(PYTHON, "utf8").trimEnd().split("\n");
  // What follows the description.
  const code = lines.slice(lines.findIndex((line, i) => i > 0 && line.endsWith('"""')) + 1);
  console.log(code.map((line) => (line === "" ? "" : `  ${line}`)).join("\n"));
  console.log(
    `\ndone in ${((performance.now() - startedMs) / 1000).toFixed(1)} s; all that was started has ended`,
  );
}

/** Runs the command in the terminal; an exit code other than 0 ends the quickstart. */
async function drydock(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<void> {
  if (interrupted) throw new Error("interrupted");
  const child = spawn(process.execPath, [CLI, ...args], { cwd: ROOT, env, stdio: "inherit" });
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (exit, signal) => resolve(exit ?? signal ?? "unknown"));
  });
  if (code !== 0)
    throw new Error(`drydock ${args.slice(0, 2).join(" ")} ended with ${code}; its message is above`);
  if (interrupted) throw new Error("interrupted");
}

function title(text: string): void {
  console.log(`\n== ${text}`);
}

function say(line: string): void {
  console.log(`  ${line}`);
}
