/** Contexts as JSON, and what one stage changed. Pure. */
import { drydock } from "@drydock/proto";

const { CheckpointContext } = drydock.v1;

/** With the names of the proto file; the pipeline as an object rather than as text. */
export function contextJson(context: drydock.v1.CheckpointContext): Record<string, unknown> {
  const value: Record<string, unknown> = CheckpointContext.toObject(context, { longs: Number, json: true });
  const { pipelineJson, ...rest } = value;
  return { ...rest, pipeline: typeof pipelineJson === "string" ? parsed(pipelineJson) : null };
}

/** "+ path: value", "- path: value", "~ path: before → after", by path. */
export function contextDiff(before: unknown, after: unknown): string[] {
  const [was, is] = [leaves(before), leaves(after)];
  const paths = [...new Set([...was.keys(), ...is.keys()])].sort();
  return paths.flatMap((path) => {
    const [a, b] = [was.get(path), is.get(path)];
    if (a === b) return [];
    if (a === undefined) return [`+ ${path}: ${b}`];
    if (b === undefined) return [`- ${path}: ${a}`];
    return [`~ ${path}: ${a} → ${b}`];
  });
}

function leaves(value: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  if (typeof value !== "object" || value === null) found.set(path, JSON.stringify(value) ?? "undefined");
  else {
    for (const [key, v] of Object.entries(value)) {
      leaves(v, Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`, found);
    }
  }
  return found;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Submitted by a program; shown as it is.
    return json;
  }
}
