/**
 * For tests, as a process of its own: stages one object into a cache and writes its manifest, as a fetcher does, and
 * prints { maxRssBytes } or { kind, code, details }.
 *   node stage-case.ts <folder> <log of requests> <size of the object> [<maxBytes>]
 *   node stage-case.ts <folder> <http URL of the object>
 */
import { asCheckpointError, type Pin } from "@drydock/checkpoint";
import { sourceFor } from "../sources/index.ts";
import { stageHolder } from "./layout.ts";
import { type FetchOptions, openNodeCache } from "./node-cache.ts";
import { sampleOrigin, samplePin } from "./sample.ts";
import { writeStageManifest } from "./stage-manifest.ts";

export const PLAN = "0".repeat(64);

async function stage(dir: string, pin: Pin, maxBytes: number, fetch: FetchOptions["fetch"]): Promise<void> {
  await using cache = await openNodeCache({ dir, maxBytes });
  const { size } = pin;
  await cache.hold([pin.id], stageHolder(PLAN, 0));
  const { path, chunks } = await cache.ensure(pin, [{ start: 0, end: size }], { fetch });
  const object = { pinId: pin.id, input: "source", object: "", path, size, inPlace: false as const, chunks };
  await writeStageManifest(dir, { planDigest: PLAN, shard: 0, objects: [object] });
}

async function stageUrl(dir: string, uri: string): Promise<void> {
  const source = sourceFor(uri);
  const [pin] = await source.pin(
    { name: "source", type: "http", uri, params: { url: uri } },
    { nodeId: "n" },
  );
  if (pin === undefined) throw new Error(`nothing at ${uri}`);
  const opened = await source.open(pin, { nodeId: "n" });
  await stage(dir, pin, 1e12, (start, end, signal) => opened.read(start, end, signal));
}

if (import.meta.main) {
  const [dir = "", log = "", size, maxBytes = "1e12"] = process.argv.slice(2);
  try {
    if (size === undefined) await stageUrl(dir, log);
    else await stage(dir, samplePin(Number(size)), Number(maxBytes), sampleOrigin(log).fetch);
    console.log(JSON.stringify({ maxRssBytes: process.resourceUsage().maxRSS * 1024 }));
  } catch (error) {
    const { kind, code, details } = asCheckpointError(error);
    console.log(JSON.stringify({ kind, code, details }));
  }
}
