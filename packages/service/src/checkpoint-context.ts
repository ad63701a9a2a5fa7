/** The envelope between stages: opened from a task, given back as the next revision. Unknown fields ride along. */

import { type Bus, contextBytes, contextFields, decode, encode } from "@drydock/bus";
import { CheckpointError } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";

const { CheckpointContext } = drydock.v1;

export async function openContext(bus: Bus, task: drydock.v1.Task): Promise<drydock.v1.CheckpointContext> {
  const bytes = await contextBytes(bus, task);
  if (bytes === undefined) {
    throw new CheckpointError(`task ${task.runId}: carries no context`, { kind: "internal" });
  }
  return decode(CheckpointContext, bytes);
}

/** What one stage adds to the context. */
export interface Revision {
  readonly stage: string;
  readonly node: string;
  readonly attempt: number;
  readonly usage: { readonly bytesRead: number; readonly bytesWritten: number };
  /** One line for people. */
  readonly note: string;
  readonly warnings?: readonly string[];
}

/** The Done fields that carry the context as its next revision. The caller has set what the stage found out. */
export async function reviseContext(
  bus: Bus,
  context: drydock.v1.CheckpointContext,
  revision: Revision,
): Promise<{ context: Uint8Array } | { contextDigest: string }> {
  const { stage, node, attempt, usage, note } = revision;
  // The message this process decoded, changed in place: a copy would lose what this version does not know.
  context.revision += 1;
  context.stages.push({
    stage,
    node,
    attempt,
    bytesRead: usage.bytesRead,
    bytesWritten: usage.bytesWritten,
    note,
  });
  context.warnings.push(...(revision.warnings ?? []));
  return contextFields(bus, encode(CheckpointContext, context));
}
