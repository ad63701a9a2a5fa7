/** transform: load plan, modifiers and output in, build plan out. No payload is read. */

import { type Bus, decodeLoadPlan, encodeBuildPlan, getBlob, putPlan, toPin } from "@drydock/bus";
import { CheckpointError, type KernelProfile } from "@drydock/checkpoint";
import { kernelClass } from "@drydock/kernels";
import { type Pipeline, parsePipeline, planBuild } from "@drydock/planning";
import type { drydock } from "@drydock/proto";
import { openContext, reviseContext, span, type TaskScope, VERSION } from "@drydock/service";

export interface TransformSetting {
  readonly bus: Bus;
  readonly node: string;
  readonly profile: KernelProfile;
}

export function transformHandler({ bus, node, profile }: TransformSetting) {
  return async (task: drydock.v1.Task, scope: TaskScope): Promise<drydock.v1.Done.$Properties> => {
    const context = await openContext(bus, task);
    const pipeline = parsePipeline(JSON.parse(context.pipelineJson));
    const load = decodeLoadPlan(await getBlob(bus, context.loadPlan?.digest ?? ""));
    scope.progress();
    const plan = await span("plan build", { tensors: load.tensors.length }, async () =>
      planBuild({
        pipeline,
        load,
        pins: context.inputs.flatMap((input) => (input.pins ?? []).map(toPin)),
        inputs: context.inputs.map(({ name, role, uri }) => ({
          name: name ?? "",
          role: role ?? "",
          uri: uri ?? "",
        })),
        kernels: profile,
        version: VERSION,
      }),
    );
    const encoded = encodeBuildPlan(plan);
    const sealed = alreadySealed(context.existingOutput, encoded.digest, pipeline);
    scope.progress();
    await putPlan(bus, encoded);

    scope.usage.tensors = load.tensors.length;
    context.buildPlan = { digest: encoded.digest, tensors: load.tensors.length, bytes: plan.outputBytes };
    const note = `${plan.shards.length} shards, ${plan.inputBytes} bytes in, ${plan.outputBytes} bytes out`;
    const carried = await reviseContext(bus, context, {
      stage: "transform",
      node,
      attempt: task.attempt,
      usage: scope.usage,
      note,
      warnings: plan.warnings,
    });
    return {
      ...carried,
      note,
      alreadySealed: sealed,
      plan: {
        planDigest: encoded.digest,
        shards: plan.shards.length,
        tailShards: plan.tailCount,
        inputBytes: plan.inputBytes,
        outputBytes: plan.outputBytes,
        largestShardBytes: Math.max(0, ...plan.shards.map((shard) => shard.end - shard.start)),
        kernelClass: kernelClass(profile),
      },
    };
  };
}

/** Whether nothing remains to be done; another plan's sealed output stops the run here, before a byte is moved. */
function alreadySealed(
  existing: drydock.v1.ExistingOutput.$Properties | null | undefined,
  planDigest: string,
  pipeline: Pipeline,
): boolean {
  if (existing?.sealed !== true) return false;
  if (existing.planDigest === planDigest) return true;
  if (pipeline.output.ifExists === "replace") return false;
  throw new CheckpointError(
    `${pipeline.output.uri} holds a sealed output of another plan (${existing.planDigest?.slice(0, 12)}, this one is ${planDigest.slice(0, 12)})`,
    {
      kind: "conflict",
      code: "OUTPUT_EXISTS",
      details: { output: pipeline.output.uri, found: existing.planDigest ?? "", expected: planDigest },
      remedy: "Choose another output.uri, or set output.if_exists=replace.",
    },
  );
}
