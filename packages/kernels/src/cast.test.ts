import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CheckpointConfigError, itemSize } from "@drydock/checkpoint";
import { CAST_DTYPES, type CastDtype, cast } from "./cast.ts";
import { newStats } from "./kernel.ts";

/** 16-bit results of f32 bit patterns, from the transforms note; "NaN" is any NaN. */
const TO_BF16 = `3F800000->3F80 3F808000->3F80 3F818000->3F82 3F807FFF->3F80 3F808001->3F81 3EAAAAAB->3EAB 40490FDB->4049
C2F6E979->C2F7 7F7FFFFF->7F80 7F7F7FFF->7F7F 7F7F8000->7F80 7F800000->7F80 FF800000->FF80 80000000->8000 00000001->0000
00008000->0000 00008001->0001 00018000->0002 007FFFFF->0080 7F800001->7FC0 FFC12345->FFC0`;
const TO_F16 = `3F800000->3C00 3F801000->3C00 3F803000->3C02 3F801001->3C01 3EAAAAAB->3555 40490FDB->4248 477FE000->7BFF
477FEFFF->7BFF 477FF000->7C00 47800000->7C00 FF800000->FC00 38800000->0400 387FC000->03FF 387FE000->0400 33800000->0001
33000000->0000 33000001->0001 33C00000->0002 B3000001->8001 3D4CCCCD->2A66 00000001->0000 7F800001->7E00 FFC12345->FE00`;
const BF16_TO_F16 = "7F7F->7C00 477F->7BF8 3F81->3C08 3380->0001 3300->0000 3301->0001";
const F16_TO_BF16 = "7BFF->4780 0001->3380 3C01->3F80 03FF->3880 3555->3EAB";

const hex = (n: number): string => n.toString(16).toUpperCase().padStart(4, "0");

function castBytes(from: CastDtype, to: CastDtype, input: Uint8Array, stats = newStats()): Uint8Array {
  const output = new Uint8Array((input.length / itemSize(from)) * itemSize(to));
  cast.run({ from, to }, input, output, stats);
  return output;
}

for (const [from, to, vectors] of [
  ["F32", "BF16", TO_BF16],
  ["F32", "F16", TO_F16],
  ["BF16", "F16", BF16_TO_F16],
  ["F16", "BF16", F16_TO_BF16],
] as const) {
  test(`cast ${from} to ${to} gives the published bits`, () => {
    for (const vector of vectors.split(/\s+/)) {
      const [source = "", expected] = vector.split("->");
      const input = Buffer.from(source, "hex").reverse();
      assert.equal(hex(Buffer.from(castBytes(from, to, input)).readUInt16LE()), expected, vector);
    }
  });
}

const FRACTION: Record<CastDtype, number> = { F64: 52, F32: 23, F16: 10, BF16: 7 };
const EXPONENT: Record<CastDtype, number> = { F64: 11, F32: 8, F16: 5, BF16: 8 };

/** Element i as its bits, every NaN as the same bits. */
function bitsOf(dtype: CastDtype, bytes: Buffer, i: number): bigint {
  const size = itemSize(dtype);
  let bits = 0n;
  for (let b = size - 1; b >= 0; b--) bits = (bits << 8n) | BigInt(bytes[i * size + b] ?? 0);
  const fraction = BigInt(FRACTION[dtype]);
  const exponentMask = (1n << BigInt(EXPONENT[dtype])) - 1n;
  const isNan =
    ((bits >> fraction) & exponentMask) === exponentMask && (bits & ((1n << fraction) - 1n)) !== 0n;
  return isNan ? -1n : bits;
}

test("every cast equals PyTorch bit by bit on thousands of recorded patterns", () => {
  const file = readFileSync(new URL("../fixtures/cast.bin", import.meta.url));
  const count = file.readUInt32LE(0);
  let at = 4;
  const take = (dtype: CastDtype): Buffer => {
    const start = at;
    at += count * itemSize(dtype);
    return file.subarray(start, at);
  };
  for (const from of CAST_DTYPES) {
    const input = take(from);
    for (const to of CAST_DTYPES.filter((dtype) => dtype !== from)) {
      const expected = take(to);
      const got = Buffer.from(castBytes(from, to, input));
      for (let i = 0; i < count; i++) {
        assert.equal(
          bitsOf(to, got, i),
          bitsOf(to, expected, i),
          `${from} ${bitsOf(from, input, i).toString(16)} to ${to}`,
        );
      }
    }
  }
  assert.equal(at, file.length);
});

test("every NaN becomes the quiet NaN of its sign, without payload", () => {
  const f32 = Buffer.from("010080ff0000c07f", "hex");
  assert.equal(Buffer.from(castBytes("F32", "F64", f32)).toString("hex"), "000000000000f8ff000000000000f87f");
  assert.equal(Buffer.from(castBytes("BF16", "F32", Buffer.from("81ff", "hex"))).toString("hex"), "0000c0ff");
  const f64 = Buffer.from("010000000000f0ff", "hex");
  assert.equal(Buffer.from(castBytes("F64", "F32", f64)).toString("hex"), "0000c0ff");
});

test("statistics count finite elements made infinite and others made zero, and nothing else", () => {
  const values = new Float64Array([1e300, -1e39, 1e38, Infinity, NaN, 1e-300, -1e-50, 0, -0, 1, 65520, 1e-8]);
  const stats = newStats();
  castBytes("F64", "BF16", new Uint8Array(values.buffer), stats);
  assert.deepEqual(stats, { overflowed: 2, underflowed: 2 });
  castBytes("F64", "F16", new Uint8Array(values.buffer), stats);
  assert.deepEqual(stats, { overflowed: 2 + 4, underflowed: 2 + 3 });
});

test("a cast at an odd address gives the same bytes", () => {
  const input = new Uint8Array(8).map((_, i) => 37 * i + 11);
  const shifted = new Uint8Array(13);
  shifted.set(input, 3);
  const output = new Uint8Array(7);
  cast.run({ from: "F32", to: "BF16" }, shifted.subarray(3, 11), output.subarray(1, 5), newStats());
  assert.deepEqual(output.subarray(1, 5), castBytes("F32", "BF16", input));
});

test("a cast to no float dtype is refused, naming each parameter", () => {
  const refused = (params: Record<string, unknown>, paths: string[]): void => {
    assert.throws(
      () => cast.check(params),
      (error) => {
        assert.ok(error instanceof CheckpointConfigError);
        assert.deepEqual(
          error.problems.map((p) => p.path),
          paths,
        );
        return true;
      },
    );
  };
  refused({ from: "I32", to: "I8" }, ["from", "to"]);
  refused({}, ["from", "to"]);
  refused({ from: "F32", to: "F32" }, ["to"]);
  refused({ from: "F32", to: "BF16", round: "up" }, ["round"]);
});

test("an argument that is no whole number of elements is refused, with both numbers", () => {
  assert.throws(() => cast.outputBytes({ from: "F32", to: "BF16" }, [10]), /10 bytes .* 4-byte/);
  assert.throws(() => cast.outputBytes({ from: "F32", to: "BF16" }, [4, 4]), /1 argument, got 2/);
  assert.equal(cast.outputBytes({ from: "F32", to: "F64" }, [12]), 24);
});
