/** What strategies, modifiers and sources have in common, and the open registries they stand in. */
import { CheckpointConfigError } from "@drydock/checkpoint";
import type { z } from "zod";
import { unknownName } from "./names/nearest.ts";

/** A named choice with parameters, as a pipeline file writes them: `{ type: name, …params }`. */
export interface Described {
  readonly name: string;
  /** A strict object: unknown keys are refused. Parsing what it returned gives the same again. */
  readonly params: z.ZodObject;
  /** Parameters that hold a path or URI. The cli makes local ones absolute. */
  readonly uris: readonly string[];
}

export interface Registry<T extends { readonly name: string }> {
  /** For messages: "loading strategy". */
  readonly what: string;
  find(name: string): T | undefined;
  /** As found, or CheckpointConfigError listing what there is. */
  get(name: string): T;
  all(): readonly T[];
  names(): readonly string[];
  /** Another one of the same name is an error; the same one again is not. */
  add(entry: T): void;
}

export function createRegistry<T extends { readonly name: string }>(
  what: string,
  builtin: readonly T[],
): Registry<T> {
  const entries = new Map(builtin.map((entry) => [entry.name, entry]));
  const registry: Registry<T> = {
    what,
    find: (name) => entries.get(name),
    get(name) {
      const entry = entries.get(name);
      if (entry !== undefined) return entry;
      throw new CheckpointConfigError([{ path: "", message: unknownName(what, name, registry.names()) }]);
    },
    all: () => [...entries.values()],
    names: () => [...entries.keys()],
    add(entry) {
      const present = entries.get(entry.name);
      if (present !== undefined && present !== entry) {
        throw new CheckpointConfigError([
          { path: "", message: `${what} "${entry.name}" is registered already` },
        ]);
      }
      entries.set(entry.name, entry);
    },
  };
  return registry;
}
