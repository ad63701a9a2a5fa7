/** Opens a checkpoint by path or URI, straight from its source: no service, no cache. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ByteSource } from "@drydock/checkpoint";
import { type CheckpointIndex, openCheckpoint } from "@drydock/formats";
import { coalescing, redactUri, retry, retrying, sourceFor } from "@drydock/store";

export interface Opened {
  /** For people, without credentials. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly index: CheckpointIndex;
}

/** Pins of local files name a node; here it is only compared with itself. */
const HERE = "here";

/** `uri`: a local path, or a URI a source reads. Headers only. */
export async function openAt(uri: string): Promise<Opened> {
  const address = /^[a-z][a-z0-9+.-]+:/i.test(uri) ? uri : pathToFileURL(resolve(uri)).href;
  const source = sourceFor(address);
  const ctx = { nodeId: HERE };
  const input = { name: "input", type: source.type, uri: address, params: {} };
  const pins = await retry(() => source.pin(input, ctx));
  const objects = new Map<string, ByteSource>();
  try {
    for (const pin of pins) objects.set(pin.object, coalescing(retrying(await source.open(pin, ctx))));
    const index = await openCheckpoint(objects, { input: "input" });
    return { name: redactUri(uri), sizeBytes: pins.reduce((n, pin) => n + pin.size, 0), index };
  } finally {
    await Promise.all([...objects.values()].map((object) => object.close?.()));
  }
}
