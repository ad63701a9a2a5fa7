import { CheckpointError, CheckpointIncompatibleError, nbytes } from "@drydock/checkpoint";
import type { OutputTensor } from "./format.ts";

/** Order of the UTF-8 bytes of two names, as the reference writers sort; UTF-16 order differs above U+FFFF. */
export function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * Checks the tensors given to a writer and returns, for each, the index of the tensor that owns its bytes (itself
 * unless it shares). Throws CheckpointIncompatibleError NAME_NOT_UNICODE for a name that UTF-8 cannot carry; a
 * repeated name or a share that does not fit is a bug of the caller.
 */
export function ownersOf(tensors: readonly OutputTensor[]): number[] {
  const indexOf = new Map<string, number>();
  const owners: number[] = [];
  tensors.forEach((tensor, i) => {
    const { name, sharesWith } = tensor;
    if (!name.isWellFormed()) {
      throw new CheckpointIncompatibleError(`the name ${JSON.stringify(name)} is not valid Unicode`, {
        code: "NAME_NOT_UNICODE",
      });
    }
    if (indexOf.has(name)) throw new CheckpointError(`tensor ${name} is to be written twice`);
    indexOf.set(name, i);
    if (sharesWith === undefined) {
      owners.push(i);
      return;
    }
    const other = indexOf.get(sharesWith);
    const shared = other === undefined ? undefined : tensors[other];
    if (other === undefined || shared === undefined || other === i) {
      throw new CheckpointError(`tensor ${name} shares bytes with ${sharesWith}, which is not before it`);
    }
    if (shared.dtype !== tensor.dtype || nbytes(shared) !== nbytes(tensor)) {
      throw new CheckpointError(
        `tensor ${name} cannot share the bytes of ${sharesWith}: type or size differ`,
      );
    }
    owners.push(owners[other] ?? other);
  });
  return owners;
}
