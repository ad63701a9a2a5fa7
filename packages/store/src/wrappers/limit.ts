/** At most so many reads at a time, over all the sources that share a limit; the others wait in order. */
import { type ByteSource, CheckpointError } from "@drydock/checkpoint";

export interface ReadLimit {
  /** Runs `work` when there is room; an abort while waiting gives the place in the queue up. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function readLimit(most: number): ReadLimit {
  let running = 0;
  const waiting = new Set<() => void>();

  const admitted = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const enter = (): void => {
        waiting.delete(enter);
        signal?.removeEventListener("abort", leave);
        running += 1;
        resolve();
      };
      const leave = (): void => {
        waiting.delete(enter);
        reject(new CheckpointError("cancelled", { kind: "cancelled", cause: signal?.reason }));
      };
      if (signal?.aborted) return leave();
      if (running < most) return enter();
      waiting.add(enter);
      signal?.addEventListener("abort", leave, { once: true });
    });

  return {
    async run(work, signal) {
      await admitted(signal);
      try {
        return await work();
      } finally {
        running -= 1;
        const [next] = waiting;
        next?.();
      }
    },
  };
}

export function limiting(inner: ByteSource, limit: ReadLimit): ByteSource {
  return {
    size: inner.size,
    name: inner.name,
    read: (start, end, signal) => limit.run(() => inner.read(start, end, signal), signal),
    ...(inner.close === undefined ? {} : { close: () => inner.close?.() ?? Promise.resolve() }),
  };
}
