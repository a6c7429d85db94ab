/** Answers of `bayesian-mf` to many queries: users folded in by blocks of the engine, scores by products; bayesian-mf.ts has the formulas. */
import { type Arena, type Engine, placeCsr, type Step } from "../../compute/engine.ts";
import { type GibbsRowsArguments, gibbsRows } from "../../compute/kernels/gibbs.ts";
import { denseScores } from "../../compute/kernels/scores.ts";
import type { Csr } from "../../matrix/csr.ts";
import { dot } from "../../matrix/dense.ts";
import type { Answers, Profile, Queries, WantedRatings } from "../model.ts";
import { densePanels, partOf, predictionsOf } from "../shared/answers.ts";
import { driftOver, filterTimes, type SortedTimes, sortTimes, whiten } from "../shared/drift.ts";
import { profileOf } from "../shared/profiles.ts";
import type { FittedBayesianMf } from "./fold-in.ts";
import { implicitScale, vectorLength } from "./side.ts";

/** The times that answers are for: row n has those of query n. */
type Asked = Pick<WantedRatings, "offsets" | "times">;

/** Numbers of whitened vectors that are in memory at a time, but for users with more ratings than that. */
const whitenedNumbers = 2 ** 22;

export function bayesianMfAnswers(engine: Engine, arena: Arena, fitted: FittedBayesianMf): Answers {
  const { m, items, kept, mean, min, max, y, w, itemBias, centres, noise, meanBias, drift } = fitted;
  const { n } = vectorLength(m - 1);
  const depth = kept * m + (drift ? 2 : 1);
  const biases = y.map((_, sample) => arena.place(itemBias.slice(sample * items, (sample + 1) * items)));
  const fixed = arena.float32(items * n);
  let panels: Float32Array | undefined;

  /** What the users' vectors of a sample are found from, and where they go. */
  interface Folding extends Pick<GibbsRowsArguments, "priors" | "factors" | "losses"> {
    readonly sample: number;
    readonly profiles: Csr;
    readonly asked: Asked;
    /** float64 [answers]: receives, besides what it holds, what drift adds to each answer. */
    readonly drifts: Float64Array;
  }

  /** Of every sample σ x / kept, and then 1: float32 [rows × depth]; and what drift adds to each answer: float64 [answers]. */
  async function foldIn({ profiles }: Queries, asked: Asked, own: Arena, step?: Step) {
    const placed = placeCsr(own, profiles);
    const { rows, offsets, indices } = placed;
    const [priors, factors] = [own.float32(rows * n), own.float32(rows * n)];
    const losses = own.float64(rows);
    const left = own.float32(rows * depth);
    const drifts = new Float64Array(asked.offsets[rows]);
    const sorted = drift && Array.from({ length: rows }, (_, row) => sortTimes(profileOf(profiles, row)));
    for (let sample = 0; sample < kept; sample++) {
      for (let row = 0; row < rows; row++) {
        const [from, to] = [offsets[row], offsets[row + 1]];
        const scale = implicitScale(to - from);
        for (let k = 0; k < m; k++) {
          let sum = 0;
          if (w) for (let at = from; at < to; at++) sum += w[sample][indices[at] * m + k];
          priors[row * n + k] = centres[sample * m + k] + scale * sum;
        }
      }
      const folding = { sample, profiles: placed, asked, drifts, priors, factors, losses };
      if (sorted) await foldDrifting(folding, sorted);
      else await foldRows(folding);
      for (let row = 0; row < rows; row++) {
        const to = row * depth + sample * m;
        for (let k = 0; k < m; k++) left[to + k] = (noise[sample] / kept) * factors[row * n + k];
      }
      await step?.(sample + 1, kept);
    }
    for (let row = 0; row < rows; row++) left[row * depth + kept * m] = 1;
    return { left, drifts };
  }

  async function foldRows({ sample, profiles, priors, factors, losses }: Folding): Promise<void> {
    for (let item = 0; item < items; item++) fixed.set(y[sample].subarray(item * m, (item + 1) * m), item * n);
    const { offsets, indices, values } = profiles;
    const system = { n, mean, unit: 1 / noise[sample] };
    await gibbsRows(engine, {
      offsets,
      indices,
      values,
      fixed,
      fixedBias: biases[sample],
      priors,
      factors,
      losses,
      ...system,
    });
  }

  /** t of a user's ratings, without what the user is like. */
  function targetsOf(sample: number, { items: rated, values }: Profile): Float64Array {
    const targets = new Float64Array(rated.length);
    for (let n = 0; n < targets.length; n++) {
      targets[n] = (values[n] - mean - itemBias[sample * items + rated[n]]) / noise[sample];
    }
    return targets;
  }

  /** The systems of ratings that drift have a row for each rating, of a limited number at a time. */
  async function foldDrifting(
    { sample, profiles, asked, drifts, priors, factors, losses }: Folding,
    sorted: readonly SortedTimes[],
  ): Promise<void> {
    const { rows, offsets } = profiles;
    const most = Math.floor(whitenedNumbers / n);
    for (let row = 0; row < rows; ) {
      const first = row;
      do row++;
      while (row < rows && offsets[row + 1] - offsets[first] <= most);
      using own = engine.arena();
      const entries = offsets[row] - offsets[first];
      const whitened = { fixed: own.float32(entries * n), values: own.float32(entries) };
      const filters = sorted.slice(first, row).map((times) => filterTimes(times, drift![sample]));
      const targets = filters.map((_, at) => targetsOf(sample, profileOf(profiles, first + at)));
      for (const [at, filtered] of filters.entries()) {
        const start = offsets[first + at] - offsets[first];
        const profile = profileOf(profiles, first + at);
        const out = { y: whitened.fixed.subarray(start * n), targets: whitened.values.subarray(start) };
        whiten(filtered, { y: y[sample], f: m, rows: profile.items, targets: targets[at] }, out, n);
      }
      await gibbsRows(engine, {
        ...whitened,
        offsets: own.place(offsets.slice(first, row + 1).map((offset) => offset - offsets[first])),
        indices: own.place(Int32Array.from({ length: entries }, (_, entry) => entry)),
        fixedBias: own.float32(entries),
        priors: priors.subarray(first * n, row * n),
        factors: factors.subarray(first * n, row * n),
        losses,
        n,
        mean: 0,
        unit: 1,
      });
      for (const [at, filtered] of filters.entries()) {
        const row = first + at;
        const profile = profileOf(profiles, row);
        const rest = targets[at];
        for (let place = 0; place < rest.length; place++) {
          rest[place] -= dot(factors, row * n, y[sample], profile.items[place] * m, m);
        }
        const driftTo = driftOver(filtered, rest);
        const [from, to] = [asked.offsets[row], asked.offsets[row + 1]];
        for (let answer = from; answer < to; answer++) {
          drifts[answer] += (noise[sample] / kept) * driftTo(asked.times?.[answer]);
        }
      }
    }
  }

  return {
    async score(queries, out, step) {
      using own = engine.arena();
      const { rows } = queries.profiles;
      const each = { offsets: Int32Array.from({ length: rows + 1 }, (_, row) => row) };
      const { left, drifts } = await foldIn(queries, each, own, partOf(step, 0, rows / 2, rows));
      panels ??= densePanels(arena, items, depth, (item, at) => {
        if (at > kept * m) return 1;
        return at === kept * m ? mean + meanBias[item] : y[Math.floor(at / m)][item * m + (at % m)];
      });
      if (drift) for (let row = 0; row < rows; row++) left[(row + 1) * depth - 1] = drifts[row];
      const part = partOf(step, rows / 2, rows, rows);
      await denseScores(engine, { rows, left, panels, out, depth, columns: items }, part);
    },

    async predict(queries, wanted, out, step) {
      using own = engine.arena();
      const { left, drifts } = await foldIn(queries, wanted, own, step);
      for (let row = 0; row < queries.profiles.rows; row++) {
        const { items: films, ratings } = predictionsOf(wanted, out, row);
        for (const [place, item] of films.entries()) {
          let score = mean + meanBias[item] + drifts[wanted.offsets[row] + place];
          for (let sample = 0; sample < kept; sample++)
            score += dot(left, row * depth + sample * m, y[sample], item * m, m);
          ratings[place] = Math.min(max, Math.max(min, score));
        }
      }
    },
  };
}
