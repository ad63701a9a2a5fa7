/**
 * For tests, as a process of its own: stages one object into a cache and writes its manifest, as a fetcher does, and
 * prints { maxRssBytes } or { kind, code, details }.
 *   node stage-case.ts <folder> <log of requests> <size of the object> [<maxBytes>]
 */
import { asCheckpointError } from "@drydock/checkpoint";
import { stageHolder } from "./layout.ts";
import { openNodeCache } from "./node-cache.ts";
import { sampleOrigin, samplePin } from "./sample.ts";
import { writeStageManifest } from "./stage-manifest.ts";

export const PLAN = "0".repeat(64);

async function stage(dir: string, log: string, size: number, maxBytes: number): Promise<void> {
  await using cache = await openNodeCache({ dir, maxBytes });
  const pin = samplePin(size);
  await cache.hold([pin.id], stageHolder(PLAN, 0));
  const { path, chunks } = await cache.ensure(pin, [{ start: 0, end: size }], sampleOrigin(log));
  const object = { pinId: pin.id, input: "source", object: "", path, size, inPlace: false as const, chunks };
  await writeStageManifest(dir, { planDigest: PLAN, shard: 0, objects: [object] });
}

if (import.meta.main) {
  const [dir = "", log = "", size, maxBytes = "1e12"] = process.argv.slice(2);
  try {
    await stage(dir, log, Number(size), Number(maxBytes));
    console.log(JSON.stringify({ maxRssBytes: process.resourceUsage().maxRSS * 1024 }));
  } catch (error) {
    const { kind, code, details } = asCheckpointError(error);
    console.log(JSON.stringify({ kind, code, details }));
  }
}
