// The kernels in WebAssembly SIMD (AssemblyScript); packages/kernels/src/ts is what they must equal bit by bit,
// statistics included. build.mjs makes ../wasm/kernels.wasm, which is committed.
//
// W1  Eight elements at a time. The last few go through the scratch, padded with zeros, which no statistic counts.
// W2  A cast decodes four elements to the bits of four binary32 and encodes from them. Infinity and zero survive both
//     steps, so the counts of the steps add up.
// W3  WebAssembly leaves sign and payload of a computed NaN open: every NaN is made by its bits from the source's sign.
// W4  The host lays out the memory; the first 128 bytes from SCRATCH are ours.

const F64: i32 = 0;
const F32: i32 = 1;
const F16: i32 = 2;
const BF16: i32 = 3;

const SCRATCH: usize = 1024;

const ABS: i32 = 0x7fffffff;
const SIGN: i32 = 0x80000000;
const INF: i32 = 0x7f800000;
const NAN: i32 = 0x7fc00000;

/** Of the last cast: elements finite before and infinite after, not zero before and zero after. */
export let overflowed: i32 = 0;
export let underflowed: i32 = 0;

// One function per pair of dtypes: `count` elements from src to dst, which do not overlap. In one function with a
// switch the optimiser folds the loops into one that decides per element.
export function F64_F32(src: usize, dst: usize, count: usize): void {
  cast(F64, F32, src, dst, count);
}
export function F64_F16(src: usize, dst: usize, count: usize): void {
  cast(F64, F16, src, dst, count);
}
export function F64_BF16(src: usize, dst: usize, count: usize): void {
  cast(F64, BF16, src, dst, count);
}
export function F32_F64(src: usize, dst: usize, count: usize): void {
  cast(F32, F64, src, dst, count);
}
export function F32_F16(src: usize, dst: usize, count: usize): void {
  cast(F32, F16, src, dst, count);
}
export function F32_BF16(src: usize, dst: usize, count: usize): void {
  cast(F32, BF16, src, dst, count);
}
export function F16_F64(src: usize, dst: usize, count: usize): void {
  cast(F16, F64, src, dst, count);
}
export function F16_F32(src: usize, dst: usize, count: usize): void {
  cast(F16, F32, src, dst, count);
}
export function F16_BF16(src: usize, dst: usize, count: usize): void {
  cast(F16, BF16, src, dst, count);
}
export function BF16_F64(src: usize, dst: usize, count: usize): void {
  cast(BF16, F64, src, dst, count);
}
export function BF16_F32(src: usize, dst: usize, count: usize): void {
  cast(BF16, F32, src, dst, count);
}
export function BF16_F16(src: usize, dst: usize, count: usize): void {
  cast(BF16, F16, src, dst, count);
}

/** Reverses the bytes of each element of 2, 4 or 8; `bytes` is a multiple of it. */
export function byteswap(itemsize: i32, src: usize, dst: usize, bytes: usize): void {
  const end = src + (bytes & ~15);
  const rest = bytes & 15;
  for (; src < end; src += 16, dst += 16) v128.store(dst, swapped(itemsize, v128.load(src)));
  if (rest != 0) {
    memory.copy(SCRATCH, src, rest);
    v128.store(SCRATCH, swapped(itemsize, v128.load(SCRATCH)));
    memory.copy(dst, SCRATCH, rest);
  }
}

