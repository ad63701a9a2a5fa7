import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const MODULE = new URL("crash-point.ts", import.meta.url).href;
const PROGRAM = `
  const { crashPoint } = await import(${JSON.stringify(MODULE)});
  for (let i = 1; i <= 3; i++) { console.log(i); crashPoint("a.step"); }
  console.log("end");`;

function run(env: Record<string, string>): { readonly signal: string | null; readonly lines: string[] } {
  const { DRYDOCK_CRASH_AT: _at, DRYDOCK_CRASH_ONCE: _once, ...clean } = process.env;
  const { signal, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", PROGRAM], {
    env: { ...clean, ...env },
    encoding: "utf8",
    timeout: 20_000,
  });
  return { signal, lines: stdout.trim().split("\n") };
}

test("a process dies the n-th time it reaches the step that is named, and nowhere else", () => {
  assert.deepEqual(run({ DRYDOCK_CRASH_AT: "a.step" }), { signal: "SIGKILL", lines: ["1"] });
  assert.deepEqual(run({ DRYDOCK_CRASH_AT: "a.step#3" }), { signal: "SIGKILL", lines: ["1", "2", "3"] });
  assert.deepEqual(run({ DRYDOCK_CRASH_AT: "other" }).lines.at(-1), "end");
});

test("of all processes that share a marker file one dies", () => {
  const dir = mkdtempSync(join(tmpdir(), "drydock-crash-"));
  try {
    const env = { DRYDOCK_CRASH_AT: "a.step#2", DRYDOCK_CRASH_ONCE: join(dir, "once") };
    assert.equal(run(env).signal, "SIGKILL");
    assert.deepEqual(run(env), { signal: null, lines: ["1", "2", "3", "end"] });
  } finally {
    rmSync(dir, { recursive: true });
  }
});
