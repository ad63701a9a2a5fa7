import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { CheckpointLoadError } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { decode, decodeJsonObject, encode } from "./codec.ts";
import { GOLDEN } from "./golden.ts";

const { v1 } = drydock;
const FIXTURES = new URL("../fixtures/v1/", import.meta.url);
/** Field 2000, wire type 2, the bytes 07 08: a field of a later version. */
const LATER = Uint8Array.of(0x82, 0x7d, 2, 7, 8);

const undecodable = (what: RegExp) => (error: unknown) =>
  error instanceof CheckpointLoadError && error.code === "BUS_UNDECODABLE" && what.test(error.message);

for (const [name, { type, value }] of Object.entries(GOLDEN)) {
  test(`${name}: what the first version wrote still reads, and keeps fields of a later one`, () => {
    const file = new URL(`${name}.bin`, FIXTURES);
    // Only for a kind that has none yet: what is there is what others have stored.
    if (process.env.DRYDOCK_WRITE_FIXTURES === "1" && !existsSync(file)) {
      mkdirSync(FIXTURES, { recursive: true });
      writeFileSync(file, encode(type, value));
    }
    const bytes = readFileSync(file);
    assert.partialDeepStrictEqual(plain(decode(type, bytes)), value);
    const later = Buffer.concat([bytes, LATER]);
    assert.deepEqual(Buffer.from(encode(type, decode(type, later))), later);
  });
}

test("fields of a later version survive inside a nested message too", () => {
  const span = Buffer.concat([encode(v1.Span, { name: "s" }), LATER]);
  const bytes = Buffer.concat([Uint8Array.of(0x4a, span.length), span]);
  assert.deepEqual(Buffer.from(encode(v1.Result, decode(v1.Result, bytes))), bytes);
});

test("64-bit fields are numbers, also when absent; one that is no safe integer makes the message undecodable", () => {
  assert.equal(
    decode(v1.Pin, encode(v1.Pin, { size: Number.MAX_SAFE_INTEGER })).size,
    Number.MAX_SAFE_INTEGER,
  );
  assert.equal(decode(v1.Pin, new Uint8Array()).size, 0);
  assert.equal(new v1.RunState().startedMs, 0);
  // Field 5, varint 2^53; and the same inside a list.
  const size = Uint8Array.of(0x28, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10);
  assert.throws(() => decode(v1.Pin, size), undecodable(/Pin\.size is 9007199254740992/));
  const input = Buffer.concat([Uint8Array.of(0x22, size.length), size]);
  assert.throws(() => decode(v1.Input, input), undecodable(/Input\.pins\[0\]\.size/));
});

test("what is no message is refused as undecodable", () => {
  assert.throws(
    () => decode(v1.Task, Uint8Array.of(0xff)),
    undecodable(/1 bytes are not a drydock\.v1\.Task/),
  );
  assert.throws(
    () => decodeJsonObject(Uint8Array.of(0x7b), "it"),
    undecodable(/it is neither protobuf nor JSON/),
  );
  assert.throws(() => decodeJsonObject(Uint8Array.of(0x31), "it"), undecodable(/it is JSON but no object/));
});

test("an operation nested beyond reason is refused, not followed", () => {
  const field = (tag: number, inner: Uint8Array): Uint8Array => {
    const { length } = inner;
    const size = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
    return Uint8Array.of(tag, ...size, ...inner);
  };
  // Op.concat is field 4, Concat.args field 1, TensorPlan.op field 4.
  let op = new Uint8Array();
  for (let i = 0; i < 100; i++) op = Uint8Array.from(field(0x22, field(0x0a, op)));
  const bytes = field(0x22, op);
  assert.throws(() => decode(v1.TensorPlan, bytes), undecodable(/depth/));
});

/** Without classes, so that it compares as data. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, plain(v)]));
}
