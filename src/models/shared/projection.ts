/**
 * Factors from content: items' factors are learnt about W f, a linear map of what a film is about, as in D. Agarwal,
 * B.-C. Chen, "Regression-based latent factor models", KDD 2009, with W found by ridge regression between the half-steps:
 *
 *   minimise Σ_i λ_i |y_i − W f_i|² + μ |W|²,   so that (Fᵀ Λ F + μ I) Wᵀ = Fᵀ Λ Y           over the films with ratings
 *
 * by steps of conjugate gradient from the last W, every column of Wᵀ by itself. F is sparse and no features × features matrix is
 * made: a step is a product with F and one with Fᵀ Λ, 2 · width flops an entry each.
 */
import { type Arena, type Engine, placeCsr } from "../../compute/engine.ts";
import { sparseProduct } from "../../compute/kernels/sparse.ts";
import { type Csr, entriesWhere, transpose } from "../../matrix/csr.ts";
import { sum } from "../../matrix/dense.ts";

/** Steps of conjugate gradient each time. */
const steps = 3;
/** Squared lengths and products below this count as 0. */
const negligible = 1e-30;
export interface Projection {
  /** float32 [rows × width]: W f of the rows with ratings, zeros for the others. */
  readonly priors: Float32Array;
  /** μ |W|² */
  readonly penalty: number;
  /** Wᵀ, float32 [features × width], in the engine's memory. */
  readonly w: Float32Array;
  /** Improves W for these Y, float32 [rows × width] in the engine's memory, by a few steps of conjugate gradient. */
  update(y: Float32Array): Promise<void>;
  /** Sets Y of the rows without ratings to W f. */
  fillUnrated(y: Float32Array): Promise<void>;
}

/**
 * A projection with W = 0 at first.
 *
 * @param features rows × features
 * @param weights λ of each row; 0 where it has no ratings
 * @param width a multiple of 4
 * @param mu μ, above 0
 */
export function createProjection(
  engine: Engine,
  arena: Arena,
  features: Csr,
  { weights, width, mu }: { readonly weights: ArrayLike<number>; readonly width: number; readonly mu: number },
): Projection {
  const f = placeCsr(arena, features);
  const back = placeCsr(arena, weightedTranspose(features, weights));
  const { rows, columns } = features;
  const [w, r, p, ap] = Array.from({ length: 4 }, () => arena.float32(columns * width));
  const [priors, image] = [arena.float32(rows * width), arena.float32(rows * width)];

  function product(matrix: Csr, dense: Float32Array, out: Float32Array): Promise<void> {
    return sparseProduct(engine, { matrix, dense, out, width });
  }

  return {
    priors,
    w,
    get penalty() {
      return mu * sum(inner(w, w, width));
    },
    async update(y) {
      for (let n = 0; n < image.length; n++) image[n] = y[n] - priors[n];
      await product(back, image, r);
      for (let n = 0; n < r.length; n++) r[n] -= mu * w[n];
      p.set(r);
      let rr = inner(r, r, width);
      for (let step = 0; step < steps; step++) {
        await product(f, p, image);
        await product(back, image, ap);
        for (let n = 0; n < ap.length; n++) ap[n] += mu * p[n];
        const along = quotients(rr, inner(p, ap, width));
        add(along, p, w);
        add(
          along.map((value) => -value),
          ap,
          r,
        );
        const next = inner(r, r, width);
        const turn = quotients(next, rr);
        for (let n = 0; n < p.length; n += width)
          for (let k = 0; k < width; k++) p[n + k] = r[n + k] + turn[k] * p[n + k];
        rr = next;
      }
      await product(f, w, priors);
      for (let row = 0; row < rows; row++) if (weights[row] === 0) priors.fill(0, row * width, (row + 1) * width);
    },
    async fillUnrated(y) {
      await product(f, w, image);
      for (let row = 0; row < rows; row++) {
        if (weights[row] === 0) y.set(image.subarray(row * width, (row + 1) * width), row * width);
      }
    },
  };
}

/** Fᵀ Λ (features × rows), without the rows whose weight is 0. */
function weightedTranspose(features: Csr, weights: ArrayLike<number>): Csr {
  const turned = transpose(features);
  for (let n = 0; n < turned.values.length; n++) turned.values[n] *= weights[turned.indices[n]];
  return entriesWhere(turned, (entry) => turned.values[entry] !== 0);
}

/** Of each column, Σ a b over the rows. */
function inner(a: Float32Array, b: Float32Array, width: number): Float64Array {
  const sums = new Float64Array(width);
  for (let n = 0; n < a.length; n += width) for (let k = 0; k < width; k++) sums[k] += a[n + k] * b[n + k];
  return sums;
}

/** out += factor · v, a factor for each column. */
function add(factors: Float64Array, v: Float32Array, out: Float32Array): void {
  const width = factors.length;
  for (let n = 0; n < v.length; n += width) for (let k = 0; k < width; k++) out[n + k] += factors[k] * v[n + k];
}

/** a / b by column; 0 where b is negligible, as that column has converged. */
function quotients(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, k) => (b[k] > negligible ? value / b[k] : 0));
}
