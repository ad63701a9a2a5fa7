import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { choosePort, readRecord, tryOwn, writeRecord } from "./owner.ts";
import { type EmbeddedPaths, embeddedPaths } from "./paths.ts";

function folder(t: { after(f: () => void): void }): EmbeddedPaths {
  const dir = mkdtempSync(join(tmpdir(), "drydock-owner-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return embeddedPaths({ XDG_STATE_HOME: dir });
}

test("one process owns the set; another gets it once that one is killed", { timeout: 20_000 }, async (t) => {
  const paths = folder(t);
  const script = `
    import { tryOwn } from ${JSON.stringify(fileURLToPath(new URL("./owner.ts", import.meta.url)))};
    console.log(tryOwn(${JSON.stringify(paths)}) !== undefined);
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => holder.kill("SIGKILL"));
  const [first] = await once(holder.stdout, "data");
  assert.equal(String(first).trim(), "true");
  assert.equal(tryOwn(paths), undefined);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const mine = tryOwn(paths);
  assert.ok(mine);
  mine.release();
  const again = tryOwn(paths);
  assert.ok(again, "a released set can be owned again");
  again.release();
});

test("the port of the last owner is kept, unless somebody else has it", { timeout: 20_000 }, async (t) => {
  const paths = folder(t);
  const first = await choosePort(paths);
  assert.ok(first > 0);
  writeRecord(paths, { url: `nats://127.0.0.1:${first}`, pid: 1 });
  assert.deepEqual(readRecord(paths), { url: `nats://127.0.0.1:${first}`, pid: 1 });
  assert.equal(await choosePort(paths), first);
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  const address = taken.address();
  assert.ok(typeof address === "object" && address !== null);
  await assert.rejects(choosePort(paths, address.port, 200), /EADDRINUSE/);
});
