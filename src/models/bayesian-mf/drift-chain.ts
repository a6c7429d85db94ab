/**
 * The drift of users' ratings in the chain of `bayesian-mf`; src/models/shared/drift.ts has the process. With v = κ σ², its variance in
 * squared stars:
 *
 *   (log v, log ℓ)   three Metropolis steps by the likelihood of the ratings given all but g, and normal priors
 *   g                a filter over each user's ratings, and draws on the way back (C. K. Carter, R. Kohn, "On Gibbs sampling for state space
 *                    models", Biometrika 81(3), 1994)
 *
 * Vectors are then drawn given ratings without it. All of this is done on the calling thread: 4 n flops a rating for what vectors say of it, and
 * five passes over the ratings, three of them with an exponential each.
 */
import type { Csr } from "../../matrix/csr.ts";
import { dot } from "../../matrix/dense.ts";
import type { Random } from "../../random.ts";
import { inOrderOfTime, keptAfter } from "../shared/drift.ts";
import { fillNormal } from "./distributions.ts";
import type { Side } from "./side.ts";

/** Means and deviations of the priors of log v and log ℓ: a tenth of a squared star, and an hour. */
const priors = [
  [Math.log(0.1), 2],
  [Math.log(3600), 3],
] as const;
/** Deviations of the three steps. */
const strides = [0.4, 0.15, 0.05];

export interface DriftChain {
  /** [log v, log ℓ] of the last draw. */
  readonly logs: readonly [variance: number, seconds: number];
  /** Draws the drift, and takes it off the ratings of both sides. @param sigma σ */
  draw(sigma: number, generator: Random): void;
}

/** What a rating is without drift follows from these: users' vectors, and the other side as users' steps take it. */
interface Chain {
  readonly users: Side;
  readonly items: Side;
  readonly mean: number;
  readonly n: number;
}

/** Bytes for each rating. */
export const driftBytes = 4 * 3 + 8 * 5;

/** @param byUser ratings and times, which stay as they are */
export function createDriftChain({ rows, offsets, indices, values, times }: Csr, chain: Chain): DriftChain {
  const { users, items, mean, n } = chain;
  const count = values.length;
  const order = new Int32Array(count);
  /** Seconds after the user's rating before. */
  const elapsed = new Float64Array(count).fill(Infinity);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [offsets[row], offsets[row + 1]];
    order.set(inOrderOfTime(times!, from, to), from);
    for (let at = from + 1; at < to; at++) elapsed[at] = times![order[at]] - times![order[at - 1]];
  }
  const next = items.ratings.offsets.slice(0, items.rows);
  const placeAmongItems = Int32Array.from(indices, (item) => next[item]++);
  let logs = [priors[0][0], priors[1][0]] as const;
  let [kept, spare]: Float64Array[] = [keptOf(logs[1]), new Float64Array(count)];
  const [residuals, means, variances] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const noise = new Float32Array(count);

  /** ρ of every rating. */
  function keptOf(logSeconds: number, out: Float64Array = new Float64Array(count)): Float64Array {
    const seconds = Math.exp(logSeconds);
    for (let at = 0; at < count; at++) out[at] = keptAfter(elapsed[at], seconds);
    return out;
  }

  /** Sets the ratings, in the order of time, less what is expected without drift: in units of σ. */
  function findResiduals(sigma: number): void {
    const { factors } = users;
    const { fixed, bias } = items;
    for (let row = 0; row < rows; row++) {
      for (let at = offsets[row]; at < offsets[row + 1]; at++) {
        const entry = order[at];
        const item = indices[entry];
        residuals[at] = (values[entry] - mean - bias[item]) / sigma - dot(factors, row * n, fixed, item * n, n);
      }
    }
  }

  /** Follows every user by the filter. The log of the likelihood of the residuals and of the prior. */
  function follow(found: readonly [number, number], sigma: number, shares: Float64Array): number {
    const kappa = Math.exp(found[0]) / sigma ** 2;
    let [squares, log, product] = [0, 0, 1];
    let [expected, p] = [0, 0];
    for (let at = 0; at < count; at++) {
      const share = shares[at];
      expected *= share;
      p = kappa + share * share * (p - kappa);
      const rest = residuals[at] - expected;
      squares += (rest * rest) / (1 + p);
      product *= 1 + p;
      if (product > 1e100) {
        log += Math.log(product);
        product = 1;
      }
      p /= 1 + p;
      expected += p * rest;
      means[at] = expected;
      variances[at] = p;
    }
    const away = found.map((value, k) => ((value - priors[k][0]) / priors[k][1]) ** 2);
    return -(squares + log + Math.log(product) + away[0] + away[1]) / 2;
  }

  return {
    get logs() {
      return logs;
    },
    draw(sigma, generator) {
      findResiduals(sigma);
      let likelihood = follow(logs, sigma, kept);
      for (const stride of strides) {
        const tried = [logs[0] + stride * generator.normal(), logs[1] + stride * generator.normal()] as const;
        keptOf(tried[1], spare);
        const found = follow(tried, sigma, spare);
        if (Math.log(1 - generator.float()) >= found - likelihood) continue;
        [logs, likelihood] = [tried, found];
        [kept, spare] = [spare, kept];
      }
      follow(logs, sigma, kept);
      fillNormal(noise, 1, 1, generator);
      const kappa = Math.exp(logs[0]) / sigma ** 2;
      let g = 0;
      for (let at = count - 1; at >= 0; at--) {
        const p = variances[at];
        // Of the next rating, if it is the same user's: g there is ρ g here and what is new.
        const share = at + 1 < count ? kept[at + 1] : 0;
        const ahead = kappa + share * share * (p - kappa);
        const weight = (share * p) / ahead;
        g =
          means[at] +
          weight * (g - share * means[at]) +
          Math.sqrt(Math.max(0, p - weight * weight * ahead)) * noise[at];
        const entry = order[at];
        const left = values[entry] - sigma * g;
        users.ratings.values[entry] = left;
        items.ratings.values[placeAmongItems[entry]] = left;
      }
    },
  };
}
