/** The cache in processes that are killed, run out of space, or live long. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { type ByteRange, totalBytes } from "@drydock/checkpoint";
import { subtract } from "./fetch-plan.ts";
import { openNodeCache } from "./node-cache.ts";
import { MIB, sampleBytes, sampleOrigin, samplePin } from "./sample.ts";
import { PLAN } from "./stage-case.ts";
import { readStageManifest } from "./stage-manifest.ts";
import { openStaged } from "./staged-sources.ts";

const PROGRAM = join(import.meta.dirname, "stage-case.ts");

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "drydock-crash-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function runStage(
  dir: string,
  size: number,
  options: { readonly crash?: string; readonly maxBytes?: number } = {},
) {
  const log = join(dir, "requests");
  const { crash, maxBytes = 1e12 } = options;
  const args = [PROGRAM, join(dir, "cache"), log, String(size), String(maxBytes)];
  const { signal, stdout, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...(crash === undefined ? {} : { DRYDOCK_CRASH_AT: crash }) },
    encoding: "utf8",
    timeout: 60_000,
  });
  const asked: ByteRange[] = existsSync(log)
    ? readFileSync(log, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];
  return { signal, stderr, asked, said: stdout === "" ? undefined : JSON.parse(stdout) };
}

/** What a power cut may do beyond a kill: bytes that were not synced are anything. */
function scribble(dir: string, size: number): void {
  const pin = samplePin(size);
  const path = join(dir, "cache", "objects", pin.id);
  // Killed between making the file and giving it its length.
  if (!existsSync(path) || statSync(path).size !== size) return;
  using journal = new DatabaseSync(join(dir, "cache", "journal.sqlite"));
  const rows = journal.prepare("SELECT start, stop FROM chunks WHERE pin = ? ORDER BY start").all(pin.id);
  const kept = rows.map((row) => ({ start: Number(row.start), end: Number(row.stop) }));
  const file = openSync(path, "r+");
  for (const { start, end } of subtract([{ start: 0, end: size }], kept)) {
    writeSync(file, new Uint8Array(end - start).fill(255), 0, end - start, start);
  }
}

const STEPS = [
  "cache.fetched",
  "cache.fetched#12",
  "cache.written#12",
  "cache.synced",
  "cache.synced#3",
  "cache.journalled",
  "cache.journalled#3",
  "stage.written",
  "stage.renamed",
];

for (const step of STEPS) {
  test(`killed at ${step}, a stage goes on where it was, at the price of 32 MiB at most`, async (t) => {
    const dir = folder(t);
    const size = 60 * MIB;
    assert.equal(runStage(dir, size, { crash: step }).signal, "SIGKILL");
    scribble(dir, size);
    const { signal, stderr, asked } = runStage(dir, size);
    assert.equal(signal, null, stderr);
    const repeated = totalBytes(asked) - size;
    assert.ok(repeated <= 32 * MIB, `${repeated} bytes were fetched twice`);
    if (step.startsWith("stage")) assert.equal(repeated, 0);

    const manifest = await readStageManifest(join(dir, "cache"), PLAN, 0);
    await using staged = openStaged(manifest);
    assert.deepEqual(await staged.source("source", "").read(0, size), sampleBytes(0, size));
    assert.deepEqual(readdirSync(join(dir, "cache", "objects")), [samplePin(size).id]);
  });
}

test("killed again and again at any moment, a stage ends with the right bytes", {
  timeout: 60_000,
}, async (t) => {
  const dir = folder(t);
  const size = 60 * MIB;
  const seed = Date.now() % 100_000;
  t.diagnostic(`seed ${seed}`);
  let killed = 0;
  for (let i = 0; i < 8; i++) {
    const args = [PROGRAM, join(dir, "cache"), join(dir, "requests"), String(size)];
    // The first 100 ms are Node's own.
    const timeout = 100 + ((seed * (2 * i + 1) * 7919) % 300);
    const { signal } = spawnSync(process.execPath, args, { timeout, killSignal: "SIGKILL" });
    if (signal === null) break;
    killed++;
    scribble(dir, size);
  }
  const { signal, stderr, asked } = runStage(dir, size);
  assert.equal(signal, null, stderr);
  assert.ok(totalBytes(asked) - size <= killed * 32 * MIB, `${totalBytes(asked)} after ${killed} kills`);
  await using staged = openStaged(await readStageManifest(join(dir, "cache"), PLAN, 0));
  assert.deepEqual(await staged.source("source", "").read(0, size), sampleBytes(0, size));
});

