import { CheckpointConfigError } from "@drydock/checkpoint";
import type { CheckpointWriter } from "./format.ts";
import { safetensorsWriter } from "./safetensors/write.ts";
import { torchWriter } from "./torch/write.ts";

/** Every output format, by the name `output.format` gives it. */
const WRITERS: Record<string, CheckpointWriter> = {
  safetensors: safetensorsWriter,
  torch: torchWriter,
};

/** Throws CheckpointConfigError, listing the names there are. */
export function writerFor(name: string): CheckpointWriter {
  const writer = Object.hasOwn(WRITERS, name) ? WRITERS[name] : undefined;
  if (writer !== undefined) return writer;
  const known = Object.keys(WRITERS).sort().join(", ");
  throw new CheckpointConfigError([
    { path: "output.format", message: `there is no format ${JSON.stringify(name)}; known: ${known}` },
  ]);
}

/** For plugins, at start. Throws CheckpointConfigError if the name is taken by another writer. */
export function registerWriter(writer: CheckpointWriter): void {
  const present = Object.hasOwn(WRITERS, writer.name) ? WRITERS[writer.name] : undefined;
  if (present !== undefined && present !== writer) {
    throw new CheckpointConfigError([
      { path: "DRYDOCK_PLUGINS", message: `a writer named ${JSON.stringify(writer.name)} exists already` },
    ]);
  }
  WRITERS[writer.name] = writer;
}
