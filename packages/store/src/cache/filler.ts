/** Fetches what is missing of an object: N1 and N4 of node-cache.ts. */
import {
  type ByteRange,
  CheckpointSourceError,
  crashPoint,
  sha256Hex,
  totalBytes,
} from "@drydock/checkpoint";
import { giveBlock } from "./blocks.ts";
import { Budget, cancelled, throwIfAborted } from "./budget.ts";
import type { CachedChunk, CachedObject, Flight } from "./cached-object.ts";
import { rethrowFull } from "./capacity.ts";
import { CHUNK_BYTES } from "./chunk-size.ts";
import { join, overlapping, split, subtract } from "./fetch-plan.ts";
import { GroupCommit } from "./group-commit.ts";
import type { Journal } from "./journal.ts";
import type { OpenObjects } from "./open-objects.ts";
import type { Room } from "./room.ts";

/** N1. */
export const AT_RISK_BYTES = 32 * 1024 * 1024;

export interface Filling {
  /**
   * A stage wants bytes on disk and may join ranges; a reader waits for exactly its bytes and gets slots of its own,
   * so that it never queues behind a checkpoint.
   */
  readonly purpose: "stage" | "read";
  readonly signal: AbortSignal;
  fetch(start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
  /** A chunk is written; the journal follows. */
  arrived(chunk: CachedChunk, bytes: Uint8Array): void;
}

export class Filler {
  readonly #dir: string;
  readonly #objects: OpenObjects;
  readonly #room: Room;
  readonly #atRisk = new Budget(AT_RISK_BYTES);
  readonly #commits: GroupCommit;
  readonly #slots: Readonly<Record<Filling["purpose"], Budget>>;

  constructor(dir: string, journal: Journal, objects: OpenObjects, room: Room, concurrency: number) {
    this.#dir = dir;
    this.#objects = objects;
    this.#room = room;
    this.#commits = new GroupCommit(journal, this.#atRisk);
    this.#slots = { stage: new Budget(concurrency), read: new Budget(concurrency) };
  }

  /** Returns when every wanted byte lies in a chunk, journalled or about to be. */
  async fill(object: CachedObject, wanted: readonly ByteRange[], filling: Filling): Promise<void> {
    for (;;) {
      throwIfAborted(filling.signal);
      const missing = subtract(wanted, object.chunks);
      if (missing.length === 0) return;
      const others = overlapping(object.flights, missing);
      const mine = subtract(missing, object.flights);
      const ranges = filling.purpose === "stage" ? join(mine, object.taken()) : mine;
      this.#room.take(totalBytes(ranges));
      // No await since `missing`, so what is claimed here is nobody else's.
      const flights = split(ranges, CHUNK_BYTES).map((range) => object.claim(range));
      await this.#fetchAll(object, flights, filling);
      await landed(others, filling.signal);
    }
  }

  /** Resolves once the journal has the chunks; rejects when one could not be written there. */
  async committed(chunks: readonly CachedChunk[]): Promise<void> {
    this.#commits.start();
    try {
      await Promise.all(chunks.map((chunk) => chunk.committed));
    } catch (error) {
      await rethrowFull(error, this.#dir, totalBytes(chunks));
    }
  }

  flush(): Promise<void> {
    return this.#commits.flush();
  }

  /** On the first failure the rest is stopped and waited for; what had arrived stays. */
  async #fetchAll(object: CachedObject, flights: readonly Flight[], filling: Filling): Promise<void> {
    const abort = new AbortController();
    const signal = AbortSignal.any([filling.signal, abort.signal]);
    const queue = flights.values();
    let failure: { readonly error: unknown } | undefined;
    const worker = async (): Promise<void> => {
      for (const flight of queue) {
        try {
          if (failure === undefined) await this.#fetchOne(object, flight, filling, signal);
          else this.#room.settle(flight.end - flight.start);
        } catch (error) {
          failure ??= { error };
          abort.abort(error);
        } finally {
          flight.land();
        }
      }
    };
    const workers = Math.min(this.#slots[filling.purpose].total, flights.length);
    await Promise.all(Array.from({ length: workers }, worker));
    throwIfAborted(filling.signal);
    if (failure !== undefined) throw failure.error;
  }

  async #fetchOne(
    object: CachedObject,
    flight: Flight,
    filling: Filling,
    signal: AbortSignal,
  ): Promise<void> {
    const { start, end } = flight;
    const slots = this.#slots[filling.purpose];
    let chunk: CachedChunk | undefined;
    try {
      await slots.acquire(1, signal);
      try {
        await this.#atRisk.acquire(end - start, signal);
        try {
          const bytes = await filling.fetch(start, end, signal);
          throwIfAborted(signal);
          chunk = await this.#write(object, flight, bytes);
          this.#commit(object, chunk, filling.purpose === "stage");
          filling.arrived(chunk, bytes);
          // A reader keeps them.
          if (filling.purpose === "stage") giveBlock(bytes);
        } finally {
          if (chunk === undefined) this.#atRisk.release(end - start);
        }
      } finally {
        slots.release(1);
      }
    } finally {
      if (chunk === undefined) this.#room.settle(end - start);
    }
  }

  async #write(object: CachedObject, { start, end }: ByteRange, bytes: Uint8Array): Promise<CachedChunk> {
    if (bytes.length !== end - start) {
      throw new CheckpointSourceError(
        `${object.key.uri}: asked for ${end - start} bytes from ${start}, got ${bytes.length}`,
        { code: "SOURCE_LENGTH", details: { expected: end - start, found: bytes.length, start } },
      );
    }
    crashPoint("cache.fetched");
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await object.file.write(bytes, done, bytes.length - done, start + done);
        done += bytesWritten;
      }
    } catch (error) {
      await rethrowFull(error, this.#dir, bytes.length);
    }
    crashPoint("cache.written");
    return { start, end, sha256: sha256Hex(bytes) };
  }

  /** From here on the chunk is seen by others, who can wait for its commit. */
  #commit(object: CachedObject, chunk: CachedChunk, soon: boolean): void {
    object.insert(chunk);
    const committed = this.#commits.add(object, chunk);
    if (soon || this.#atRisk.waiting) this.#commits.start();
    this.#objects
      // In use until then: neither closed nor evicted.
      .use(object.key, () => committed)
      .catch(() => {}) // told to whoever waits for the chunk
      .finally(() => this.#room.settle(chunk.end - chunk.start));
  }
}

async function landed(flights: readonly Flight[], signal: AbortSignal): Promise<void> {
  if (flights.length === 0) return;
  const { promise, reject } = Promise.withResolvers<never>();
  const abandon = () => reject(cancelled(signal));
  signal.addEventListener("abort", abandon, { once: true });
  try {
    await Promise.race([promise, Promise.all(flights.map((flight) => flight.landed))]);
  } finally {
    signal.removeEventListener("abort", abandon);
  }
}
