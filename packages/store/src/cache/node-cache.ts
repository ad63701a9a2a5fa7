/**
 * The node's cache: a sparse file per pinned object and a journal of verified chunks. One process writes it.
 * N1 bytes, fdatasync, journal, in this order. What is fetched and not yet journalled is at most AT_RISK_BYTES: that
 *    is what a crash costs, and the memory of all fetches together.
 * N2 a read goes through known chunks only and checks their digests: a hole can never read as zeros.
 * N3 what is held, or in use, is never evicted.
 * N4 a range is fetched once, however many ask at the same time; nobody waits for ranges they did not ask for.
 */
import { mkdir } from "node:fs/promises";
import { type ByteRange, CheckpointError, coalesce, type Pin, totalBytes } from "@drydock/checkpoint";
import { throwIfAborted } from "./budget.ts";
import type { CachedChunk, CachedObject } from "./cached-object.ts";
import { CHUNK_BYTES } from "./chunk-size.ts";
import { subtract } from "./fetch-plan.ts";
import { Filler } from "./filler.ts";
import { type Journal, type ObjectKey, type ObjectStat, openJournal } from "./journal.ts";
import type { ChunkRef } from "./layout.ts";
import { lockCache } from "./lock.ts";
import { ensureNodeId } from "./node-id.ts";
import { OpenObjects } from "./open-objects.ts";
import { Room } from "./room.ts";
import { readVerified, VerifiedChunks } from "./verified-chunks.ts";

/** Chunks on the wire at once for all stages; readers have as many of their own. */
const CONCURRENCY = 4;
/** Two chunks: a reader goes forward through one while the next is checked. */
const KEPT_BYTES = 2 * CHUNK_BYTES;

export interface FetchOptions {
  /** Gives exactly the bytes [start, end) of the object, for good: they are not copied. */
  fetch(start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
  readonly signal?: AbortSignal;
}

export interface EnsureOptions extends FetchOptions {
  /** Called as chunks arrive, with the bytes this call has fetched so far. */
  progress?(bytes: number): void;
  /** Reads what is there already and fetches again what is damaged: for a stage that is done once more. */
  readonly verify?: boolean;
}

/** Where the wanted ranges are. */
export interface CachedRanges {
  /** The sparse file. */
  readonly path: string;
  /** Journalled chunks that cover the wanted ranges, by start. */
  readonly chunks: readonly ChunkRef[];
}

export interface CacheStat {
  readonly maxBytes: number;
  /** Of all chunks. */
  readonly cachedBytes: number;
  readonly heldBytes: number;
  /** Most recently used first. */
  readonly objects: readonly ObjectStat[];
}

export interface Verification {
  readonly chunks: number;
  readonly bytes: number;
  /** Dropped; fetched again when they are wanted. */
  readonly damaged: readonly ChunkRef[];
}

export interface NodeCacheOptions {
  readonly dir: string;
  readonly maxBytes: number;
  /** Default: the one the folder has, or a random one. */
  readonly nodeId?: string;
  readonly concurrency?: number;
}

/** Opens the cache for this process alone; a folder another one has open is kind "config", code CACHE_LOCKED. */
export async function openNodeCache(options: NodeCacheOptions): Promise<NodeCache> {
  const { dir } = options;
  await mkdir(dir, { recursive: true });
  using opened = new DisposableStack();
  opened.use(lockCache(dir));
  const nodeId = await ensureNodeId(dir, options.nodeId);
  const journal = opened.use(openJournal(dir));
  const objects = new OpenObjects(dir, journal);
  await objects.sweep();
  return new NodeCache(options, nodeId, journal, objects, opened.move());
}

export class NodeCache implements AsyncDisposable {
  readonly dir: string;
  readonly nodeId: string;
  readonly #maxBytes: number;
  readonly #journal: Journal;
  readonly #objects: OpenObjects;
  readonly #room: Room;
  readonly #filler: Filler;
  readonly #opened: Disposable;
  readonly #verified = new VerifiedChunks(KEPT_BYTES);
  readonly #stop = new AbortController();
  readonly #calls = new Set<Promise<unknown>>();

