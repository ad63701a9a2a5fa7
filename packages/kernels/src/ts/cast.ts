/**
 * Casts in plain TypeScript, the reference for every backend. Each cast is two steps over a small scratch: decode to
 * binary32 bits, encode from them.
 *
 * R1  Infinity and zero survive every step, so the counts of the two steps add up to the counts of the whole cast.
 * R2  NaNs are told apart and made by their bits: a number read from a typed array may lose its sign or payload.
 */
import type { CastDtype, CastParams } from "../cast.ts";
import type { KernelStats } from "../kernel.ts";

/** Elements per step: the scratch (16 KiB) stays in the first-level cache. */
const STEP = 4096;

const ABS = 0x7fffffff;
const INF = 0x7f800000;
const NAN32 = 0x7fc00000;

/** Reads `count` elements at byte `at` into binary32 bits. */
type Decode = (view: DataView, at: number, count: number, bits: Uint32Array, stats: KernelStats) => void;
/** Writes `count` binary32 bit patterns as elements at byte `at`. */
type Encode = (bits: Uint32Array, count: number, view: DataView, at: number, stats: KernelStats) => void;

export function castReference(
  { from, to }: CastParams,
  input: Uint8Array,
  output: Uint8Array,
  stats: KernelStats,
): void {
  const bits = new Uint32Array(STEP);
  const source = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const target = new DataView(output.buffer, output.byteOffset, output.byteLength);
  const { size: inSize, decode } = DECODE[from];
  const { size: outSize, encode } = ENCODE[to];
  const count = input.byteLength / inSize;
  for (let done = 0; done < count; done += STEP) {
    const n = Math.min(STEP, count - done);
    decode(source, done * inSize, n, bits, stats);
    encode(bits, n, target, done * outSize, stats);
  }
}

const asFloat = new Float32Array(1);
const asBits = new Uint32Array(asFloat.buffer);

const decodeF64: Decode = (view, at, count, bits, stats) => {
  for (let i = 0; i < count; i++) {
    const high = view.getUint32(at + 8 * i + 4, true);
    const low = view.getUint32(at + 8 * i, true);
    const abs = high & ABS;
    const sign = (high & 0x80000000) >>> 0;
    if (abs > 0x7ff00000 || (abs === 0x7ff00000 && low !== 0)) {
      bits[i] = sign | NAN32;
      continue;
    }
    asFloat[0] = view.getFloat64(at + 8 * i, true);
    const out = asBits[0] ?? 0;
    bits[i] = out;
    if ((out & ABS) === INF && abs !== 0x7ff00000) stats.overflowed++;
    if ((out & ABS) === 0 && (abs | low) !== 0) stats.underflowed++;
  }
};

const decodeF32: Decode = (view, at, count, bits) => {
  for (let i = 0; i < count; i++) bits[i] = view.getUint32(at + 4 * i, true);
};

const decodeBF16: Decode = (view, at, count, bits) => {
  for (let i = 0; i < count; i++) bits[i] = view.getUint16(at + 2 * i, true) << 16;
};

const decodeF16: Decode = (view, at, count, bits) => {
  for (let i = 0; i < count; i++) {
    const half = view.getUint16(at + 2 * i, true);
    const abs = half & 0x7fff;
    const sign = (half & 0x8000) << 16;
    if (abs >= 0x7c00) bits[i] = sign | INF | ((abs & 0x3ff) << 13);
    else if (abs >= 0x400) bits[i] = sign | ((abs << 13) + 0x38000000);
    else {
      // A subnormal half is abs × 2⁻²⁴, a normal binary32 (or zero).
      asFloat[0] = abs * 2 ** -24;
      bits[i] = sign | (asBits[0] ?? 0);
    }
  }
};

const encodeF64: Encode = (bits, count, view, at) => {
  for (let i = 0; i < count; i++) {
    const u = bits[i] ?? 0;
    if ((u & ABS) > INF) {
      view.setUint32(at + 8 * i, 0, true);
      view.setUint32(at + 8 * i + 4, (u & 0x80000000) | 0x7ff80000, true);
    } else {
      asBits[0] = u;
      view.setFloat64(at + 8 * i, asFloat[0] ?? 0, true);
    }
  }
};

const encodeF32: Encode = (bits, count, view, at) => {
  for (let i = 0; i < count; i++) {
    const u = bits[i] ?? 0;
    view.setUint32(at + 4 * i, (u & ABS) > INF ? (u & 0x80000000) | NAN32 : u, true);
  }
};

const encodeBF16: Encode = (bits, count, view, at, stats) => {
  for (let i = 0; i < count; i++) {
    const u = bits[i] ?? 0;
    const abs = u & ABS;
    let out = (abs + 0x7fff + ((abs >>> 16) & 1)) >>> 16;
    if (abs > INF) out = 0x7fc0;
    else if (out === 0x7f80 && abs !== INF) stats.overflowed++;
    else if (out === 0 && abs !== 0) stats.underflowed++;
    view.setUint16(at + 2 * i, ((u >>> 16) & 0x8000) | out, true);
  }
};

const encodeF16: Encode = (bits, count, view, at, stats) => {
  for (let i = 0; i < count; i++) {
    const u = bits[i] ?? 0;
    const abs = u & ABS;
    let out: number;
    if (abs > INF) out = 0x7e00;
    else if (abs >= 0x477ff000) {
      out = 0x7c00;
      if (abs !== INF) stats.overflowed++;
    } else if (abs >= 0x38800000) {
      out = (abs - 0x38000000 + 0xfff + ((abs >>> 13) & 1)) >>> 13;
    } else {
      // Adding ½ leaves units of 2⁻²⁴, the spacing of subnormal halves: the addition rounds to nearest even.
      asBits[0] = abs;
      asFloat[0] = (asFloat[0] ?? 0) + 0.5;
      out = (asBits[0] ?? 0) - 0x3f000000;
      if (out === 0 && abs !== 0) stats.underflowed++;
    }
    view.setUint16(at + 2 * i, ((u >>> 16) & 0x8000) | out, true);
  }
};

const DECODE: Readonly<Record<CastDtype, { readonly size: number; readonly decode: Decode }>> = {
  F64: { size: 8, decode: decodeF64 },
  F32: { size: 4, decode: decodeF32 },
  F16: { size: 2, decode: decodeF16 },
  BF16: { size: 2, decode: decodeBF16 },
};

const ENCODE: Readonly<Record<CastDtype, { readonly size: number; readonly encode: Encode }>> = {
  F64: { size: 8, encode: encodeF64 },
  F32: { size: 4, encode: encodeF32 },
  F16: { size: 2, encode: encodeF16 },
  BF16: { size: 2, encode: encodeBF16 },
};
