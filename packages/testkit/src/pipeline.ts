/** Runs a pipeline the way a program would: submit on the bus, wait for the CloudEvent. */

import { type Bus, decode, type RunEndedEvent, readRun, submit, waitDone } from "@drydock/bus";
import { sha256Hex } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";

export interface Finished {
  readonly runId: string;
  readonly end: RunEndedEvent["data"];
}

/** The run id a key gives, by the rule of the submit subject. */
export function runIdOf(key: string): string {
  return `r${sha256Hex(key).slice(0, 20)}`;
}

/** Submits and waits for the end; an error with the last log entries when it does not come in time. */
export async function runPipeline(
  bus: Bus,
  pipeline: unknown,
  options: { readonly key: string; readonly planOnly?: boolean; readonly timeoutMs?: number },
): Promise<Finished> {
  const runId = runIdOf(options.key);
  await submit(bus, {
    key: options.key,
    pipelineJson: JSON.stringify(pipeline),
    planOnly: options.planOnly ?? false,
    submittedBy: "test",
  });
  const timeoutMs = options.timeoutMs ?? 60_000;
  const done = await waitDone(bus, runId, AbortSignal.timeout(timeoutMs));
  if (done !== undefined) return { runId, end: done.data };
  const events = await runEvents(bus, runId);
  throw new Error(
    `run ${runId} has not ended after ${timeoutMs} ms; its log: ${events.map((e) => e.event ?? "?").join(" ")}`,
  );
}

/** The run's log, decoded, oldest first. */
export async function runEvents(bus: Bus, runId: string): Promise<drydock.v1.RunEvent[]> {
  const events: drydock.v1.RunEvent[] = [];
  for await (const entry of readRun(bus, runId)) events.push(decode(drydock.v1.RunEvent, entry.data));
  return events;
}
