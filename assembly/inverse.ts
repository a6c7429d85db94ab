// The inverse of a symmetric positive definite matrix A, through its Cholesky factor: A = UᵀU, N = U⁻ᵀ, A⁻¹ = NᵀN. About n³
// flops in all, half of what an inverse takes without the symmetry (Golub & Van Loan, Matrix Computations, 4.2).
//
// Of A one triangle is kept, in tiles of 192 × 192, tile column after tile column: tile (i, j), i ≤ j, has the number
// j (j + 1) / 2 + i. With the factor's upper triangle and the inverse's lower one (its tile (j, i) lies in the slot of (i, j)), every
// product is of the form C ± PᵀQ, whose operands are both read along rows.
//
// A tile lies in panels, one after the other: 24 columns in single precision, 12 in double, so that a row of a panel has 96 bytes. A
// panel serves a product as P, six columns at a time, and as Q, 32 bytes at a time, without being packed, and the first cache
// holds it while the panels of the other tile pass by. The last tile row and column end with the panel that holds row n − 1: beyond n, its
// rows and columns are those of the identity, so that there are no tails.
//
// Numbers are float32 or float64, as the last argument says. Sums run over tiles in order, and within a tile over rows in order,
// for any number of threads.

export const side: i32 = 192;
/** Bytes of a panel's row. */
export const row: usize = 96;
/** Columns of a panel in single precision. What is left of the last tile is a multiple of them. */
const unit: i32 = 24;
export const panelBytes: usize = <usize>side * row;
/** Rows of a register tile: 6 × 2 sums, 2 vectors of Q and one number of P are 15 of 16 registers. */
const height: i32 = 6;
/** Rows that one sum runs over in single precision. */
const blockRows: i32 = 96;

/** What a product does to C: it becomes the product, gains it, or loses it. */
const set: i32 = 0;
const plus: i32 = 1;
const minus: i32 = -1;

/** Shapes of a product's matrices, to be added up: triangular operands, and a C of which the upper triangle is wanted. */
const full: i32 = 0;
const upperP: i32 = 1;
const lowerP: i32 = 2;
const lowerQ: i32 = 4;
const upperC: i32 = 8;

@inline
function madd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

@inline
export function bytes<T>(): usize {
  return <usize>(side * side) * sizeof<T>();
}

/** Columns of a panel. */
@inline
function width<T>(): i32 {
  return <i32>(row / sizeof<T>());
}

/** Address of tile (i, j), i ≤ j. */
@inline
export function slot<T>(tiles: usize, i: i32, j: i32): usize {
  return tiles + <usize>((j * (j + 1)) / 2 + i) * bytes<T>();
}

/** Address of an entry of a tile. */
@inline
function entry<T>(tile: usize, r: i32, c: i32): usize {
  return tile + <usize>(c / width<T>()) * panelBytes + <usize>r * row + <usize>(c % width<T>()) * sizeof<T>();
}

/** Rows of tile row i of a matrix of n rows: fewer than a tile's in the last. */
@inline
function rowsOf(i: i32, n: i32): i32 {
  return min(side, ((n - i * side + unit - 1) / unit) * unit);
}

/** Tile rows of a matrix of n rows. */
@inline
export function tileRows(n: i32): i32 {
  return (n + side - 1) / side;
}

/**
 * PᵀQ over the rows first .. last of two tiles, for the panels a .. aEnd of P and b .. bEnd of Q: rows and panels of C. In single
 * precision 96 rows are summed by themselves and then added: a sum in blocks of √n loses far less to rounding than one from
 * end to end (Higham, Accuracy and Stability of Numerical Algorithms, 4.2). C may be Q where it is set to a product by an upper
 * triangle, since rows of C are found from the last to the first.
 */
