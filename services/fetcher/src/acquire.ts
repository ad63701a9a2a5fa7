/**
 * acquire: the pipeline's inputs in, pins out. All mistakes of the pipeline are reported here together, before a
 * payload byte is read; what already lies at the output's name is noted for transform.
 */

import { fromPin, putPins } from "@drydock/bus";
import { crashPoint, type Pin } from "@drydock/checkpoint";
import { type InputSpec, parsePipeline } from "@drydock/planning/pipeline";
import type { drydock } from "@drydock/proto";
import { openContext, reviseContext, span, type TaskScope } from "@drydock/service";
import { pathOfUri, sourceFor } from "@drydock/store";
import { outputSink } from "./output.ts";
import type { FetcherSetting } from "./setting.ts";

export function acquireHandler(setting: FetcherSetting) {
  const { bus, sources } = setting;
  return async (task: drydock.v1.Task, scope: TaskScope): Promise<drydock.v1.Done.$Properties> => {
    const context = await openContext(bus, task);
    const pipeline = parsePipeline(JSON.parse(context.pipelineJson));
    const pinned = await Promise.all(
      pipeline.inputs.map(async (input) => ({ input, pins: await pinInput(setting, input, scope) })),
    );
    const pins = pinned.flatMap((p) => p.pins);
    await putPins(bus, pins);
    crashPoint("fetcher.pinned");

    const existing = await outputSink(setting, pipeline.output.uri).existing();
    context.inputs = pinned.map(({ input: { name, role, uri }, pins }) => ({
      name,
      role,
      uri,
      pins: pins.map(fromPin),
    }));
    context.existingOutput = existing.sealed
      ? { sealed: true, planDigest: existing.planDigest }
      : { sealed: false };
    const local = pins.some((pin) => pin.node === sources.nodeId) || isPrivate(setting, pipeline.output.uri);
    const weak = pins.filter((pin) => pin.identity.kind === "size");
    const note = `${pins.length} objects pinned, ${pins.reduce((n, pin) => n + pin.size, 0)} bytes`;
    const carried = await reviseContext(bus, context, {
      stage: "acquire",
      node: sources.nodeId,
      attempt: task.attempt,
      usage: scope.usage,
      note,
      warnings: weak.map(
        (pin) => `${pin.uri}: the server offers no strong identity; only its size is pinned`,
      ),
    });
    return { ...carried, note, ...(local ? { confineTo: sources.nodeId } : {}) };
  };
}

async function pinInput({ sources }: FetcherSetting, input: InputSpec, scope: TaskScope): Promise<Pin[]> {
  return span(`pin ${input.name}`, { uri: input.uri }, async () => {
    const pins = await sourceFor(input.type).pin(input, { ...sources, signal: scope.signal });
    scope.progress();
    return pins;
  });
}

/** A local output outside every shared root: only this node can write it. */
function isPrivate({ sources }: FetcherSetting, uri: string): boolean {
  if (!uri.startsWith("file:")) return false;
  const path = pathOfUri(uri);
  return !(sources.sharedRoots ?? []).some((root) => path === root || path.startsWith(`${root}/`));
}
