import { CheckpointError, nbytes, type TensorPlan } from "@drydock/checkpoint";

/** A tensor whose operation yields another number of bytes than it has would corrupt its file: a bug, caught here. */
export function checkTensor(tensor: TensorPlan, bytes: number): void {
  const expected = nbytes(tensor);
  if (bytes !== expected) {
    throw new CheckpointError(`plan: ${tensor.name} has ${expected} bytes, its operation yields ${bytes}`, {
      code: "OP_BYTES",
      details: { tensor: tensor.name, expected, found: bytes },
    });
  }
}
