/** load: pins and a strategy in, a load plan out. Reads headers only, through the node's fetcher. */

import { type Bus, encodeLoadPlan, fromTraining, putBlob, toPin } from "@drydock/bus";
import type { ByteSource, Pin } from "@drydock/checkpoint";
import { type CheckpointIndex, openCheckpoint } from "@drydock/formats";
import { inputOf, parsePipeline, planLoad } from "@drydock/planning";
import type { drydock } from "@drydock/proto";
import { openContext, reviseContext, span, type TaskScope } from "@drydock/service";
import { gatewaySource } from "@drydock/store";

export interface LoadSetting {
  readonly bus: Bus;
  readonly node: string;
  readonly gatewayUrl: string;
}

export function loadHandler({ bus, node, gatewayUrl }: LoadSetting) {
  return async (task: drydock.v1.Task, scope: TaskScope): Promise<drydock.v1.Done.$Properties> => {
    const context = await openContext(bus, task);
    const pipeline = parsePipeline(JSON.parse(context.pipelineJson));
    const pins = new Map<string, Pin[]>(
      context.inputs.map((input) => [input.name ?? "", (input.pins ?? []).map(toPin)]),
    );
    const open = async (name: string | undefined): Promise<CheckpointIndex | undefined> =>
      name === undefined ? undefined : openInput(name, pins.get(name) ?? [], gatewayUrl, scope);

    const source = await open(inputOf(pipeline, "source")?.name);
    if (source === undefined) throw new Error("a parsed pipeline has a source");
    const target = await open(inputOf(pipeline, "target")?.name);
    const plan = await span("plan load", {}, async () =>
      planLoad({
        pipeline,
        source,
        ...(target === undefined ? {} : { target }),
        pins: [...pins.values()].flat(),
      }),
    );
    const digest = await putBlob(bus, encodeLoadPlan(plan));

    scope.usage.tensors = plan.tensors.length;
    context.loadPlan = { digest, tensors: plan.tensors.length, bytes: plan.report.transferredBytes };
    context.training = fromTraining(plan.training);
    const { transferred, skipped, unfilled } = plan.report;
    const note = `${transferred.length} transferred, ${skipped.length} skipped, ${unfilled.length} unfilled`;
    const warnings = [...source.warnings, ...(target?.warnings ?? []), ...plan.warnings];
    return {
      ...(await reviseContext(bus, context, {
        stage: "load",
        node,
        attempt: task.attempt,
        usage: scope.usage,
        note,
        warnings,
      })),
      note,
    };
  };
}

async function openInput(
  name: string,
  pins: readonly Pin[],
  gatewayUrl: string,
  scope: TaskScope,
): Promise<CheckpointIndex> {
  return span(`open ${name}`, { objects: pins.length }, async () => {
    const objects = new Map<string, ByteSource>(
      pins.map((pin) => [
        pin.object,
        counted(gatewaySource({ url: gatewayUrl, pin, signal: scope.signal }), scope),
      ]),
    );
    try {
      return await openCheckpoint(objects, {
        input: name,
        signal: scope.signal,
        progress: (bytes, tensors) => scope.progress({ bytes, tensors }),
      });
    } finally {
      await Promise.all([...objects.values()].map((object) => object.close?.()));
    }
  });
}

/** Counts what is read into the attempt's usage, and tells the lease that it goes on. */
function counted(source: ByteSource, scope: TaskScope): ByteSource {
  return {
    size: source.size,
    name: source.name,
    async read(start, end, signal) {
      const bytes = await source.read(start, end, signal);
      scope.usage.bytesRead += bytes.length;
      scope.progress();
      return bytes;
    },
    ...(source.close === undefined ? {} : { close: () => source.close?.() ?? Promise.resolve() }),
  };
}
