/** Results of tasks, as they are delivered. */
import { type Bus, bury } from "@drydock/bus";
import { CheckpointError } from "@drydock/checkpoint";
import type { drydock } from "@drydock/proto";
import { eventFrom } from "../event-codec.ts";
import type { Applier, Delivery } from "./apply.ts";
import { applyResult } from "./apply-result.ts";
import { reissue } from "./reissue.ts";
import type { RunLog } from "./run-log.ts";

export async function takeResult(
  parts: { readonly bus: Bus; readonly log: RunLog; readonly applier: Applier },
  result: drydock.v1.Result,
  delivery: Delivery,
): Promise<void> {
  try {
    eventFrom({ result });
  } catch (error) {
    // Nothing this version knows what to do with, however often it comes.
    await bury(parts.bus, {
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
  const applied = await applyResult(parts.applier, result, delivery.timeMs);
  // Delivered before: whoever had it may have died between append and dispatch (C1). A result that comes for the first
  // time and changes nothing is merely late.
  if (applied.kind === "unchanged" && delivery.deliveries > 1) await reissue(parts, result.runId);
}
