/**
 * Whole chunks read from disk and checked against their digest before the first byte of them is given out. The last
 * ones are kept, so that reads that go forward in small steps read and hash each chunk once.
 */
import type { FileHandle } from "node:fs/promises";
import { sha256Hex } from "@drydock/checkpoint";
import type { ChunkRef } from "./layout.ts";

export class VerifiedChunks {
  readonly #maxBytes: number;
  /** Oldest use first. A promise, so that two who want a chunk read it once. */
  readonly #kept = new Map<
    string,
    { readonly sizeBytes: number; readonly bytes: Promise<Uint8Array | undefined> }
  >();
  #keptBytes = 0;

  /** `maxBytes`: of chunks kept; the one being read may come on top. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The chunk's bytes, not to be written to; undefined when the file holds other bytes there, or none. */
  async read(object: string, file: FileHandle, chunk: ChunkRef): Promise<Uint8Array | undefined> {
    const key = keyOf(object, chunk);
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.bytes;
    }
    const reading = readVerified(file, chunk);
    this.#keep(key, chunk, reading);
    try {
      const bytes = await reading;
      if (bytes === undefined) this.#forget(key);
      return bytes;
    } catch (error) {
      this.#forget(key);
      throw error;
    }
  }

  /** Bytes that were just written as this chunk. */
  put(object: string, chunk: ChunkRef, bytes: Uint8Array): void {
    this.#keep(keyOf(object, chunk), chunk, Promise.resolve(bytes));
  }

  #keep(key: string, chunk: ChunkRef, bytes: Promise<Uint8Array | undefined>): void {
    const sizeBytes = chunk.end - chunk.start;
    if (sizeBytes > this.#maxBytes) return;
    this.#forget(key);
    this.#kept.set(key, { sizeBytes, bytes });
    this.#keptBytes += sizeBytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#keptBytes <= this.#maxBytes) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#keptBytes -= this.#kept.get(key)?.sizeBytes ?? 0;
    this.#kept.delete(key);
  }
}

function keyOf(object: string, chunk: ChunkRef): string {
  return `${chunk.sha256} ${chunk.start} ${object}`;
}

/** A chunk's bytes; undefined when the file holds others there. */
export async function readVerified(file: FileHandle, chunk: ChunkRef): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(chunk.end - chunk.start);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, chunk.start + done);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return sha256Hex(bytes) === chunk.sha256 ? bytes : undefined;
}
