/**
 * The node's cache: a sparse file per pinned object and a journal of verified chunks. One process writes it.
 * N1 bytes, fdatasync, journal, in this order; at most UNJOURNALLED_BYTES of an object wait for the journal.
 * N2 a read goes through journalled chunks only and checks their digests: a hole can never read as zeros.
 * N3 what is held is never evicted.
 */
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ByteRange, CheckpointError, crashPoint, type Pin, sha256Hex } from "@drydock/checkpoint";
import { type Chunk, openJournal } from "./journal.ts";
import { BLOCK_BYTES, missingBlocks } from "./missing.ts";
import { codeOf } from "../sources/failure.ts";
import { ensureNodeId } from "./node-id.ts";

/** What a crash may cost to fetch again, per object. */
const UNJOURNALLED_BYTES = 32 * 1024 * 1024;
/** Blocks under way at once; with BLOCK_BYTES the memory of one fetch. */
const AT_ONCE = 4;

export interface EnsureOptions {
  /** Gives exactly the bytes [start, end) of the object. */
  fetch(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
  readonly signal?: AbortSignal;
  /** Called with the bytes fetched by this call so far. */
  progress?(bytes: number): void;
}

export interface CachedObject {
  /** The sparse file. */
  readonly path: string;
  /** Verified chunks that cover the wanted ranges, by start. */
  readonly chunks: readonly Chunk[];
}

export interface NodeCache extends AsyncDisposable {
  readonly nodeId: string;
  readonly dir: string;
  /** Makes the ranges present, fetching what is missing once however many ask. */
  ensure(pin: Pin, ranges: readonly ByteRange[], options: EnsureOptions): Promise<CachedObject>;
  /** Read-through. A chunk found damaged is dropped and fetched once more. */
  read(pin: Pin, start: number, end: number, options: EnsureOptions): Promise<Uint8Array>;
  hold(pinIds: readonly string[], holder: string): Promise<void>;
  release(holder: string): Promise<void>;
  /** Removes unheld objects, least recently used first, until the cache fits its budget. Resolves to the bytes freed. */
  evict(): Promise<number>;
  /** Bytes of verified chunks. */
  bytes(): number;
}

export interface NodeCacheOptions {
  readonly dir: string;
  readonly maxBytes: number;
}

export async function openNodeCache({ dir, maxBytes }: NodeCacheOptions): Promise<NodeCache> {
  await mkdir(join(dir, "objects"), { recursive: true });
  const journal = openJournal(dir);
  const nodeId = await ensureNodeId(dir);
  const busy = new Map<string, Promise<unknown>>();
  const pathOf = (pinId: string): string => join(dir, "objects", pinId);

  /** One at a time per object: whoever comes second finds the bytes there. */
  const alone = async <T>(pinId: string, work: () => Promise<T>): Promise<T> => {
    const before = busy.get(pinId) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.then(
      () => {},
      () => {},
    );
    busy.set(pinId, settled);
    try {
      return await mine;
    } finally {
      if (busy.get(pinId) === settled) busy.delete(pinId);
    }
  };

  const fill = async (pin: Pin, ranges: readonly ByteRange[], options: EnsureOptions): Promise<void> => {
    const blocks = missingBlocks(ranges, journal.chunks(pin.id));
    if (blocks.length === 0) {
      journal.touch(pin.id, Date.now());
      return;
    }
    await using file = await open(pathOf(pin.id), "a+").then(async (made) => {
      await made.close();
      return open(pathOf(pin.id), "r+");
    });
    const abort = new AbortController();
    const signal =
      options.signal === undefined ? abort.signal : AbortSignal.any([options.signal, abort.signal]);
    let pending: Chunk[] = [];
    let fetched = 0;
    const commit = async (): Promise<void> => {
      const chunks = pending;
      pending = [];
      if (chunks.length === 0) return;
      await file.datasync();
      crashPoint("cache.synced");
      journal.add(pin.id, chunks, Date.now()); // N1
      crashPoint("cache.journalled");
    };
    let committing = Promise.resolve();
    const queue = [...blocks];
    const worker = async (): Promise<void> => {
      for (let block = queue.shift(); block !== undefined; block = queue.shift()) {
        const { start, end } = block;
        const bytes = await options.fetch(start, end, signal);
        if (bytes.length !== end - start) {
          throw new CheckpointError(`${pin.uri}: [${start}, ${end}) gave ${bytes.length} bytes`, {
            kind: "internal",
          });
        }
        await write(file, bytes, start, dir);
        pending.push({ start, end, sha256: sha256Hex(bytes) });
        fetched += bytes.length;
        options.progress?.(fetched);
        if (
          pending.reduce((n, c) => n + c.end - c.start, 0) >=
          UNJOURNALLED_BYTES - AT_ONCE * BLOCK_BYTES + BLOCK_BYTES
        ) {
          committing = committing.then(commit);
          await committing;
        }
      }
    };
    const workers = Array.from({ length: Math.min(AT_ONCE, blocks.length) }, () =>
      worker().catch((error: unknown) => {
        abort.abort(error);
        throw error;
      }),
    );
    const results = await Promise.allSettled(workers);
    // What did arrive is kept, also when something else failed.
    await committing.then(commit);
    const failed = results.find((r) => r.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  };

  const evict = async (): Promise<number> => {
    let excess = journal.totalBytes() - maxBytes;
    let freed = 0;
    for (const { pinId, bytes } of excess > 0 ? journal.evictable() : []) {
      if (excess <= 0) break;
      if (busy.has(pinId)) continue;
      // Forgotten first: a file without a journal is nothing, a journal without a file would be a lie.
      journal.remove(pinId);
      await rm(pathOf(pinId), { force: true });
      excess -= bytes;
      freed += bytes;
    }
    return freed;
  };

  const readChunks = async (pin: Pin, start: number, end: number): Promise<Uint8Array> => {
    const out = new Uint8Array(end - start);
    await using file = await open(pathOf(pin.id), "r");
    for (const chunk of journal.chunks(pin.id, { start, end })) {
      const bytes = Buffer.allocUnsafe(chunk.end - chunk.start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, chunk.start);
      if (bytesRead !== bytes.length || sha256Hex(bytes) !== chunk.sha256) throw new DamagedChunk(chunk);
      const from = Math.max(start, chunk.start);
      const to = Math.min(end, chunk.end);
      out.set(bytes.subarray(from - chunk.start, to - chunk.start), from - start);
    }
    return out;
  };

  return {
    nodeId,
    dir,
    async ensure(pin, ranges, options) {
      await alone(pin.id, () => fill(pin, ranges, options));
      await evict();
      return { path: pathOf(pin.id), chunks: journal.chunks(pin.id) };
    },
    async read(pin, start, end, options) {
      if (start === end) return new Uint8Array();
      for (let tries = 0; ; tries++) {
        await alone(pin.id, () => fill(pin, [{ start, end }], options));
        try {
          return await readChunks(pin, start, end); // N2
        } catch (error) {
          if (!(error instanceof DamagedChunk) || tries > 0) throw error;
          journal.drop(pin.id, error.chunk.start);
        }
      }
    },
    async hold(pinIds, holder) {
      for (const pinId of pinIds) journal.hold(pinId, holder); // N3
    },
    async release(holder) {
      journal.release(holder);
    },
    evict,
    bytes: () => journal.totalBytes(),
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(busy.values());
      journal.close();
    },
  };
}

class DamagedChunk extends CheckpointError {
  readonly chunk: Chunk;
  constructor(chunk: Chunk) {
    super(`cache: the chunk [${chunk.start}, ${chunk.end}) is damaged on disk`, {
      kind: "source",
      code: "CACHE_DAMAGED",
    });
    this.chunk = chunk;
  }
}

type File = Awaited<ReturnType<typeof open>>;

async function write(file: File, bytes: Uint8Array, at: number, dir: string): Promise<void> {
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
  } catch (cause) {
    if (codeOf(cause) !== "ENOSPC" && codeOf(cause) !== "EDQUOT") throw cause;
    throw new CheckpointError(`cache ${dir}: no space for ${bytes.length} bytes at offset ${at}`, {
      kind: "capacity",
      code: "CACHE_FULL",
      details: { dir, bytes: bytes.length },
      remedy:
        "Free space on the node's volume, or lower DRYDOCK_CACHE_BYTES so that eviction starts earlier.",
      cause,
    });
  }
}
