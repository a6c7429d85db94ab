/**
 * Leading eigenvectors of B Bᵀ for a sparse B, which are its left singular vectors: by randomised subspace iteration, N. Halko, P.-G.
 * Martinsson, J. Tropp, "Finding structure with randomness: probabilistic algorithms for constructing approximate matrix decompositions",
 * SIAM Review 53(2), 2011, algorithm 4.4.
 *
 *   Q = orth(B Bᵀ Q), some times, from a random Q;   then Qᵀ B Bᵀ Q = V Λ Vᵀ,   U = Q V
 *   orth(Y) = Y W M^{-1/2}, YᵀY = W M Wᵀ, without the columns where M is next to nothing; twice, as the first is rounded
 *
 * Products run as kernels on all threads, and partial sums are added in the order of blocks, so that the number of threads changes nothing.
 */
import { type Csr, transpose } from "../matrix/csr.ts";
import { type Eigen, symmetricEigen } from "../matrix/symmetric-eigen.ts";
import { type Arena, type Engine, placeCsr, type Step } from "./engine.ts";
import { gramPartials, sumGram } from "./gram.ts";
import { sparseProduct } from "./kernels/sparse.ts";

/** Vectors that are iterated beside those that are wanted, which make these converge. */
const further = 16;
/** Of M, what counts as nothing beside its greatest entry: products are summed in single precision. */
const negligible = 1e-6;

interface Wanted {
  /** How many. Where B has fewer, the vectors of the others are zeros. */
  readonly count: number;
  readonly iterations: number;
  /** Draws a number of the standard normal distribution: the vectors begin with these. */
  readonly normal: () => number;
}

export interface LeadingVectors {
  /** Eigenvalues of B Bᵀ, greatest first; 0 where there are no more. float64 [count] */
  readonly values: Float64Array;
  /** U: float32 [rows × count]; columns of length 1, orthogonal to each other. */
  readonly vectors: Float32Array;
}

/** Vectors that are iterated for so many that are wanted, a multiple of 8. */
function widthFor(count: number): number {
  return 8 * Math.ceil((count + further) / 8);
}

/** Bytes that `leadingVectors` takes in the engine. */
export function leadingVectorsBytes(rows: number, columns: number, entries: number, count: number): number {
  const width = widthFor(count);
  const square = gramPartials(Math.max(rows, columns), width) + width * width;
  return 16 * entries + 4 * (rows + columns) + 4 * width * (3 * rows + columns) + 4 * square;
}

/** @param transposed Bᵀ: columns × rows */
export async function leadingVectors(
  engine: Engine,
  transposed: Csr,
  { count, iterations, normal }: Wanted,
  step: Step = async () => {},
): Promise<LeadingVectors> {
  using arena = engine.arena();
  const width = widthFor(count);
  const { rows: columns, columns: rows } = transposed;
  const [forth, back] = [placeCsr(arena, transpose(transposed)), placeCsr(arena, transposed)];
  const [q, z] = [arena.float32(rows * width), arena.float32(columns * width)];
  const multiply = multiplier(engine, arena, rows, width);
  const partials = arena.float32(gramPartials(Math.max(rows, columns), width));
  const products = new Float64Array(width * width);
  const eigenOf = async (y: Float32Array) => {
    const own = partials.subarray(0, gramPartials(y.length / width, width));
    await sumGram(engine, { y, f: width, partials: own }, products);
    return symmetricEigen(products, width);
  };
  const total = iterations + 1;
  for (let n = 0; n < q.length; n++) q[n] = normal();
  for (let n = 0; n < iterations; n++) {
    await sparseProduct(engine, { matrix: back, dense: q, out: z, width });
    await sparseProduct(engine, { matrix: forth, dense: z, out: q, width });
    for (let time = 0; time < 2; time++) await multiply(q, orthogonaliser(await eigenOf(q), width));
    await step(n + 1, total);
  }
  await sparseProduct(engine, { matrix: back, dense: q, out: z, width });
  const { values, vectors: v } = await eigenOf(z);
  await multiply(q, v);
  await step(total, total);
  const known = (k: number) => values[k] > negligible * values[0];
  const vectors = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < count; k++) if (known(k)) vectors[row * count + k] = q[row * width + k];
  }
  return { values: values.subarray(0, count).map((value, k) => (known(k) ? value : 0)), vectors };
}

/** W M^{-1/2} of YᵀY = W M Wᵀ: float64 [width × width]. */
function orthogonaliser({ values, vectors }: Eigen, width: number): Float64Array {
  return vectors.map((value, n) => {
    const m = values[n % width];
    return m > negligible * values[0] ? value / Math.sqrt(m) : 0;
  });
}

/** A function that multiplies Y, float32 [rows × width], by a matrix [width × width] in place. Its rows count as rows of a sparse matrix. */
function multiplier(engine: Engine, arena: Arena, rows: number, width: number) {
  const out = arena.float32(rows * width);
  const factor = arena.float32(width * width);
  const offsets = arena.place(Int32Array.from({ length: rows + 1 }, (_, row) => row * width));
  const indices = arena.int32(rows * width);
  for (let n = 0; n < indices.length; n++) indices[n] = n % width;
  return async (y: Float32Array, by: Float64Array): Promise<void> => {
    factor.set(by);
    const matrix: Csr = { rows, columns: width, offsets, indices, values: y };
    await sparseProduct(engine, { matrix, dense: factor, out, width });
    y.set(out);
  };
}
