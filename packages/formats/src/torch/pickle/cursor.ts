/**
 * The bytes of a pickle, read forwards.
 *
 * B1  A length is checked against the bytes that are left before anything is made from it.
 * B2  Inside a frame no argument crosses its end; a frame ends where the next opcode begins. A broken frame is noted and
 *     reading goes on without it, as readers that ignore frames do, so that what such a file names is still found.
 */
import type { Fail } from "../errors.ts";

export interface Cursor {
  /** Offset of the next byte. */
  readonly at: number;
  u8(): number;
  u16(): number;
  u32(): number;
  i32(): number;
  /** A length of eight bytes, which must fit what is left. */
  length64(): number;
  f64(): number;
  /** The start of the next `length` bytes, which are skipped. */
  take(length: number): number;
  /** The text up to the next newline, without it; latin-1. */
  line(): string;
  frame(): void;
  /** The first broken frame. */
  readonly broken: Error | undefined;
}

export function cursor(bytes: Buffer, fail: Fail): Cursor {
  let at = 0;
  let frameEnd = bytes.length;
  let framed = false;
  let broken: Error | undefined;

  function take(length: number): number {
    // B2: exactly at the frame's end the next opcode stands outside of it.
    if (framed && at === frameEnd) leaveFrame();
    if (framed && length > frameEnd - at) {
      breakFrame(`${length} bytes at ${at} cross the end of their frame at ${frameEnd}`, at);
    }
    const start = at;
    if (length > frameEnd - at) throw cut(length);
    at += length;
    return start;
  }

  function breakFrame(message: string, where: number): void {
    broken ??= fail("PICKLE_BAD_FRAME", message, where);
    leaveFrame();
  }

  function cut(length: number): Error {
    const message = `${length} bytes expected at ${at}, ${bytes.length - at} are left`;
    return fail("PICKLE_TRUNCATED", message, at, { expected: at + length, found: bytes.length });
  }

  function leaveFrame(): void {
    framed = false;
    frameEnd = bytes.length;
  }

  function length64(): number {
    const start = take(8);
    const length = bytes.readBigUInt64LE(start);
    if (length > BigInt(bytes.length - at)) {
      const message = `${length} bytes expected at ${at}, ${bytes.length - at} are left`;
      throw fail("PICKLE_TRUNCATED", message, start, { expected: String(length), found: bytes.length - at });
    }
    return Number(length);
  }

  return {
    get at() {
      return at;
    },
    get broken() {
      return broken;
    },
    u8: () => bytes.readUInt8(take(1)),
    u16: () => bytes.readUInt16LE(take(2)),
    u32: () => bytes.readUInt32LE(take(4)),
    i32: () => bytes.readInt32LE(take(4)),
    f64: () => bytes.readDoubleBE(take(8)),
    length64,
    take,
    line() {
      const end = bytes.indexOf(0x0a, at);
      if (end < 0) throw cut(bytes.length - at + 1);
      const start = take(end - at + 1);
      return bytes.toString("latin1", start, end);
    },
    frame() {
      const start = at;
      const length = bytes.readBigUInt64LE(take(8));
      const left = bytes.length - at;
      if (framed) breakFrame(`a frame begins inside the one that ends at ${frameEnd}`, start);
      else if (length > BigInt(left))
        breakFrame(`frame of ${length} bytes at ${at}, ${left} are left`, start);
      else {
        framed = true;
        frameEnd = at + Number(length);
      }
    },
  };
}
