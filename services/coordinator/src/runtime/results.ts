/** Results of tasks, into the logs of their runs. */
import { type Bus, bury } from "@drydock/bus";
import { CheckpointError } from "@drydock/checkpoint";
import type { drydock } from "@drydock/proto";
import { eventFrom } from "../event-codec.ts";
import { stageTo } from "../parts-codec.ts";
import { wantsNodes } from "../placement.ts";
import type { RunState } from "../state.ts";
import type { Applier, Delivery } from "./apply.ts";
import type { EventMessage } from "./run-log.ts";

export async function takeResult(
  { bus, applier }: { readonly bus: Bus; readonly applier: Applier },
  result: drydock.v1.Result,
  delivery: Delivery,
): Promise<void> {
  const bare: EventMessage = { atMs: delivery.timeMs, result };
  try {
    eventFrom(bare);
  } catch (error) {
    // Nothing this version knows what to do with, however often it comes.
    await bury(bus, {
      subject: delivery.subject,
      data: delivery.data,
      headers: delivery.headers,
      code: error instanceof CheckpointError ? (error.code ?? error.kind) : "internal",
      reason: error instanceof Error ? error.message : String(error),
      deliveries: delivery.deliveries,
      id: `RESULTS.${delivery.seq}`,
    });
    return;
  }
  const applied = await applier.apply(result.runId, (state) =>
    state === undefined
      ? undefined
      : { ...bare, ...(placesShards(state, result) ? { nodes: applier.views(state) } : {}) },
  );
  // Delivered before: whoever had it may have died between append and dispatch (C1). A result that comes for the first
  // time and changes nothing is merely late.
  if (applied.kind === "unchanged" && delivery.deliveries > 1) await applier.reissue(result.runId);
}

function placesShards(state: RunState, result: drydock.v1.Result): boolean {
  return wantsNodes(state) || result.stage === stageTo("transform");
}
