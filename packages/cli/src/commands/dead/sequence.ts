/** The number that names a dead letter. */
import { CheckpointConfigError } from "@drydock/checkpoint";

export function sequence(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new CheckpointConfigError([{ path: "seq", message: `"${text}" is no number of a dead letter` }]);
}
