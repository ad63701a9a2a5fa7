import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startNats } from "@drydock/testkit";
import { connectOrEmbed } from "./index.ts";

const MODULE = fileURLToPath(new URL("./index.ts", import.meta.url));

/** A command that runs until its standard input closes; says "owns true" or "owns false" when it is connected. */
function command(state: string): ChildProcess {
  const script = `
    import { connectOrEmbed } from ${JSON.stringify(MODULE)};
    const c = await connectOrEmbed({ env: process.env, stderr: (line) => console.error(line) });
    console.log("owns " + c.owns());
    process.stdin.on("end", async () => { await c.close(); process.stdin.destroy(); }).resume();`;
  const { NATS_URL: _theirs, ...env } = process.env;
  return spawn(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...env, XDG_STATE_HOME: state },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Resolves at the line; rejects when the process ends before. */
async function line(child: ChildProcess, stream: "stdout" | "stderr", wanted: RegExp): Promise<void> {
  let text = "";
  await new Promise<void>((resolve, reject) => {
    child[stream]?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (wanted.test(text)) resolve();
    });
    child.once("exit", () => reject(new Error(`ended before ${wanted}: ${text}`)));
  });
}

/** Processes whose environment or command line names the folder. Linux only, as the check is about the kernel. */
function alive(state: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return ["environ", "cmdline"].some((file) => readFileSync(`/proc/${pid}/${file}`).includes(state));
    } catch {
      // Gone meanwhile, or somebody else's.
      return false;
    }
  });
}

test("a killed owner is followed by the attached command; when that ends too, no process is left", {
  timeout: 90_000,
  skip: process.platform !== "linux",
}, async (t) => {
  const state = mkdtempSync(join(tmpdir(), "drydock-embedded-"));
  const owner = command(state);
  const commands = [owner];
  t.after(async () => {
    for (const child of commands) child.kill("SIGKILL");
    while (alive(state).length > 0) await sleep(50);
    rmSync(state, { recursive: true, force: true });
  });
  await line(owner, "stdout", /owns true/);
  const second = command(state);
  commands.push(second);
  await line(second, "stdout", /owns false/);
  const ready = line(second, "stderr", /ready; logs in/);
  owner.kill("SIGKILL");
  await ready;
  const third = command(state);
  commands.push(third);
  await line(third, "stdout", /owns false/);
  third.stdin?.end();
  await once(third, "exit");
  second.stdin?.end();
  assert.deepEqual(await once(second, "exit"), [0, null]);
  assert.deepEqual(alive(state), []);
});

test("--nats and NATS_URL name a server; nothing is started then", { timeout: 30_000 }, async () => {
  await using nats = await startNats();
  for (const given of [{ nats: nats.url, env: {} }, { env: { NATS_URL: nats.url } }]) {
    const lines: string[] = [];
    const connected = await connectOrEmbed({ ...given, stderr: (text) => lines.push(text) });
    assert.equal(connected.embedded, false);
    assert.equal(connected.url, nats.url);
    assert.deepEqual(lines, []);
    await connected.close();
    await connected.close();
  }
});
