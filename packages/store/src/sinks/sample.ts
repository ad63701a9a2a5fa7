/**
 * A small output for tests of sinks: two files, three shards, one sidecar. Run as a program it puts and seals one, so
 * that a test can kill it: sample.ts FOLDER LABEL URI [UNIT].
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_NAME, sha256Hex } from "@drydock/checkpoint";
import { openSink, type Seal, type ShardPut, type SinkState } from "./index.ts";

export interface Sample {
  readonly puts: readonly ShardPut[];
  readonly seal: Seal;
  /** Path → text of the sealed folder. */
  readonly expected: Readonly<Record<string, string>>;
}

/** Stages the shards in `dir`/staged-`label`. Other labels have other bytes; the first has `unit`, the others 1000. */
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
  const sizeOf = (path: string): number => (path === "w/a.bin" ? unit + 1000 : 1000);
  for (const { path, shards } of files) {
    for (let i = 0; i < shards; i++) {
      const start = i * unit;
      const bytes = Buffer.alloc(i < shards - 1 ? unit : 1000, `${label} ${path} ${i} `);
      const localPath = join(staged, `${puts.length}`);
      writeFileSync(localPath, bytes);
      expected[path] = (expected[path] ?? "") + bytes.toString("latin1");
      puts.push({
        planDigest,
        runId: "run",
        file: path,
        fileSize: sizeOf(path),
        start,
        end: start + bytes.length,
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
    files: files.map(({ path }) => ({
      path,
      size: sizeOf(path),
      parts: puts.filter((p) => p.file === path).map(({ start, end, sha256 }) => ({ start, end, sha256 })),
    })),
    sidecars: [{ path: "freeze.json", bytes: new TextEncoder().encode(`freeze ${label}`) }],
    manifest: new TextEncoder().encode(manifest),
    ifExists: "fail",
  };
  return { puts, seal, expected };
}

/** State that processes share by a folder. */
export function folderState(folder: string): SinkState {
  const at = (key: string): string => join(folder, sha256Hex(key));
  const get = async (key: string) => readFile(at(key), "utf8").catch(() => undefined);
  return {
    get,
    async create(key, value) {
      await mkdir(folder, { recursive: true });
      await writeFile(at(key), value, { flag: "wx" }).catch(() => {});
      return (await get(key)) ?? value;
    },
    delete: (key) => rm(at(key), { force: true }),
  };
}

if (process.argv[1] === import.meta.filename) {
  const [, , dir = "", label = "", uri = "", unit = "1000"] = process.argv;
  const { puts, seal } = sample(dir, label, Number(unit));
  const sink = openSink(uri, { state: folderState(join(dir, "state")) });
  for (const put of puts) await sink.putShard(put);
  await sink.seal({ ...seal, ifExists: "replace" });
}
