/** Study 000's means of similar people: the lists and the error that it printed of its approximate index, and an exact search here. */
import type { OpenModel } from "../../core.ts";
import type { Section } from "../../report/index.ts";
import { type ExperimentContext, firstUsers, rootMeanSquare, tableBlock } from "../experiment.ts";
import { seeTrap } from "../lesson.ts";
import { ownList } from "./own-list.ts";
import { errorsOf, type Miss } from "./prediction-errors.ts";
import { centredLists, printedErrors, testRows } from "./printed.ts";

/**
 * @param centred a `user-knn` of all ratings less the mean of the person, 29 neighbours
 * @param misses of held-out ratings, by such models of all ratings and of the training ratings
 */
export async function centredSection(
  { data }: ExperimentContext,
  centred: OpenModel,
  { leaking, honest }: { readonly leaking: readonly Miss[]; readonly honest: readonly Miss[] },
): Promise<Section> {
  const here = [];
  for (const person of firstUsers(data, 3)) {
    for (const { title, id, score, neighbours } of await ownList(data, centred, person)) {
      here.push(["here", person, title || id, score, neighbours!.count]);
    }
  }
  return {
    name: "centred",
    title: "Means of similar people",
    text: [
      "The first model subtracts each person's mean, looks up 30 neighbours in an approximate index (Annoy, In [11]), the person included, and takes the plain mean of the neighbours' ratings (In [12]). Fewer than three raters, and it answers with the person's " +
        "own mean. In [14] lists five films each for the first three people.",
      "Famous films of long ago lead the printed lists. They are what the few who look for them love, and three raters are enough: a mean of three is more easily near 5 than a mean of twenty.",
      "Its only error is in In [18]: RMSE on 100 samples, 1.0779. It rests on the ten ratings of In [17], and these were in the index.",
      seeTrap("Ten rows called a hundred"),
      seeTrap("Test rows in the index"),
    ],
    blocks: [
      tableBlock(
        "means",
        "Five films for each of three people",
        ["source", "person", "film", "predicted", "raters"],
        [...centredLists.map((row) => ["printed (In [14])", ...row, null]), ...here],
        [
          "The people with the lowest ids, of the study's data and of these. The study did not print how many neighbours had rated a film, and its third list is cut off in the notebook. " +
            "Here all people are compared, so that the lists are the same in every run.",
        ],
      ),
      tableBlock(
        "test-rows",
        "The ten ratings of the error",
        ["person", "film", "rating"],
        testRows.map(([person, ...row]) => [String(person), ...row]),
        ["As printed by In [17]."],
      ),
      tableBlock(
        "error",
        "Errors",
        ["what", "RMSE", "ratings"],
        [
          ["printed (In [18]), said to be of 100 ratings", printedErrors.ten, testRows.length],
          ["here, index of all ratings", rootMeanSquare(errorsOf(leaking, "all")), leaking.length],
          ["here, index of the training ratings", rootMeanSquare(errorsOf(honest, "all")), honest.length],
        ],
        ["Held out: one rating of each person."],
      ),
    ],
  };
}
