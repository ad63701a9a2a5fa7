/**
 * Reads asked for in the same turn become as few requests as their gaps allow.
 * M1 every reader gets exactly its bytes, as a view into the merged read.
 * M2 a reader that aborts is answered at once; the merged read goes on while anybody waits for it.
 */
import { type ByteRange, type ByteSource, CheckpointError, checkRange, coalesce } from "@drydock/checkpoint";

interface Reader extends ByteRange {
  readonly signal: AbortSignal | undefined;
  resolve(bytes: Uint8Array): void;
  reject(error: unknown): void;
}

/** `gapBytes`: what is cheaper to read and throw away than to ask twice. */
export function coalescing(inner: ByteSource, gapBytes = 64 * 1024): ByteSource {
  let queue: Reader[] = [];

  const flush = (): void => {
    const readers = queue;
    queue = [];
    for (const merged of coalesce(readers, gapBytes)) {
      const within = readers.filter((r) => merged.start <= r.start && r.end <= merged.end);
      void serve(inner, merged, within);
    }
  };
  const source: ByteSource = {
    size: inner.size,
    name: inner.name,
    async read(start, end, signal) {
      checkRange(source, start, end);
      if (start === end) return new Uint8Array();
      return await new Promise<Uint8Array>((resolve, reject) => {
        if (queue.length === 0) queueMicrotask(flush);
        queue.push({ start, end, signal, resolve, reject });
      });
    },
    ...(inner.close === undefined ? {} : { close: () => inner.close?.() ?? Promise.resolve() }),
  };
  return source;
}

/** M2. */
async function serve(inner: ByteSource, merged: ByteRange, readers: readonly Reader[]): Promise<void> {
  const all = new AbortController();
  let left = readers.length;
  const leave = new Map(
    readers.map((reader) => [
      reader,
      () => {
        reader.reject(new CheckpointError("cancelled", { kind: "cancelled", cause: reader.signal?.reason }));
        left -= 1;
        if (left === 0) all.abort();
      },
    ]),
  );
  for (const [{ signal }, abort] of leave) {
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  }
  try {
    if (left === 0) return;
    const bytes = await inner.read(merged.start, merged.end, all.signal);
    for (const { start, end, resolve } of readers) {
      resolve(bytes.subarray(start - merged.start, end - merged.start));
    }
  } catch (error) {
    for (const { reject } of readers) reject(error);
  } finally {
    for (const [{ signal }, abort] of leave) signal?.removeEventListener("abort", abort);
  }
}
