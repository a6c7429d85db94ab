// Vectors of single-precision numbers; lengths are multiples of 4. `n` counts bytes where it is called bytes.

/** a · b + c, in one rounding where the processor fuses and the build is relaxed, in two otherwise. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Sum of the four lanes. */
@inline
export function lanes(a: v128): f32 {
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
}

/** The sums of the lanes of four vectors, as the lanes of one. */
@inline
export function lanesOfFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Σ a_j b_j */
@inline
export function dot(a: usize, b: usize, bytes: usize): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let j: usize = 0;
  for (; j + 16 < bytes; j += 32) {
    s0 = madd(v128.load(a + j), v128.load(b + j), s0);
    s1 = madd(v128.load(a + j, 16), v128.load(b + j, 16), s1);
  }
  if (j < bytes) s0 = madd(v128.load(a + j), v128.load(b + j), s0);
  return lanes(f32x4.add(s0, s1));
}

/** y_j += factor · x_j */
@inline
export function axpy(factor: f32, x: usize, y: usize, bytes: usize): void {
  const f = f32x4.splat(factor);
  for (let j: usize = 0; j < bytes; j += 16) v128.store(y + j, madd(f, v128.load(x + j), v128.load(y + j)));
}

/** out_j = factor · x_j */
@inline
export function scale(factor: f32, x: usize, out: usize, bytes: usize): void {
  const f = f32x4.splat(factor);
  for (let j: usize = 0; j < bytes; j += 16) v128.store(out + j, f32x4.mul(f, v128.load(x + j)));
}
