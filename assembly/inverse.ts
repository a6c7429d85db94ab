// The inverse of a symmetric positive definite matrix A, through its Cholesky factor: A = UᵀU, N = U⁻ᵀ, A⁻¹ = NᵀN. About n³
// flops in all, half of what an inverse takes without the symmetry (Golub & Van Loan, Matrix Computations, 4.2).
//
// Of A one triangle is kept, in tiles of 96 × 96, each row-major in one piece, tile column after tile column: tile (i, j), i ≤ j,
// has the number j (j + 1) / 2 + i. Rows and columns from n up to the next multiple of 96 are those of the identity, so that there
// are no tails. With the factor's upper
// triangle and the inverse's lower one (its tile (j, i) lies in the slot of (i, j)), every product is of the form C += PᵀQ,
// whose operands are both read along rows.
//
// Numbers are float32 or float64, as the last argument says. Sums run over tiles in order, and within a tile over rows in order,
// for any number of threads.

const side: i32 = 96;
/** Rows of a register tile: 6 × 2 sums, 2 vectors of Q and one number of P are 15 of 16 registers. */
const height: i32 = 6;

@inline
function madd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

@inline
function bytes<T>(): usize {
  return <usize>(side * side) * sizeof<T>();
}

/** Address of tile (i, j), i ≤ j. */
@inline
function slot<T>(tiles: usize, i: i32, j: i32): usize {
  return tiles + <usize>((j * (j + 1)) / 2 + i) * bytes<T>();
}

/**
 * C += PᵀQ, for tiles. 2 · 96³ flops. The product is summed by itself and then added: a sum in blocks of √n loses far less to
 * rounding than one from end to end (Higham, Accuracy and Stability of Numerical Algorithms, 4.2).
 */
