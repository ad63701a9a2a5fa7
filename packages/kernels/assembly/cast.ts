// The kernels in WebAssembly SIMD (AssemblyScript); packages/kernels/src/ts is what they must equal bit by bit,
// statistics included. build.mjs makes ../wasm/kernels.wasm, which is committed.
//
// W1  Eight elements at a time. The last few go through the scratch, padded with zeros, which no statistic counts.
// W2  A cast decodes four elements to the bits of four binary32 and encodes from them. Infinity and zero survive both
//     steps, so the counts of the steps add up.
// W3  Infinities, NaNs and results of zero are special. Eight elements without any, the rule among weights, take a
//     short path that neither counts nor mends; one comparison finds the others, which take the long path.
// W4  WebAssembly leaves sign and payload of a computed NaN open: every NaN is made by its bits from the source's sign.
// W5  The host lays out the memory; the first 128 bytes from SCRATCH are ours.

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
      const f0 = load4(from, src);
      const f1 = load4(from, src + 4 * bytesOf(from));
      if (to == F16 || to == BF16) {
        const m = i16x8.narrow_i32x4_u(magnitude16(to, abs32(f0)), magnitude16(to, abs32(f1)));
        if (!v128.any_true(special16(from, to, m))) {
          v128.store(dst, v128.or(m, signs16(f0, f1)));
          continue;
        }
      } else if (!v128.any_true(v128.or(special32(from, abs32(f0)), special32(from, abs32(f1))))) {
        store4(to, dst, f0);
        store4(to, dst + 4 * bytesOf(to), f1);
        continue;
      }

      const x0 = mend4(from, src, f0);
      const x1 = mend4(from, src + 4 * bytesOf(from), f1);
      const a0 = abs32(x0);
      const a1 = abs32(x1);
      // A comparison's true lane is −1: subtracting it counts.
      if (from == F64) {
        over = i32x4.sub(i32x4.sub(over, newInfinity64(src, a0)), newInfinity64(src + 32, a1));
        under = i32x4.sub(i32x4.sub(under, newZero64(src, a0)), newZero64(src + 32, a1));
      }
      if (to == F16 || to == BF16) {
        const m0 = quiet16(to, a0, magnitude16(to, a0));
        const m1 = quiet16(to, a1, magnitude16(to, a1));
        over = i32x4.sub(i32x4.sub(over, newInfinity16(to, a0, m0)), newInfinity16(to, a1, m1));
        under = i32x4.sub(i32x4.sub(under, newZero16(a0, m0)), newZero16(a1, m1));
        v128.store(dst, v128.or(i16x8.narrow_i32x4_u(m0, m1), signs16(x0, x1)));
      } else {
        store4(to, dst, quiet32(x0, a0));
        store4(to, dst + 4 * bytesOf(to), quiet32(x1, a1));
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

@inline
function abs32(x: v128): v128 {
  return v128.and(x, i32x4.splat(ABS));
}

/** Exponent a half's infinities and NaNs get by the scaling below: 2¹⁶, beyond every finite half. */
const HALF_INF: i32 = 0x47800000;

/** Four elements as binary32 bits, but for what mend4 mends. */
@inline
function load4(from: i32, at: usize): v128 {
  if (from == F32) return v128.load(at);
  if (from == BF16) return i32x4.shl(v128.load_ext<u16>(at), 16);
  if (from == F16) {
    // Shifted into place, a half is the binary32 with its exponent 112 too small, also when subnormal.
    const half = v128.load_ext<u16>(at);
    const abs = f32x4.mul(i32x4.shl(v128.and(half, i32x4.splat(0x7fff)), 13), i32x4.splat(0x77800000));
    return v128.or(abs, i32x4.shl(v128.and(half, i32x4.splat(0x8000)), 16));
  }
  return v128.shuffle<i64>(
    f32x4.demote_f64x2_zero(v128.load(at)),
    f32x4.demote_f64x2_zero(v128.load(at + 16)),
    0,
    2,
  );
}

/** What load4 made of the elements at `at`, with the infinities and NaNs of halves and the NaNs of binary64 right. */
@inline
function mend4(from: i32, at: usize, x: v128): v128 {
  if (from == F16) {
    return v128.bitselect(v128.or(x, i32x4.splat(INF)), x, i32x4.ge_s(abs32(x), i32x4.splat(HALF_INF)));
  }
  if (from == F64) {
    const high = v128.shuffle<i32>(v128.load(at), v128.load(at + 16), 1, 3, 5, 7);
    const nan = v128.or(v128.and(high, i32x4.splat(SIGN)), i32x4.splat(NAN));
    return v128.bitselect(nan, x, f32x4.ne(x, x));
  }
  return x;
}

/**
 * The 16-bit magnitude of each binary32 magnitude, nearest even. Of a NaN it is at least infinity's, and of a mended
 * infinity infinity's.
 */
@inline
function magnitude16(to: i32, abs: v128): v128 {
  if (to == BF16) {
    const odd = v128.and(i32x4.shr_u(abs, 16), i32x4.splat(1));
    return i32x4.shr_u(i32x4.add(i32x4.add(abs, i32x4.splat(0x7fff)), odd), 16);
  }
  // All from 2¹⁶ on gives infinity; larger ones would leave 16 bits.
  const bounded = i32x4.min_s(abs, i32x4.splat(0x47800000));
  const odd = v128.and(i32x4.shr_u(bounded, 13), i32x4.splat(1));
  const normal = i32x4.shr_u(i32x4.add(i32x4.add(bounded, i32x4.splat(0xfff - 0x38000000)), odd), 13);
  // Adding ½ leaves units of 2⁻²⁴, the spacing of subnormal halves: the addition rounds to nearest even.
  const subnormal = i32x4.sub(f32x4.add(bounded, f32x4.splat(0.5)), i32x4.splat(0x3f000000));
  return v128.bitselect(subnormal, normal, i32x4.lt_s(bounded, i32x4.splat(0x38800000)));
}

/** Which of eight 16-bit magnitudes of unmended elements are special (W3). No half becomes a zero that was none. */
@inline
function special16(from: i32, to: i32, magnitude: v128): v128 {
  if (from == F16) return i16x8.ge_u(magnitude, i16x8.splat(<i16>(HALF_INF >> 16)));
  const infinity: i16 = to == BF16 ? 0x7f80 : 0x7c00;
  return i16x8.ge_u(i16x8.sub(magnitude, i16x8.splat(1)), i16x8.splat(infinity - 1));
}

/** Which of four binary32 magnitudes of unmended elements are special (W3). Only binary64 can become zero. */
@inline
function special32(from: i32, abs: v128): v128 {
  if (from == F64) return i32x4.ge_u(i32x4.sub(abs, i32x4.splat(1)), i32x4.splat(INF - 1));
  return i32x4.ge_s(abs, i32x4.splat(from == F16 ? HALF_INF : INF));
}

/** The signs of eight binary32 in 16 bits. */
@inline
function signs16(x0: v128, x1: v128): v128 {
  return v128.and(i16x8.narrow_i32x4_s(i32x4.shr_s(x0, 16), i32x4.shr_s(x1, 16)), i16x8.splat(<i16>0x8000));
}

@inline
function quiet16(to: i32, abs: v128, magnitude: v128): v128 {
  const nan = i32x4.splat(to == BF16 ? 0x7fc0 : 0x7e00);
  return v128.bitselect(nan, magnitude, i32x4.gt_s(abs, i32x4.splat(INF)));
}

@inline
function quiet32(x: v128, abs: v128): v128 {
  const nan = v128.or(v128.and(x, i32x4.splat(SIGN)), i32x4.splat(NAN));
  return v128.bitselect(nan, x, i32x4.gt_s(abs, i32x4.splat(INF)));
}

/** Four binary32 without a signalling NaN. Where there is any NaN, its binary64 is made by its bits (W4). */
@inline
function store4(to: i32, at: usize, x: v128): void {
  if (to == F32) {
    v128.store(at, x);
    return;
  }
  v128.store(at, widen64(x));
  v128.store(at + 16, widen64(v128.shuffle<i64>(x, x, 1, 1)));
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
