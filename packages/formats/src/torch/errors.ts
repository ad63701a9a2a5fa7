import { CheckpointLoadError, type ErrorDetails } from "@drydock/checkpoint";

/** Makes the error of one rule broken at one offset; both numbers of a comparison belong in the details. */
export type Fail = (
  code: string,
  message: string,
  offset: number,
  details?: ErrorDetails,
  remedy?: string,
) => CheckpointLoadError;

/** `layer` is what was being read ("zip", "pickle", "torch"), `file` names the object or the record inside it. */
export function failure(layer: string, file: string): Fail {
  return (code, message, offset, details = {}, remedy) =>
    new CheckpointLoadError(`${layer}: ${file}: ${message}`, {
      code,
      details: { file, offset, ...details },
      ...(remedy === undefined ? {} : { remedy }),
    });
}
