/** Study 000's error of one rating of each person: by the number of neighbours, and in a sample of people. */
import { bias, type ModelSpec, userKnn } from "../../core.ts";
import { overNeighboursPicture, type Section } from "../../report/index.ts";
import {
  type ExperimentContext,
  mean,
  pictureBlock,
  rootMeanSquare,
  tableBlock,
  trainForStudy,
} from "../experiment.ts";
import { seeTrap } from "../lesson.ts";
import { errorsOf, limitTestUsers, type Miss, predictionErrors } from "./prediction-errors.ts";
import { printedErrors } from "./printed.ts";

/** The people of the study's sample; of small data, a third of all. */
const mostSampled = 2000;
const samples = 3;
const studied = userKnn({ preset: "hybrid", k: 20 });

/** @param byK predictions of the held-out ratings, by the number of neighbours */
export async function errorSection(
  context: ExperimentContext,
  byK: ReadonlyMap<number, readonly Miss[]>,
): Promise<Section> {
  const ofAll = (misses: readonly Miss[]) => rootMeanSquare(errorsOf(misses, "all"))!;
  const rows = [...byK].map(([k, misses]) => {
    const own = errorsOf(misses, "own");
    return { k, own, misses, rmse: rootMeanSquare(own), share: own.length / misses.length };
  });
  const predicted = rows.flatMap(({ k, rmse, misses, share }) => {
    return rmse === null ? [] : [{ k, own: rmse, all: ofAll(misses), share }];
  });
  return {
    name: "errors",
    title: "One rating of each person held out",
    text: [
      "In [52] holds one rating of each person out, and In [55] predicts it by 20 neighbours, for a sample of 2,000 people: 1.0331, at 196 ratings a second. This is the study's soundest error, because the neighbours have not seen what they predict. The number of neighbours stays open; " +
        'a heading says "Optimal k-value (tbd)". The table judges the four that In [44] lists.',
      "More neighbours find more raters for a film. Whether the error falls too has to be seen, because those who are added are less and less like the person, and because each line is over the ratings that so many neighbours can predict: the further right, the more of the hard ones.",
      seeTrap("The rows that could be predicted"),
    ],
    blocks: [
      tableBlock(
        "errors",
        "Errors of what neighbours predict, by their number",
        ["k", "RMSE", "printed, 2,000 people (In [55])", "mean absolute error", "predicted", "of"],
        rows.map(({ k, own, misses, rmse }) => {
          const absolute = own.length > 0 ? mean(own.map(Math.abs)) : null;
          return [k, rmse, k === 20 ? printedErrors.sample : null, absolute, own.length, misses.length];
        }),
        ["Neighbours are sought among all people, by the training ratings."],
      ),
      ...pictureBlock(predicted.length > 0 ? overNeighboursPicture(context.document, predicted) : undefined),
      tableBlock(
        "sample",
        "A sample of people",
        ["neighbours are sought among", "people", "RMSE", "predicted", "of", "RMSE of all, with fallbacks"],
        [
          ["printed (In [55]): the sample", 2000, printedErrors.sample, null, 2000, null],
          ...(await sampleRows(context)),
        ],
        [
          "In [55] samples the people before it builds the index, so that the 2,000 are neighbours for one another, and the other 160,541 play no part. The people nearest to someone are then mostly missing. Sample who is asked, " +
            "not who may answer. Here three samples are drawn, each of 2,000 people or, where the data have fewer than 6,000, of a third of them. All lines are asked for the same ratings, and RMSE is over those that neighbours predict; the last column is over all, where means answer for the others. The last line has no neighbours: bias is the mean of all ratings and the deviations of person and film. How much a person loses by the sample, the second and the third line tell.",
        ],
      ),
    ],
  };
}

/** The same held-out ratings, predicted by each of the samples alone, by everybody, and without neighbours. */
async function sampleRows(context: ExperimentContext) {
  const users = context.data.users.size;
  const size = Math.max(1, Math.min(mostSampled, Math.floor(users / samples)));
  const predictions = async (others: "trained on" | "left out", spec: ModelSpec) => {
    const misses: Miss[] = [];
    for (let sample = 0; sample < samples; sample++) {
      const split = await limitTestUsers(context, size, others, sample / samples);
      misses.push(...(await predictionErrors(context, await trainForStudy(context, spec, split.train), split)));
    }
    return misses;
  };
  const row = (name: string, people: number, misses: readonly Miss[]) => {
    const own = errorsOf(misses, "own");
    return [name, people, rootMeanSquare(own), own.length, misses.length, rootMeanSquare(errorsOf(misses, "all"))];
  };
  return [
    row("here: each sample alone", size, await predictions("left out", studied)),
    row("here: everybody", users, await predictions("trained on", studied)),
    row("here: nobody (bias, of everybody)", users, await predictions("trained on", bias())),
  ];
}
