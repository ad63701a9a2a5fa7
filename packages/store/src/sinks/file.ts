/**
 * Outputs in a local or shared folder.
 *
 * Beside the output `<name>` stands `.<name>.drydock-<plan>` on the same file system:
 *   data/     becomes the output by one rename
 *   parts/    one small file per shard that is on disk, holding its digest
 *   old/      the output being replaced
 *
 * F1 a part is written after its bytes are on disk, so holes and torn writes are never taken for a shard.
 * F2 a crash leaves the old output, or the new one, or (between the two renames of a replacement) neither; the next
 *    seal finishes, and discard puts the old one back.
 * F3 a folder that is not empty and holds no manifest of ours belongs to somebody: it is never touched.
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CheckpointError, crashPoint, MANIFEST_NAME } from "@drydock/checkpoint";
import { codeOf } from "../sources/failure.ts";
import { isPlainName } from "../sources/folder.ts";
import { isInside, pathOfUri } from "../sources/local-path.ts";
import {
  type Existing,
  existingOf,
  occupied,
  otherPlan,
  type Seal,
  type ShardPut,
  type Sink,
  type SinkRun,
  type SinkType,
  shardMissing,
} from "./sink.ts";
import { openStaged, readStaged, throwIfCancelled } from "./staged.ts";

export const fileSink: SinkType = {
  schemes: ["file"],
  open(uri, ctx) {
    return new FolderSink(pathOfUri(uri), ctx.roots);
  },
};

class FolderSink implements Sink {
  readonly name: string;
  readonly #roots: readonly string[] | undefined;

  constructor(path: string, roots: readonly string[] | undefined) {
    this.name = path;
    this.#roots = roots;
  }

  async existing(): Promise<Existing> {
    return await named(this.name, async () => existingOf(await readIfThere(join(this.name, MANIFEST_NAME))));
  }

  async putShard(shard: ShardPut): Promise<void> {
    await named(this.name, async () => {
      const before = await this.existing();
      if (before.sealed && before.planDigest === shard.planDigest) return;
      const { sibling, data, parts } = await this.#prepare(shard);
      const part = join(parts, partName(shard.file, shard.start, shard.end));
      if (await isPut(part, shard.sha256)) return shard.progress?.(shard.end - shard.start);
      const path = fileIn(data, shard.file);
      await mkdir(dirname(path), { recursive: true });
      const staged = await openStaged(shard);
      try {
        await withFile(path, constants.O_RDWR | constants.O_CREAT, async (out) => {
          // Several shards do this at once; all to the same size.
          if ((await out.stat()).size !== shard.fileSize) await out.truncate(shard.fileSize);
          await readStaged(shard, staged, async (block, at) => {
            await writeAll(out, block, shard.start + at);
            shard.progress?.(block.length);
          });
          await out.datasync();
        });
      } finally {
        await staged.close();
      }
      crashPoint("file-sink.bytes");
      // F1
      await writeDurably(sibling, part, new TextEncoder().encode(shard.sha256));
      crashPoint("file-sink.part");
    });
  }

  async seal(seal: Seal): Promise<void> {
    await named(this.name, async () => {
      const place = this.#place(seal);
      const before = await this.existing();
      if (before.sealed && before.planDigest === seal.planDigest) {
        return await rm(place.sibling, { recursive: true, force: true });
      }
      if (before.sealed && seal.ifExists === "fail")
        throw otherPlan(this.name, before.planDigest, seal.planDigest);
      if (!before.sealed) await demandEmpty(this.name);
      await this.#prepare(seal);
      await demandComplete(this.name, place, seal);
      throwIfCancelled(seal.signal);
      for (const { path, bytes } of seal.sidecars)
        await writeDurably(place.sibling, fileIn(place.data, path), bytes);
      crashPoint("file-sink.sidecars");
      await writeDurably(place.sibling, join(place.data, MANIFEST_NAME), seal.manifest);
      await syncTree(place.data);
      crashPoint("file-sink.manifest");
      if (before.sealed) {
        await rm(place.old, { recursive: true, force: true });
        await rename(this.name, place.old);
      }
      crashPoint("file-sink.aside");
      // Takes the place of an empty folder too.
      await rename(place.data, this.name);
      crashPoint("file-sink.renamed");
      await syncFolder(dirname(this.name));
      await rm(place.sibling, { recursive: true, force: true });
    });
  }

  async discard(run: SinkRun): Promise<void> {
    await named(this.name, async () => {
      const { old, sibling } = this.#place(run);
      // F2
      if ((await exists(old)) && !(await exists(this.name))) await rename(old, this.name);
      await rm(sibling, { recursive: true, force: true });
    });
  }

  #place({ planDigest }: SinkRun): Place {
    const sibling = join(dirname(this.name), `.${basename(this.name)}.drydock-${planDigest.slice(0, 12)}`);
    return { sibling, data: join(sibling, "data"), parts: join(sibling, "parts"), old: join(sibling, "old") };
  }

  async #prepare(run: SinkRun): Promise<Place> {
    const place = this.#place(run);
    await this.#confine();
    await mkdir(place.data, { recursive: true });
    await mkdir(place.parts, { recursive: true });
    return place;
  }

  /** The folder it will be made in, with links followed, lies below a root. */
  async #confine(): Promise<void> {
    if (this.#roots === undefined) return;
    let above = this.name;
    while (!(await exists(above))) above = dirname(above);
    const real = await realpath(above);
    if (this.#roots.some((root) => isInside(real, root))) return;
    throw new CheckpointError(`${this.name}: outside the folders outputs may lie in`, {
      kind: "denied",
      code: "LOCAL_PATH_DENIED",
      details: { roots: this.#roots },
      remedy: `choose an output below one of ${this.#roots.join(", ")}`,
    });
  }
}

interface Place {
  readonly sibling: string;
  readonly data: string;
  readonly parts: string;
  readonly old: string;
}

function partName(file: string, start: number, end: number): string {
  return `${encodeURIComponent(file)}@${start}-${end}`;
}

async function isPut(part: string, sha256: string): Promise<boolean> {
  const found = await readIfThere(part);
  return found !== undefined && new TextDecoder().decode(found) === sha256;
}

/** F3. */
async function demandEmpty(folder: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    if (codeOf(error) === "ENOTDIR") throw occupied(folder, "is a file", { found: [basename(folder)] });
    throw error;
  }
  if (names.length === 0) return;
  const some = names.sort().slice(0, 5);
  throw occupied(folder, `holds ${names.length} entries that are no output of Drydock: ${some.join(", ")}`, {
    found: some,
  });
}

