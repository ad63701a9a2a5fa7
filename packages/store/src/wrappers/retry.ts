/**
 * Tries again what failed for a reason that may pass.
 * T1 only kinds that say so are repeated: source, timeout, throttled. Nothing else, an abort least of all.
 * T2 a wait is drawn from [0, base · 2^n), so that many readers that failed together do not come back together; a
 *    server's Retry-After is its least. A wait of more than 10 s is not sat out here: the attempt ends as failed with
 *    that delay, and whoever schedules decides.
 * T3 a long read goes in blocks, and what has been read is not read again; the count of failures starts anew after
 *    each block that came.
 */
import { type ByteSource, CheckpointError, checkRange, type ErrorKind } from "@drydock/checkpoint";

export interface RetryOptions {
  /** Failures in a row that are followed by another try. */
  readonly retries?: number;
  readonly baseMs?: number;
  /** Of a jittered wait. */
  readonly maxMs?: number;
  /** T3. */
  readonly blockBytes?: number;
  /** [0, 1); for tests. */
  readonly random?: () => number;
  readonly onRetry?: (error: CheckpointError, waitMs: number) => void;
}

/** Above this a wait belongs to the scheduler: the slot it blocks could work for another. */
const LONGEST_WAIT_MS = 10_000;
const PASSING: ReadonlySet<ErrorKind> = new Set(["source", "timeout", "throttled"]);

/** T3: large beside a request's latency, small beside a fetcher's memory. */
const BLOCK_BYTES = 8 * 2 ** 20;

/** A source whose reads are tried again. */
export function retrying(inner: ByteSource, options: RetryOptions = {}): ByteSource {
  const blockBytes = options.blockBytes ?? BLOCK_BYTES;
  const source: ByteSource = {
    size: inner.size,
    name: inner.name,
    async read(start, end, signal) {
      checkRange(source, start, end);
      const block = (from: number): Promise<Uint8Array> =>
        retry(() => inner.read(from, Math.min(from + blockBytes, end), signal), options, signal);
      if (end - start <= blockBytes) return await block(start);
      const bytes = new Uint8Array(end - start);
      for (let at = start; at < end; at += blockBytes) bytes.set(await block(at), at - start);
      return bytes;
    },
    ...(inner.close === undefined ? {} : { close: () => inner.close?.() ?? Promise.resolve() }),
  };
  return source;
}

/** What `work` gives, after as many tries as it takes (T1, T2). */
export async function retry<T>(
  work: () => Promise<T>,
  options: RetryOptions = {},
  signal?: AbortSignal,
): Promise<T> {
  const { retries = 5, baseMs = 200, maxMs = 5000, random = Math.random } = options;
  for (let failures = 0; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CheckpointError && PASSING.has(error.kind)) || failures >= retries) throw error;
      const waitMs = Math.max(error.retryAfterMs, random() * Math.min(maxMs, baseMs * 2 ** failures));
      if (waitMs > LONGEST_WAIT_MS) throw error;
      options.onRetry?.(error, waitMs);
      await pause(waitMs, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      clearTimeout(timer);
      reject(new CheckpointError("cancelled", { kind: "cancelled", cause: signal?.reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", cancel);
      resolve();
    }, ms);
    if (signal?.aborted) cancel();
    else signal?.addEventListener("abort", cancel, { once: true });
  });
}
