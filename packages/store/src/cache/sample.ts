/** For tests: objects whose every byte is known, and an origin that counts what it is asked. */
import { appendFileSync } from "node:fs";
import { type ByteRange, type Pin, pinId } from "@drydock/checkpoint";

export const MIB = 1024 * 1024;

/** Prime, so that no power of two repeats the content. */
const PERIOD = 251;
const PATTERN = Uint8Array.from({ length: PERIOD * 4096 }, (_, i) => i % PERIOD);

export function samplePin(size: number, uri = "https://host/object"): Pin {
  const identity = { kind: "etag", etag: '"1"' } as const;
  return {
    id: pinId({ uri, size, identity }),
    input: "source",
    object: "",
    uri,
    size,
    identity,
    checksums: [],
  };
}

/** Bytes [start, end) of any sample object. */
export function sampleBytes(start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length; ) {
    const from = (start + at) % PERIOD;
    const part = PATTERN.subarray(from, Math.min(PATTERN.length, from + bytes.length - at));
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export interface Origin {
  readonly asked: ByteRange[];
  bytes(): number;
  fetch(start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** `log`: a file that gets a line per request, for processes that die. */
export function sampleOrigin(log?: string): Origin {
  const asked: ByteRange[] = [];
  return {
    asked,
    bytes: () => asked.reduce((sum, { start, end }) => sum + end - start, 0),
    async fetch(start, end) {
      asked.push({ start, end });
      if (log !== undefined) appendFileSync(log, `${JSON.stringify({ start, end })}\n`);
      return sampleBytes(start, end);
    },
  };
}
