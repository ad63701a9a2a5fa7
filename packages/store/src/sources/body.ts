/** A body of known length, read into one array of that length. */
import { type CheckpointError, CheckpointSourceError } from "@drydock/checkpoint";
import { takeBlock } from "../cache/blocks.ts";
import { connectionError } from "./failure.ts";

/** Exactly `length` bytes of the stream: one more or less is an error. An error of the stream itself keeps its kind. */
export async function readExactly(
  stream: AsyncIterable<unknown> | Iterable<unknown>,
  length: number,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const bytes = takeBlock(length);
  let filled = 0;
  try {
    for await (const chunk of stream) {
      // A body without an encoding set gives Buffers.
      const part = chunk as Uint8Array;
      if (filled + part.length > length) throw wrongLength(name, length, `at least ${filled + part.length}`);
      bytes.set(part, filled);
      filled += part.length;
    }
  } catch (error) {
    // Node's name for a body that ended before it was whole.
    const cut = error instanceof Error && "code" in error && error.code === "ECONNRESET";
    if (cut && signal?.aborted !== true) throw wrongLength(name, length, filled, error);
    throw connectionError(name, error, signal);
  }
  if (filled !== length) throw wrongLength(name, length, filled);
  return bytes;
}

export function wrongLength(
  name: string,
  expected: number,
  found: number | string,
  cause?: unknown,
): CheckpointError {
  return new CheckpointSourceError(`${name}: expected a body of ${expected} bytes, got ${found}`, {
    code: "SOURCE_LENGTH",
    details: { expected, found },
    ...(cause === undefined ? {} : { cause }),
  });
}
