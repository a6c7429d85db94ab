/** Draws from the distributions of a Gibbs sampler. Small matrices are row-major and in double precision. */
import { factorCholesky } from "../../matrix/dense.ts";
import type { Random } from "../../random.ts";

/** Shape and rate of the gamma priors of precisions: as if one square of 1 had been seen. */
const priorShape = 0.5;
const priorRate = 0.5;
/** How many vectors the prior of a mean counts for. */
const priorDraws = 2;

/** Layers of the ziggurat, where its lowest ends, and the area of each. */
const layers = 128;
const tail = 3.442619855899;
const area = 9.91256303526217e-3;
const widths = layerWidths();

function layerWidths(): Float64Array {
  const x = new Float64Array(layers + 1);
  let height = Math.exp(-0.5 * tail * tail);
  x[0] = area / height;
  x[1] = tail;
  for (let i = 2; i < layers; i++) {
    x[i] = Math.sqrt(-2 * Math.log(area / x[i - 1] + height));
    height = Math.exp(-0.5 * x[i] * x[i]);
  }
  return x;
}

/**
 * Sets the first m of every n numbers to standard normal ones: the ziggurat of J. A. Doornik, "An improved ziggurat method to generate
 * normal random samples", 2005, with 24 bits of a number for its place, 7 for its layer and 1 for its sign. Several times as quick as
 * `Random.normal`.
 */
export function fillNormal(out: Float32Array, m: number, n: number, { uint32, float }: Random): void {
  for (let at = 0; at < out.length; at += n) {
    for (let k = 0; k < m; ) {
      const bits = uint32();
      const layer = bits & 127;
      const x = ((bits >>> 8) / 2 ** 24) * widths[layer];
      const value = x < widths[layer + 1] ? x : atTheEdge(layer, x, float);
      if (Number.isNaN(value)) continue;
      out[at + k] = bits & 128 ? value : -value;
      k++;
    }
  }
}

/** A number from the part of a layer that the density cuts through; NaN where it is refused. */
function atTheEdge(layer: number, x: number, float: Random["float"]): number {
  if (layer === 0) {
    for (;;) {
      const beyond = -Math.log(1 - float()) / tail;
      if (-2 * Math.log(1 - float()) > beyond * beyond) return tail + beyond;
    }
  }
  const low = Math.exp(-0.5 * (widths[layer] ** 2 - x * x));
  const high = Math.exp(-0.5 * (widths[layer + 1] ** 2 - x * x));
  return high + float() * (low - high) < 1 ? x : Number.NaN;
}

/**
 * A draw from the gamma distribution of a shape above 0 and scale 1: G. Marsaglia, W. W. Tsang, "A simple method for generating gamma
 * variables", ACM TOMS 26(3), 2000.
 */
export function drawGamma(shape: number, { normal, float }: Pick<Random, "normal" | "float">): number {
  if (shape < 1) return drawGamma(shape + 1, { normal, float }) * (1 - float()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = normal();
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(1 - float()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A draw of the precision of some normal numbers of mean 0, by how many they are and the sum of their squares. */
export function drawPrecision(count: number, squares: number, generator: Random): number {
  return drawGamma(priorShape + count / 2, generator) / (priorRate + squares / 2);
}

/** Mean μ and precision Λ = RᵀR of normal vectors, by which R (v − μ) is standard normal. */
export interface NormalVectors {
  /** float64 [m] */
  readonly mean: Float64Array;
  /** R and R⁻¹: float64 [m × m] */
  readonly root: Float64Array;
  readonly inverse: Float64Array;
}

/**
 * A draw of the mean and the precision of normal vectors of m numbers, from their normal-Wishart distribution about a mean of 0 and a
 * scale of I, m degrees of freedom: R. Salakhutdinov, A. Mnih, ICML 2008, equation 14.
 *
 * @param sums float64 [m]: Σ v
 * @param scatter float64 [m × m]: Σ v vᵀ; overwritten
 * @param others float64 [m × m]: Σ w wᵀ of `otherCount` more vectors, of mean 0 and the same precision
 */
export function drawNormalVectors(
  count: number,
  sums: Float64Array,
  scatter: Float64Array,
  otherCount: number,
  others: Float64Array,
  generator: Random,
): NormalVectors {
  const m = sums.length;
  const weight = count + priorDraws;
  // I + Σ (v − v̄)(v − v̄)ᵀ + count · prior / (count + prior) · v̄ v̄ᵀ = I + Σ v vᵀ − (Σ v)(Σ v)ᵀ / (count + prior)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) scatter[i * m + j] += others[i * m + j] - (sums[i] * sums[j]) / weight;
    scatter[i * m + i] += 1;
  }
  factorCholesky(scatter, m);
  const lower = lowerOf(scatter, m);
  // Bartlett's decomposition: Λ = L⁻ᵀ A Aᵀ L⁻¹, and so R = Aᵀ L⁻¹ and R⁻¹ = L A⁻ᵀ
  const a = new Float64Array(m * m);
  const freedom = m + count + otherCount;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < i; j++) a[i * m + j] = generator.normal();
    a[i * m + i] = Math.sqrt(2 * drawGamma((freedom - i) / 2, generator));
  }
  const root = product(transposed(a, m), inverseOfLower(lower, m), m);
  const inverse = product(lower, transposed(inverseOfLower(a, m), m), m);
  const mean = times(inverse, Float64Array.from({ length: m }, generator.normal));
  for (let i = 0; i < m; i++) mean[i] = sums[i] / weight + mean[i] / Math.sqrt(weight);
  return { mean, root, inverse };
}

/** A B */
export function product(a: Float64Array, b: Float64Array, m: number): Float64Array {
  const out = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < m; k++) {
      const value = a[i * m + k];
      for (let j = 0; j < m; j++) out[i * m + j] += value * b[k * m + j];
    }
  }
  return out;
}

/** Aᵀ */
export function transposed(a: Float64Array, m: number): Float64Array {
  return a.map((_, n) => a[(n % m) * m + Math.floor(n / m)]);
}

/** A x */
export function times(a: Float64Array, x: Float64Array): Float64Array {
  const m = x.length;
  return x.map((_, i) => x.reduce((sum, value, k) => sum + a[i * m + k] * value, 0));
}

function lowerOf(a: Float64Array, m: number): Float64Array {
  return a.map((value, n) => (n % m <= Math.floor(n / m) ? value : 0));
}

/** The inverse of a lower triangle. */
export function inverseOfLower(l: Float64Array, m: number): Float64Array {
  const out = new Float64Array(m * m);
  for (let j = 0; j < m; j++) {
    out[j * m + j] = 1 / l[j * m + j];
    for (let i = j + 1; i < m; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum += l[i * m + k] * out[k * m + j];
      out[i * m + j] = -sum / l[i * m + i];
    }
  }
  return out;
}
