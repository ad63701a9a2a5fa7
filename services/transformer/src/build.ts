/**
 * build: one shard from staged bytes to a file in the staging area, and its report.
 * B1 the file appears under its name by a rename after fsync; a half-written one has another name.
 * B2 built again, it has the same bytes; what a report vouches for is not built twice.
 */
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Bus, getHead, getReport, getShard, putReport } from "@drydock/bus";
import { CheckpointError, crashPoint, type Shard, type ShardReport } from "@drydock/checkpoint";
import { type Backend, buildShard, type ShardIo } from "@drydock/kernels";
import type { drydock } from "@drydock/proto";
import { span, type TaskScope } from "@drydock/service";
import { openStaged, readStageManifest, workKey } from "@drydock/store";

export interface BuildSetting {
  readonly bus: Bus;
  readonly backend: Backend;
  readonly cacheDir: string;
  readonly stagingDir: string;
}

export function buildHandler(setting: BuildSetting) {
  const { bus, cacheDir, stagingDir } = setting;
  return async (task: drydock.v1.Task, scope: TaskScope): Promise<drydock.v1.Done.$Properties> => {
    const { planDigest, shard: index } = task;
    const shard = await getShard(bus, await getHead(bus, planDigest), index);
    const work = workKey(task.runId, planDigest);
    const path = join(stagingDir, work, String(index));
    const known = await getReport(bus, planDigest, index);
    if (known !== undefined && (await sizeOf(path)) === known.size) {
      return { digest: known.sha256, note: "already built" }; // B2; publish checks the digest
    }
    const manifest = await readStageManifest(cacheDir, work, index);
    await using sources = openStaged(manifest);
    const temporary = `${path}.${task.generation}-${task.attempt}.tmp`;
    const built = await span("build", { file: shard.file, bytes: shard.end - shard.start }, async () => {
      await mkdir(dirname(path), { recursive: true });
      try {
        const report = await writeTemporary(setting, temporary, planDigest, shard, sources, scope);
        await rename(temporary, path); // B1
        return report;
      } catch (thrown) {
        await rm(temporary, { force: true });
        throw noSpace(thrown, shard);
      }
    });
    crashPoint("transformer.staged");
    await putReport(bus, { ...built, planDigest });
    crashPoint("transformer.committed");
    return { digest: built.sha256 };
  };
}

async function writeTemporary(
  { bus, backend }: BuildSetting,
  temporary: string,
  planDigest: string,
  shard: Shard,
  sources: ReturnType<typeof openStaged>,
  scope: TaskScope,
): Promise<Omit<ShardReport, "planDigest">> {
  await using file = await open(temporary, "w");
  const io: ShardIo = {
    source: (input, object) => sources.source(input, object),
    async report(other) {
      const found = await getReport(bus, planDigest, other);
      if (found !== undefined) return found;
      throw new CheckpointError(`shard ${shard.index} needs the report of shard ${other}, which is gone`, {
        kind: "artifact-missing",
      });
    },
    async write(bytes) {
      await file.writeFile(bytes);
      scope.usage.bytesWritten += bytes.length;
    },
    signal: scope.signal,
    progress({ bytes, tensors }) {
      scope.usage.tensors = tensors;
      scope.progress({ bytes, totalBytes: shard.end - shard.start, tensors });
      crashPoint("transformer.building");
    },
  };
  const report = await buildShard(shard, io, backend);
  await file.sync();
  return report;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined; // what stat throws
    throw error;
  }
}

function noSpace(thrown: unknown, shard: Shard): unknown {
  if ((thrown as NodeJS.ErrnoException).code !== "ENOSPC") return thrown; // what a write throws
  return new CheckpointError(
    `no space for shard ${shard.index} (${shard.end - shard.start} bytes) in the staging area`,
    {
      kind: "capacity",
      details: { bytes: shard.end - shard.start },
      remedy: "Free space on the node's volume, or set output.shard_bytes lower.",
      cause: thrown,
    },
  );
}
