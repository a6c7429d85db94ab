/** Users or items in the chain of `bayesian-mf`, and the priors of their vectors; chain.ts has the formulas. */
import { type Arena, type Engine, placeCsr } from "../../compute/engine.ts";
import { gramPartials, sumGram } from "../../compute/gram.ts";
import { gibbsRowsScratch, gibbsWeights } from "../../compute/kernels/gibbs.ts";
import { denseScores } from "../../compute/kernels/scores.ts";
import { type Csr, entriesWhere, transpose } from "../../matrix/csr.ts";
import type { Random } from "../../random.ts";
import { densePanels } from "../shared/answers.ts";
import {
  drawNormalVectors,
  drawPrecision,
  fillNormal,
  type NormalVectors,
  product,
  times,
  transposed,
} from "./distributions.ts";

/** Features that rows share, and the weights of each. All numbers are of the coordinates of their side. */
export interface FeatureWeights {
  /** The rows of each feature (features × rows), in the engine's memory. */
  readonly byFeature: Pick<Csr, "rows" | "offsets" | "indices">;
  /** float32: what each entry of those is; `scales` of its row unless given. */
  readonly entries?: Float32Array;
  /** float32 [rows] */
  readonly scales?: Float32Array;
  /** The features of each row, for those without ratings (rows × features). */
  readonly byRow?: Csr;
  /** float32 [features]: Σ of squares. */
  readonly squares: Float32Array;
  /** How many features have rows. */
  readonly used: number;
  /** float32 [features × n] */
  weights: Float32Array;
  /** float32 [features × n] */
  readonly noise: Float32Array;
  /** λ: precision of the weights' prior. */
  lambda: number;
}

/** One side: users or items. Arrays lie in the engine's memory; vectors have m = factors + 1 numbers, the bias last, and zeros up to n. */
export interface Side {
  readonly rows: number;
  readonly ratings: Csr;
  /** Rows with ratings. */
  readonly rated: Int32Array;
  readonly features: readonly FeatureWeights[];
  /** How vectors are distributed about what features say. */
  normal: NormalVectors;
  /** float32 [rows × n]: R v of the vectors v, and their prior means. */
  factors: Float32Array;
  readonly priors: Float32Array;
  /** float32 [n / 4][rows][4] */
  readonly residuals: Float32Array;
  /** float32 [rows × n] */
  readonly noise: Float32Array;
  /** float32 [rows × n] and [rows]: the vectors and biases as the other side's steps take them. */
  readonly fixed: Float32Array;
  readonly bias: Float32Array;
  /** float64 [rows] */
  readonly losses: Float64Array;
  /** float32 [rows or features × n]: what becomes the factors next. */
  spare: Float32Array;
}

/** Numbers of a vector: the factors and the bias; and up to a multiple of 8. */
export function vectorLength(factors: number): { readonly m: number; readonly n: number } {
  return { m: factors + 1, n: 8 * Math.ceil((factors + 1) / 8) };
}

/** Bytes of a side, and of features. */
export function sideBytes(rows: number, n: number): number {
  return 4 * rows * (6 * n + 3) + gibbsRowsScratch(n);
}
export function featureBytes(features: number, rows: number, n: number): number {
  return 4 * features * (2 * n + 2) + 4 * rows;
}

export function createSide(
  arena: Arena,
  ratings: Csr,
  { implicit, content }: { readonly implicit?: Csr | undefined; readonly content?: Csr | undefined },
  { m, n }: { readonly m: number; readonly n: number },
  generator: Random,
): Side {
  const { rows, offsets } = ratings;
  const rated = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => offsets[row] < offsets[row + 1]);
  const factors = arena.float32(rows * n);
  for (const row of rated) for (let k = 0; k < m - 1; k++) factors[row * n + k] = spread * generator.normal();
  const identity = Float64Array.from({ length: m * m }, (_, at) => (at % (m + 1) === 0 ? 1 : 0));
  return {
    rows,
    ratings,
    rated,
    features: [
      ...(implicit ? [implicitFeatures(arena, ratings, implicit, n)] : []),
      ...(content ? [contentFeatures(arena, ratings, content, n)] : []),
    ],
    normal: { mean: new Float64Array(m), root: identity, inverse: identity },
    factors,
    priors: arena.float32(rows * n),
    residuals: arena.float32(rows * n),
    noise: arena.float32(rows * n),
    fixed: arena.float32(rows * n),
    bias: arena.float32(rows),
    losses: arena.float64(rows),
    spare: arena.float32(rows * n),
  };
}

