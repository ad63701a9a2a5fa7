/** Cancellation, and the server's clock. */
import type { Bus } from "./connect.ts";
import { bucket } from "./kv.ts";
import { subjects } from "./subjects.ts";

/** Tells all workers: those at work by a broadcast, those that start later by the ctl bucket. May be repeated. */
export async function cancelRun(bus: Bus, runId: string, reason: string): Promise<void> {
  await bucket(bus, "ctl").put(`cancel.${runId}`, new TextEncoder().encode(reason));
  bus.nc.publish(subjects.cancelled(runId));
}

/** The reason, or undefined while the run is not cancelled. */
export async function cancelReason(bus: Bus, runId: string): Promise<string | undefined> {
  const entry = await bucket(bus, "ctl").get(`cancel.${runId}`);
  return entry === undefined ? undefined : new TextDecoder().decode(entry.value);
}

/** The server's time, milliseconds since the epoch: the only clock that deadlines are compared with (C5). */
export async function serverNow(bus: Bus): Promise<number> {
  const ctl = bucket(bus, "ctl");
  await ctl.put("clock", new Uint8Array());
  const entry = await ctl.get("clock");
  if (entry === undefined) return serverNow(bus);
  return entry.timeMs;
}
