/**
 * What a stage task leaves for the build of its shard: which local file holds each pinned object, and which chunks of
 * it may be read. The transformer opens nothing else.
 */
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type ByteSource,
  CheckpointError,
  CheckpointLoadError,
  checkRange,
  crashPoint,
  sha256Hex,
} from "@drydock/checkpoint";
import type { Chunk } from "./journal.ts";
import { codeOf } from "../sources/failure.ts";

interface StagedBase {
  readonly pinId: string;
  readonly input: string;
  readonly object: string;
  readonly path: string;
  /** Of the whole object. */
  readonly size: number;
}

export type StagedObject =
  | (StagedBase & { readonly inPlace: false; readonly chunks: readonly Chunk[] })
  /** The user's own file, which may change under us: its identity is checked around every read. */
  | (StagedBase & {
      readonly inPlace: true;
      readonly identity: { readonly device: number; readonly inode: number; readonly mtimeNs: string };
    });

export interface StageManifest {
  readonly planDigest: string;
  readonly shard: number;
  readonly objects: readonly StagedObject[];
}

const pathOf = (dir: string, planDigest: string, shard: number): string =>
  join(dir, "stages", `${planDigest}-${shard}.json`);

export async function writeStageManifest(dir: string, manifest: StageManifest): Promise<void> {
  const path = pathOf(dir, manifest.planDigest, manifest.shard);
  await mkdir(join(dir, "stages"), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w");
  try {
    await file.writeFile(JSON.stringify(manifest));
    await file.sync();
  } finally {
    await file.close();
  }
  crashPoint("stage.written");
  await rename(temporary, path);
}

export async function readStageManifest(
  dir: string,
  planDigest: string,
  shard: number,
): Promise<StageManifest> {
  try {
    // Written by this node's fetcher under a name of ours.
    return JSON.parse(await readFile(pathOf(dir, planDigest, shard), "utf8")) as StageManifest;
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT") throw cause;
    throw new CheckpointError(
      `shard ${shard} of plan ${planDigest.slice(0, 12)} is not staged on this node`,
      {
        kind: "artifact-missing",
        code: "STAGE_MISSING",
        details: { planDigest, shard },
        cause,
      },
    );
  }
}

export async function removeStageManifest(dir: string, planDigest: string, shard: number): Promise<void> {
  await rm(pathOf(dir, planDigest, shard), { force: true });
}

export interface StagedSources extends AsyncDisposable {
  /** The object as a byte source; opened at the first read, closed with the whole. */
  source(input: string, object: string): ByteSource;
}

type File = Awaited<ReturnType<typeof open>>;

export function openStaged(manifest: StageManifest): StagedSources {
  const files = new Map<string, Promise<File>>();
  const sources = new Map(
    manifest.objects.map((object) => {
      const file = (): Promise<File> => {
        const opened =
          files.get(object.pinId) ??
          open(object.path, "r").catch((cause: unknown) => Promise.reject(gone(object, cause)));
        files.set(object.pinId, opened);
        return opened;
      };
      return [
        `${object.input}\n${object.object}`,
        object.inPlace ? inPlaceSource(object, file) : chunkSource(object, file),
      ];
    }),
  );
  return {
    source(input, object) {
      const found = sources.get(`${input}\n${object}`);
      if (found === undefined)
        throw new Error(`stage: shard ${manifest.shard} has no object ${input} ${object}`);
      return found;
    },
    async [Symbol.asyncDispose]() {
      const opened = await Promise.allSettled(files.values());
      await Promise.all(opened.map((o) => (o.status === "fulfilled" ? o.value.close() : undefined)));
    },
  };
}

function gone(object: StagedObject, cause: unknown): CheckpointError {
  return new CheckpointError(`${object.path}: cannot be opened`, {
    kind: codeOf(cause) === "ENOENT" ? "artifact-missing" : "source",
    code: "STAGE_MISSING",
    details: { path: object.path },
    cause,
  });
}

/** A file of the user, read where it is. */
function inPlaceSource(
  object: Extract<StagedObject, { inPlace: true }>,
  file: () => Promise<File>,
): ByteSource {
  const check = async (handle: File): Promise<void> => {
    const now = await handle.stat({ bigint: true });
    const { device, inode, mtimeNs } = object.identity;
    if (
      Number(now.dev) === device &&
      Number(now.ino) === inode &&
      String(now.mtimeNs) === mtimeNs &&
      Number(now.size) === object.size
    ) {
      return;
    }
    throw new CheckpointLoadError(
      `${object.path}: changed since it was pinned (${object.size} bytes then, ${now.size} now)`,
      {
        kind: "changed",
        code: "SOURCE_CHANGED",
        details: { path: object.path, expected: object.size, found: Number(now.size) },
        remedy: "Start the run again; it pins the file as it is now.",
      },
    );
  };
  const source: ByteSource = {
    size: object.size,
    name: object.path,
    async read(start, end) {
      checkRange(source, start, end);
      const handle = await file();
      await check(handle);
      const bytes = await readExactly(handle, start, end, object.path);
      await check(handle);
      return bytes;
    },
  };
  return source;
}

/** Verified chunks kept for the reads that follow, which mostly go forward. */
const KEPT_CHUNKS = 2;

/** A file of the cache: only listed chunks, each checked before the first byte of it is given out. */
function chunkSource(
  object: Extract<StagedObject, { inPlace: false }>,
  file: () => Promise<File>,
): ByteSource {
  const kept = new Map<number, Uint8Array>();
  const chunkBytes = async (chunk: Chunk): Promise<Uint8Array> => {
    const have = kept.get(chunk.start);
    if (have !== undefined) return have;
    const bytes = await readExactly(await file(), chunk.start, chunk.end, object.path);
    if (sha256Hex(bytes) !== chunk.sha256)
      throw unusable(object, chunk.start, chunk.end, "does not have the digest it was journalled with");
    kept.set(chunk.start, bytes);
    for (const start of kept.keys()) {
      if (kept.size <= KEPT_CHUNKS) break;
      kept.delete(start);
    }
    return bytes;
  };
  const source: ByteSource = {
    size: object.size,
    name: object.path,
    async read(start, end) {
      checkRange(source, start, end);
      const out = new Uint8Array(end - start);
      let at = start;
      while (at < end) {
        const chunk = object.chunks.find((c) => c.start <= at && at < c.end);
        if (chunk === undefined) throw unusable(object, at, end, "was not staged");
        const bytes = await chunkBytes(chunk);
        const to = Math.min(end, chunk.end);
        out.set(bytes.subarray(at - chunk.start, to - chunk.start), at - start);
        at = to;
      }
      return out;
    },
  };
  return source;
}

function unusable(object: StagedObject, start: number, end: number, why: string): CheckpointError {
  return new CheckpointError(`${object.path}: [${start}, ${end}) ${why}`, {
    kind: "artifact-missing",
    code: "STAGE_RANGE",
    details: { path: object.path, start, end },
  });
}

async function readExactly(file: File, start: number, end: number, path: string): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(end - start);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) {
      throw new CheckpointError(`${path}: ends at ${start + done}, [${start}, ${end}) was asked`, {
        kind: "changed",
        details: { path, expected: end, found: start + done },
      });
    }
    done += bytesRead;
  }
  return bytes;
}
