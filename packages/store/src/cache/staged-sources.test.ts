/** What a transformer may read: listed chunks of the cache, and the user's own files while they stay as they were. */
import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { type ByteRange, type CheckpointError, sha256Hex } from "@drydock/checkpoint";
import { fileSource } from "../sources/file.ts";
import { openNodeCache } from "./node-cache.ts";
import { MIB, sampleBytes, sampleOrigin, samplePin } from "./sample.ts";
import {
  readStageManifest,
  removeStageManifest,
  type StagedCopy,
  type StagedInPlace,
  writeStageManifest,
} from "./stage-manifest.ts";
import { openStaged } from "./staged-sources.ts";
import { VerifiedChunks } from "./verified-chunks.ts";

const PLAN = "a".repeat(64);

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "drydock-staged-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function stagedCopy(dir: string, size: number, ranges: readonly ByteRange[]): Promise<StagedCopy> {
  await using cache = await openNodeCache({ dir, maxBytes: 1e12 });
  const pin = samplePin(size);
  const { path, chunks } = await cache.ensure(pin, ranges, sampleOrigin());
  return { pinId: pin.id, input: "source", object: "", path, size, inPlace: false, chunks };
}

/** The object as a transformer gets it: through the manifest's file. */
async function opened(t: TestContext, dir: string, ...objects: (StagedCopy | StagedInPlace)[]) {
  await writeStageManifest(dir, { planDigest: PLAN, shard: 3, objects });
  const staged = openStaged(await readStageManifest(dir, PLAN, 3));
  t.after(() => staged[Symbol.asyncDispose]());
  return staged.source("source", "");
}

const missing = (code: string) => (e: CheckpointError) => e.kind === "artifact-missing" && e.code === code;

test("reads inside the staged chunks give their bytes, in one piece over chunk borders", async (t) => {
  const dir = folder(t);
  const source = await opened(t, dir, await stagedCopy(dir, 20 * MIB, [{ start: 1000, end: 10 * MIB }]));
  assert.equal(source.size, 20 * MIB);
  assert.deepEqual(await source.read(1000, 10 * MIB), sampleBytes(1000, 10 * MIB));
  const target = new Uint8Array(300);
  await source.readInto(5 * MIB, target);
  assert.deepEqual(target, sampleBytes(5 * MIB, 5 * MIB + 300));
  assert.deepEqual(await source.read(7, 7), new Uint8Array());
  await assert.rejects(source.read(0, 20 * MIB + 1), RangeError);
});

test("nothing outside the staged chunks is read, not by one byte, and not what the cache has besides", async (t) => {
  const dir = folder(t);
  const staged = await stagedCopy(dir, 3 * MIB, [
    { start: 100, end: 300 },
    { start: 2 * MIB, end: 2 * MIB + 50 },
  ]);
  assert.equal(staged.chunks.length, 2);
  await stagedCopy(dir, 3 * MIB, [{ start: 300, end: 400 }]);
  const source = await opened(t, dir, staged);
  for (const [start, end] of [
    [99, 101],
    [299, 301],
    [300, 400],
    [0, 1],
    [250, 2 * MIB + 1],
    [2 * MIB + 50, 2 * MIB + 51],
  ] as const) {
    await assert.rejects(source.read(start, end), missing("STAGE_RANGE"), `${start}-${end}`);
  }
  assert.deepEqual(await source.read(2 * MIB, 2 * MIB + 50), sampleBytes(2 * MIB, 2 * MIB + 50));
});

test("a byte that changed anywhere in a chunk is found before a byte of the chunk is given out", async (t) => {
  const dir = folder(t);
  const staged = await stagedCopy(dir, 9 * MIB, [{ start: 0, end: 9 * MIB }]);
  const last = staged.chunks.at(-1);
  assert.ok(last !== undefined);
  writeSync(openSync(staged.path, "r+"), Uint8Array.of(255), 0, 1, last.end - 1);
  const source = await opened(t, dir, staged);
  await assert.rejects(source.read(last.start, last.start + 1), missing("STAGE_RANGE"));
  assert.deepEqual(await source.read(0, last.start), sampleBytes(0, last.start));
});

test("a file that is gone, cut, a link, or has a hole where a chunk was, is to be staged again", async (t) => {
  const size = 3 * MIB;
  const harms: ((path: string) => void)[] = [
    (path) => rmSync(path),
    (path) => truncateSync(path, 10),
    (path) => {
      truncateSync(path, 0);
      truncateSync(path, size);
    },
  ];
  for (const harm of harms) {
    const dir = folder(t);
    const staged = await stagedCopy(dir, size, [{ start: 0, end: size }]);
    harm(staged.path);
    await assert.rejects((await opened(t, dir, staged)).read(0, 1), missing("STAGE_RANGE"));
  }
  const dir = folder(t);
  const staged = await stagedCopy(dir, size, [{ start: 0, end: size }]);
  renameSync(staged.path, join(dir, "elsewhere"));
  symlinkSync(join(dir, "elsewhere"), staged.path);
  await assert.rejects((await opened(t, dir, staged)).read(0, 1), { code: "ELOOP" });
});

