import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { startNats } from "./nats.ts";

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("both versions start, restart on the same port and folder, and leave nothing behind", async () => {
  for (const version of ["newest", "floor"] as const) {
    const nats = await startNats({ version });
    const { port, pid, dir } = nats;
    if (version === "floor") assert.equal(nats.version, "2.9.10");
    await nats.restart();
    assert.equal(nats.port, port);
    assert.notEqual(nats.pid, pid);
    const last = nats.pid;
    await nats.stop();
    assert.ok(!alive(last));
    assert.ok(!existsSync(dir));
  }
});

test("a server that was killed is told apart and can start again", async () => {
  await using nats = await startNats();
  await nats.kill("SIGKILL");
  assert.throws(() => nats.pid, /not running/);
  await nats.restart();
  const socket = connect(nats.port, "127.0.0.1");
  const [greeting] = await once(socket, "data");
  assert.match(String(greeting), /^INFO /);
  socket.destroy();
});

test("the server ends when the test process is killed", { timeout: 30_000 }, async () => {
  const script = `import { startNats } from ${JSON.stringify(new URL("./nats.ts", import.meta.url).href)};
    const nats = await startNats(); console.log(nats.pid, nats.dir); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  const [pid, dir = ""] = String(line).trim().split(" ");
  assert.ok(alive(Number(pid)));
  child.kill("SIGKILL");
  while (alive(Number(pid))) await new Promise((resolve) => setTimeout(resolve, 10));
  rmSync(dir, { recursive: true, force: true });
});
