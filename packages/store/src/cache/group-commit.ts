/**
 * N1: sync the bytes of all chunks that wait, then journal them in one transaction. While one commit runs the next
 * chunks gather, so a slow disk makes larger commits and not a longer queue.
 */
import { crashPoint } from "@drydock/checkpoint";
import type { Budget } from "./budget.ts";
import type { CachedChunk, CachedObject } from "./cached-object.ts";
import type { Journal } from "./journal.ts";

interface Waiting {
  readonly object: CachedObject;
  readonly chunk: CachedChunk;
  settle(error?: unknown): void;
}

/** Small reads of headers come in hundreds; each in a commit of its own would block the process on the disk. */
const IDLE_MS = 200;

export class GroupCommit {
  readonly #journal: Journal;
  /** What may be lost by a crash; each chunk's bytes are given back once journalled. */
  readonly #atRisk: Budget;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(journal: Journal, atRisk: Budget) {
    this.#journal = journal;
    this.#atRisk = atRisk;
  }

  /** Chunks whose bytes are written and whose size was acquired from the budget. */
  add(object: CachedObject, chunk: CachedChunk): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // A reader does not wait for it, and then nobody hears of a failure; the chunk is gone and fetched again.
    promise.catch(() => {});
    chunk.committed = promise;
    this.#waiting.push({
      object,
      chunk,
      settle: (error) => (error === undefined ? resolve() : reject(error)),
    });
    this.#timer ??= setTimeout(() => this.start(), IDLE_MS);
    return promise;
  }

  /** Does not wait for IDLE_MS. */
  start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#running !== undefined) {
      this.start();
      await this.#running;
    }
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const failed = await this.#commit(batch).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      for (const { object, chunk, settle } of batch) {
        delete chunk.committed;
        if (failed !== undefined) object.remove(chunk);
        this.#atRisk.release(chunk.end - chunk.start);
        settle(failed?.error);
      }
    }
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    await Promise.all([...new Set(batch.map(({ object }) => object.file))].map((file) => file.datasync()));
    crashPoint("cache.synced");
    // One found damaged and dropped meanwhile is no chunk any more.
    const added = batch.filter(({ object, chunk }) => object.has(chunk));
    this.#journal.add(
      added.map(({ object, chunk }) => ({ object: object.key, chunk })),
      Date.now(),
    );
    crashPoint("cache.journalled");
  }
}