async function demandComplete(name: string, { data, parts }: Place, seal: Seal): Promise<void> {
  for (const file of seal.files) {
    const { size } = await stat(fileIn(data, file.path)).catch(() => ({ size: -1 }));
    for (const { start, end, sha256 } of file.parts) {
      const there = size === file.size && (await isPut(join(parts, partName(file.path, start, end)), sha256));
      if (!there) throw shardMissing(name, file.path, start, end);
    }
  }
}

function fileIn(folder: string, path: string): string {
  if (!isPlainName(path)) throw new CheckpointError(`${JSON.stringify(path)} is no name of an output file`);
  return join(folder, path);
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

/** The file under its name with exactly these bytes on disk, or not at all. */
async function writeDurably(sibling: string, path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Not in data/, which is published whole.
  const temporary = join(sibling, randomUUID());
  await withFile(temporary, "w", async (handle) => {
    await handle.writeFile(bytes);
    await handle.sync();
  });
  await rename(temporary, path);
}

/** Names are on disk once their folders are. */
async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncTree(join(folder, entry.name));
  }
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  await withFile(folder, "r", (handle) => handle.sync());
}

async function withFile(
  path: string,
  flags: string | number,
  work: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await open(path, flags);
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Errors of the file system as kinds. */
async function named<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    const code = codeOf(error);
    const options = { cause: error, details: { path: name, reason: code ?? null } };
    const why = error instanceof Error ? error.message : String(error);
    if (code === "ENOSPC" || code === "EDQUOT") {
      throw new CheckpointError(`${name}: no space left: ${why}`, {
        kind: "capacity",
        code: "SINK_FULL",
        remedy: "make room on the file system of the output",
        ...options,
      });
    }
    if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
      throw new CheckpointError(`${name}: may not be written: ${why}`, {
        kind: "denied",
        code: "SINK_DENIED",
        remedy: "let the user the fetcher runs as write there",
        ...options,
      });
    }
    throw new CheckpointError(`${name}: ${why}`, { kind: "source", code: "SINK_FAILED", ...options });
  }
}
