import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { CheckpointError } from "@drydock/checkpoint";
import { openSink, type Sink, type SinkContext } from "./index.ts";
import { folderState, sample } from "./sample.ts";

const root = mkdtempSync(join(tmpdir(), "drydock-sink-"));
after(() => rmSync(root, { recursive: true, force: true }));

let dir = "";
let out = "";
beforeEach(() => {
  dir = mkdtempSync(join(root, "t-"));
  out = join(dir, "model");
});

const ctx: SinkContext = { state: folderState(join(root, "state")) };
const sinkOf = (path = out, roots?: readonly string[]): Sink =>
  openSink(pathToFileURL(path).href, roots === undefined ? ctx : { ...ctx, roots });
const failure =
  (code: string, kind: string, text = /(?:)/) =>
  (error: unknown) => {
    assert.ok(error instanceof CheckpointError, String(error));
    assert.deepEqual([error.code, error.kind], [code, kind], error.message);
    assert.match(error.message, text);
    return true;
  };
/** Relative path → text of every file below the folder. */
function tree(folder: string, prefix = ""): Record<string, string> {
  return Object.assign(
    {},
    ...readdirSync(folder, { withFileTypes: true }).map((entry) =>
      entry.isDirectory()
        ? tree(join(folder, entry.name), `${prefix}${entry.name}/`)
        : { [prefix + entry.name]: readFileSync(join(folder, entry.name), "latin1") },
    ),
  );
}

test("shards put in any order become the output by one seal; before it nothing bears its name", async () => {
  const { puts, seal, expected } = sample(dir, "a");
  const sink = sinkOf();
  let moved = 0;
  for (const put of puts.toReversed()) await sink.putShard({ ...put, progress: (bytes) => (moved += bytes) });
  assert.equal(moved, 3000);
  assert.ok(!existsSync(out));
  assert.deepEqual(await sink.existing(), { sealed: false });
  await sink.seal(seal);
  assert.deepEqual(tree(out), expected);
  const existing = await sink.existing();
  assert.ok(existing.sealed && existing.planDigest === seal.planDigest);
  assert.match(existing.manifestDigest, /^[0-9a-f]{64}$/);
  assert.deepEqual(readdirSync(dir).sort(), ["model", "staged-a"]);
});

test("every call may come twice, put after seal included", async () => {
  const { puts, seal, expected } = sample(dir, "a");
  const sink = sinkOf();
  let moved = 0;
  for (const put of [...puts, ...puts])
    await sink.putShard({ ...put, progress: (bytes) => (moved += bytes) });
  assert.equal(moved, 6000);
  await sink.seal(seal);
  await sink.seal(seal);
  for (const put of puts) await sink.putShard(put);
  await sink.discard(seal);
  assert.deepEqual(tree(out), expected);
  assert.deepEqual(readdirSync(dir).sort(), ["model", "staged-a"]);
});

test("a shard that is on disk is not asked for again", async () => {
  const { puts, seal } = sample(dir, "a");
  const sink = sinkOf();
  for (const put of puts) await sink.putShard(put);
  for (const put of puts) {
    rmSync(put.localPath);
    await sink.putShard(put);
  }
  await sink.seal(seal);
});

test("a staged shard that is gone, short or damaged is to be built again, and nothing of it counts", async () => {
  const { puts, seal } = sample(dir, "a");
  const sink = sinkOf();
  const [first] = puts;
  assert.ok(first);
  const missing = failure("STAGED_SHARD_MISSING", "artifact-missing");
  const bytes = readFileSync(first.localPath);
  writeFileSync(first.localPath, bytes.subarray(1));
  await assert.rejects(sink.putShard(first), missing);
  writeFileSync(
    first.localPath,
    bytes.map((b) => b ^ 1),
  );
  await assert.rejects(sink.putShard(first), missing);
  rmSync(first.localPath);
  await assert.rejects(sink.putShard(first), missing);
  for (const put of puts.slice(1)) await sink.putShard(put);
  await assert.rejects(
    sink.seal(seal),
    failure("SHARD_NOT_PUBLISHED", "artifact-missing", /bytes \[0, 1000\) of w\/a/),
  );
  assert.ok(!existsSync(out));
  writeFileSync(first.localPath, bytes);
  await sink.putShard(first);
  await sink.seal(seal);
});