for (const step of ["cache.forgotten", "cache.removed"]) {
  test(`killed at ${step} while evicting, the cache has forgotten the object and its file is swept`, async (t) => {
    const dir = folder(t);
    const [old, next] = [samplePin(3 * MIB, "https://host/old"), samplePin(2 * MIB)];
    {
      await using cache = await openNodeCache({ dir: join(dir, "cache"), maxBytes: 4 * MIB });
      await cache.ensure(old, [{ start: 0, end: old.size }], sampleOrigin());
    }
    assert.equal(runStage(dir, next.size, { crash: step, maxBytes: 4 * MIB }).signal, "SIGKILL");
    await using cache = await openNodeCache({ dir: join(dir, "cache"), maxBytes: 4 * MIB });
    assert.equal(cache.bytes(), 0);
    assert.deepEqual(readdirSync(join(dir, "cache", "objects")), []);
    const from = sampleOrigin();
    assert.deepEqual(await cache.read(old, 0, old.size, from), sampleBytes(0, old.size));
    assert.equal(from.bytes(), old.size);
  });
}

test("killed, a fetcher leaves no lock behind", async (t) => {
  const dir = folder(t);
  runStage(dir, MIB, { crash: "cache.written" });
  await using cache = await openNodeCache({ dir: join(dir, "cache"), maxBytes: MIB });
  assert.equal(cache.bytes(), 0);
});

/** A file system of 16 MiB of our own, where the kernel lets a user make one. */
const SMALL_DISK = 'mount -t tmpfs -o size=16m none "$1" && exec "$2" "$3" "$1" "$4" "$5"';

test("a full disk is an error of kind capacity with both numbers", async (t) => {
  const dir = folder(t);
  const [probe, program] = [
    ["-rm", "true"],
    ["-rm", "bash", "-c", SMALL_DISK, "bash"],
  ];
  if (spawnSync("unshare", probe).status !== 0) return t.skip("no user namespaces here");
  const args = [
    ...program,
    dir,
    process.execPath,
    PROGRAM,
    join(tmpdir(), `requests-${process.pid}`),
    String(60 * MIB),
  ];
  t.after(() => rmSync(join(tmpdir(), `requests-${process.pid}`), { force: true }));
  const { stdout, stderr } = spawnSync("unshare", args, { encoding: "utf8", timeout: 60_000 });
  assert.notEqual(stdout, "", stderr);
  const { kind, code, details } = JSON.parse(stdout);
  assert.deepEqual([kind, code], ["capacity", "CACHE_DISK_FULL"]);
  assert.ok(details.neededBytes > 3 * MIB && details.freeBytes < 4 * MIB, stdout);
});

test("an object larger than any file may be here is an error of kind capacity", (t) => {
  const dir = folder(t);
  const script = 'ulimit -f 8192 && exec "$0" "$@"';
  const args = [
    "-c",
    script,
    process.execPath,
    PROGRAM,
    join(dir, "cache"),
    join(dir, "requests"),
    String(60 * MIB),
  ];
  const { stdout, stderr } = spawnSync("bash", args, { encoding: "utf8", timeout: 60_000 });
  assert.notEqual(stdout, "", stderr);
  const { kind, details } = JSON.parse(stdout);
  assert.equal(kind, "capacity");
  assert.equal(details.neededBytes, 60 * MIB);
  assert.ok(details.freeBytes > 0);
});

test("staging over HTTP takes no more memory than a fetcher may have, at any size", {
  timeout: 60_000,
}, async (t) => {
  const size = 256 * MIB;
  const block = new Uint8Array(4 * MIB);
  const server = createServer((request, response) => {
    const [, start, end] = (/^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? []).map(Number);
    assert.ok(start !== undefined && end !== undefined);
    response.writeHead(206, {
      etag: '"1"',
      "content-length": end - start + 1,
      "content-range": `bytes ${start}-${end}/${size}`,
    });
    response.end(block.subarray(0, end - start + 1));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/object`; // listens on TCP
  // As the services are started: without these the collector and malloc keep some 50 MiB of garbage around.
  const env = { ...process.env, MALLOC_ARENA_MAX: "1" };
  const args = ["--max-semi-space-size=1", PROGRAM, folder(t), url];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const said = JSON.parse(await text(child.stdout));
  assert.ok(said.maxRssBytes < 192 * MIB, JSON.stringify(said));
  t.diagnostic(`${Math.round(said.maxRssBytes / MIB)} MiB`);
});
