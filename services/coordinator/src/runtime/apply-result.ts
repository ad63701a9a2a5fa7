/** A result, into the log of its run. */
import type { drydock } from "@drydock/proto";
import { stageTo } from "../parts-codec.ts";
import { wantsNodes } from "../placement.ts";
import type { RunState } from "../state.ts";
import type { Applied, Applier } from "./apply.ts";

/** atMs: when the server stored it. */
export function applyResult(applier: Applier, result: drydock.v1.Result, atMs: number): Promise<Applied> {
  return applier.apply(result.runId, (state) =>
    state === undefined
      ? undefined
      : { atMs, result, ...(placesShards(state, result) ? { nodes: applier.views(state) } : {}) },
  );
}

function placesShards(state: RunState, result: drydock.v1.Result): boolean {
  return wantsNodes(state) || result.stage === stageTo("transform");
}
