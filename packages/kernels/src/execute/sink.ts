/** Writes a shard in order; small pieces, of which torch's format has several per tensor, go together. */

/** Below this a write costs more than a copy. */
const SMALL_BYTES = 64 << 10;
const PACK_BYTES = 1 << 20;

export interface Sink {
  /** Resolves when `bytes` may change. Begins to write before it returns. */
  write(bytes: Uint8Array): Promise<void>;
  flush(): Promise<void>;
}

export function packingSink(write: (bytes: Uint8Array) => Promise<void>): Sink {
  let pack = new Uint8Array(0);
  let packed = 0;

  async function flush(): Promise<void> {
    if (packed === 0) return;
    const bytes = pack.subarray(0, packed);
    packed = 0;
    await write(bytes);
  }

  return {
    flush,
    async write(bytes) {
      if (bytes.length === 0) return;
      if (bytes.length >= SMALL_BYTES) {
        if (packed > 0) await flush();
        return write(bytes);
      }
      if (pack.length === 0) pack = new Uint8Array(PACK_BYTES);
      if (packed + bytes.length > pack.length) await flush();
      pack.set(bytes, packed);
      packed += bytes.length;
    },
  };
}
