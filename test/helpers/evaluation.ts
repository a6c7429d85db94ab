import type { Estimate, Evaluation, ModelResult, Slice } from "../../src/evaluate/evaluation.ts";

/** Lengths of lists at which it has metrics. */
const lengths = [5, 10, 20, 50];

/** A made-up evaluation of these models, the first the best: `ndcg` and `hit-rate` at four lengths, `coverage`, and `rmse`. */
export function madeUpEvaluation(...names: string[]): Evaluation {
  const models = names.map((name, n) => modelResult(name, n));
  const metrics: Evaluation["metrics"] = [
    ...lengths.map((k) => ({ name: `ndcg@${k}`, summary: "how high relevant films stand", better: "higher" as const })),
    ...lengths.map((k) => ({ name: `hit-rate@${k}`, summary: "people with a hit", better: "higher" as const })),
    { name: "coverage@10", summary: "share of the films that anybody's list holds" },
    { name: "rmse", summary: "error of predicted ratings", better: "lower" },
  ];
  return {
    version: "0.0.0",
    data: { name: "toy", fingerprint: "f0".repeat(32), users: 610, items: 9742, ratings: 100_836 },
    split: { name: "random 20 %", seed: 7, fingerprints: ["5p".repeat(32)], train: 80_669, test: 20_167, people: 608 },
    view: "shipped",
    withoutHistory: 12,
    listLength: 50,
    relevant: 4,
    relevance: "rated 4 or higher, the upper quarter of the scale",
    metrics,
    models,
    versus: metrics
      .filter(({ better, name }) => better && name in models[0].metrics)
      .flatMap(({ name: metric }) =>
        models
          .slice(1)
          .filter((model) => metric in model.metrics)
          .map(({ name, metrics }, n) => {
            const difference = models[0].metrics[metric].mean - metrics[metric].mean;
            return {
              metric,
              best: names[0],
              name,
              difference,
              p: n === 0 ? 0.2 : 1e-6,
              adjusted: n === 0 ? 0.2 : 3e-6,
            };
          }),
      ),
  };
}

function modelResult(name: string, n: number): ModelResult {
  const predicts = n % 3 !== 2;
  const estimate = (mean: number): Estimate => {
    return { mean, se: 0.01, low: mean - 0.0196, high: mean + 0.0196, n: 608 };
  };
  const slices = (from: number): Slice[] =>
    [1, 2, 4, 8].map((times, at) => ({
      from: from * times,
      to: 2 * from * times - 1,
      n: 100 * (at + 1),
      rmse: 1.1 - 0.06 * at + 0.02 * n,
    }));
  const metrics = (less: number) => ({
    ...Object.fromEntries(
      lengths.flatMap((k) => [
        [`ndcg@${k}`, estimate(0.31 - less - 0.012 * n ** 1.5 + 0.02 * Math.log(k / 5))],
        [`hit-rate@${k}`, estimate(0.42 - less - 0.015 * n ** 1.5 + 0.1 * Math.log(k / 5))],
      ]),
    ),
    "coverage@10": { mean: 0.06 + 0.031 * n, n: 608 },
    ...(predicts ? { rmse: estimate(0.86 + 0.02 * n) } : {}),
  });
  return {
    name,
    model: name.split(" ")[0],
    config: { factors: 64, solver: "cholesky" },
    seed: 0,
    seconds: { fit: 1.5 + n, answer: 0.25 },
    metrics: metrics(0),
    otherView: metrics(0.03),
    unfilled: 5 * n,
    missing: predicts ? {} : { rmse: "the model predicts no ratings" },
    ...(predicts ? { slices: { activity: slices(20), popularity: slices(1) } } : {}),
  };
}