function multiply<T>(
  p: usize,
  q: usize,
  c: usize,
  action: i32,
  shape: i32,
  a: i32,
  aEnd: i32,
  b: i32,
  bEnd: i32,
  first: i32,
  last: i32,
): void {
  const depth = sizeof<T>() == 4 && action != set ? blockRows : side;
  for (; b < bEnd; b++) {
    for (let top = first; top < last; top += depth) {
      const bottom = min(last, top + depth);
      for (let panel = aEnd - 1; panel >= a; panel--) {
        for (let j: i32 = 0; j < <i32>row; j += 32) {
          const column = b * width<T>() + j / <i32>sizeof<T>();
          for (let i = width<T>() - height; i >= 0; i -= height) {
            const at = panel * width<T>() + i; // a row of C, a column of P
            if (shape & upperC && at > column + 31 / <i32>sizeof<T>()) continue;
            let from = top, to = bottom;
            if (shape & upperP) to = min(to, at + height);
            if (shape & lowerP) from = max(from, at);
            if (shape & lowerQ) from = max(from, column);
            if (from >= to) continue;

            let a0 = v128.splat<T>(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0;
            let d0 = a0, d1 = a0, e0 = a0, e1 = a0, f0 = a0, f1 = a0;
            let left = p + <usize>panel * panelBytes + <usize>from * row + <usize>i * sizeof<T>();
            let right = q + <usize>b * panelBytes + <usize>from * row + <usize>j;
            for (const end = right + <usize>(to - from) * row; right < end; right += row, left += row) {
              const x = v128.load(right);
              const y = v128.load(right, 16);
              let v = v128.load_splat<T>(left);
              a0 = madd<T>(v, x, a0);
              a1 = madd<T>(v, y, a1);
              v = v128.load_splat<T>(left, sizeof<T>());
              b0 = madd<T>(v, x, b0);
              b1 = madd<T>(v, y, b1);
              v = v128.load_splat<T>(left, 2 * sizeof<T>());
              c0 = madd<T>(v, x, c0);
              c1 = madd<T>(v, y, c1);
              v = v128.load_splat<T>(left, 3 * sizeof<T>());
              d0 = madd<T>(v, x, d0);
              d1 = madd<T>(v, y, d1);
              v = v128.load_splat<T>(left, 4 * sizeof<T>());
              e0 = madd<T>(v, x, e0);
              e1 = madd<T>(v, y, e1);
              v = v128.load_splat<T>(left, 5 * sizeof<T>());
              f0 = madd<T>(v, x, f0);
              f1 = madd<T>(v, y, f1);
            }
            const out = c + <usize>b * panelBytes + <usize>at * row + <usize>j;
            if (action == plus) {
              add<T>(out, a0, a1);
              add<T>(out + row, b0, b1);
              add<T>(out + 2 * row, c0, c1);
              add<T>(out + 3 * row, d0, d1);
              add<T>(out + 4 * row, e0, e1);
              add<T>(out + 5 * row, f0, f1);
            } else if (action == minus) {
              subtract<T>(out, a0, a1);
              subtract<T>(out + row, b0, b1);
              subtract<T>(out + 2 * row, c0, c1);
              subtract<T>(out + 3 * row, d0, d1);
              subtract<T>(out + 4 * row, e0, e1);
              subtract<T>(out + 5 * row, f0, f1);
            } else {
              put(out, a0, a1);
              put(out + row, b0, b1);
              put(out + 2 * row, c0, c1);
              put(out + 3 * row, d0, d1);
              put(out + 4 * row, e0, e1);
              put(out + 5 * row, f0, f1);
            }
          }
        }
      }
    }
  }
}

/** C += PᵀQ, for whole tiles. */
export function multiplyTiles<T>(p: usize, q: usize, c: usize): void {
  const count = side / width<T>();
  multiply<T>(p, q, c, plus, full, 0, count, 0, count, 0, side);
}

@inline
function add<T>(at: usize, left: v128, right: v128): void {
  v128.store(at, v128.add<T>(v128.load(at), left));
  v128.store(at, v128.add<T>(v128.load(at, 16), right), 16);
}

@inline
function subtract<T>(at: usize, left: v128, right: v128): void {
  v128.store(at, v128.sub<T>(v128.load(at), left));
  v128.store(at, v128.sub<T>(v128.load(at, 16), right), 16);
}

@inline
function put(at: usize, left: v128, right: v128): void {
  v128.store(at, left);
  v128.store(at, right, 16);
}

/**
 * Pivot tile i, once the levels before it are done: A_ii − Σ_{m<i} U_miᵀ U_mi = UᵀU. The slot becomes N_ii = U⁻ᵀ, and column [i + 1
 * tiles] a copy of tile column i, U_0i … U_{i−1,i}, and then U⁻¹. One row only.
 * pivot float64 [1] becomes the first pivot that is not positive, and `at` int32 [1] its row; −1 where all are.
 * Scratch: three float64 tiles. The small factor is found in double precision: it costs little there.
 */
export function inversePivot(
  _begin: i32,
  _end: i32,
  scratch: usize,
  tiles: usize,
  column: usize,
  pivot: usize,
  at: usize,
  i: i32,
  n: i32,
  double: i32,
): void {
  if (double) pivotTile<f64>(scratch, tiles, column, pivot, at, i, n);
  else pivotTile<f32>(scratch, tiles, column, pivot, at, i, n);
}

function pivotTile<T>(scratch: usize, tiles: usize, column: usize, pivot: usize, at: usize, i: i32, n: i32): void {
  const own = slot<T>(tiles, i, i);
  const rows = rowsOf(i, n), wide = rows / width<T>();
  memory.copy(column, slot<T>(tiles, 0, i), <usize>i * bytes<T>());
  for (let m = 0; m < i; m++) {
    const p = column + <usize>m * bytes<T>();
    multiply<T>(p, p, own, minus, upperC, 0, wide, 0, wide, 0, side);
  }

  const u = scratch, blocks = u + bytes<f64>(), lower = blocks + bytes<f64>();
  for (let r = 0; r < rows; r++) {
    for (let c = r; c < rows; c++) store<f64>(entry<f64>(u, r, c), <f64>load<T>(entry<T>(own, r, c)));
  }
  const failed = factorise(u, blocks, lower, rows / width<f64>());
  store<i32>(at, failed < 0 ? -1 : i * side + failed);
  if (failed >= 0) store<f64>(pivot, load<f64>(entry<f64>(u, failed, failed)));

  const upper = column + <usize>i * bytes<T>();
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < rows; c++) {
      const value = <T>load<f64>(entry<f64>(lower, r, c));
      store<T>(entry<T>(own, r, c), value);
      store<T>(entry<T>(upper, c, r), value);
    }
  }
}

