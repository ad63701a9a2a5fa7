/**
 * C2: everything a run calls for once more, after a crash or a loss somewhere between append and dispatch.
 * R1 a task is not issued again while its result waits to be taken. One that waits for long is taken here: it was
 *    delivered to a coordinator that died, and would come again only when that one's lease has run out.
 */
import { type Bus, decode, patiently, resultSubject } from "@drydock/bus";
import { drydock } from "@drydock/proto";
import { type Effect, outstanding } from "../machine.ts";
import type { Applier } from "./apply.ts";
import { applyResult } from "./apply-result.ts";
import type { RunLog } from "./run-log.ts";

export async function reissue(
  { bus, log, applier }: { readonly bus: Bus; readonly log: RunLog; readonly applier: Applier },
  runId: string,
): Promise<void> {
  // Another coordinator may be ahead of what is remembered here.
  const { state } = await log.reload(runId);
  if (state === undefined) return;
  const undone: Effect[] = [];
  const waiting: { result: drydock.v1.Result; timeMs: number }[] = [];
  for (const effect of outstanding(state)) {
    const found = effect.kind === "dispatch" ? await waitingResult(bus, { ...effect, runId }) : undefined;
    if (found === undefined) undone.push(effect);
    else waiting.push(found);
  }
  await applier.carryOutAgain(state, undone);
  // R1. Whoever has them too loses the compare-and-set, or finds them applied (C3).
  for (const { result, timeMs } of waiting) await applyResult(applier, result, timeMs);
}

/** Results that were taken are gone from their stream. */
async function waitingResult(bus: Bus, key: Parameters<typeof resultSubject>[0]) {
  const query = { last_by_subj: resultSubject(key) };
  const found = await patiently(bus, () => bus.jsm.streams.getMessage("RESULTS", query));
  if (found === null) return undefined;
  return { result: decode(drydock.v1.Result, found.data), timeMs: found.time.getTime() };
}
