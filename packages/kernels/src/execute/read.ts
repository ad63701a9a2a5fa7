/** The operation `read`: bytes of a source, with the checksum its container declares. */

import { crc32 } from "node:zlib";
import {
  type ByteSource,
  CheckpointLoadError,
  CheckpointSourceError,
  CheckpointValidationError,
  type SourceRange,
} from "@drydock/checkpoint";
import type { Stream } from "./stream.ts";

/** A byte source that can also put bytes where they are used next, saving an allocation and a copy of each block. */
export interface RangeSource extends ByteSource {
  /** Fills `target` with the bytes from `start`, wholly or rejects. */
  readInto?(start: number, target: Uint8Array, signal?: AbortSignal): Promise<void>;
}

export interface ReadOptions {
  /** Of the whole range. */
  readonly crc32?: number | undefined;
  /** For errors. */
  readonly tensor: string;
  readonly signal: AbortSignal;
}

export function readStream(source: RangeSource, range: SourceRange, options: ReadOptions): Stream {
  const { tensor, signal } = options;
  if (range.end > source.size) {
    throw new CheckpointLoadError(
      `${tensor}: its bytes end at ${range.end} of ${source.name}, which has ${source.size}`,
      { code: "READ_PAST_END", details: { tensor, end: range.end, size: source.size } },
    );
  }
  let at = range.start;
  let crc = 0;
  return {
    size: range.end - range.start,
    async fill(target) {
      await readExactly(source, at, target, signal);
      at += target.length;
      if (options.crc32 !== undefined) crc = crc32(target, crc);
    },
    async finish() {
      if (options.crc32 !== undefined) checkCrc(tensor, range, options.crc32, crc);
    },
    close() {},
  };
}

async function readExactly(
  source: RangeSource,
  start: number,
  target: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  if (source.readInto !== undefined) return source.readInto(start, target, signal);
  const bytes = await source.read(start, start + target.length, signal);
  if (bytes.length !== target.length) {
    throw new CheckpointSourceError(
      `${source.name}: asked for ${target.length} bytes from ${start}, got ${bytes.length}`,
      { code: "SHORT_READ" },
    );
  }
  target.set(bytes);
}

/** Throws unless the checksum a container declares is that of the bytes it holds. */
export function checkCrc(tensor: string, range: SourceRange, expected: number, found: number): void {
  if (expected === found) return;
  const hex = (n: number): string => n.toString(16).padStart(8, "0");
  const where = range.object === "" ? range.input : `${range.input}/${range.object}`;
  throw new CheckpointValidationError(
    `${tensor}: bytes [${range.start}, ${range.end}) of ${where} have CRC-32 ${hex(found)}, the archive says ${hex(expected)}`,
    {
      code: "ZIP_CRC_MISMATCH",
      details: { tensor, expected: hex(expected), found: hex(found) },
      remedy: "The checkpoint is damaged; fetch or save it again.",
    },
  );
}
