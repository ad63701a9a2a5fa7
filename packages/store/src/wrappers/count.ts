/** Counts what is asked of a source, for reports and for tests of cost. */
import type { ByteSource } from "@drydock/checkpoint";

export interface ReadCount {
  /** Reads begun, failed ones included. */
  requests: number;
  /** Of reads that succeeded. */
  bytes: number;
}

/** Adds to `count`, which several sources may share. */
export function counting(inner: ByteSource, count: ReadCount): ByteSource {
  return {
    size: inner.size,
    name: inner.name,
    async read(start, end, signal) {
      count.requests += 1;
      const bytes = await inner.read(start, end, signal);
      count.bytes += bytes.length;
      return bytes;
    },
    ...(inner.close === undefined ? {} : { close: () => inner.close?.() ?? Promise.resolve() }),
  };
}