function addProduct<T>(p: usize, q: usize, c: usize): void {
  const row = <usize>side * sizeof<T>();
  const end = bytes<T>();
  for (let j: usize = 0; j < row; j += 32) {
    for (let i: usize = 0; i < row; i += height * sizeof<T>()) {
      const at = c + <usize>(i / sizeof<T>()) * row + j;
      let a0 = v128.splat<T>(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0;
      let d0 = a0, d1 = a0, e0 = a0, e1 = a0, f0 = a0, f1 = a0;
      let left = p + i;
      let right = q + j;
      for (const last = right + end; right < last; right += row, left += row) {
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
      add<T>(at, a0, a1);
      add<T>(at + row, b0, b1);
      add<T>(at + 2 * row, c0, c1);
      add<T>(at + 3 * row, d0, d1);
      add<T>(at + 4 * row, e0, e1);
      add<T>(at + 5 * row, f0, f1);
    }
  }
}

/** Adds two vectors to what lies at an address. */
@inline
function add<T>(at: usize, left: v128, right: v128): void {
  v128.store(at, v128.add<T>(v128.load(at), left));
  v128.store(at, v128.add<T>(v128.load(at, 16), right), 16);
}

/** c = a − c, for tiles. */
@inline
function subtractFrom<T>(a: usize, c: usize): void {
  for (let n: usize = 0; n < bytes<T>(); n += 16) v128.store(c + n, v128.sub<T>(v128.load(a + n), v128.load(c + n)));
}

/**
 * Pivot tile i, once the tile rows before it are done: A_ii − Σ_m U_miᵀ U_mi = UᵀU; the slot is left with U⁻¹. One row only.
 * pivot float64 [1] becomes the first pivot that is not positive, and `at` int32 [1] its row; −1 where all are.
 * Scratch: two float64 tiles. The small factor is found in double precision: it costs nothing there.
 */
export function inversePivot(
  _begin: i32,
  _end: i32,
  scratch: usize,
  tiles: usize,
  pivot: usize,
  at: usize,
  i: i32,
  double: i32,
): void {
  if (double) pivotTile<f64>(i, scratch, tiles, pivot, at);
  else pivotTile<f32>(i, scratch, tiles, pivot, at);
}

function pivotTile<T>(i: i32, scratch: usize, tiles: usize, pivot: usize, at: usize): void {
  const own = slot<T>(tiles, i, i);
  const sum = scratch;
  memory.fill(sum, 0, bytes<T>());
  for (let m = 0; m < i; m++) addProduct<T>(slot<T>(tiles, m, i), slot<T>(tiles, m, i), sum);
  subtractFrom<T>(own, sum);

  const u = scratch + bytes<f64>();
  for (let n = 0; n < side * side; n++) store<f64>(u + (<usize>n << 3), <f64>load<T>(sum + <usize>n * sizeof<T>()));
  store<i32>(at, -1);
  for (let k = 0; k < side; k++) {
    const d = load<f64>(entry(u, k, k));
    if (!(d > 0)) {
      store<f64>(pivot, d);
      store<i32>(at, i * side + k);
      return;
    }
    const scale = 1 / sqrt<f64>(d);
    for (let c = k; c < side; c++) store<f64>(entry(u, k, c), load<f64>(entry(u, k, c)) * scale);
    for (let r = k + 1; r < side; r++) {
      const factor = load<f64>(entry(u, k, r));
      for (let c = r; c < side; c++) {
        store<f64>(entry(u, r, c), load<f64>(entry(u, r, c)) - factor * load<f64>(entry(u, k, c)));
      }
    }
  }
  // V = U⁻¹ by rows from the last: V_r = (e_r − Σ_{k>r} U_rk V_k) / U_rr; the row's own entries of U are read before they go.
  const v = scratch;
  memory.fill(v, 0, bytes<f64>());
  for (let r = side - 1; r >= 0; r--) {
    const scale = 1 / load<f64>(entry(u, r, r));
    store<f64>(entry(v, r, r), scale);
    for (let k = r + 1; k < side; k++) {
      const factor = -load<f64>(entry(u, r, k)) * scale;
      for (let c = k; c < side; c++) {
        store<f64>(entry(v, r, c), load<f64>(entry(v, r, c)) + factor * load<f64>(entry(v, k, c)));
      }
    }
  }
  for (let n = 0; n < side * side; n++) store<T>(own + <usize>n * sizeof<T>(), <T>load<f64>(v + (<usize>n << 3)));
}

@inline
function entry(tile: usize, row: i32, column: i32): usize {
  return tile + (<usize>(row * side + column) << 3);
}

/** Tiles (i, j) of the factor for each row j − i − 1: U_ij = U_ii⁻ᵀ (A_ij − Σ_{m<i} U_miᵀ U_mj). Scratch: a tile. */
export function inverseFactor(begin: i32, end: i32, scratch: usize, tiles: usize, i: i32, double: i32): void {
  for (let j = i + 1 + begin; j < i + 1 + end; j++) {
    if (double) factorTile<f64>(i, j, scratch, tiles);
    else factorTile<f32>(i, j, scratch, tiles);
  }
}

function factorTile<T>(i: i32, j: i32, sum: usize, tiles: usize): void {
  const own = slot<T>(tiles, i, j);
  memory.fill(sum, 0, bytes<T>());
  for (let m = 0; m < i; m++) addProduct<T>(slot<T>(tiles, m, i), slot<T>(tiles, m, j), sum);
  subtractFrom<T>(own, sum);
  memory.fill(own, 0, bytes<T>());
  addProduct<T>(slot<T>(tiles, i, i), sum, own);
}

/**
 * Tiles (j, i) of N for each row i: N_ji = −U_jj⁻ᵀ Σ_{i≤m<j} U_mjᵀ N_mi, over the slots of U_ij. column [j + 1 tiles]: a copy of
 * tile column j, U_0j … U_jj⁻¹, since those slots are overwritten meanwhile. Scratch: a tile.
 */
export function inverseTriangle(
  begin: i32,
  end: i32,
  scratch: usize,
  tiles: usize,
  column: usize,
  j: i32,
  double: i32,
): void {
  for (let i = begin; i < end; i++) {
    if (double) triangleTile<f64>(i, j, scratch, tiles, column);
    else triangleTile<f32>(i, j, scratch, tiles, column);
  }
}

function triangleTile<T>(i: i32, j: i32, sum: usize, tiles: usize, column: usize): void {
  const own = slot<T>(tiles, i, j);
  memory.fill(sum, 0, bytes<T>());
  for (let m = i; m < j; m++) addProduct<T>(column + <usize>m * bytes<T>(), slot<T>(tiles, i, m), sum);
  memory.fill(own, 0, bytes<T>());
  addProduct<T>(column + <usize>j * bytes<T>(), sum, own);
  for (let n: usize = 0; n < bytes<T>(); n += 16) v128.store(own + n, v128.neg<T>(v128.load(own + n)));
}

/**
 * Tiles (i, j) of the inverse for each row i ≤ j, columns from the first: Σ_{k≥j} N_kiᵀ N_kj over `count` tile rows, in place of
 * N_ji, which no other row needs. diagonal [a tile]: a copy of N_jj. Scratch: a tile.
 */
export function inverseProduct(
  begin: i32,
  end: i32,
  scratch: usize,
  tiles: usize,
  diagonal: usize,
  j: i32,
  count: i32,
  double: i32,
): void {
  for (let i = begin; i < end; i++) {
    if (double) productTile<f64>(i, j, scratch, tiles, diagonal, count);
    else productTile<f32>(i, j, scratch, tiles, diagonal, count);
  }
}

function productTile<T>(i: i32, j: i32, sum: usize, tiles: usize, diagonal: usize, count: i32): void {
  const own = slot<T>(tiles, i, j);
  memory.fill(sum, 0, bytes<T>());
  addProduct<T>(i == j ? diagonal : own, diagonal, sum);
  for (let k = j + 1; k < count; k++) addProduct<T>(slot<T>(tiles, i, k), slot<T>(tiles, j, k), sum);
  memory.copy(own, sum, bytes<T>());
}
