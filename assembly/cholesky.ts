// Symmetric positive definite systems of f unknowns, f a multiple of 4, by Cholesky's factor; row-major, in place.

import { lanes, madd } from "./vector";

/** A = LLᵀ over the lower triangle of A, four of its rows at a time; f a multiple of 4. */
export function factorise(a: usize, f: i32): void {
  const size = <usize>f << 2;
  for (let i: usize = 0; i < <usize>f; i += 4) {
    const rows = a + i * size;
    for (let j: usize = 0; j < i; j++) reduceFour(rows, a + j * size, j, size);
    for (let k = i; k < i + 4; k++) {
      const row = a + k * size;
      for (let j = i; j <= k; j++) {
        const other = a + j * size;
        const rest = load<f32>(row + (j << 2)) - head(row, other, j);
        if (j == k) store<f32>(row + (j << 2), sqrt<f32>(rest));
        else store<f32>(row + (j << 2), rest / load<f32>(other + (j << 2)));
      }
    }
  }
}

/** L_kj = (A_kj − Σ_{l<j} L_kl L_jl) / L_jj for four rows k: `other`, row j, is loaded once for all. */
@inline
function reduceFour(rows: usize, other: usize, j: usize, size: usize): void {
  const row1 = rows + size, row2 = row1 + size, row3 = row2 + size;
  let v0 = f32x4.splat(0), v1 = v0, v2 = v0, v3 = v0;
  let l: usize = 0;
  for (; l + 16 <= j << 2; l += 16) {
    const chunk = v128.load(other + l);
    v0 = madd(chunk, v128.load(rows + l), v0);
    v1 = madd(chunk, v128.load(row1 + l), v1);
    v2 = madd(chunk, v128.load(row2 + l), v2);
    v3 = madd(chunk, v128.load(row3 + l), v3);
  }
  let s0 = lanes(v0), s1 = lanes(v1), s2 = lanes(v2), s3 = lanes(v3);
  for (; l < j << 2; l += 4) {
    const value = load<f32>(other + l);
    s0 += value * load<f32>(rows + l);
    s1 += value * load<f32>(row1 + l);
    s2 += value * load<f32>(row2 + l);
    s3 += value * load<f32>(row3 + l);
  }
  const inverse: f32 = 1 / load<f32>(other + l);
  store<f32>(rows + l, (load<f32>(rows + l) - s0) * inverse);
  store<f32>(row1 + l, (load<f32>(row1 + l) - s1) * inverse);
  store<f32>(row2 + l, (load<f32>(row2 + l) - s2) * inverse);
  store<f32>(row3 + l, (load<f32>(row3 + l) - s3) * inverse);
}

/** x ← A⁻¹ x by L and Lᵀ. */
export function solve(a: usize, x: usize, f: i32): void {
  const size = <usize>f << 2;
  for (let i: usize = 0; i < <usize>f; i++) {
    const row = a + i * size;
    store<f32>(x + (i << 2), (load<f32>(x + (i << 2)) - head(row, x, i)) / load<f32>(row + (i << 2)));
  }
  for (let i: usize = <usize>f; i-- > 0; ) {
    const row = a + i * size;
    const value = load<f32>(x + (i << 2)) / load<f32>(row + (i << 2));
    store<f32>(x + (i << 2), value);
    for (let j: usize = 0; j < i; j++) {
      store<f32>(x + (j << 2), load<f32>(x + (j << 2)) - value * load<f32>(row + (j << 2)));
    }
  }
}

/** Σ a_j b_j over the first n numbers, any n. */
@inline
function head(a: usize, b: usize, n: usize): f32 {
  let sum = f32x4.splat(0);
  let j: usize = 0;
  for (; j + 4 <= n; j += 4) sum = madd(v128.load(a + (j << 2)), v128.load(b + (j << 2)), sum);
  let total = lanes(sum);
  for (; j < n; j++) total += load<f32>(a + (j << 2)) * load<f32>(b + (j << 2));
  return total;
}
