/** A pipeline file's text, overrides and the environment, to the plain value that parsePipeline checks. */
import { CheckpointConfigError } from "@drydock/checkpoint";
import { describeValue, isPlainObject, type Problems } from "./check.ts";
import { type Env, interpolate } from "./interpolate.ts";
import { applyOverrides } from "./overrides.ts";
import { parseYaml } from "./yaml-value.ts";

export interface LoadOptions {
  /** For messages. */
  readonly file?: string;
}

/**
 * `text`: YAML 1.2 (or JSON); "" for a run without a file. Overrides apply before interpolation. Throws
 * CheckpointConfigError; the paths of YAML mistakes are file:line:column.
 */
export function loadPipelineText(
  text: string,
  overrides: readonly string[],
  env: Env,
  options: LoadOptions = {},
): Record<string, unknown> {
  const file = options.file ?? "pipeline";
  const problems: Problems = [];
  const parsed = parseYaml(text, file, problems) ?? {};
  if (problems.length === 0 && !isPlainObject(parsed)) {
    problems.push({ path: `${file}:1:1`, message: `expected keys and values, got ${describeValue(parsed)}` });
  }
  if (problems.length > 0) throw new CheckpointConfigError(problems);
  const resolved = interpolate(applyOverrides(parsed, overrides), env);
  // Still the object that was checked above: overrides replace only what lies below it.
  return resolved as Record<string, unknown>;
}
