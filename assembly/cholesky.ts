// Symmetric positive definite systems of f unknowns, f a multiple of 8, by Cholesky's factor; row-major, in place.

import { addGram } from "./gram";
import { axpy, dot, scale } from "./vector";

/**
 * A = RᵀR. Of A the lower triangle and its blocks of 8 × 8 on the diagonal are read, the upper triangle becomes R. Eight rows at a
 * time: rows of A, what is right of their block being taken from below it, become rows of R, and the rest of A loses their
 * products. Scratch: 8 f floats.
 */
export function factorise(a: usize, f: i32, scratch: usize): void {
  const size = <usize>f << 2;
  for (let first = 0; first < f; first += 8) {
    const at = <usize>first << 2;
    const rows = a + <usize>first * size;
    const end = rows + (size << 3);
    for (let below = end, to = rows + at + 32; below < a + <usize>f * size; below += size, to += 4) {
      for (let k: usize = 0; k < 8; k++) store<f32>(to + k * size, load<f32>(below + at + (k << 2)));
    }
    for (let row = rows, diagonal = at; row < end; row += size, diagonal += 4) {
      scale(1 / sqrt<f32>(load<f32>(row + diagonal)), row + at, row + at, size - at);
      for (let next = row + size, k = diagonal + 4; next < end; next += size, k += 4) {
        axpy(-load<f32>(row + k), row + at, next + at, size - at);
      }
    }
    scale(-1, rows, scratch, size << 3);
    addGram(rows, end, scratch - rows, a, f, first + 8);
  }
}

/** x ← A⁻¹ x by Rᵀ and R. */
export function solve(a: usize, x: usize, f: i32): void {
  solveTransposed(a, x, f);
  solveUpper(a, x, f);
}

/** x ← R⁻ᵀ x */
export function solveTransposed(a: usize, x: usize, f: i32): void {
  const size = <usize>f << 2;
  let row = a;
  for (let i: usize = 0; i < size; i += 4, row += size) {
    const value = load<f32>(x + i) / load<f32>(row + i);
    store<f32>(x + i, value);
    let j = i + 4;
    for (; j & 15; j += 4) store<f32>(x + j, load<f32>(x + j) - value * load<f32>(row + j));
    axpy(-value, row + j, x + j, size - j);
  }
}

/** x ← R⁻¹ x */
export function solveUpper(a: usize, x: usize, f: i32): void {
  const size = <usize>f << 2;
  let row = a + size * <usize>f;
  for (let i = size; i > 0; ) {
    i -= 4;
    row -= size;
    let rest = load<f32>(x + i);
    let j = i + 4;
    for (; j & 15; j += 4) rest -= load<f32>(row + j) * load<f32>(x + j);
    store<f32>(x + i, (rest - dot(row + j, x + j, size - j)) / load<f32>(row + i));
  }
}
