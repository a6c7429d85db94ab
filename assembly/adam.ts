// Adam: D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.

/** Moments below this become 0: arithmetic with numbers near 1e-38 takes a hundred times as long. */
const negligible: f32 = 1e-30;

/**
 * One step for the numbers 4 begin .. 4 end, with g = gradient + decay · parameter:
 *
 *   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   parameter ← parameter − rate m / (correction √v + ε)
 *
 * parameters, gradients, first = m and second = v: float32, as long as a multiple of 4. After t steps rate is the step length
 * over 1 − β₁ᵗ, correction is 1 / √(1 − β₂ᵗ). Per 4 numbers 4 loads, 3 stores and 13 operations, a root and a quotient among
 * them: 28 bytes a number.
 */
export function adam(
  begin: i32,
  end: i32,
  _scratch: usize,
  parameters: usize,
  gradients: usize,
  first: usize,
  second: usize,
  decay: f32,
  rate: f32,
  correction: f32,
): void {
  const decays = f32x4.splat(decay), rates = f32x4.splat(rate), corrections = f32x4.splat(correction);
  const keep1 = f32x4.splat(0.9), take1 = f32x4.splat(0.1);
  const keep2 = f32x4.splat(0.999), take2 = f32x4.splat(0.001);
  const epsilon = f32x4.splat(1e-8), least = f32x4.splat(negligible);
  for (let at = <usize>begin << 4, to = <usize>end << 4; at < to; at += 16) {
    const x = v128.load(parameters + at);
    const g = f32x4.add(v128.load(gradients + at), f32x4.mul(decays, x));
    let m = f32x4.add(f32x4.mul(keep1, v128.load(first + at)), f32x4.mul(take1, g));
    let v = f32x4.add(f32x4.mul(keep2, v128.load(second + at)), f32x4.mul(take2, f32x4.mul(g, g)));
    m = v128.and(m, f32x4.gt(f32x4.abs(m), least));
    v = v128.and(v, f32x4.gt(v, least));
    const size = f32x4.add(f32x4.mul(corrections, f32x4.sqrt(v)), epsilon);
    v128.store(first + at, m);
    v128.store(second + at, v);
    v128.store(parameters + at, f32x4.sub(x, f32x4.div(f32x4.mul(rates, m), size)));
  }
}
