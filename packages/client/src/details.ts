/** What a run decided: its context and its plans, from where the services left them. */
import {
  type BuildHead,
  type Bus,
  contextBytes,
  decode,
  decodeLoadPlan,
  getBlob,
  getHead,
} from "@drydock/bus";
import { asCheckpointError, type LoadPlan } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import type { RunView } from "./run-view.ts";
import { readEvents } from "./runs.ts";

export interface RunDetails {
  readonly context: drydock.v1.CheckpointContext;
  /** Undefined before load, and when the plan store no longer holds it. */
  readonly load: LoadPlan | undefined;
  /** Undefined before transform, and when the plan store no longer holds it. */
  readonly build: BuildHead | undefined;
}

export async function getDetails(bus: Bus, view: RunView): Promise<RunDetails | undefined> {
  const bytes = await kept(contextBytes(bus, view));
  if (bytes === undefined) return undefined;
  const context = decode(drydock.v1.CheckpointContext, bytes);
  const load = context.loadPlan?.digest;
  const build = context.buildPlan?.digest;
  return {
    context,
    load: load ? await kept(getBlob(bus, load).then(decodeLoadPlan)) : undefined,
    build: build ? await kept(getHead(bus, build)) : undefined,
  };
}

/** Every revision of the run's context, in the order the log has them; those no longer stored are left out. */
export async function getContexts(bus: Bus, runId: string): Promise<drydock.v1.CheckpointContext[]> {
  const events = await readEvents(bus, runId);
  const first = events[0]?.snapshot ?? {};
  const carriers = [first, ...events.flatMap((event) => event.result?.done ?? [])];
  const contexts = new Map<number, drydock.v1.CheckpointContext>();
  for (const carrier of carriers) {
    const bytes = await kept(contextBytes(bus, carrier));
    if (bytes === undefined) continue;
    const context = decode(drydock.v1.CheckpointContext, bytes);
    if (!contexts.has(context.revision)) contexts.set(context.revision, context);
  }
  return [...contexts.values()];
}

/** Undefined for what the plan store has let expire. */
async function kept<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (asCheckpointError(error).kind === "artifact-missing") return undefined;
    throw error;
  }
}