test("another plan's sealed output stays, unless it is to be replaced", async () => {
  const a = sample(dir, "a");
  const b = sample(dir, "b");
  const sink = sinkOf();
  for (const put of a.puts) await sink.putShard(put);
  await sink.seal(a.seal);
  for (const put of b.puts) await sink.putShard(put);
  await assert.rejects(
    sink.seal(b.seal),
    failure("OUTPUT_EXISTS", "conflict", /sealed output of another plan/),
  );
  assert.deepEqual(tree(out), a.expected);
  await sink.seal({ ...b.seal, ifExists: "replace" });
  assert.deepEqual(tree(out), b.expected);
  assert.deepEqual(readdirSync(dir).sort(), ["model", "staged-a", "staged-b"]);
});

test("what is somebody else's stays and is named; an empty folder is taken", async () => {
  const { puts, seal, expected } = sample(dir, "a");
  const sink = sinkOf();
  for (const put of puts) await sink.putShard(put);
  mkdirSync(out);
  writeFileSync(join(out, "thesis.tex"), "x");
  for (const ifExists of ["fail", "replace"] as const) {
    await assert.rejects(
      sink.seal({ ...seal, ifExists }),
      failure("OUTPUT_EXISTS", "conflict", /holds 1 entries that are no output of Drydock: thesis\.tex/),
    );
  }
  for (const text of ["{", "{}", '{"planDigest":1}', "[]"]) {
    writeFileSync(join(out, "drydock.json"), text);
    await assert.rejects(sink.seal(seal), failure("OUTPUT_EXISTS", "conflict"));
  }
  rmSync(out, { recursive: true });
  writeFileSync(out, "a file");
  await assert.rejects(sink.seal(seal), failure("OUTPUT_EXISTS", "conflict", /is a file/));
  rmSync(out);
  mkdirSync(out);
  await sink.seal(seal);
  assert.deepEqual(tree(out), expected);
});

test("discard removes what is not sealed and nothing else", async () => {
  const { puts, seal } = sample(dir, "a");
  const other = sample(dir, "b");
  const sink = sinkOf();
  for (const put of [...puts, ...other.puts]) await sink.putShard(put);
  await sink.discard(seal);
  await sink.discard(seal);
  await sink.seal(other.seal);
  assert.deepEqual(tree(out), other.expected);
  assert.deepEqual(readdirSync(dir).sort(), ["model", "staged-a", "staged-b"]);
});

test("an aborted put or seal ends as cancelled and can be taken up again", async () => {
  const { puts, seal, expected } = sample(dir, "a");
  const sink = sinkOf();
  const cancelled = (error: unknown) => error instanceof CheckpointError && error.kind === "cancelled";
  for (const put of puts) {
    await assert.rejects(sink.putShard({ ...put, signal: AbortSignal.abort() }), cancelled);
    await sink.putShard(put);
  }
  await assert.rejects(sink.seal({ ...seal, signal: AbortSignal.abort() }), cancelled);
  assert.ok(!existsSync(out));
  await sink.seal(seal);
  assert.deepEqual(tree(out), expected);
});

test("an output outside the roots is refused, by a link too", async () => {
  const { puts } = sample(dir, "a");
  const allowed = join(dir, "allowed");
  mkdirSync(allowed);
  symlinkSync(dir, join(allowed, "out"));
  const [put] = puts;
  assert.ok(put);
  await sinkOf(join(allowed, "deep", "x"), [allowed]).putShard(put);
  for (const path of [join(dir, "x"), join(allowed, "out", "x")]) {
    await assert.rejects(sinkOf(path, [allowed]).putShard(put), failure("LOCAL_PATH_DENIED", "denied"));
  }
});

