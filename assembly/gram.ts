// YᵀY in blocks of rows: each block leaves a partial sum of its own, and the caller adds them in block order, so that the
// result does not depend on who computed which block.

import { madd } from "./vector";

/**
 * partials[block] = Σ_{rows begin..end} y yᵀ, lower triangle and what tiles of 4 × 8 add to it; block = begin / blockRows.
 * y: float32 [rows × f], partials: float32 [blocks × f × f], f a multiple of 8. f² flops a row.
 */
export function gram(begin: i32, end: i32, _scratch: usize, y: usize, partials: usize, f: i32, blockRows: i32): void {
  const size = <usize>f << 2;
  const out = partials + <usize>(begin / blockRows) * size * <usize>f;
  memory.fill(out, 0, size * <usize>f);
  addGram(y + <usize>begin * size, y + <usize>end * size, 0, out, f, 0);
}

/**
 * out += Σ z yᵀ over the rows y of f floats that lie between two addresses: lower triangle and what tiles of 4 × 8 add to it.
 * z lies `shift` bytes after its y: 0 for YᵀY, or where a copy of y stands that is multiplied by something. Rows and columns of
 * `out` from `first` on, a multiple of 8.
 */
export function addGram(from: usize, to: usize, shift: usize, out: usize, f: i32, first: i32): void {
  const size = <usize>f << 2;
  for (let i = first; i < f; i += 4) {
    for (let j = first; j <= i + 3; j += 8) {
      let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
      for (let row = from; row < to; row += size) {
        const left = v128.load(row + (<usize>j << 2));
        const right = v128.load(row + (<usize>j << 2), 16);
        const at = row + shift + (<usize>i << 2);
        const a = v128.load32_splat(at);
        const b = v128.load32_splat(at, 4);
        const c = v128.load32_splat(at, 8);
        const d = v128.load32_splat(at, 12);
        a0 = madd(a, left, a0);
        a1 = madd(a, right, a1);
        b0 = madd(b, left, b0);
        b1 = madd(b, right, b1);
        c0 = madd(c, left, c0);
        c1 = madd(c, right, c1);
        d0 = madd(d, left, d0);
        d1 = madd(d, right, d1);
      }
      const tile = out + <usize>i * size + (<usize>j << 2);
      v128.store(tile, f32x4.add(a0, v128.load(tile)));
      v128.store(tile, f32x4.add(a1, v128.load(tile, 16)), 16);
      v128.store(tile + size, f32x4.add(b0, v128.load(tile + size)));
      v128.store(tile + size, f32x4.add(b1, v128.load(tile + size, 16)), 16);
      v128.store(tile + 2 * size, f32x4.add(c0, v128.load(tile + 2 * size)));
      v128.store(tile + 2 * size, f32x4.add(c1, v128.load(tile + 2 * size, 16)), 16);
      v128.store(tile + 3 * size, f32x4.add(d0, v128.load(tile + 3 * size)));
      v128.store(tile + 3 * size, f32x4.add(d1, v128.load(tile + 3 * size, 16)), 16);
    }
  }
}

/** Rows that are in double precision at a time: 32 KB of 64 numbers each, which stay in the cache. */
const doubleRows = 64;

/**
 * sums += Σ_{rows begin..end} y yᵀ in double precision, in the order of the rows: lower triangle and what tiles of 4 × 4 add to it.
 * y: float32 [rows × f], sums: float64 [f × f], f a multiple of 4; scratch: 512 f bytes. Never fused, so that the bytes are the same everywhere.
 */
export function gramDouble(begin: i32, end: i32, scratch: usize, y: usize, sums: usize, f: i32): void {
  const size = <usize>f << 3;
  for (let row = begin; row < end; row += doubleRows) {
    const count = <usize>min(doubleRows, end - row) * <usize>f;
    const from = y + <usize>row * <usize>f * 4;
    for (let n: usize = 0; n < count; n += 2) {
      v128.store(scratch + (n << 3), f64x2.promote_low_f32x4(v128.load64_zero(from + (n << 2))));
    }
    const to = scratch + (count << 3);
    for (let i = 0; i < f; i += 4) {
      for (let j = 0; j <= i; j += 4) {
        const tile = sums + <usize>i * size + (<usize>j << 3);
        let a0 = v128.load(tile), a1 = v128.load(tile, 16);
        let b0 = v128.load(tile + size), b1 = v128.load(tile + size, 16);
        let c0 = v128.load(tile + 2 * size), c1 = v128.load(tile + 2 * size, 16);
        let d0 = v128.load(tile + 3 * size), d1 = v128.load(tile + 3 * size, 16);
        for (let at = scratch; at < to; at += size) {
          const left = v128.load(at + (<usize>j << 3));
          const right = v128.load(at + (<usize>j << 3), 16);
          const own = at + (<usize>i << 3);
          const a = v128.load64_splat(own);
          const b = v128.load64_splat(own, 8);
          const c = v128.load64_splat(own, 16);
          const d = v128.load64_splat(own, 24);
          a0 = f64x2.add(a0, f64x2.mul(a, left));
          a1 = f64x2.add(a1, f64x2.mul(a, right));
          b0 = f64x2.add(b0, f64x2.mul(b, left));
          b1 = f64x2.add(b1, f64x2.mul(b, right));
          c0 = f64x2.add(c0, f64x2.mul(c, left));
          c1 = f64x2.add(c1, f64x2.mul(c, right));
          d0 = f64x2.add(d0, f64x2.mul(d, left));
          d1 = f64x2.add(d1, f64x2.mul(d, right));
        }
        v128.store(tile, a0);
        v128.store(tile, a1, 16);
        v128.store(tile + size, b0);
        v128.store(tile + size, b1, 16);
        v128.store(tile + 2 * size, c0);
        v128.store(tile + 2 * size, c1, 16);
        v128.store(tile + 3 * size, d0);
        v128.store(tile + 3 * size, d1, 16);
      }
    }
  }
}
