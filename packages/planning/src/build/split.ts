/**
 * Cuts output files into shards.
 *
 * S1  A tensor is never split, and a literal stays with the tensor right before or after it whose checksum it holds.
 * S2  Every shard of a file but its last has at least `minBytes` (an S3 multipart part).
 * S3  At most MAX_SHARDS: shards grow instead.
 * S4  Non-tail shards first, in file order; then the tail: those with a checksum from another shard. Within a file the
 *     order is the file's.
 */
import { CheckpointConfigError, CheckpointError } from "@drydock/checkpoint";
import type { FileLayout, LayoutPart } from "@drydock/formats";

/** A run's messages and its plan's head grow with the shards; at 64 MiB each this is 256 GiB before they grow. */
export const MAX_SHARDS = 4096;
/** The least S3 takes for a part that is not the last. */
export const MULTIPART_BYTES = 5 * 2 ** 20;

/** Parts [firstPart, endPart) of one file. */
export interface Piece {
  readonly file: number;
  readonly firstPart: number;
  readonly endPart: number;
  readonly start: number;
  readonly end: number;
}

export interface SplitOptions {
  readonly shardBytes: number;
  readonly minBytes: number;
}

export interface SplitFiles {
  readonly pieces: readonly Piece[];
  readonly tailCount: number;
}

export function splitFiles(files: readonly FileLayout[], options: SplitOptions): SplitFiles {
  if (files.length > MAX_SHARDS) {
    throw new CheckpointConfigError([
      {
        path: "output.file_bytes",
        message: `makes ${files.length} files; a run has at most ${MAX_SHARDS} shards`,
      },
    ]);
  }
  let shardBytes = Math.max(options.shardBytes, options.minBytes);
  for (;;) {
    const pieces = files.flatMap((file, index) => cut(file, index, shardBytes, options.minBytes));
    if (pieces.length <= MAX_SHARDS) return withTail(files, pieces);
    shardBytes *= 2;
  }
}

function cut(file: FileLayout, index: number, shardBytes: number, minBytes: number): Piece[] {
  const pieces: Piece[] = [];
  let firstPart = 0;
  let start = 0;
  let end = 0;
  for (const [i, part] of file.parts.entries()) {
    const full = end - start + partBytes(part) > shardBytes || collectsFromAfar(part, i);
    if (i > firstPart && full && end - start >= minBytes && !glued(file.parts, i)) {
      pieces.push({ file: index, firstPart, endPart: i, start, end });
      firstPart = i;
      start = end;
    }
    end += partBytes(part);
  }
  if (end !== file.size) {
    throw new CheckpointError(
      `plan: ${file.path} has ${end} bytes in its parts, its layout says ${file.size}`,
    );
  }
  pieces.push({ file: index, firstPart, endPart: file.parts.length, start, end });
  return pieces;
}

/** S1: whether parts i − 1 and i belong together. */
function glued(parts: readonly LayoutPart[], i: number): boolean {
  const [before, after] = [parts[i - 1], parts[i]];
  return (
    (before?.kind === "literal" && before.fills.some((f) => f.part === i)) ||
    (after?.kind === "literal" && !collectsFromAfar(after, i) && after.fills.some((f) => f.part === i - 1))
  );
}

/** A literal such as a zip's directory, which holds checksums from all over the file, starts a shard of its own. */
function collectsFromAfar(part: LayoutPart, i: number): boolean {
  return part.kind === "literal" && part.fills.some((f) => Math.abs(f.part - i) > 1);
}

export function partBytes(part: LayoutPart): number {
  return part.kind === "literal" ? part.bytes.length : part.nbytes;
}

function withTail(files: readonly FileLayout[], pieces: readonly Piece[]): SplitFiles {
  const needsOthers = (piece: Piece): boolean => {
    const parts = files[piece.file]?.parts.slice(piece.firstPart, piece.endPart) ?? [];
    return parts.some(
      (part) =>
        part.kind === "literal" &&
        part.fills.some((fill) => fill.part < piece.firstPart || fill.part >= piece.endPart),
    );
  };
  const tail = pieces.filter(needsOthers);
  return { pieces: [...pieces.filter((p) => !tail.includes(p)), ...tail], tailCount: tail.length };
}
