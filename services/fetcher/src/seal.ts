/** seal: everything at once, the manifest last; or, with `discard`, nothing left of what this run began. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { getHead, listReports } from "@drydock/bus";
import { completeManifest, crashPoint, type ManifestDraft, sha256Hex } from "@drydock/checkpoint";
import { parsePipeline } from "@drydock/planning/pipeline";
import type { drydock } from "@drydock/proto";
import { openContext, reviseContext, span, type TaskScope } from "@drydock/service";
import { workKey } from "@drydock/store";
import { claimOutput, outputSink, releaseOutput } from "./output.ts";
import type { FetcherSetting } from "./setting.ts";

export function sealHandler(setting: FetcherSetting) {
  return async (task: drydock.v1.Task, scope: TaskScope): Promise<drydock.v1.Done.$Properties> =>
    task.discard ? discard(setting, task) : seal(setting, task, scope);
}

async function seal(
  setting: FetcherSetting,
  task: drydock.v1.Task,
  scope: TaskScope,
): Promise<drydock.v1.Done.$Properties> {
  const { bus, stagingDir, sources } = setting;
  const { runId, planDigest, outputUri } = task;
  const context = await openContext(bus, task);
  const { output } = parsePipeline(JSON.parse(context.pipelineJson));
  await claimOutput(setting, outputUri, runId);
  const head = await getHead(bus, planDigest);
  const reports = await listReports(bus, planDigest);
  scope.progress();
  const ordered = head.shards.flatMap((_, i) => reports.get(i) ?? []);
  // The plan's draft, made by planBuild and carried by digest.
  const manifest = completeManifest(planDigest, head, head.manifest as unknown as ManifestDraft, ordered);
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`);
  await span("seal", { files: manifest.files.length }, () =>
    outputSink(setting, outputUri).seal({
      planDigest,
      runId,
      files: manifest.files,
      sidecars: head.sidecars,
      manifest: bytes,
      ifExists: output.ifExists,
      signal: scope.signal,
    }),
  );
  crashPoint("fetcher.sealed");
  await releaseOutput(setting, outputUri, runId);
  await rm(join(stagingDir, workKey(runId, planDigest)), { recursive: true, force: true });
  const digest = sha256Hex(bytes);
  const note = `${manifest.files.length} files, ${manifest.tensors.length} tensors sealed`;
  scope.usage.tensors = manifest.tensors.length;
  const carried = await reviseContext(bus, context, {
    stage: "seal",
    node: sources.nodeId,
    attempt: task.attempt,
    usage: scope.usage,
    note,
  });
  return { ...carried, digest, note };
}

async function discard(
  setting: FetcherSetting,
  { runId, planDigest, outputUri }: drydock.v1.Task,
): Promise<drydock.v1.Done.$Properties> {
  await outputSink(setting, outputUri).discard({ planDigest, runId });
  await releaseOutput(setting, outputUri, runId);
  await rm(join(setting.stagingDir, workKey(runId, planDigest)), { recursive: true, force: true });
  return { note: "what was begun has been removed" };
}
