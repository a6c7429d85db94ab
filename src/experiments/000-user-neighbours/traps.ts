/** Mistakes that study 000 makes without noticing. */
import { userKnn } from "../../core.ts";
import type { Split } from "../../index.ts";
import { type ExperimentContext, mean, rootMeanSquare, trainForStudy } from "../experiment.ts";
import type { TrapRow } from "../lesson.ts";
import { type PredictionErrors, predictionErrors } from "./prediction-errors.ts";

/** @param twenty errors of 20 neighbours, weighed as in the study */
export async function userNeighbourTraps(
  context: ExperimentContext,
  split: Split,
  twenty: PredictionErrors,
): Promise<TrapRow[]> {
  const spec = userKnn({ preset: "mean-centred" });
  const leaking = await predictionErrors(context, await trainForStudy(context, spec), split, context.data.byUser);
  const honest = await predictionErrors(context, await trainForStudy(context, spec, split.train), split);
  const usual = await predictionErrors(context, await trainForStudy(context, userKnn(), split.train), split);
  const centre = mean(split.train.byUser.values);
  const always = rootMeanSquare(Array.from(split.test.values, (value) => centre - value));
  const over = (errors: readonly number[]) => `${rootMeanSquare(errors).toFixed(4)} of ${errors.length} ratings`;
  const tens = Array.from({ length: Math.floor(honest.all.length / 10) }, (_, n) => {
    return rootMeanSquare(honest.all.slice(10 * n, 10 * n + 10));
  });
  const span = [Math.min(...tens), Math.max(...tens)].map((value) => value.toFixed(2));
  return [
    [
      "Test rows in the index: RMSE of the mean of 29 neighbours",
      rootMeanSquare(leaking.all),
      rootMeanSquare(honest.all),
    ],
    ["A fallback that always answers: RMSE of the mean of all ratings; of user-knn", always, rootMeanSquare(usual.all)],
    ["The rows that could be predicted: RMSE of 20 neighbours", over(twenty.own), over(twenty.all)],
    ["Ten rows called a hundred: RMSE of ten ratings; of all", span.join(" to "), over(honest.all)],
  ];
}