test("names that leave the output are refused", async () => {
  const { puts } = sample(dir, "a");
  const [put] = puts;
  assert.ok(put);
  await assert.rejects(sinkOf().putShard({ ...put, file: "../x" }), /no name of an output file/);
});

test("the file system's refusals have kinds", async () => {
  const { puts } = sample(dir, "a");
  const [put] = puts;
  assert.ok(put);
  writeFileSync(join(dir, "file"), "");
  await assert.rejects(
    sinkOf(join(dir, "file", "x")).putShard(put),
    failure("SINK_FAILED", "source", /ENOTDIR/),
  );
  // sysfs is never written to, by root neither.
  await assert.rejects(sinkOf("/sys/drydock").putShard(put), failure("SINK_DENIED", "denied"));
});

test("what this user may not see is denied", {
  skip: process.getuid?.() === 0 ? false : "only root can step down",
}, async () => {
  const { puts, seal } = sample(dir, "a");
  for (const put of puts) await sinkOf().putShard(put);
  mkdirSync(out, { mode: 0o711 });
  chmodSync(root, 0o755);
  chmodSync(dir, 0o755);
  process.seteuid?.(65534);
  try {
    await assert.rejects(sinkOf().seal(seal), failure("SINK_DENIED", "denied"));
    process.seteuid?.(0);
    chmodSync(out, 0o700);
    process.seteuid?.(65534);
    await assert.rejects(sinkOf().existing(), failure("SINK_DENIED", "denied"));
  } finally {
    process.seteuid?.(0);
  }
});

test("outputs go to places that take them", () => {
  assert.throws(() => openSink("https://host/x", ctx), /a web server can be read from, not written to/);
  assert.throws(() => openSink("ftp://host/x", ctx), /no sink for "ftp"; outputs go to file, s3/);
  assert.throws(() => openSink("out", ctx), /no sink for "out"/);
});

const STEPS = [
  "file-sink.bytes",
  "file-sink.part",
  "file-sink.sidecars",
  "file-sink.manifest",
  "file-sink.aside",
  "file-sink.renamed",
];

for (const step of STEPS) {
  test(`killed at ${step}, the old output or the new is there, and doing it again ends well`, async () => {
    const old = sample(dir, "a");
    const sink = sinkOf();
    for (const put of old.puts) await sink.putShard(put);
    await sink.seal(old.seal);

    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, "sample.ts"), dir, "b", pathToFileURL(out).href],
      {
        env: { ...process.env, DRYDOCK_CRASH_AT: step },
        stdio: "inherit",
      },
    );
    const [, signal] = await once(child, "exit");
    assert.equal(signal, "SIGKILL");

    const { puts, seal, expected } = sample(dir, "b");
    const now = existsSync(out) ? tree(out) : undefined;
    assert.deepEqual(
      now,
      step === "file-sink.aside" ? undefined : step === "file-sink.renamed" ? expected : old.expected,
    );
    if (now === undefined) {
      // Given up at the worst moment, the old one comes back.
      await sinkOf().discard(seal);
      assert.deepEqual(tree(out), old.expected);
    }
    for (const put of puts) await sinkOf().putShard(put);
    await sinkOf().seal({ ...seal, ifExists: "replace" });
    assert.deepEqual(tree(out), expected);
    assert.deepEqual(readdirSync(dir).sort(), ["model", "staged-a", "staged-b"]);
  });
}

test("killed between the renames, seal alone finishes", async () => {
  const old = sample(dir, "a");
  const sink = sinkOf();
  for (const put of old.puts) await sink.putShard(put);
  await sink.seal(old.seal);
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "sample.ts"), dir, "b", pathToFileURL(out).href],
    {
      env: { ...process.env, DRYDOCK_CRASH_AT: "file-sink.aside" },
      stdio: "inherit",
    },
  );
  await once(child, "exit");
  const { seal, expected } = sample(dir, "b");
  await sink.seal(seal);
  assert.deepEqual(tree(out), expected);
});
