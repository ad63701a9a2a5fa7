/** The readers of checkpoint formats. A new one is a line here, or a plugin that registers itself at start. */
import { CheckpointConfigError } from "@drydock/checkpoint";
import type { CheckpointReader } from "./format.ts";
import { safetensorsReader } from "./safetensors/read.ts";
import { specReader } from "./spec/read.ts";
import { torchReader } from "./torch/read.ts";

/** Asked in this order; the first that recognises the content reads it. */
const READERS: Record<string, CheckpointReader> = {
  torch: torchReader,
  safetensors: safetensorsReader,
  spec: specReader,
};

export function readers(): readonly CheckpointReader[] {
  return Object.values(READERS);
}

/** For plugins, at start. Throws CheckpointConfigError if the name is taken by another reader. */
export function registerReader(reader: CheckpointReader): void {
  const present = Object.hasOwn(READERS, reader.name) ? READERS[reader.name] : undefined;
  if (present !== undefined && present !== reader) {
    throw new CheckpointConfigError([
      { path: "DRYDOCK_PLUGINS", message: `a reader named ${JSON.stringify(reader.name)} exists already` },
    ]);
  }
  READERS[reader.name] = reader;
}
