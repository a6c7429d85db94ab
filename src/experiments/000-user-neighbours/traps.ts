/** Mistakes of study 000. */
import { bias, type ModelSpec, openModel, userKnn } from "../../core.ts";
import type { Split } from "../../index.ts";
import { type ExperimentContext, mean, rootMeanSquare, trainForStudy } from "../experiment.ts";
import type { Trap } from "../lesson.ts";
import { errorsOf, type Miss, predictionErrors } from "./prediction-errors.ts";
import { deviationErrors, fiveNeighbours } from "./zero-filled.ts";

/** What In [35] was meant to be: the mean of those of five neighbours who rated the film. */
const meantFunction = userKnn({ preset: "deviation", similarity: "cosine", k: 5, prediction: "mean" });

/** Predictions of the study's models, which its results show too. */
interface StudyMisses {
  /** By the means of 29 neighbours, of all ratings and of the training ratings. */
  readonly leaking: readonly Miss[];
  readonly honest: readonly Miss[];
  /** By 20 neighbours, weighed by overlap. */
  readonly twenty: readonly Miss[];
}

/** @param split the one that they are of */
export async function userNeighbourTraps(
  context: ExperimentContext,
  split: Split,
  { leaking, honest, twenty }: StudyMisses,
): Promise<Trap[]> {
  const trained = (spec: ModelSpec) => trainForStudy(context, spec, split.train);
  const usual = await predictionErrors(context, await trained(userKnn()), split);
  const biases = await predictionErrors(context, await trained(bias()), split);
  const meant = await predictionErrors(context, await trained(meantFunction), split);
  const centre = mean(split.train.byUser.values);
  const always = rootMeanSquare(meant.map(({ rating }) => centre - rating));
  const intended = meant.map(({ error, own, rating }) => (own ? error : centre - rating));
  using knn = openModel(await trained(fiveNeighbours));
  const { zeros, inverse, right } = await deviationErrors(context, split, knn);
  const rmse = (misses: readonly Miss[], which: "all" | "own" = "all") => rootMeanSquare(errorsOf(misses, which));
  const over = (errors: readonly number[]) => {
    return `${rootMeanSquare(errors)?.toFixed(4) ?? "–"} of ${errors.length} ratings`;
  };
  const all = errorsOf(honest, "all");
  const tens = Array.from({ length: Math.floor(all.length / 10) }, (_, n) => {
    return rootMeanSquare(all.slice(10 * n, 10 * n + 10))!;
  });
  const span = tens.length > 0 ? [Math.min(...tens), Math.max(...tens)].map((value) => value.toFixed(2)) : [];
  return [
    {
      name: "Test rows in the index",
      text: [
        "The matrix and the index of neighbours were built in In [9] and In [11], from all ratings. In [16] then drew test rows from the same ratings. Each test rating had helped to find the neighbours " +
          "who predict it, and where the person's mean steps in, it is part of that mean.",
        "The same predictions are made twice below, with neighbours of all ratings and of the training ratings. To notice it in your own code, shuffle the test ratings: what an honest model predicts does not change.",
      ],
      rows: [["RMSE of the means of 29 neighbours", rmse(leaking), rmse(honest)]],
    },
    {
      name: "Unrated as zero, and weights upside down",
      text: [
        "In [21] fills the matrix with zeros. In [26] subtracts each person's mean, zeros included, and drops the neighbours whose value is missing; but a filled matrix has no missing values. So all five neighbours seem to have " +
          "rated every film, most of them with 0, and what the cell calls a predicted rating is about the sum of the ratings there are, divided by five.",
        "It also takes the inner products of the index for distances and weights by 1 / similarity, so that the nearest neighbour counts least. That looks worse than it is: five nearest neighbours are about equally near. " +
          "The mean error shows the zeros at once, while the squared error alone could pass for a hard problem. Count how many neighbours rated a film.",
      ],
      rows: [
        ["RMSE, where any of five neighbours rated the film", rootMeanSquare(zeros), rootMeanSquare(right)],
        ...(right.length > 0 ? [["Mean error, predicted less true", mean(zeros), mean(right)] as const] : []),
        ["RMSE: weights alone upside down", rootMeanSquare(inverse), rootMeanSquare(right)],
      ],
    },
    {
      name: "A fallback that always answers",
      text: [
        "In [35] computes the mean of all ratings where no neighbour rated the film. Its return statement lost an indentation, so the function returns there in any case: with that mean, or with an error where a neighbour did rate the film, because the mean " +
          "was never computed. The line below it, with the neighbours' ratings, is never reached. It printed 3.5339 twice, and the text after In [38] takes it for the neighbours' silence.",
        "The broken function can have a smaller error than the one that was meant, so the error does not reveal it. Count how often each branch answers. Matinee says with every rating which rule predicted it.",
      ],
      rows: [
        ["RMSE: the mean of all; five neighbours, else the mean of all", always, rootMeanSquare(intended)],
        ["RMSE: the mean of all; user-knn with its defaults", always, rmse(usual)],
        ["Ratings that neighbours predict", 0, errorsOf(meant, "own").length],
      ],
    },
    {
      name: "The rows that could be predicted",
      text: [
        "In [52] returns nothing where no neighbour can predict, and the RMSE of In [55], 1.0331, leaves these rows out without counting them. Its progress bar says 2000/2000. A model looks good when it is silent where prediction is hard, " +
          "and two errors over different rows cannot be compared.",
        "Write the number of rows beside every error, let something else answer for the rest, and compare on all rows. The last line is the model without any neighbours: the deviations of the person and of the film from the mean.",
      ],
      rows: [
        ["RMSE of 20 neighbours", over(errorsOf(twenty, "own")), over(errorsOf(twenty, "all"))],
        ["RMSE of bias, without neighbours", "not asked", over(errorsOf(biases, "all"))],
      ],
    },
    {
      name: "Ten rows called a hundred",
      text: [
        'In [18] printed "RMSE on 100 samples: 1.0779". In [16] had drawn n=10, and In [17] shows the ten. The number in the message was typed by hand.',
        "Ten ratings can show anything. Below, all held-out ratings are taken ten at a time. Take the number in a message from the array, and use all rows.",
      ],
      rows: [["RMSE of the means of 29 neighbours", span.join(" to ") || "–", over(all)]],
    },
  ];
}
