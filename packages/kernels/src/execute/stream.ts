/**
 * The bytes of an operation, pulled in order into buffers of the puller, so that they land where they are used next.
 *
 * S1  fill gives exactly the next target.length bytes; the puller never asks past `size`.
 * S2  finish is called once, after the last byte, and checks what only the end can tell (a checksum, a stream that
 *     should be over). Bytes count as good only after it.
 * S3  One call at a time. close may follow any settled call, and follows every open.
 */
export interface Stream {
  readonly size: number;
  fill(target: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  close(): void;
}

/** A stream not yet opened: its buffers exist only while it is its turn. */
export interface StreamPart {
  readonly size: number;
  open(): Stream;
}

/** One part after the other. */
export function concatStream(parts: readonly StreamPart[]): Stream {
  let index = 0;
  let current: Stream | undefined;
  let left = 0;

  /** Finishes parts that are used up, and opens the next; undefined when none is left. */
  async function turn(): Promise<Stream | undefined> {
    for (;;) {
      if (current !== undefined && left > 0) return current;
      if (current !== undefined) {
        await current.finish();
        current.close();
        current = undefined;
      }
      const part = parts[index++];
      if (part === undefined) return undefined;
      current = part.open();
      left = part.size;
    }
  }

  return {
    size: parts.reduce((n, part) => n + part.size, 0),
    async fill(target) {
      for (let at = 0; at < target.length; ) {
        const stream = await turn();
        if (stream === undefined) throw new RangeError("concat: read past the end");
        const n = Math.min(left, target.length - at);
        await stream.fill(target.subarray(at, at + n));
        at += n;
        left -= n;
      }
    },
    async finish() {
      await turn();
    },
    close() {
      current?.close();
      current = undefined;
    },
  };
}

/** Bytes skipped at once. */
const SKIP_BYTES = 64 << 10;

/**
 * Bytes [start, end) of a stream that can only be read in order. finish reads the rest too: without it nobody would
 * know whether what was taken is what was promised.
 */
export function sliceStream(inner: Stream, start: number, end: number): Stream {
  let at = 0;
  const waste = new Uint8Array(Math.min(SKIP_BYTES, Math.max(start, inner.size - end)));
  async function skipTo(position: number): Promise<void> {
    while (at < position) {
      const n = Math.min(waste.length, position - at);
      await inner.fill(waste.subarray(0, n));
      at += n;
    }
  }
  return {
    size: end - start,
    async fill(target) {
      await skipTo(start);
      await inner.fill(target);
      at += target.length;
    },
    async finish() {
      await skipTo(inner.size);
      await inner.finish();
    },
    close: inner.close,
  };
}

/** All bytes of a stream in memory; closes it. The caller has checked that `size` is affordable. */
export async function readWhole(stream: Stream): Promise<Uint8Array> {
  try {
    const bytes = new Uint8Array(stream.size);
    if (bytes.length > 0) await stream.fill(bytes);
    await stream.finish();
    return bytes;
  } finally {
    stream.close();
  }
}
