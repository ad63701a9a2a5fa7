/**
 * Every byte of a sealed file against the digests of its parts.
 * V1 memory is one block, whatever a part's size; bytes handed on are verified only when the promise resolves.
 */
import { createHash } from "node:crypto";
import { type ByteSource, CheckpointValidationError } from "@drydock/checkpoint";
import type { SealedFile } from "./manifest.ts";

/** Larger gains nothing over a network, and a container that waits has little memory. */
const BLOCK = 8 * 2 ** 20;

/** Reads the whole file once; each block goes to `take` in order. Rejects at the first part that differs. */
export async function verifyFile(
  file: SealedFile,
  source: ByteSource,
  take: (block: Uint8Array) => Promise<unknown> = async () => {},
  signal?: AbortSignal,
): Promise<void> {
  if (source.size !== file.size) {
    throw new CheckpointValidationError(
      `${source.name}: has ${source.size} bytes, the manifest says ${file.size}`,
      { code: "OUTPUT_SIZE", details: { file: file.path, expected: file.size, found: source.size } },
    );
  }
  for (const part of file.parts) {
    const hash = createHash("sha256");
    for (let at = part.start; at < part.end; at += BLOCK) {
      const block = await source.read(at, Math.min(part.end, at + BLOCK), signal);
      hash.update(block);
      await take(block);
    }
    const found = hash.digest("hex");
    if (found !== part.sha256) {
      throw new CheckpointValidationError(
        `${source.name}: bytes [${part.start}, ${part.end}) have sha256 ${found}, the manifest says ${part.sha256}`,
        {
          code: "OUTPUT_DIGEST",
          details: { file: file.path, start: part.start, end: part.end, expected: part.sha256, found },
          remedy: "the output was changed or damaged after it was sealed; prepare it again",
        },
      );
    }
  }
}
