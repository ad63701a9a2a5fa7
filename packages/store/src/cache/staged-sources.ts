/**
 * The objects of a stage manifest as byte sources, for a process that may read the cache and not write it.
 * S1 of a file of the cache only listed chunks are read, each checked before its first byte is given out; what is not
 *    listed, not there or not as listed is kind "artifact-missing", and the shard is staged again.
 * S2 a file of the user's is the one that was pinned before and after each read, or kind "changed".
 */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { type ByteSource, CheckpointError, checkRange } from "@drydock/checkpoint";
import { codeOf } from "../sources/failure.ts";
import { fileSource } from "../sources/file.ts";
import { makePin } from "../sources/source.ts";
import { CHUNK_BYTES } from "./chunk-size.ts";
import type { StagedCopy, StagedInPlace, StageManifest } from "./stage-manifest.ts";
import { VerifiedChunks } from "./verified-chunks.ts";

/** A build reads a few tensors side by side, each going forward. */
const KEPT_BYTES = 4 * CHUNK_BYTES;

/** A byte source that can also put bytes where they are used next. */
export interface StagedSource extends ByteSource {
  /** Fills `target` with the bytes from `start`, wholly or rejects. */
  readInto(start: number, target: Uint8Array, signal?: AbortSignal): Promise<void>;
}

export interface StagedSources extends AsyncDisposable {
  /** An object of the manifest; opened at the first read, closed with the whole. */
  source(input: string, object: string): StagedSource;
}

interface Opened {
  readonly source: StagedSource;
  close(): Promise<void>;
}

export function openStaged(manifest: StageManifest): StagedSources {
  const verified = new VerifiedChunks(KEPT_BYTES);
  const opened = new Map<string, Opened>(
    manifest.objects.map((staged) => [
      `${staged.input}\n${staged.object}`,
      staged.inPlace ? openInPlace(staged) : openCopy(staged, verified),
    ]),
  );
  return {
    source(input, object) {
      const found = opened.get(`${input}\n${object}`);
      if (found !== undefined) return found.source;
      throw new CheckpointError(`shard ${manifest.shard}: nothing of ${input} ${object} was staged`, {
        kind: "artifact-missing",
        code: "STAGE_OBJECT",
        details: { input, object, shard: manifest.shard },
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...opened.values()].map((one) => one.close()));
    },
  };
}

/** S1. */
function openCopy(staged: StagedCopy, verified: VerifiedChunks): Opened {
  const file = lazily(() => openFile(staged));
  const { chunks, size, path: name, pinId } = staged;
  return {
    source: sourceOf(size, name, async (start, target) => {
      let at = start;
      const end = start + target.length;
      for (let i = firstAfter(chunks, start); at < end; i++) {
        const chunk = chunks[i];
        if (chunk === undefined || chunk.start > at) throw unusable(staged, at, end, "was not staged");
        const bytes = await verified.read(pinId, await file.get(), chunk);
        if (bytes === undefined) {
          throw unusable(staged, chunk.start, chunk.end, "does not hold the bytes that were staged");
        }
        const to = Math.min(end, chunk.end);
        target.set(bytes.subarray(at - chunk.start, to - chunk.start), at - start);
        at = to;
      }
    }),
    close: async () => (await file.opened())?.close(),
  };
}

/** S2. */
function openInPlace(staged: StagedInPlace): Opened {
  const { input, object, size, identity, path } = staged;
  const uri = pathToFileURL(path).href;
  const pin = makePin({ input, object, uri, size, identity: { kind: "file", ...identity }, checksums: [] });
  const file = lazily(() => fileSource.open(pin, { nodeId: "" }));
  return {
    source: sourceOf(size, path, async (start, target, signal) => {
      target.set(await (await file.get()).read(start, start + target.length, signal));
    }),
    close: async () => (await file.opened())?.close?.(),
  };
}

function sourceOf(size: number, name: string, readInto: StagedSource["readInto"]): StagedSource {
  const source: StagedSource = {
    size,
    name,
    async read(start, end, signal) {
      checkRange(source, start, end);
      const bytes = new Uint8Array(end - start);
      await readInto(start, bytes, signal);
      return bytes;
    },
    async readInto(start, target, signal) {
      checkRange(source, start, start + target.length);
      await readInto(start, target, signal);
    },
  };
  return source;
}

async function openFile(staged: StagedCopy): Promise<FileHandle> {
  try {
    return await open(staged.path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    throw unusable(staged, 0, staged.size, "is gone from the cache", error);
  }
}

/** Opened at the first use, and again if that failed. */
function lazily<T>(openOnce: () => Promise<T>) {
  let opening: Promise<T> | undefined;
  return {
    get(): Promise<T> {
      opening ??= openOnce().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    opened: async (): Promise<T | undefined> => opening?.catch(() => undefined),
  };
}

/** Index of the first chunk that ends after `at`. */
function firstAfter(chunks: StagedCopy["chunks"], at: number): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((chunks[middle]?.end ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function unusable(
  staged: StagedCopy,
  start: number,
  end: number,
  why: string,
  cause?: unknown,
): CheckpointError {
  const object = staged.object === "" ? staged.input : `${staged.input} ${staged.object}`;
  return new CheckpointError(`${object}: [${start}, ${end}) in ${staged.path} ${why}`, {
    kind: "artifact-missing",
    code: "STAGE_RANGE",
    details: { path: staged.path, pin: staged.pinId, start, end },
    ...(cause === undefined ? {} : { cause }),
  });
}
