/** Imports the modules named in DRYDOCK_PLUGINS. What they register is checked by the packages that take it. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CheckpointConfigError, type ConfigProblem } from "@drydock/checkpoint";

export interface LoadedPlugin {
  readonly name: string;
  /** The default export, unchecked. */
  readonly plugin: unknown;
}

/** Loads each module by path (relative to the working folder) or package name; all failures are reported together. */
export async function loadPlugins(modules: readonly string[]): Promise<LoadedPlugin[]> {
  const problems: ConfigProblem[] = [];
  const loaded: LoadedPlugin[] = [];
  for (const name of modules) {
    try {
      const specifier = /^[./]/.test(name) ? pathToFileURL(resolve(name)).href : name;
      const module: { default?: unknown } = await import(specifier);
      if (module.default === undefined)
        problems.push({ path: "DRYDOCK_PLUGINS", message: `${name} has no default export` });
      else loaded.push({ name, plugin: module.default });
    } catch (cause) {
      problems.push({
        path: "DRYDOCK_PLUGINS",
        message: `${name} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      });
    }
  }
  if (problems.length > 0) throw new CheckpointConfigError(problems);
  return loaded;
}
