/**
 * Plugins: modules outside the repository that add strategies, modifiers, formats and sources (DRYDOCK_PLUGINS lists
 * them by path; the process that needs them imports them). A module's default export has the shape below; each
 * package takes its part of it.
 */
import { CheckpointConfigError, type ConfigProblem } from "@drydock/checkpoint";
import { type Modifier, registerModifier } from "./modifiers/index.ts";
import { isPlainObject } from "./pipeline/check.ts";
import { outputFormats } from "./pipeline/schema.ts";
import { registerSourceType, type SourceType } from "./pipeline/sources.ts";
import { registerStrategy, type Strategy } from "./strategies/index.ts";

/** `export default { … } satisfies PluginModule`. Keys are the names used in pipelines. */
export interface PluginModule {
  /** Made by defineStrategy. */
  readonly strategies?: Readonly<Record<string, Strategy>>;
  /** Made by defineModifier. */
  readonly modifiers?: Readonly<Record<string, Modifier>>;
  readonly formats?: {
    /** CheckpointReader of packages/formats, which registers them. */
    readonly readers?: Readonly<Record<string, { readonly name: string }>>;
    /** CheckpointWriter of packages/formats, which registers them; here their names become valid. */
    readonly writers?: Readonly<Record<string, { readonly name: string }>>;
  };
  /** Schema and URIs here; the opener beside them is packages/store's. */
  readonly sources?: Readonly<Record<string, SourceType>>;
}

const KINDS = ["strategies", "modifiers", "formats", "sources"];

/** Registers what planning needs of a plugin; installing it again changes nothing. `name` is for errors. */
export function installPlugin(plugin: PluginModule, name = "plugin"): void {
  const problems: ConfigProblem[] = [];
  const loaded: unknown = plugin;
  if (!isPlainObject(loaded)) {
    throw new CheckpointConfigError([
      { path: name, message: `the default export must be an object with ${KINDS.join(", ")}` },
    ]);
  }
  for (const key of Object.keys(plugin)) {
    if (!KINDS.includes(key))
      problems.push({ path: name, message: `unknown part "${key}"; valid: ${KINDS.join(", ")}` });
  }
  const parts = [
    plugin.strategies,
    plugin.modifiers,
    plugin.sources,
    plugin.formats?.writers,
    plugin.formats?.readers,
  ];
  for (const part of parts) {
    for (const [key, entry] of Object.entries(part ?? {})) {
      if (entry.name !== key) problems.push({ path: name, message: `"${key}" calls itself "${entry.name}"` });
    }
  }
  if (problems.length > 0) throw new CheckpointConfigError(problems);
  for (const strategy of Object.values(plugin.strategies ?? {})) registerStrategy(strategy);
  for (const modifier of Object.values(plugin.modifiers ?? {})) registerModifier(modifier);
  for (const source of Object.values(plugin.sources ?? {})) registerSourceType(source);
  for (const writer of Object.values(plugin.formats?.writers ?? {})) outputFormats.add(writer);
}
