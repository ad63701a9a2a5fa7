/** Reading runs back from their logs. */
import { type Bus, decode, listRuns as lastEvents, type RunEntry, readRun, runEntryAt } from "@drydock/bus";
import { CheckpointNotFoundError } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { type RunView, viewOf } from "./run-view.ts";

const { RunEvent } = drydock.v1;

/** The run's log, decoded, oldest first; empty when there is no such run. */
export async function readEvents(bus: Bus, runId: string): Promise<drydock.v1.RunEvent[]> {
  const events: drydock.v1.RunEvent[] = [];
  for await (const entry of readRun(bus, runId)) events.push(decode(RunEvent, entry.data));
  return events;
}

/** The run as it stands; undefined when there is none of that id (any more). */
export async function getRun(bus: Bus, runId: string): Promise<RunView | undefined> {
  const events = await readEvents(bus, runId);
  return events.length === 0 ? undefined : viewOf(runId, events);
}

/** As getRun. Throws CheckpointNotFoundError RUN_UNKNOWN. */
export async function requireRun(bus: Bus, runId: string): Promise<RunView> {
  const view = await getRun(bus, runId);
  if (view !== undefined) return view;
  throw new CheckpointNotFoundError(`there is no run ${runId} at ${bus.url}`, {
    code: "RUN_UNKNOWN",
    details: { run: runId },
    remedy: "See which there are: drydock runs ls (runs are kept for 30 days by default).",
  });
}

/** Every run as it stands, the newest first; of each only what its last snapshot says. */
export async function listRuns(bus: Bus): Promise<RunView[]> {
  const views: RunView[] = [];
  for (const entry of await lastEvents(bus)) {
    const event = await withSnapshot(bus, entry);
    views.push(viewOf(entry.runId, [event]));
  }
  return views.sort((a, b) => b.startedMs - a.startedMs);
}

/** The entry's event, or the earlier one that holds the run's last snapshot. */
async function withSnapshot(bus: Bus, entry: RunEntry): Promise<drydock.v1.RunEvent> {
  const event = decode(RunEvent, entry.data);
  if (event.snapshot != null) return event;
  const earlier = await runEntryAt(bus, event.snapshotSeq);
  return earlier === undefined ? event : decode(RunEvent, earlier.data);
}
