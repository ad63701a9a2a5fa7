/** Progress for people: lossy, never waited for, never decided by. */
import { drydock } from "@drydock/proto";
import { decode, encode } from "./codec.ts";
import type { Bus } from "./connect.ts";
import { stageName, subjects } from "./subjects.ts";

export function publishProgress(bus: Bus, progress: drydock.v1.Progress.$Properties): void {
  if (bus.nc.isClosed() || bus.nc.isDraining()) return;
  const subject = subjects.feed(progress.runId ?? "", stageName(progress.stage), progress.shard ?? 0);
  bus.nc.publish(subject, encode(drydock.v1.Progress, progress));
}

/** Calls back for each progress of a run (of all runs when none is named), until the signal aborts. */
export function watchProgress(
  bus: Bus,
  onProgress: (progress: drydock.v1.Progress) => void,
  options: { readonly runId?: string; readonly signal: AbortSignal },
): void {
  const subject = options.runId === undefined ? "feed.>" : subjects.feedOfRun(options.runId);
  const subscription = bus.nc.subscribe(subject, {
    callback: (error, message) => {
      // Lossy: what cannot be read is not shown.
      if (error === null) onProgress(decode(drydock.v1.Progress, message.data));
    },
  });
  options.signal.addEventListener("abort", () => subscription.unsubscribe(), { once: true });
}
