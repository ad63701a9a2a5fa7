/** The words of a command line as a checked pipeline, before anything is connected or started. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { CheckpointConfigError, canonicalJson } from "@drydock/checkpoint";
import {
  absolutise,
  installPlugin,
  isOverride,
  loadPipelineText,
  type Pipeline,
  type PluginModule,
  parsePipeline,
} from "@drydock/planning/pipeline";

export interface PipelineInput {
  readonly pipeline: Pipeline;
  /** What is submitted: the pipeline as written, overrides and interpolation done, paths absolute. */
  readonly json: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Throws CheckpointConfigError with every mistake. */
export async function pipelineInput(
  words: readonly string[],
  { cwd, home, env }: Surroundings = { cwd: process.cwd(), home: homedir(), env: process.env },
): Promise<PipelineInput> {
  const overrides = words.filter(isOverride);
  const [file, ...more] = words.filter((word) => !isOverride(word));
  if (words.length === 0) {
    throw new CheckpointConfigError([{ path: "", message: "no pipeline file and no key=value is given" }], {
      remedy: "See drydock run --help, or start from drydock init > pipeline.yaml",
    });
  }
  if (more.length > 0) {
    throw new CheckpointConfigError(
      more.map((path) => ({ path, message: `is a second file beside ${file}; overrides are key=value` })),
    );
  }
  await installPlugins(env.DRYDOCK_PLUGINS);
  const text = file === undefined ? "" : await textOf(file);
  const raw = loadPipelineText(text, overrides, env, file === undefined ? {} : { file });
  const value = absolutise(raw, cwd, home);
  return { pipeline: parsePipeline(value), json: canonicalJson(value) };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const message = code === "ENOENT" ? "there is no such file" : `cannot be read (${String(code ?? cause)})`;
    throw new CheckpointConfigError([{ path: file, message }], {
      cause,
      remedy: "Name a pipeline file, or write what it would say as key=value (drydock run --help).",
    });
  }
}

/** The same modules the services are given, so that their names are known here. */
async function installPlugins(modules: string | undefined): Promise<void> {
  if (!modules) return;
  // Only now: the package brings the services' telemetry with it.
  const { loadPlugins } = await import("@drydock/service");
  for (const { name, plugin } of await loadPlugins(modules.split(",").map((m) => m.trim()))) {
    installPlugin(plugin as PluginModule, name); // checked there
  }
}