/** Standard deviation of the first vectors. */
const spread = 0.1;

/** Whom or what a row has ratings of, each with the number 1 / √(ratings of the row). */
function implicitFeatures(arena: Arena, { rows, offsets }: Csr, byFeature: Csr, n: number): FeatureWeights {
  const scales = arena.float32(rows);
  for (let row = 0; row < rows; row++) scales[row] = implicitScale(offsets[row + 1] - offsets[row]);
  return { ...weightsOf(arena, byFeature, n, (at) => scales[byFeature.indices[at]]), scales };
}

/** Features with numbers of their own, of the rows with ratings. */
function contentFeatures(arena: Arena, { offsets }: Csr, byRow: Csr, n: number): FeatureWeights {
  const all = transpose(byRow);
  const isRated = (row: number) => offsets[row] < offsets[row + 1];
  const byFeature = placeCsr(
    arena,
    entriesWhere(all, (entry) => isRated(all.indices[entry])),
  );
  const entries = byFeature.values;
  return { ...weightsOf(arena, byFeature, n, (at) => entries[at]), entries, byRow };
}

/** @param numberAt what an entry is */
function weightsOf(arena: Arena, byFeature: Csr, n: number, numberAt: (entry: number) => number) {
  const { rows, offsets } = byFeature;
  const squares = arena.float32(rows);
  let used = 0;
  for (let feature = 0; feature < rows; feature++) {
    const [from, to] = [offsets[feature], offsets[feature + 1]];
    if (from < to) used++;
    for (let at = from; at < to; at++) squares[feature] += numberAt(at) ** 2;
  }
  return { byFeature, squares, used, weights: arena.float32(rows * n), noise: arena.float32(rows * n), lambda: 1 };
}

/** What counts of each of so many ratings: 1 / √count. */
export function implicitScale(count: number): number {
  return count === 0 ? 0 : 1 / Math.sqrt(count);
}

/**
 * Draws how the vectors of a side are distributed, then the weights of its features, and sets the prior means of its rows.
 * @param m numbers of a vector
 */
export async function drawPriors(
  engine: Engine,
  side: Side,
  { m, n }: { readonly m: number; readonly n: number },
  generator: Random,
): Promise<void> {
  const before = side.normal;
  side.normal = await drawNormal(engine, side, m, n, generator);
  const { mean, root } = side.normal;
  await changeCoordinates(engine, side, product(root, before.inverse, m), m, n);

  const { rows, rated, factors, residuals, priors } = side;
  const centre = new Float32Array(n);
  centre.set(times(root, mean));
  for (const row of rated) {
    for (let k = 0; k < n; k++) residuals[placeOf(row, k, rows)] = factors[row * n + k] - centre[k];
  }
  for (const features of side.features) {
    const { byFeature, entries, scales, squares, weights, lambda } = features;
    await gibbsWeights(engine, { ...byFeature, entries, scales, squares, residuals, weights, n, lambda });
  }
  for (const features of side.features) {
    const { byFeature, entries, scales, squares, weights, noise, lambda, used } = features;
    fillNormal(noise, m, n, generator);
    await gibbsWeights(engine, { ...byFeature, entries, scales, squares, residuals, weights, noise, n, lambda });
    let total = 0;
    for (let at = 0; at < weights.length; at++) total += weights[at] ** 2;
    features.lambda = drawPrecision(used * m, total, generator);
  }
  for (let row = 0; row < rows; row++) priors.set(centre, row * n);
  for (const features of side.features) addToUnrated(side, features, n);
  for (const row of rated) {
    for (let k = 0; k < m; k++) priors[row * n + k] = factors[row * n + k] - residuals[placeOf(row, k, rows)];
  }
}

/** Adds what features say of the rows without ratings to their prior means. */
function addToUnrated({ ratings, priors }: Side, { byRow, weights }: FeatureWeights, n: number): void {
  if (!byRow) return;
  for (let row = 0; row < byRow.rows; row++) {
    if (ratings.offsets[row] < ratings.offsets[row + 1]) continue;
    for (let at = byRow.offsets[row]; at < byRow.offsets[row + 1]; at++) {
      for (let k = 0; k < n; k++) priors[row * n + k] += byRow.values[at] * weights[byRow.indices[at] * n + k];
    }
  }
}

