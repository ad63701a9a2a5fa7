import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { MANIFEST_SCHEMA, sha256Hex } from "@drydock/checkpoint";
import { outputFolder } from "./folder.ts";
import { parseManifest } from "./manifest.ts";
import { placeFolder } from "./place.ts";

const WEIGHTS = Buffer.from("0123456789");
const FREEZE = Buffer.from("{}\n");

function manifestOf(change: (manifest: Record<string, unknown>) => void = () => {}): Buffer {
  const manifest = {
    schema: MANIFEST_SCHEMA,
    planDigest: "a".repeat(64),
    files: [
      {
        path: "model.safetensors",
        size: 10,
        parts: [
          { start: 0, end: 4, sha256: sha256Hex(WEIGHTS.subarray(0, 4)) },
          { start: 4, end: 10, sha256: sha256Hex(WEIGHTS.subarray(4)) },
        ],
      },
    ],
    sidecars: [{ path: "freeze.json", size: FREEZE.length, sha256: sha256Hex(FREEZE) }],
  };
  change(manifest);
  return Buffer.from(JSON.stringify(manifest));
}

function setup(t: { after(f: () => void): void }) {
  const dir = mkdtempSync(join(tmpdir(), "drydock-place-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const out = join(dir, "out");
  mkdirSync(out);
  writeFileSync(join(out, "model.safetensors"), WEIGHTS);
  writeFileSync(join(out, "freeze.json"), FREEZE);
  const manifest = manifestOf();
  writeFileSync(join(out, "drydock.json"), manifest);
  const to = join(dir, "to");
  const place = (link = false) =>
    placeFolder(outputFolder(out), parseManifest(manifest, "out"), manifest, to, { link });
  return { dir, out, to, place };
}

test("a folder that is not sealed has no manifest", async (t) => {
  const { out } = setup(t);
  rmSync(join(out, "drydock.json"));
  assert.equal(await outputFolder(out).manifest(), undefined);
  assert.equal(await outputFolder(join(out, "nowhere")).manifest(), undefined);
});

test("a verified output is copied whole; a second time it is found there", async (t) => {
  const { to, out, place } = setup(t);
  assert.equal(await place(), "placed");
  assert.deepEqual(readdirSync(to).sort(), ["drydock.json", "freeze.json", "model.safetensors"]);
  assert.deepEqual(readFileSync(join(to, "model.safetensors")), WEIGHTS);
  assert.notEqual(statSync(join(to, "model.safetensors")).ino, statSync(join(out, "model.safetensors")).ino);
  assert.equal(await place(), "there");
});

test("a copy damaged since is not taken for the output", async (t) => {
  const { to, place } = setup(t);
  await place();
  writeFileSync(join(to, "model.safetensors"), "0123456780");
  await assert.rejects(place(), { name: "CheckpointValidationError", code: "OUTPUT_DIGEST" });
});

test("a mounted, empty folder is filled in place, what a killed attempt left is replaced", async (t) => {
  const { to, place } = setup(t);
  mkdirSync(join(to, ".drydock-wait-1"), { recursive: true });
  mkdirSync(join(to, "lost+found"));
  writeFileSync(join(to, "freeze.json"), "half");
  assert.equal(await place(), "placed");
  assert.deepEqual(readdirSync(to).sort(), [
    "drydock.json",
    "freeze.json",
    "lost+found",
    "model.safetensors",
  ]);
  assert.deepEqual(readFileSync(join(to, "freeze.json")), FREEZE);
});

test("links name the output's own files", async (t) => {
  const { to, out, place } = setup(t);
  assert.equal(await place(true), "placed");
  assert.equal(statSync(join(to, "model.safetensors")).ino, statSync(join(out, "model.safetensors")).ino);
});

test("one wrong byte: error with both digests, nothing under the target's name", async (t) => {
  const { dir, out, place } = setup(t);
  writeFileSync(join(out, "model.safetensors"), "0123x56789");
  await assert.rejects(place(), {
    name: "CheckpointValidationError",
    code: "OUTPUT_DIGEST",
    message: /bytes \[4, 10\) have sha256 [0-9a-f]{64}, the manifest says [0-9a-f]{64}/,
  });
  assert.deepEqual(readdirSync(dir), ["out"]);
});

test("a file of another size is an error with both sizes", async (t) => {
  const { out, place } = setup(t);
  writeFileSync(join(out, "model.safetensors"), "0123");
  await assert.rejects(place(), { code: "OUTPUT_SIZE", message: /has 4 bytes, the manifest says 10/ });
});

test("a folder with other content, or another plan's output, is not touched", async (t) => {
  const { to, place } = setup(t);
  mkdirSync(to);
  writeFileSync(join(to, "notes.txt"), "mine");
  await assert.rejects(place(), { kind: "conflict", code: "TARGET_OCCUPIED", message: /notes\.txt/ });
  writeFileSync(
    join(to, "drydock.json"),
    manifestOf((m) => {
      m.planDigest = "b".repeat(64);
    }),
  );
  await assert.rejects(place(), { code: "TARGET_OCCUPIED", message: /plan bbbbbbbbbbbb, not aaaaaaaaaaaa/ });
  assert.equal(readFileSync(join(to, "notes.txt"), "utf8"), "mine");
});

test("a manifest that is not one, reaches outside or leaves holes is refused", () => {
  const cases: [RegExp, Buffer][] = [
    [/is not JSON/, Buffer.from("{")],
    [/schema is absent/, Buffer.from("[]")],
    [/schema is "x"/, manifestOf((m) => Object.assign(m, { schema: "x" }))],
    [/planDigest/, manifestOf((m) => Object.assign(m, { planDigest: "A" }))],
    [/not lists/, manifestOf((m) => Object.assign(m, { files: {} }))],
    [
      /no path inside/,
      manifestOf((m) => Object.assign(m, { files: [{ path: "../x", size: 0, parts: [] }] })),
    ],
    [/no path inside/, manifestOf((m) => Object.assign(m, { files: [{ path: "/x", size: 0, parts: [] }] }))],
    [
      /listed twice/,
      manifestOf((m) => Object.assign(m, { files: [{ path: "freeze.json", size: 0, parts: [] }] })),
    ],
    [/size -1/, manifestOf((m) => Object.assign(m, { files: [{ path: "x", size: -1, parts: [] }] }))],
    [/cover 0 of 5/, manifestOf((m) => Object.assign(m, { files: [{ path: "x", size: 5, parts: [] }] }))],
    [
      /part \[1, 5\) does not follow on 0/,
      manifestOf((m) => Object.assign(m, { files: [{ path: "x", size: 5, parts: [{ start: 1, end: 5 }] }] })),
    ],
    [
      /has no sha256/,
      manifestOf((m) => Object.assign(m, { files: [{ path: "x", size: 5, parts: [{ start: 0, end: 5 }] }] })),
    ],
  ];
  for (const [message, bytes] of cases) {
    assert.throws(() => parseManifest(bytes, "out/drydock.json"), { code: "MANIFEST_INVALID", message });
  }
});
