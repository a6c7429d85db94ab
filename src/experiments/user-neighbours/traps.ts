/** What study 000 gets wrong without noticing. */
import type { Split } from "../../index.ts";
import { type Context, mean, rms, type Trap, trained } from "../experiment.ts";
import { type Errors, errorsOf } from "./held-out.ts";

/** @param twenty errors of twenty neighbours, as the study weighs them */
export async function userNeighbourTraps(context: Context, split: Split, twenty: Errors): Promise<Trap[]> {
  const set = { preset: "mean-centred" };
  const leaking = await errorsOf(context, await trained(context, "user-knn", set), split, context.data.byUser);
  const honest = await errorsOf(context, await trained(context, "user-knn", set, split.train), split);
  const usual = await errorsOf(context, await trained(context, "user-knn", {}, split.train), split);
  const centre = mean(split.train.byUser.values);
  const always = rms(Array.from(split.test.values, (value) => centre - value));
  const over = (errors: readonly number[]) => `${rms(errors).toFixed(4)} of ${errors.length} ratings`;
  const tens = Array.from({ length: Math.floor(honest.all.length / 10) }, (_, n) => {
    return rms(honest.all.slice(10 * n, 10 * n + 10));
  });
  const span = [Math.min(...tens), Math.max(...tens)].map((value) => value.toFixed(2));
  return [
    ["Test rows in the index: RMSE of the mean of 29 neighbours", rms(leaking.all), rms(honest.all)],
    ["A fallback that always answers: RMSE of the mean of all ratings; of user-knn", always, rms(usual.all)],
    ["The rows that could be predicted: RMSE of 20 neighbours", over(twenty.own), over(twenty.all)],
    ["Ten rows called a hundred: RMSE of ten ratings; of all", span.join(" to "), over(honest.all)],
  ];
}