test("going forward in small steps reads and hashes each chunk once", async (t) => {
  const dir = folder(t);
  const size = 8 * MIB;
  const staged = await stagedCopy(dir, size, [{ start: 0, end: size }]);
  const [first, second] = staged.chunks;
  assert.ok(first !== undefined && second !== undefined);
  await using file = await open(staged.path, "r");
  let reads = 0;
  const counted = new Proxy(file, {
    get(target, name) {
      if (name === "read") reads++;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const verified = new VerifiedChunks(5 * MIB);
  for (let i = 0; i < 10; i++) assert.equal((await verified.read("o", counted, first))?.length, 4 * MIB);
  assert.equal(reads, 1);
  await Promise.all([verified.read("o", counted, second), verified.read("o", counted, second)]);
  assert.equal(reads, 2);
  // Both do not fit: the one used longer ago went.
  await verified.read("o", counted, first);
  assert.equal(reads, 3);
});

test("a manifest that is absent, cut anywhere, or of another shard is a shard that is not staged", async (t) => {
  const dir = folder(t);
  await assert.rejects(readStageManifest(dir, PLAN, 3), missing("STAGE_MISSING"));
  const staged = await stagedCopy(dir, 100, [{ start: 0, end: 100 }]);
  const manifest = { planDigest: PLAN, shard: 3, objects: [staged] };
  await writeStageManifest(dir, manifest);
  assert.deepEqual(await readStageManifest(dir, PLAN, 3), manifest);
  assert.deepEqual(readdirSync(join(dir, "stages")), [`${PLAN}-3.json`]);
  const path = join(dir, "stages", `${PLAN}-3.json`);
  const text = JSON.stringify(manifest);
  for (let length = 0; length < text.length; length++) {
    writeFileSync(path, text.slice(0, length));
    await assert.rejects(readStageManifest(dir, PLAN, 3), missing("STAGE_MISSING"));
  }
  const chunk = { start: 0, end: 10, sha256: "" };
  const wrong: unknown[] = [
    { ...manifest, shard: 4 },
    { ...manifest, planDigest: "b".repeat(64) },
    { ...manifest, objects: [{ ...staged, inPlace: "no" }] },
    { ...manifest, objects: [{ ...staged, size: -1 }] },
    { ...manifest, objects: [{ ...staged, inPlace: true }] },
    ...[[{ ...chunk, end: 101 }], [chunk, chunk], [{ ...chunk, start: 10 }], [{ start: 0, end: 1 }], {}].map(
      (chunks) => ({ ...manifest, objects: [{ ...staged, chunks }] }),
    ),
  ];
  for (const found of wrong) {
    writeFileSync(path, JSON.stringify(found));
    await assert.rejects(readStageManifest(dir, PLAN, 3), missing("STAGE_MISSING"), JSON.stringify(found));
  }
  await removeStageManifest(dir, PLAN, 3);
  await removeStageManifest(dir, PLAN, 3);
  await assert.rejects(readStageManifest(dir, PLAN, 3), missing("STAGE_MISSING"));
  await assert.rejects(readStageManifest(dir, "../../x", 3), { code: "DIGEST_INVALID" });
});

test("an object the manifest does not list is to be staged", async () => {
  await using staged = openStaged({ planDigest: PLAN, shard: 0, objects: [] });
  assert.throws(() => staged.source("source", "a"), missing("STAGE_OBJECT"));
});

test("the user's own file is read in place, and refused once it is written to, replaced or touched", async (t) => {
  const dir = folder(t);
  const path = join(dir, "model.pt");
  const harms: ((path: string) => void)[] = [
    (file) => appendFileSync(file, "x"),
    (file) => truncateSync(file, 999),
    (file) => utimesSync(file, new Date(0), new Date(0)),
  ];
  for (const harm of harms) {
    writeFileSync(path, sampleBytes(0, 1000));
    const source = await opened(t, dir, await inPlace(path));
    assert.deepEqual(await source.read(3, 700), sampleBytes(3, 700));
    harm(path);
    await assert.rejects(source.read(3, 700), { kind: "changed", code: "SOURCE_CHANGED" });
  }
  writeFileSync(path, sampleBytes(0, 1000));
  const staged = await inPlace(path);
  renameSync(path, `${path}.old`);
  await assert.rejects((await opened(t, dir, staged)).read(0, 1), { kind: "not-found" });
  writeFileSync(path, sampleBytes(0, 1000));
  const { mtime } = statSync(`${path}.old`);
  utimesSync(path, mtime, mtime);
  await assert.rejects((await opened(t, dir, staged)).read(0, 1), { kind: "changed" });
});

async function inPlace(path: string): Promise<StagedInPlace> {
  const input = { name: "source", type: "file", uri: pathToFileURL(path).href, params: { path } };
  const [pin] = await fileSource.pin(input, { nodeId: "n1" });
  assert.ok(pin?.identity.kind === "file");
  const { kind: _, ...identity } = pin.identity;
  return { pinId: pin.id, input: "source", object: "", path, size: pin.size, inPlace: true, identity };
}

test("a stage manifest says the same as the bytes it vouches for", async (t) => {
  const dir = folder(t);
  const { chunks } = await stagedCopy(dir, 5 * MIB, [{ start: 10, end: 5 * MIB }]);
  assert.deepEqual(
    chunks.map(({ sha256 }) => sha256),
    chunks.map(({ start, end }) => sha256Hex(sampleBytes(start, end))),
  );
});