@inline
function swapped(itemsize: i32, x: v128): v128 {
  if (itemsize == 2) return i8x16.shuffle(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
  if (itemsize == 4) return i8x16.shuffle(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
  return i8x16.shuffle(x, x, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8);
}

@inline
function bytesOf(dtype: i32): usize {
  return dtype == F64 ? 8 : dtype == F32 ? 4 : 2;
}

/** The whole eights in the first round, the rest in the second (W1). */
@inline
function cast(from: i32, to: i32, src: usize, dst: usize, count: usize): void {
  const rest = count & 7;
  let end = src + (count - rest) * bytesOf(from);
  const last = dst + (count - rest) * bytesOf(to);
  let over = i32x4.splat(0);
  let under = i32x4.splat(0);
  for (let round = 0; round < 2; round++) {
    if (round == 1) {
      if (rest == 0) break;
      memory.fill(SCRATCH, 0, 64);
      memory.copy(SCRATCH, end, rest * bytesOf(from));
      src = SCRATCH;
      dst = SCRATCH + 64;
      end = SCRATCH + 8 * bytesOf(from);
    }
    for (; src < end; src += 8 * bytesOf(from), dst += 8 * bytesOf(to)) {
      const x0 = decode(from, src);
      const x1 = decode(from, src + 4 * bytesOf(from));
      const a0 = v128.and(x0, i32x4.splat(ABS));
      const a1 = v128.and(x1, i32x4.splat(ABS));
      // A comparison's true lane is −1: subtracting it counts.
      if (from == F64) {
        over = i32x4.sub(i32x4.sub(over, newInfinity64(src, a0)), newInfinity64(src + 32, a1));
        under = i32x4.sub(i32x4.sub(under, newZero64(src, a0)), newZero64(src + 32, a1));
      }
      if (to == F16 || to == BF16) {
        const m0 = magnitude16(to, a0);
        const m1 = magnitude16(to, a1);
        over = i32x4.sub(i32x4.sub(over, newInfinity16(to, a0, m0)), newInfinity16(to, a1, m1));
        under = i32x4.sub(i32x4.sub(under, newZero16(a0, m0)), newZero16(a1, m1));
        v128.store(dst, i16x8.narrow_i32x4_u(v128.or(m0, sign16(x0)), v128.or(m1, sign16(x1))));
      } else if (to == F32) {
        v128.store(dst, quiet32(x0, a0));
        v128.store(dst + 16, quiet32(x1, a1));
      } else {
        v128.store(dst, widen64(x0));
        v128.store(dst + 16, widen64(v128.shuffle<i64>(x0, x0, 1, 1)));
        v128.store(dst + 32, widen64(x1));
        v128.store(dst + 48, widen64(v128.shuffle<i64>(x1, x1, 1, 1)));
      }
    }
    if (round == 1) memory.copy(last, SCRATCH + 64, rest * bytesOf(to));
  }
  overflowed = sum(over);
  underflowed = sum(under);
}

@inline
function sum(x: v128): i32 {
  return (
    i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3)
  );
}

/** Four elements as binary32 bits. */
@inline
function decode(from: i32, at: usize): v128 {
  if (from == F32) return v128.load(at);
  if (from == BF16) return i32x4.shl(v128.load_ext<u16>(at), 16);
  if (from == F16) return decode16(v128.load_ext<u16>(at));
  const lo = v128.load(at);
  const hi = v128.load(at + 16);
  const x = v128.shuffle<i64>(f32x4.demote_f64x2_zero(lo), f32x4.demote_f64x2_zero(hi), 0, 2);
  const sign = v128.and(v128.shuffle<i32>(lo, hi, 1, 3, 5, 7), i32x4.splat(SIGN));
  return v128.bitselect(v128.or(sign, i32x4.splat(NAN)), x, f32x4.ne(x, x));
}

/** Shifted into place, a half is the binary32 with its exponent 112 too small, also when subnormal. */
@inline
function decode16(half: v128): v128 {
  const shifted = i32x4.shl(v128.and(half, i32x4.splat(0x7fff)), 13);
  const special = i32x4.ge_s(shifted, i32x4.splat(0x0f800000));
  const scaled = f32x4.mul(shifted, i32x4.splat(0x77800000));
  const abs = v128.bitselect(v128.or(shifted, i32x4.splat(INF)), scaled, special);
  return v128.or(abs, i32x4.shl(v128.and(half, i32x4.splat(0x8000)), 16));
}

/** The 16-bit magnitude of each binary32 magnitude. */
@inline
function magnitude16(to: i32, abs: v128): v128 {
  const nan = i32x4.gt_s(abs, i32x4.splat(INF));
  if (to == BF16) {
    const odd = v128.and(i32x4.shr_u(abs, 16), i32x4.splat(1));
    const rounded = i32x4.shr_u(i32x4.add(i32x4.add(abs, i32x4.splat(0x7fff)), odd), 16);
    return v128.bitselect(i32x4.splat(0x7fc0), rounded, nan);
  }
  const odd = v128.and(i32x4.shr_u(abs, 13), i32x4.splat(1));
  const normal = i32x4.shr_u(i32x4.add(i32x4.add(abs, i32x4.splat(0xfff - 0x38000000)), odd), 13);
  // Adding ½ leaves units of 2⁻²⁴, the spacing of subnormal halves: the addition rounds to nearest even.
  const subnormal = i32x4.sub(f32x4.add(abs, f32x4.splat(0.5)), i32x4.splat(0x3f000000));
  const finite = v128.bitselect(subnormal, normal, i32x4.lt_s(abs, i32x4.splat(0x38800000)));
  const bounded = v128.bitselect(i32x4.splat(0x7c00), finite, i32x4.ge_s(abs, i32x4.splat(0x477ff000)));
  return v128.bitselect(i32x4.splat(0x7e00), bounded, nan);
}

@inline
function sign16(x: v128): v128 {
  return v128.and(i32x4.shr_u(x, 16), i32x4.splat(0x8000));
}

@inline
function quiet32(x: v128, abs: v128): v128 {
  const nan = v128.or(v128.and(x, i32x4.splat(SIGN)), i32x4.splat(NAN));
  return v128.bitselect(nan, x, i32x4.gt_s(abs, i32x4.splat(INF)));
}

/** The two lower binary32 as binary64. */
@inline
function widen64(x: v128): v128 {
  const wide = f64x2.promote_low_f32x4(x);
  const sign = i64x2.shl(i64x2.extend_low_i32x4_u(v128.and(x, i32x4.splat(SIGN))), 32);
  return v128.bitselect(v128.or(sign, i64x2.splat(0x7ff8000000000000)), wide, f64x2.ne(wide, wide));
}

@inline
function newInfinity16(to: i32, abs: v128, magnitude: v128): v128 {
  const infinite = i32x4.eq(magnitude, i32x4.splat(to == BF16 ? 0x7f80 : 0x7c00));
  return v128.and(infinite, i32x4.ne(abs, i32x4.splat(INF)));
}

@inline
function newZero16(abs: v128, magnitude: v128): v128 {
  return v128.and(i32x4.eq(magnitude, i32x4.splat(0)), i32x4.ne(abs, i32x4.splat(0)));
}

/** `at`: four binary64; `abs`: their binary32 magnitudes. */
@inline
function newInfinity64(at: usize, abs: v128): v128 {
  const infinity = f64x2.splat(Infinity);
  const lo = f64x2.ne(f64x2.abs(v128.load(at)), infinity);
  const hi = f64x2.ne(f64x2.abs(v128.load(at + 16)), infinity);
  return v128.and(i32x4.eq(abs, i32x4.splat(INF)), v128.shuffle<i32>(lo, hi, 0, 2, 4, 6));
}

@inline
function newZero64(at: usize, abs: v128): v128 {
  const lo = f64x2.ne(v128.load(at), f64x2.splat(0));
  const hi = f64x2.ne(v128.load(at + 16), f64x2.splat(0));
  return v128.and(i32x4.eq(abs, i32x4.splat(0)), v128.shuffle<i32>(lo, hi, 0, 2, 4, 6));
}
