/**
 * The chain of `bayesian-mf`: for users and then for films, how vectors are distributed (Λ = RᵀR and μ), the weights of features, and all
 * vectors; then the noise. bayesian-mf.ts has the model.
 *
 * Vectors of a side are kept as R v, in which they have deviations of 1 about their prior means, R μ + Σ_f c_f R w_f. In these coordinates
 * the numbers of a vector are independent of each other but for the ratings, so that
 *
 *   Λ ~ W((I + Σ d dᵀ + Σ_f λ w_f w_fᵀ − (Σ d)(Σ d)ᵀ / (N + 2))⁻¹, m + N + F)     d: vectors less what their features say, N of them
 *   μ ~ N(Σ d / (N + 2), ((N + 2) Λ)⁻¹)
 *   w_f: one after the other, four numbers of all of them by themselves (assembly/gibbs.ts)
 *   λ ~ Γ((1 + F m) / 2, (1 + Σ_f |R w_f|²) / 2),   α ~ Γ((1 + ratings) / 2, (1 + Σ e²) / 2)
 *   v: by the system of each row (assembly/gibbs.ts), with the other side's vectors in these coordinates
 *
 * Rows without ratings, and features without rows, take no part. For n = m up to a multiple of 8, a sample takes 2 n² flops a rating for the
 * systems, 4 n a rating and side for the features, and n³ / 3 + some 8 n² a row. Random numbers are drawn on the calling thread, in
 * one order, and kernels write what belongs to their own rows or numbers: threads change nothing.
 */
import { type Arena, placeCsr } from "../../compute/engine.ts";
import { gibbsRows } from "../../compute/kernels/gibbs.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { Csr } from "../../matrix/csr.ts";
import { sum } from "../../matrix/dense.ts";
import { random } from "../../random.ts";
import type { FitContext } from "../model.ts";
import { meanRating } from "../shared/fallback.ts";
import { readFeatures } from "../shared/features.ts";
import { drawPrecision, fillNormal, times } from "./distributions.ts";
import { createDriftChain } from "./drift-chain.ts";
import { type BayesianMfSettings, implicitSides } from "./settings.ts";
import { createSide, drawPriors, type Side, showTo, vectorLength } from "./side.ts";

/** What is kept of the samples, by the names of bayesian-mf.ts. */
export interface KeptSamples {
  readonly mean: number;
  /** float32 [kept × items × m] and [kept × items] */
  readonly items: Float32Array;
  readonly itemBias: Float32Array;
  /** float32 [kept × items × m], where users have implicit features. */
  readonly implicit?: Float32Array;
  /** float32 [kept × m] */
  readonly centres: Float32Array;
  /** float32 [kept] */
  readonly noise: Float32Array;
  /** float32 [kept × 2]: κ and ℓ, where ratings drift. */
  readonly drift?: Float32Array;
}

/** Samples that are kept. */
export function keptOf({ samples, kept }: Pick<BayesianMfSettings, "samples" | "kept">): number {
  return Math.min(samples, kept);
}

/** Runs the chain. The engine's arrays are of the arena. */
export async function drawSamples(
  { byUser, byItem, catalog }: Dataset,
  settings: BayesianMfSettings,
  arena: Arena,
  context: FitContext,
): Promise<KeptSamples> {
  const { engine, seed, step } = context;
  const { factors, samples, burnIn } = settings;
  const kept = keptOf(settings);
  const implicit = implicitSides(settings);
  const length = vectorLength(factors);
  const { m, n } = length;
  const generator = random(seed);
  const mean = Math.fround(meanRating(byUser.values));
  const [userRows, itemRows] = [byUser, byItem].map((ratings) => {
    // Where ratings drift, what is left of them changes from sample to sample.
    return placeCsr(arena, settings.dates ? { ...ratings, values: ratings.values.slice() } : ratings);
  });
  const ofSide = (side: "users" | "items", rows: Csr) => (implicit.includes(side) ? rows : undefined);
  const content = await readFeatures(catalog, settings.features, "bayesian-mf", context);
  const users = createSide(arena, userRows, { implicit: ofSide("users", itemRows) }, length, generator);
  const others = { implicit: ofSide("items", userRows), content: content?.rows };
  const items = createSide(arena, itemRows, others, length, generator);
  const keptImplicit = users.features.length > 0 ? new Float32Array(kept * items.rows * m) : undefined;
  const samplesKept: KeptSamples = {
    mean,
    items: new Float32Array(kept * items.rows * m),
    itemBias: new Float32Array(kept * items.rows),
    ...(keptImplicit && { implicit: keptImplicit }),
    centres: new Float32Array(kept * m),
    noise: new Float32Array(kept),
    ...(settings.dates && { drift: new Float32Array(kept * 2) }),
  };
  const drift = settings.dates ? createDriftChain(byUser, { users, items, mean, n }) : undefined;
  let precision = 1;

  async function draw(side: Side, other: Side, keep: () => void, before: number): Promise<void> {
    await drawPriors(engine, side, length, generator);
    const unit = Math.sqrt(precision);
    await showTo(engine, other, side, unit, length);
    keep();
    const { ratings, priors, noise, factors, losses } = side;
    fillNormal(noise, m, n, generator);
    const { fixed, bias: fixedBias } = other;
    await gibbsRows(
      engine,
      { ...ratings, fixed, fixedBias, priors, noise, factors, losses, n, mean, unit },
      (done, total) => step(before + done / total, 2 * (burnIn + samples)),
    );
  }

  function keep(at: number): void {
    for (let item = 0; item < items.rows; item++) {
      const to = (at * items.rows + item) * m;
      samplesKept.items.set(items.fixed.subarray(item * n, item * n + m), to);
      keptImplicit?.set(users.features[0].weights.subarray(item * n, item * n + m), to);
    }
    samplesKept.itemBias.set(items.bias, at * items.rows);
    samplesKept.centres.set(times(users.normal.root, users.normal.mean), at * m);
    samplesKept.noise[at] = 1 / Math.sqrt(precision);
    if (drift) samplesKept.drift!.set([precision * Math.exp(drift.logs[0]), Math.exp(drift.logs[1])], 2 * at);
  }

  for (let epoch = 0; epoch < burnIn + samples; epoch++) {
    const at = Math.floor(((epoch - burnIn + 1) * kept) / samples) - 1;
    const next = Math.floor(((epoch - burnIn) * kept) / samples) - 1;
    await draw(users, items, () => at > next && epoch >= burnIn && keep(at), 2 * epoch);
    drift?.draw(1 / Math.sqrt(precision), generator);
    await draw(items, users, () => {}, 2 * epoch + 1);
    precision = drawPrecision(byUser.values.length, sum(items.losses) / precision, generator);
  }
  return samplesKept;
}