/**
 * The upper factor U of a float64 tile of `count` panels, whose upper triangle is read, in its place, and lower = U⁻ᵀ: a panel's
 * columns at a time, as the whole matrix goes a tile at a time. Returns the first row whose pivot is not positive, and leaves that pivot
 * on the diagonal of u; −1 where all are. blocks: a tile; its blocks on the diagonal become the inverses of those of U.
 */
function factorise(u: usize, blocks: usize, lower: usize, count: i32): i32 {
  memory.fill(blocks, 0, bytes<f64>());
  memory.fill(lower, 0, bytes<f64>());
  for (let s = 0; s < count; s++) {
    const first = s * width<f64>(), end = first + width<f64>();
    multiply<f64>(u, u, u, minus, full, s, s + 1, s, count, 0, first);
    for (let k = first; k < end; k++) {
      const d = load<f64>(entry<f64>(u, k, k));
      if (!(d > 0)) return k;
      const scale = 1 / sqrt<f64>(d);
      for (let c = k; c < end; c++) store<f64>(entry<f64>(u, k, c), load<f64>(entry<f64>(u, k, c)) * scale);
      for (let r = k + 1; r < end; r++) {
        const factor = load<f64>(entry<f64>(u, k, r));
        for (let c = r; c < end; c++) gain(entry<f64>(u, r, c), -factor * load<f64>(entry<f64>(u, k, c)));
      }
    }
    // V = U⁻¹ by rows from the last: V_r = (e_r − Σ_{k>r} U_rk V_k) / U_rr.
    for (let r = end - 1; r >= first; r--) {
      const scale = 1 / load<f64>(entry<f64>(u, r, r));
      store<f64>(entry<f64>(blocks, r, r), scale);
      for (let k = r + 1; k < end; k++) {
        const factor = -load<f64>(entry<f64>(u, r, k)) * scale;
        for (let c = k; c < end; c++) gain(entry<f64>(blocks, r, c), factor * load<f64>(entry<f64>(blocks, k, c)));
      }
      for (let c = r; c < end; c++) store<f64>(entry<f64>(lower, c, r), load<f64>(entry<f64>(blocks, r, c)));
    }
    multiply<f64>(blocks, u, u, set, upperP, s, s + 1, s + 1, count, first, end);
    multiply<f64>(u, lower, lower, minus, lowerQ, s, s + 1, 0, s, 0, first);
    multiply<f64>(blocks, lower, lower, set, upperP, s, s + 1, 0, s, first, end);
  }
  return -1;
}

