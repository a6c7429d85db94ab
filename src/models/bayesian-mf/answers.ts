/** Answers of `bayesian-mf` to many queries: users folded in by blocks of the engine, scores by products; bayesian-mf.ts has the formulas. */
import { type Arena, type Engine, placeCsr, type Step } from "../../compute/engine.ts";
import { gibbsRows } from "../../compute/kernels/gibbs.ts";
import { denseScores } from "../../compute/kernels/scores.ts";
import { dot } from "../../matrix/dense.ts";
import type { Answers, Queries } from "../model.ts";
import { densePanels, partOf, predictionsOf } from "../shared/answers.ts";
import type { FittedBayesianMf } from "./fold-in.ts";
import { implicitScale, vectorLength } from "./side.ts";

export function bayesianMfAnswers(engine: Engine, arena: Arena, fitted: FittedBayesianMf): Answers {
  const { m, items, kept, mean, min, max, y, w, itemBias, centres, noise, meanBias } = fitted;
  const { n } = vectorLength(m - 1);
  const depth = kept * m + 1;
  const biases = y.map((_, sample) => arena.place(itemBias.slice(sample * items, (sample + 1) * items)));
  const fixed = arena.float32(items * n);
  let panels: Float32Array | undefined;

  /** σ x / kept of every sample and then 1: float32 [rows × depth]. */
  async function foldIn({ profiles }: Queries, own: Arena, step?: Step): Promise<Float32Array> {
    const { rows, offsets, indices, values } = placeCsr(own, profiles);
    const [priors, factors] = [own.float32(rows * n), own.float32(rows * n)];
    const losses = own.float64(rows);
    const out = own.float32(rows * depth);
    for (let sample = 0; sample < kept; sample++) {
      for (let item = 0; item < items; item++) fixed.set(y[sample].subarray(item * m, (item + 1) * m), item * n);
      for (let row = 0; row < rows; row++) {
        const [from, to] = [offsets[row], offsets[row + 1]];
        const scale = implicitScale(to - from);
        for (let k = 0; k < m; k++) {
          let sum = 0;
          if (w) for (let at = from; at < to; at++) sum += w[sample][indices[at] * m + k];
          priors[row * n + k] = centres[sample * m + k] + scale * sum;
        }
      }
      const ratings = { offsets, indices, values };
      const system = { n, mean, unit: 1 / noise[sample] };
      await gibbsRows(engine, { ...ratings, fixed, fixedBias: biases[sample], priors, factors, losses, ...system });
      for (let row = 0; row < rows; row++) {
        const to = row * depth + sample * m;
        for (let k = 0; k < m; k++) out[to + k] = (noise[sample] / kept) * factors[row * n + k];
      }
      await step?.(sample + 1, kept);
    }
    for (let row = 0; row < rows; row++) out[row * depth + kept * m] = 1;
    return out;
  }

  return {
    async score(queries, out, step) {
      using own = engine.arena();
      const { rows } = queries.profiles;
      const left = await foldIn(queries, own, partOf(step, 0, rows / 2, rows));
      panels ??= densePanels(arena, items, depth, (item, at) => {
        return at === kept * m ? mean + meanBias[item] : y[Math.floor(at / m)][item * m + (at % m)];
      });
      const part = partOf(step, rows / 2, rows, rows);
      await denseScores(engine, { rows, left, panels, out, depth, columns: items }, part);
    },

    async predict(queries, wanted, out, step) {
      using own = engine.arena();
      const left = await foldIn(queries, own, step);
      for (let row = 0; row < queries.profiles.rows; row++) {
        const { items: films, ratings } = predictionsOf(wanted, out, row);
        for (const [place, item] of films.entries()) {
          let score = mean + meanBias[item];
          for (let sample = 0; sample < kept; sample++)
            score += dot(left, row * depth + sample * m, y[sample], item * m, m);
          ratings[place] = Math.min(max, Math.max(min, score));
        }
      }
    },
  };
}
