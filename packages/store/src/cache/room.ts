/** How much the cache holds, and what goes when it gets too much. */
import { budgetFull } from "./capacity.ts";
import type { Journal } from "./journal.ts";
import type { OpenObjects } from "./open-objects.ts";

export class Room {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #journal: Journal;
  readonly #objects: OpenObjects;
  /** On their way into the journal. */
  #underWayBytes = 0;

  constructor(dir: string, maxBytes: number, journal: Journal, objects: OpenObjects) {
    this.#dir = dir;
    this.#maxBytes = maxBytes;
    this.#journal = journal;
    this.#objects = objects;
  }

  /** Sets bytes aside that will be fetched, evicting as needed, or throws kind "capacity". */
  take(bytes: number): void {
    if (bytes > 0 && !this.#fits(bytes)) {
      this.evict(bytes);
      if (!this.#fits(bytes)) {
        throw budgetFull(this.#dir, bytes, Math.max(0, this.#maxBytes - this.#usedBytes()), this.#maxBytes);
      }
    }
    this.#underWayBytes += bytes;
  }

  /** They did not come, or the journal has them. */
  settle(bytes: number): void {
    this.#underWayBytes -= bytes;
  }

  /**
   * Least recently used first: what was last used before `beforeMs`, then until `bytes` more fit. N3. Returns the bytes
   * freed; less than asked for when the rest is held or in use.
   */
  evict(bytes: number, beforeMs = Number.NEGATIVE_INFINITY): number {
    let freed = 0;
    if (this.#fits(bytes) && beforeMs === Number.NEGATIVE_INFINITY) return freed;
    for (const { pinId, bytes: cached, usedMs } of this.#journal.evictable()) {
      if (this.#fits(bytes) && usedMs >= beforeMs) break;
      if (this.#objects.inUse(pinId)) continue;
      this.#objects.remove(pinId);
      freed += cached;
    }
    return freed;
  }

  #fits(bytes: number): boolean {
    return this.#usedBytes() + bytes <= this.#maxBytes;
  }

  #usedBytes(): number {
    return this.#journal.bytes + this.#underWayBytes;
  }
}
