/**
 * One object in the cache: its open sparse file, the chunks that may be read, and the ranges being fetched right now.
 * Chunks and flights never overlap, each other neither; both lists are sorted by start.
 */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { ByteRange } from "@drydock/checkpoint";
import { codeOf } from "../sources/failure.ts";
import { rethrowFull } from "./capacity.ts";
import { overlapping } from "./fetch-plan.ts";
import type { Journal, ObjectKey } from "./journal.ts";
import { type ChunkRef, objectPath } from "./layout.ts";

export interface CachedChunk extends ChunkRef {
  /** Until the journal has it: settles with that. */
  committed?: Promise<void>;
}

/** A range one caller fetches and others wait for. */
export interface Flight extends ByteRange {
  /** Fulfilled when it is over, well or not. */
  readonly landed: Promise<void>;
  land(): void;
}

export class CachedObject {
  readonly key: ObjectKey;
  readonly path: string;
  readonly file: FileHandle;
  readonly chunks: CachedChunk[];
  readonly flights: Flight[] = [];

  constructor(key: ObjectKey, path: string, file: FileHandle, chunks: CachedChunk[]) {
    this.key = key;
    this.path = path;
    this.file = file;
    this.chunks = chunks;
  }

  has(chunk: CachedChunk): boolean {
    return this.chunks[indexAt(this.chunks, chunk.start)] === chunk;
  }

  insert(chunk: CachedChunk): void {
    this.chunks.splice(indexAt(this.chunks, chunk.start), 0, chunk);
  }

  remove(chunk: CachedChunk): void {
    if (this.has(chunk)) this.chunks.splice(indexAt(this.chunks, chunk.start), 1);
  }

  overlapping(ranges: readonly ByteRange[]): CachedChunk[] {
    return overlapping(this.chunks, ranges);
  }

  /** What is neither to be fetched nor to be joined across. */
  taken(): ByteRange[] {
    return [...this.chunks, ...this.flights].sort((a, b) => a.start - b.start);
  }

  claim({ start, end }: ByteRange): Flight {
    const { promise, resolve } = Promise.withResolvers<void>();
    const flight: Flight = {
      start,
      end,
      landed: promise,
      land: () => {
        const at = this.flights.indexOf(flight);
        if (at >= 0) this.flights.splice(at, 1);
        resolve();
      },
    };
    this.flights.splice(indexAt(this.flights, start), 0, flight);
    return flight;
  }
}

/**
 * Opens the object's file, making it when there is none. A file that is missing or of another length lost what the
 * journal says of it, which is then forgotten.
 */
export async function openCachedObject(dir: string, journal: Journal, key: ObjectKey): Promise<CachedObject> {
  const path = objectPath(dir, key.id);
  const found = await openExisting(path);
  if (found !== undefined) {
    if ((await found.stat()).size === key.size)
      return new CachedObject(key, path, found, journal.chunks(key.id));
    await found.close();
  }
  if (journal.chunks(key.id).length > 0) journal.forget(key.id);
  const file = await create(path, key.size).catch((error: unknown) => rethrowFull(error, dir, key.size));
  return new CachedObject(key, path, file, []);
}

async function create(path: string, size: number): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const file = await open(path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW);
  try {
    await file.truncate(size);
    await file.sync();
    await using folder = await open(dirname(path), "r");
    await folder.sync();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function indexAt(ranges: readonly ByteRange[], start: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
