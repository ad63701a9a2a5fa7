/** Reading pinned objects: in place when they lie on this node's own disk, else through their source with retries. */
import type { ByteSource, Pin } from "@drydock/checkpoint";
import { retrying, sourceFor } from "@drydock/store";
import type { FetcherSetting } from "./setting.ts";

/** Opens the object of a pin, hands it to `use`, and closes it. */
export async function openPinned<T>(
  { sources }: FetcherSetting,
  pin: Pin,
  use: (source: ByteSource) => Promise<T>,
): Promise<T> {
  const opened = await sourceFor(pin.uri).open(pin, sources);
  try {
    return await use(retrying(opened));
  } finally {
    await opened.close?.();
  }
}

/** Path of an object that can be read where it is; undefined when it has to be fetched. */
export function pathInPlace(pin: Pin): string | undefined {
  return pin.identity.kind === "file" ? sourceFor(pin.uri).localPath?.(pin) : undefined;
}

/** A range for the node's other services: from the file itself when it is here, else through the cache. */
export async function readPinned(
  setting: FetcherSetting,
  pin: Pin,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return openPinned(setting, pin, (source) =>
    pathInPlace(pin) === undefined
      ? setting.cache.read(pin, start, end, {
          fetch: (from, to, stop) => source.read(from, to, stop),
          signal,
        })
      : source.read(start, end, signal),
  );
}
