import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, deflateRawSync } from "node:zlib";
import { bytesSource, CheckpointError } from "@drydock/checkpoint";
import { inflateStream } from "./inflate.ts";
import { readStream } from "./read.ts";
import { readWhole } from "./stream.ts";

const CONTENT = Buffer.from("tensor bytes ".repeat(40_000));
const DEFLATED = deflateRawSync(CONTENT);

async function inflate(compressed: Uint8Array, size: number, declaredCrc?: number): Promise<Uint8Array> {
  const range = {
    input: "source",
    object: "a.zip",
    start: 0,
    end: compressed.length,
    encoding: "deflate",
  } as const;
  const options = { tensor: "w", signal: new AbortController().signal };
  const stream = readStream(bytesSource(compressed, "a.zip"), range, options);
  const declared = declaredCrc === undefined ? undefined : { crc32: declaredCrc, range };
  return readWhole(inflateStream(stream, { size, declared, tensor: "w" }));
}

async function fails(code: string, compressed: Uint8Array, size: number, crc?: number): Promise<void> {
  await assert.rejects(inflate(compressed, size, crc), (error) => {
    assert.ok(error instanceof CheckpointError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, /^w: /);
    return true;
  });
}

test("a deflate stream of many chunks inflates to its declared size and checksum", async () => {
  assert.deepEqual(Buffer.from(await inflate(DEFLATED, CONTENT.length, crc32(CONTENT))), CONTENT);
  assert.deepEqual(await inflate(deflateRawSync(Buffer.alloc(0)), 0), new Uint8Array(0));
});

test("one byte more or less than declared is an error", async () => {
  await fails("INFLATE_LONG", DEFLATED, CONTENT.length - 1);
  await fails("INFLATE_SHORT", DEFLATED, CONTENT.length + 1);
  await fails("INFLATE_LONG", deflateRawSync(Buffer.from("a")), 0);
  await fails("INFLATE_SHORT", deflateRawSync(Buffer.alloc(0)), 1);
});

test("bytes after the end of the deflate stream are an error, one as well as many", async () => {
  await fails("INFLATE_TRAILING", Buffer.concat([DEFLATED, Buffer.alloc(1)]), CONTENT.length);
  await fails("INFLATE_TRAILING", Buffer.concat([DEFLATED, Buffer.alloc(1 << 20)]), CONTENT.length);
});

test("a stream cut at any length fails, and so do bytes that are none", async () => {
  const short = Buffer.from("abcabcabcabcabcabcabcabc");
  const deflated = deflateRawSync(short);
  for (let end = 0; end < deflated.length; end++) {
    await assert.rejects(inflate(deflated.subarray(0, end), short.length), CheckpointError, `cut at ${end}`);
  }
  await fails("INFLATE_TRUNCATED", DEFLATED.subarray(0, DEFLATED.length - 1), CONTENT.length);
  await fails("INFLATE_CORRUPT", Buffer.from("ffffffff", "hex"), 4);
});

test("a wrong checksum of the inflated bytes fails", async () => {
  await fails("ZIP_CRC_MISMATCH", DEFLATED, CONTENT.length, 1);
});