/** Where number k of a row stands among the residuals. */
function placeOf(row: number, k: number, rows: number): number {
  return ((k >> 2) * rows + row) * 4 + (k & 3);
}

/** From what the rows' vectors and the features' weights are, in the coordinates that they are in. */
async function drawNormal(engine: Engine, side: Side, m: number, n: number, generator: Random): Promise<NormalVectors> {
  const { rows, rated, factors, priors, spare } = side;
  const { mean, root, inverse } = side.normal;
  const centre = times(root, mean);
  const sums = new Float64Array(m);
  spare.fill(0);
  for (const row of rated) {
    for (let at = row * n, k = 0; k < m; k++, at++) {
      spare[at] = factors[at] - priors[at] + centre[k];
      sums[k] += spare[at];
    }
  }
  const others = new Float64Array(m * m);
  let count = 0;
  for (const { weights, lambda, used, byFeature } of side.features) {
    count += used;
    const products = await gramOf(engine, weights, byFeature.rows, m, n);
    for (let at = 0; at < others.length; at++) others[at] += lambda * products[at];
  }
  const scatter = await gramOf(engine, spare, rows, m, n);
  /** R⁻¹ S R⁻ᵀ */
  const back = (s: Float64Array) => product(product(inverse, s, m), transposed(inverse, m), m);
  return drawNormalVectors(rated.length, times(inverse, sums), back(scatter), count, back(others), generator);
}

/** Σ v vᵀ of vectors of m numbers, n apart: float64 [m × m]. */
async function gramOf(engine: Engine, y: Float32Array, rows: number, m: number, n: number): Promise<Float64Array> {
  using own = engine.arena();
  const all = new Float64Array(n * n);
  await sumGram(engine, { y, f: n, partials: own.float32(gramPartials(rows, n)) }, all);
  return Float64Array.from({ length: m * m }, (_, at) => all[Math.floor(at / m) * n + (at % m)]);
}

/** A matrix of m × m numbers, by which `denseScores` multiplies vectors that lie n apart. */
function panelsOf(own: Arena, matrix: Float64Array, m: number, n: number): Float32Array {
  return densePanels(own, n, n, (column, k) => (column < m && k < m ? matrix[column * m + k] : 0));
}

/** Multiplies the vectors of a side and the weights of its features by a matrix. */
async function changeCoordinates(
  engine: Engine,
  side: Side,
  matrix: Float64Array,
  m: number,
  n: number,
): Promise<void> {
  using own = engine.arena();
  const size = { panels: panelsOf(own, matrix, m, n), depth: n, columns: n };
  await denseScores(engine, { rows: side.rows, left: side.factors, out: side.spare, ...size });
  [side.factors, side.spare] = [side.spare, side.factors];
  for (const features of side.features) {
    const { rows } = features.byFeature;
    const out = own.float32(rows * n);
    await denseScores(engine, { rows, left: features.weights, out, ...size });
    features.weights.set(out);
  }
}

/**
 * Sets what the other side's steps take of this side's vectors (q, b): the coordinates of (q, 1) where vectors of that side have
 * deviations of 1, times `unit`; and b.
 */
export async function showTo(
  engine: Engine,
  side: Side,
  { normal: other }: Pick<Side, "normal">,
  unit: number,
  { m, n }: { readonly m: number; readonly n: number },
): Promise<void> {
  const { inverse } = side.normal;
  // R_o⁻ᵀ (q, 1), q being all but the last of R⁻¹ x
  const matrix = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < m - 1; k++) {
      const value = unit * other.inverse[k * m + i];
      for (let j = 0; j < m; j++) matrix[i * m + j] += value * inverse[k * m + j];
    }
  }
  using own = engine.arena();
  const panels = panelsOf(own, matrix, m, n);
  const { rows, factors, fixed, bias } = side;
  await denseScores(engine, { rows, left: factors, panels, out: fixed, depth: n, columns: n });
  const [last, constant] = [inverse.subarray((m - 1) * m), other.inverse.subarray((m - 1) * m)];
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let k = 0; k < m; k++) {
      sum += last[k] * factors[row * n + k];
      fixed[row * n + k] += unit * constant[k];
    }
    bias[row] = sum;
  }
}
