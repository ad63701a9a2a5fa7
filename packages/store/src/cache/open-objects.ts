/**
 * The objects that are open, each once however many use it. Who is in use is never removed; the idle ones stay open
 * for the next user, up to a number.
 */

import { renameSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { crashPoint } from "@drydock/checkpoint";
import { codeOf } from "../sources/failure.ts";
import { type CachedObject, openCachedObject } from "./cached-object.ts";
import type { Journal, ObjectKey } from "./journal.ts";
import { objectPath } from "./layout.ts";

/** Members of a sharded checkpoint that are read in turns; far below any limit on open files. */
const MAX_IDLE = 64;

interface Entry {
  users: number;
  readonly object: Promise<CachedObject>;
}

export class OpenObjects implements AsyncDisposable {
  readonly #dir: string;
  readonly #journal: Journal;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new Set<Promise<unknown>>();
  #removed = 0;

  constructor(dir: string, journal: Journal) {
    this.#dir = dir;
    this.#journal = journal;
  }

  async use<T>(key: ObjectKey, work: (object: CachedObject) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(key.id) ?? {
      users: 0,
      object: openCachedObject(this.#dir, this.#journal, key),
    };
    entry.users++;
    this.#entries.delete(key.id);
    this.#entries.set(key.id, entry);
    try {
      const object = await entry.object.catch((error: unknown) => {
        if (this.#entries.get(key.id) === entry) this.#entries.delete(key.id);
        throw error;
      });
      return await work(object);
    } finally {
      entry.users--;
      this.#closeIdle();
    }
  }

  inUse(pinId: string): boolean {
    return (this.#entries.get(pinId)?.users ?? 0) > 0;
  }

  /**
   * Takes an object that nobody uses out of the cache. The journal forgets it first: a file without records is
   * nothing, records without their file would be a lie. The name is free for a new file at once; the space follows.
   */
  remove(pinId: string): void {
    const entry = this.#entries.get(pinId);
    if (entry !== undefined) this.#close(pinId, entry);
    this.#journal.forget(pinId);
    crashPoint("cache.forgotten");
    const aside = join(this.#dir, "objects", `.removed-${this.#removed++}`);
    try {
      renameSync(objectPath(this.#dir, pinId), aside);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
    crashPoint("cache.removed");
    this.#later(rm(aside, { force: true }));
  }

  /** Files that a process which died left without records. */
  async sweep(): Promise<void> {
    const known = new Set(this.#journal.objects().flatMap((o) => (o.chunks > 0 ? [o.pinId] : [])));
    const folder = join(this.#dir, "objects");
    for (const name of await readdir(folder)) {
      if (!known.has(name)) await rm(join(folder, name), { recursive: true, force: true });
    }
  }

  /** Waits until the space of what was removed is free. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [pinId, entry] of this.#entries) this.#close(pinId, entry);
    await this.settled();
  }

  #closeIdle(): void {
    if (this.#entries.size <= MAX_IDLE) return;
    for (const [pinId, entry] of this.#entries) {
      if (entry.users === 0) this.#close(pinId, entry);
      if (this.#entries.size <= MAX_IDLE) return;
    }
  }

  #close(pinId: string, entry: Entry): void {
    this.#entries.delete(pinId);
    this.#later(
      entry.object.then(
        (object) => object.file.close(),
        () => {}, // told to whoever opened it
      ),
    );
  }

  #later(work: Promise<unknown>): void {
    this.#closing.add(work);
    work.finally(() => this.#closing.delete(work)).catch(() => {}); // thrown by settled
  }
}
