import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type CheckpointError, MANIFEST_SCHEMA, sha256Hex } from "@drydock/checkpoint";
import { startRangeServer } from "@drydock/testkit";
import { Command } from "commander";
import { waitCommand } from "./wait.ts";

const WEIGHTS = Buffer.from("0123456789");
const MANIFEST = Buffer.from(
  JSON.stringify({
    schema: MANIFEST_SCHEMA,
    planDigest: "a".repeat(64),
    files: [
      { path: "model.safetensors", size: 10, parts: [{ start: 0, end: 10, sha256: sha256Hex(WEIGHTS) }] },
    ],
    sidecars: [],
  }),
);

async function wait(...args: readonly string[]): Promise<void> {
  const program = new Command("drydock").option("--nats <url>");
  waitCommand(program);
  await program.parseAsync(["wait", ...args], { from: "user" });
}

test("waits for the manifest, survives a broken connection, verifies and copies", {
  timeout: 20_000,
}, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "drydock-wait-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  await using server = await startRangeServer({
    objects: new Map([["/run/model.safetensors", WEIGHTS]]),
    fault: ({ url = "", method }) => {
      if (!url.includes("model") || method === "HEAD" || broken) return undefined;
      broken = true;
      return { kind: "drop", afterBytes: 3 };
    },
  });
  let broken = false;
  setTimeout(() => server.objects.set("/run/drydock.json", MANIFEST), 300);
  await wait(`${server.url}/run`, "--to", join(dir, "to"), "--timeout", "15");
  assert.ok(broken);
  assert.deepEqual(readFileSync(join(dir, "to", "model.safetensors")), WEIGHTS);
});

test("an output that is never sealed ends in a timeout, at the time given", {
  timeout: 20_000,
}, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "drydock-wait-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const out = join(dir, "out");
  mkdirSync(out);
  await assert.rejects(wait(out, "--timeout", "0.2"), (error: CheckpointError) => {
    assert.equal(error.kind, "timeout");
    assert.equal(error.code, "WAIT_TIMEOUT");
    return true;
  });
});

test("mistakes in the options are named before anything is waited for", async () => {
  await assert.rejects(wait("./out", "--link"), { kind: "config", message: "--link: needs --to FOLDER" });
  await assert.rejects(wait("./out", "--timeout", "soon"), { kind: "config", message: /--timeout: "soon"/ });
  await assert.rejects(wait("gopher://x/y"), { kind: "config" });
});
