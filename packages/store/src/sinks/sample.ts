/**
 * A small output for tests of sinks: two files, three shards, one sidecar. Run as a program it puts and seals one, so
 * that a test can kill it: sample.ts FOLDER LABEL URI.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MANIFEST_NAME, sha256Hex } from "@drydock/checkpoint";
import { openSink, type Seal, type ShardPut, type SinkState } from "./index.ts";

export interface Sample {
  readonly puts: readonly ShardPut[];
  readonly seal: Seal;
  /** Path → text of the sealed folder. */
  readonly expected: Readonly<Record<string, string>>;
}

/** Stages the shards in `dir`/staged-`label`. Other labels have other bytes; `unit` is the size of a shard. */
export function sample(dir: string, label: string, unit = 1000): Sample {
  const planDigest = sha256Hex(`plan ${label}`);
  const staged = join(dir, `staged-${label}`);
  mkdirSync(staged, { recursive: true });
  const files = [
    { path: "w/a.bin", shards: 2 },
    { path: "b.bin", shards: 1 },
  ];
  const puts: ShardPut[] = [];
  const expected: Record<string, string> = {};
  for (const { path, shards } of files) {
    for (let i = 0; i < shards; i++) {
      const bytes = Buffer.alloc(unit, `${label} ${path} ${i} `);
      const localPath = join(staged, `${puts.length}`);
      writeFileSync(localPath, bytes);
      expected[path] = (expected[path] ?? "") + bytes.toString("latin1");
      puts.push({
        planDigest,
        runId: "run",
        file: path,
        fileSize: shards * unit,
        start: i * unit,
        end: (i + 1) * unit,
        shardIndexInFile: i,
        shardsInFile: shards,
        localPath,
        sha256: sha256Hex(bytes),
      });
    }
  }
  const manifest = JSON.stringify({ planDigest, label });
  expected["freeze.json"] = `freeze ${label}`;
  expected[MANIFEST_NAME] = manifest;
  const seal: Seal = {
    planDigest,
    runId: "run",
    files: files.map(({ path, shards }) => ({
      path,
      size: shards * unit,
      parts: puts.filter((p) => p.file === path).map(({ start, end, sha256 }) => ({ start, end, sha256 })),
    })),
    sidecars: [{ path: "freeze.json", bytes: new TextEncoder().encode(`freeze ${label}`) }],
    manifest: new TextEncoder().encode(manifest),
    ifExists: "fail",
  };
  return { puts, seal, expected };
}

/** The shared state of one process. */
export function memoryState(held = new Map<string, string>()): SinkState {
  return {
    get: async (key) => held.get(key),
    async create(key, value) {
      if (!held.has(key)) held.set(key, value);
      return held.get(key) ?? value;
    },
    async delete(key) {
      held.delete(key);
    },
  };
}

if (process.argv[1] === import.meta.filename) {
  const [, , dir = "", label = "", uri = ""] = process.argv;
  const { puts, seal } = sample(dir, label);
  const sink = openSink(uri, { state: memoryState() });
  for (const put of puts) await sink.putShard(put);
  await sink.seal({ ...seal, ifExists: "replace" });
}
