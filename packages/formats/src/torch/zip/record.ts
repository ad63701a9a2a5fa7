import { crc32, inflateRawSync } from "node:zlib";
import type { Fail } from "../errors.ts";
import type { ZipEntry } from "./directory.ts";
import { checkDescriptor, localStart } from "./local.ts";

/**
 * The content of an entry from its bytes in the file, [entry.offset, entry.next): header, size and checksum verified.
 * A checksum of 0 counts as absent, for torch can be told to write none.
 */
export function recordContent(bytes: Buffer, entry: ZipEntry, fail: Fail): Buffer {
  const start = localStart(bytes, entry, fail) - entry.offset;
  const stored = bytes.subarray(start, start + entry.stored);
  checkDescriptor(bytes.subarray(start + entry.stored), entry, fail);
  const content = entry.deflated ? inflate(stored, entry, fail) : stored;
  const found = crc32(content);
  if (entry.crc32 !== 0 && found !== entry.crc32) {
    const hex = (n: number): string => n.toString(16).padStart(8, "0");
    const message = `${JSON.stringify(entry.name)} has CRC-32 ${hex(found)}, the directory says ${hex(entry.crc32)}`;
    throw fail("ZIP_CRC_MISMATCH", message, entry.offset + start, { member: entry.name });
  }
  return content;
}

/** Never inflates more than one byte beyond the declared size. */
function inflate(stored: Buffer, entry: ZipEntry, fail: Fail): Buffer {
  const mismatch = (found: string) => {
    const message = `${JSON.stringify(entry.name)} inflates to ${found} bytes, the directory says ${entry.size}`;
    return fail("ZIP_SIZE_MISMATCH", message, entry.offset, { member: entry.name, expected: entry.size });
  };
  let content: Buffer;
  let consumed: number;
  try {
    // With `info` Node returns both; its types know only the buffer.
    const result = inflateRawSync(stored, { maxOutputLength: entry.size + 1, info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    content = result.buffer;
    consumed = result.engine.bytesWritten;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    if (code === "ERR_BUFFER_TOO_LARGE") throw mismatch(`more than ${entry.size}`);
    const message = `${JSON.stringify(entry.name)}: deflate stream is corrupt (${String(code)})`;
    throw fail("ZIP_DEFLATE_CORRUPT", message, entry.offset, { member: entry.name });
  }
  if (content.length !== entry.size) throw mismatch(String(content.length));
  if (consumed !== stored.length) {
    const message = `${JSON.stringify(entry.name)}: deflate stream ends after ${consumed} of ${stored.length} bytes`;
    throw fail("ZIP_SIZE_MISMATCH", message, entry.offset, { expected: stored.length, found: consumed });
  }
  return content;
}