@inline
function gain(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/** Parts of a tile, by columns, that are rows of the kernels below: two threads share even a few tiles evenly. */
const parts: i32 = 2;

/**
 * Level i of the factor and of its inverse, once its pivot is done: the tiles r = i + 1 … count − 1, 0 … i − 1, each in its two halves.
 *
 *   r > i: U_ir = U_ii⁻ᵀ (A_ir − Σ_{m<i} U_miᵀ U_mr)
 *   r < i: N_ir = −U_ii⁻ᵀ Σ_{r≤m<i} U_miᵀ N_mr, over the slot of U_ri, which nothing needs any more but column [i + 1 tiles]
 */
export function inverseLevel(
  begin: i32,
  end: i32,
  _scratch: usize,
  tiles: usize,
  column: usize,
  i: i32,
  n: i32,
  double: i32,
): void {
  for (let part = begin; part < end; part++) {
    const r = (i + 1 + part / parts) % tileRows(n);
    if (double) levelPart<f64>(part % parts, tiles, column, i, r, n);
    else levelPart<f32>(part % parts, tiles, column, i, r, n);
  }
}

function levelPart<T>(part: i32, tiles: usize, column: usize, i: i32, r: i32, n: i32): void {
  const tall = rowsOf(i, n) / width<T>(), wide = rowsOf(r, n) / width<T>();
  const b = (wide * part) / parts, bEnd = (wide * (part + 1)) / parts;
  const own = r > i ? slot<T>(tiles, i, r) : slot<T>(tiles, r, i);
  if (r < i) memory.fill(own + <usize>b * panelBytes, 0, <usize>(bEnd - b) * panelBytes);
  for (let m = r < i ? r : 0; m < i; m++) {
    const q = r > i ? slot<T>(tiles, m, r) : slot<T>(tiles, r, m);
    multiply<T>(column + <usize>m * bytes<T>(), q, own, minus, r == m ? lowerQ : full, 0, tall, b, bEnd, 0, side);
  }
  multiply<T>(column + <usize>i * bytes<T>(), own, own, set, upperP, 0, tall, b, bEnd, 0, side);
}

/**
 * Tiles (i, j) of the inverse for each i ≤ j, each in its two halves, columns from the first: Σ_{k≥j} N_kiᵀ N_kj, in place of
 * N_ji, which no other tile needs. column [j + 1 tiles]: a copy of tile column j, N_j0 … N_jj.
 */
export function inverseProduct(
  begin: i32,
  end: i32,
  _scratch: usize,
  tiles: usize,
  column: usize,
  j: i32,
  n: i32,
  double: i32,
): void {
  for (let part = begin; part < end; part++) {
    if (double) productPart<f64>(part % parts, tiles, column, part / parts, j, n);
    else productPart<f32>(part % parts, tiles, column, part / parts, j, n);
  }
}

function productPart<T>(part: i32, tiles: usize, column: usize, i: i32, j: i32, n: i32): void {
  const tall = rowsOf(i, n) / width<T>(), wide = rowsOf(j, n) / width<T>();
  const b = (wide * part) / parts, bEnd = (wide * (part + 1)) / parts;
  const own = slot<T>(tiles, i, j), p = column + <usize>i * bytes<T>(), q = column + <usize>j * bytes<T>();
  const shape = i == j ? lowerP | upperC : full;
  memory.fill(own + <usize>b * panelBytes, 0, <usize>(bEnd - b) * panelBytes);
  multiply<T>(p, q, own, plus, shape | lowerQ, 0, tall, b, bEnd, 0, rowsOf(j, n));
  for (let k = j + 1; k < tileRows(n); k++) {
    multiply<T>(slot<T>(tiles, i, k), slot<T>(tiles, j, k), own, plus, shape & upperC, 0, tall, b, bEnd, 0, rowsOf(k, n));
  }
}