  /** Through openNodeCache, which has the lock. */
  constructor(
    { dir, maxBytes, concurrency = CONCURRENCY }: NodeCacheOptions,
    nodeId: string,
    journal: Journal,
    objects: OpenObjects,
    opened: Disposable,
  ) {
    this.dir = dir;
    this.nodeId = nodeId;
    this.#maxBytes = maxBytes;
    this.#journal = journal;
    this.#objects = objects;
    this.#opened = opened;
    this.#room = new Room(dir, maxBytes, journal, objects);
    this.#filler = new Filler(dir, journal, objects, this.#room, concurrency);
  }

  /**
   * Makes the ranges present and journalled, fetching what is missing, and at most one part in 200 of that on top to
   * save requests. Hold the object first if the chunks are to stay.
   */
  async ensure(pin: Pin, ranges: readonly ByteRange[], options: EnsureOptions): Promise<CachedRanges> {
    const wanted = rangesIn(pin, ranges);
    return this.#call(pin, options.signal, async (object, signal) => {
      if (options.verify === true) await this.#dropDamaged(object, object.overlapping(wanted), signal);
      let fetchedBytes = 0;
      for (;;) {
        await this.#filler.fill(object, wanted, {
          purpose: "stage",
          signal,
          fetch: (start, end, stop) => options.fetch(start, end, stop),
          arrived: ({ start, end }) => {
            fetchedBytes += end - start;
            options.progress?.(fetchedBytes);
          },
        });
        const chunks = object.overlapping(wanted);
        await this.#filler.committed(chunks);
        // A reader may have found one damaged meanwhile.
        if (subtract(wanted, object.chunks).length > 0) continue;
        this.#journal.touch(pin.id, Date.now());
        return { path: object.path, chunks: chunks.map(refOf) };
      }
    });
  }

  /** Exactly the bytes [start, end), fetched if they are not there. A chunk found damaged is fetched again. */
  async read(pin: Pin, start: number, end: number, options: FetchOptions): Promise<Uint8Array> {
    const wanted = rangesIn(pin, [{ start, end }]);
    return this.#call(pin, options.signal, async (object, signal) => {
      const out = new Uint8Array(end - start);
      for (let repaired = 0; ; repaired++) {
        await this.#filler.fill(object, wanted, {
          purpose: "read",
          signal,
          fetch: (from, to, stop) => options.fetch(from, to, stop),
          arrived: (chunk, bytes) => this.#verified.put(pin.id, chunk, bytes),
        });
        const chunks = object.overlapping(wanted);
        const damaged = await this.#copy(object, chunks, start, out);
        if (damaged === undefined && subtract(wanted, chunks).length === 0) return out;
        if (damaged === undefined) continue; // another reader dropped one
        this.#drop(object, damaged);
        if (repaired > chunks.length) throw unreliable(object.path, damaged);
      }
    });
  }

  /** Keeps the objects, present or to come, until the holder releases them; survives a restart. */
  async hold(pinIds: readonly string[], holder: string): Promise<void> {
    this.#journal.hold(pinIds, holder);
  }

  async release(holder: string): Promise<void> {
    this.#journal.release(holder);
  }

  /** Who holds anything; a fetcher that starts lets go of those whose runs have ended. */
  async holders(): Promise<string[]> {
    return this.#journal.holders();
  }

  /**
   * Removes what nobody holds, least recently used first: everything unused for `maxAgeMs`, then until the cache fits
   * its size. Resolves to the bytes freed.
   */
  async evict({ maxAgeMs = Number.POSITIVE_INFINITY }: { readonly maxAgeMs?: number } = {}): Promise<number> {
    const freed = this.#room.evict(0, Date.now() - maxAgeMs);
    await this.#objects.settled();
    return freed;
  }

  /** Of journalled chunks. */
  bytes(): number {
    return this.#journal.bytes;
  }

  async stat(): Promise<CacheStat> {
    const objects = this.#journal.objects();
    return {
      maxBytes: this.#maxBytes,
      cachedBytes: this.#journal.bytes,
      heldBytes: objects.reduce((sum, o) => sum + (o.holders.length > 0 ? o.cachedBytes : 0), 0),
      objects,
    };
  }

  /** Reads every chunk of an object and drops the damaged ones; undefined when the cache has none of it. */
  async verify(pinId: string, signal?: AbortSignal): Promise<Verification | undefined> {
    const known = this.#journal.objects().find((object) => object.pinId === pinId);
    if (known === undefined) return undefined;
    const key = { id: pinId, uri: known.uri, size: known.sizeBytes };
    return this.#call(key, signal, async (object, stop) => {
      const chunks = [...object.chunks];
      const damaged = await this.#dropDamaged(object, chunks, stop);
      return { chunks: chunks.length, bytes: totalBytes(chunks), damaged };
    });
  }

  /** Ends what is under way and journals what has arrived. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#calls);
    await this.#filler.flush();
    await this.#objects[Symbol.asyncDispose]();
    this.#opened[Symbol.dispose]();
  }

  /** Work on an open object that ends with the cache. */
  async #call<T>(
    { id, uri, size }: ObjectKey,
    given: AbortSignal | undefined,
    work: (object: CachedObject, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const signal = given === undefined ? this.#stop.signal : AbortSignal.any([given, this.#stop.signal]);
    throwIfAborted(signal);
    const call = this.#objects.use({ id, uri, size }, (object) => work(object, signal));
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  /** N2. Fills `out`, which begins at `start`; returns a chunk whose bytes on disk are not what they were, if any. */
  async #copy(
    object: CachedObject,
    chunks: readonly CachedChunk[],
    start: number,
    out: Uint8Array,
  ): Promise<CachedChunk | undefined> {
    for (const chunk of chunks) {
      const bytes = await this.#verified.read(object.key.id, object.file, chunk);
      if (bytes === undefined) return chunk;
      const from = Math.max(start, chunk.start);
      const to = Math.min(start + out.length, chunk.end);
      out.set(bytes.subarray(from - chunk.start, to - chunk.start), from - start);
    }
    return undefined;
  }

  async #dropDamaged(
    object: CachedObject,
    chunks: readonly CachedChunk[],
    signal: AbortSignal,
  ): Promise<ChunkRef[]> {
    const damaged: ChunkRef[] = [];
    for (const chunk of chunks) {
      throwIfAborted(signal);
      if ((await readVerified(object.file, chunk)) !== undefined || !object.has(chunk)) continue;
      this.#drop(object, chunk);
      damaged.push(refOf(chunk));
    }
    return damaged;
  }

  #drop(object: CachedObject, chunk: CachedChunk): void {
    if (!object.has(chunk)) return; // another reader did
    object.remove(chunk);
    this.#journal.drop(object.key.id, chunk.start);
  }
}

function refOf({ start, end, sha256 }: ChunkRef): ChunkRef {
  return { start, end, sha256 };
}

/** Sorted, disjoint, none empty. */
function rangesIn(pin: Pin, ranges: readonly ByteRange[]): ByteRange[] {
  for (const { start, end } of ranges) {
    if (!(Number.isSafeInteger(start) && 0 <= start && start <= end && end <= pin.size)) {
      throw new RangeError(`${pin.uri}: range [${start}, ${end}) is not inside [0, ${pin.size})`);
    }
  }
  return coalesce(ranges);
}

function unreliable(path: string, chunk: ChunkRef): CheckpointError {
  return new CheckpointError(`${path}: [${chunk.start}, ${chunk.end}) does not read back as it was written`, {
    kind: "source",
    code: "CACHE_DISK_UNRELIABLE",
    details: { path, start: chunk.start, end: chunk.end },
    remedy: "check the disk the cache lies on",
  });
}
