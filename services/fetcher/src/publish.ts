/**
 * publish: one staged shard to its place beside the output, not yet visible. What was transferred is remembered by a
 * marker, so that a repeat after the staged bytes are gone finds its work done (C7 gives another node
 * another chance; the marker stays on this one).
 */
import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getHead, getReport } from "@drydock/bus";
import { CheckpointError, crashPoint } from "@drydock/checkpoint";
import type { drydock } from "@drydock/proto";
import { span, type TaskScope } from "@drydock/service";
import { removeStageManifest, workKey } from "@drydock/store";
import { claimOutput, outputSink } from "./output.ts";
import type { FetcherSetting } from "./setting.ts";

export function publishHandler(setting: FetcherSetting) {
  const { bus, cache, cacheDir, stagingDir } = setting;
  return async (task: drydock.v1.Task, scope: TaskScope): Promise<drydock.v1.Done.$Properties> => {
    const { runId, planDigest, shard: index, outputUri } = task;
    const work = workKey(runId, planDigest);
    const localPath = join(stagingDir, work, String(index));
    const marker = `${localPath}.published`;
    if (await exists(marker)) return { note: "already published" };
    const head = await getHead(bus, planDigest);
    const ref = head.shards[index];
    const report = await getReport(bus, planDigest, index);
    const file = head.files.find((f) => f.path === ref?.file);
    if (ref === undefined || file === undefined || report === undefined) {
      throw new CheckpointError(`publish: shard ${index} of plan ${planDigest.slice(0, 12)} has no report`, {
        kind: "artifact-missing",
      });
    }
    await claimOutput(setting, outputUri, runId);
    const siblings = head.shards.flatMap((shard, i) => (shard.file === ref.file ? [i] : []));
    const size = ref.end - ref.start;
    let sent = 0;
    await span("put", { file: ref.file, bytes: size }, () =>
      outputSink(setting, outputUri).putShard({
        planDigest,
        runId,
        file: ref.file,
        fileSize: file.size,
        start: ref.start,
        end: ref.end,
        shardIndexInFile: siblings.indexOf(index),
        shardsInFile: siblings.length,
        localPath,
        sha256: report.sha256,
        signal: scope.signal,
        progress(bytes) {
          sent += bytes;
          scope.progress({ bytes: sent, totalBytes: size });
          crashPoint("fetcher.publishing");
        },
      }),
    );
    scope.usage.bytesWritten = size;
    crashPoint("fetcher.published");
    await writeFile(marker, "");
    await rm(localPath, { force: true });
    await removeStageManifest(cacheDir, work, index);
    await cache.release(`${work}-${index}`);
    return { digest: report.sha256 };
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
}
