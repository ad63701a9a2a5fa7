/**
 * stage: the ranges of one shard into this node's cache, and the stage manifest that tells the transformer where they
 * are. An object on the node's own disk is named, never copied.
 */

import { getHead, getShard } from "@drydock/bus";
import { crashPoint, type Pin, rangesOf, type Shard, type SourceRange } from "@drydock/checkpoint";
import type { drydock } from "@drydock/proto";
import { span, type TaskScope } from "@drydock/service";
import { type StagedObject, workKey, writeStageManifest } from "@drydock/store";
import { openPinned, pathInPlace } from "./bytes.ts";
import type { FetcherSetting } from "./setting.ts";

export function stageHandler(setting: FetcherSetting) {
  const { bus, cacheDir } = setting;
  return async (task: drydock.v1.Task, scope: TaskScope): Promise<drydock.v1.Done.$Properties> => {
    const { planDigest, shard: index } = task;
    const work = workKey(task.runId, planDigest);
    const shard = await getShard(bus, await getHead(bus, planDigest), index);
    const ranges = byObject(shard);
    // Something went wrong before: it may have been a chunk that rotted on disk.
    const verify = task.generation > 1 || task.attempt > 1;
    const objects: StagedObject[] = [];
    for (const pin of shard.pins) {
      const wanted = ranges.get(`${pin.input}\n${pin.object}`) ?? [];
      objects.push(await stageObject(setting, pin, wanted, `${work}-${index}`, verify, scope));
    }
    await writeStageManifest(cacheDir, { planDigest: work, shard: index, objects });
    crashPoint("fetcher.staged");
    return {};
  };
}

function byObject(shard: Shard): Map<string, SourceRange[]> {
  const ranges = shard.segments.flatMap((segment) =>
    segment.kind === "tensor" ? rangesOf(segment.tensor.op) : [],
  );
  return Map.groupBy(ranges, (range) => `${range.input}\n${range.object}`);
}

async function stageObject(
  setting: FetcherSetting,
  pin: Pin,
  ranges: readonly SourceRange[],
  holder: string,
  verify: boolean,
  scope: TaskScope,
): Promise<StagedObject> {
  const { pinId, input, object, size } = {
    pinId: pin.id,
    input: pin.input,
    object: pin.object,
    size: pin.size,
  };
  const path = pathInPlace(pin);
  if (path !== undefined && pin.identity.kind === "file") {
    const { device, inode, mtimeNs } = pin.identity;
    return { pinId, input, object, size, path, inPlace: true, identity: { device, inode, mtimeNs } };
  }
  return span("fetch", { uri: pin.uri, ranges: ranges.length }, async () => {
    await setting.cache.hold([pin.id], holder);
    const { chunks, path: cached } = await openPinned(setting, pin, (source) =>
      setting.cache.ensure(pin, ranges, {
        fetch: async (start, end, signal) => {
          const bytes = await source.read(start, end, signal);
          scope.usage.bytesRead += bytes.length;
          crashPoint("fetcher.fetching");
          return bytes;
        },
        signal: scope.signal,
        verify,
        progress: (bytes) => scope.progress({ bytes }),
      }),
    );
    return { pinId, input, object, size, path: cached, inPlace: false, chunks };
  });
}
