/**
 * The operation `inflate`: a raw deflate stream, as it comes. The declared size is a promise in both directions: no
 * byte more leaves the stream, no byte less is accepted, and nothing may follow the stream in its range.
 */

import { crc32, createInflateRaw } from "node:zlib";
import type { SourceRange } from "@drydock/checkpoint";
import { CheckpointLoadError } from "@drydock/checkpoint";
import { checkCrc } from "./read.ts";
import type { Stream } from "./stream.ts";

/** Compressed bytes given to the decoder at once, and decompressed bytes it may hold ready. */
const CHUNK_BYTES = 256 << 10;

export interface InflateOptions {
  /** Declared size of the decompressed bytes. */
  readonly size: number;
  /** Of the decompressed bytes, as the container declares it for the compressed range. */
  readonly declared: { readonly crc32: number; readonly range: SourceRange } | undefined;
  readonly tensor: string;
}

/** Takes `compressed` over and closes it. */
export function inflateStream(compressed: Stream, options: InflateOptions): Stream {
  const { size, declared, tensor } = options;
  const decoder = createInflateRaw({ chunkSize: CHUNK_BYTES });
  const input = new Uint8Array(Math.min(CHUNK_BYTES, compressed.size));
  let fed = 0;
  let produced = 0;
  let crc = 0;
  let rest: Uint8Array = new Uint8Array(0);
  /** The decoder took all it was given; only then may `input` change. */
  let hungry = true;
  let ended = false;
  let failure: Error | undefined;
  let wake = (): void => {};
  decoder.on("readable", () => wake());
  decoder.on("end", () => {
    ended = true;
    wake();
  });
  decoder.on("error", (error) => {
    failure = error;
    wake();
  });

  async function feed(): Promise<void> {
    hungry = false;
    if (fed === compressed.size) {
      decoder.end();
      return;
    }
    const part = input.subarray(0, Math.min(input.length, compressed.size - fed));
    await compressed.fill(part);
    fed += part.length;
    decoder.write(part, () => {
      hungry = true;
      wake();
    });
  }

  /** The next decompressed bytes, at least one; undefined at the end of the deflate stream. */
  async function next(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (failure !== undefined) throw corrupt(tensor, failure);
      const chunk: unknown = decoder.read();
      if (chunk instanceof Uint8Array) return chunk;
      if (ended) return undefined;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (hungry) await feed();
      else await woken;
    }
  }

  return {
    size,
    async fill(target) {
      for (let at = 0; at < target.length; ) {
        if (rest.length === 0) {
          const chunk = await next();
          if (chunk === undefined) throw wrongSize(tensor, size, `${produced}`, "INFLATE_SHORT");
          rest = chunk;
        }
        const n = Math.min(rest.length, target.length - at);
        target.set(rest.subarray(0, n), at);
        rest = rest.subarray(n);
        at += n;
        produced += n;
      }
      if (declared !== undefined) crc = crc32(target, crc);
    },
    async finish() {
      if (rest.length > 0 || (await next()) !== undefined) {
        throw wrongSize(tensor, size, `more than ${size}`, "INFLATE_LONG");
      }
      const trailing = compressed.size - decoder.bytesWritten;
      if (trailing !== 0) {
        throw new CheckpointLoadError(
          `${tensor}: ${trailing} of ${compressed.size} compressed bytes follow the end of the deflate stream`,
          { code: "INFLATE_TRAILING", details: { tensor, trailing, compressed: compressed.size } },
        );
      }
      await compressed.finish();
      if (declared !== undefined) checkCrc(tensor, declared.range, declared.crc32, crc);
    },
    close() {
      decoder.destroy();
      compressed.close();
    },
  };
}

function wrongSize(tensor: string, declared: number, found: string, code: string): CheckpointLoadError {
  return new CheckpointLoadError(`${tensor}: declared to inflate to ${declared} bytes, it gives ${found}`, {
    code,
    details: { tensor, declared, found },
  });
}

function corrupt(tensor: string, cause: Error): CheckpointLoadError {
  const truncated = "code" in cause && cause.code === "Z_BUF_ERROR";
  return new CheckpointLoadError(
    `${tensor}: its compressed bytes are ${truncated ? "cut off" : `corrupt (${cause.message})`}`,
    { code: truncated ? "INFLATE_TRUNCATED" : "INFLATE_CORRUPT", details: { tensor }, cause },
  );
}
