/** Mistakes of study 002, and one that its repetition invites. */
import type { Dataset } from "../../core.ts";
import type { Evaluation } from "../../index.ts";
import { metricMean } from "../experiment.ts";
import type { Trap } from "../lesson.ts";
import { productStart, rankOf, runningStart } from "./starts.ts";

/** What the study printed of its sample. */
export const printed = { users: 200_758, films: 1000, ratings: 9_439_196 };

/** Names of the models whose lists are judged. */
export interface JudgedNames {
  /** Users as means of vectors that were learnt from the training ratings; and from all. */
  readonly fair: string;
  readonly leaking: string;
  readonly popular: string;
}

/** Share of empty cells as the study computed it, and rightly, in percent. */
export function sparsities({ users, films, ratings }: typeof printed): readonly [study: string, right: string] {
  const filled = ratings / (users * films);
  const percent = (share: number) => `${share.toFixed(2).replace("-", "−")} %`;
  return [percent(1 - 100 * filled), percent(100 * (1 - filled))];
}

export function hybridTraps(data: Dataset, evaluation: Evaluation, factors: number, names: JudgedNames): Trap[] {
  const own = { users: data.users.size, films: data.items.size, ratings: data.byUser.values.length };
  const at10 = (name: string, metric: string) => metricMean(evaluation, name, `${metric}@10`);
  const { train, test } = evaluation.split;
  const heldOut = Math.floor(0.2 * printed.ratings);
  const rank = (start: typeof runningStart) => rankOf(start(own.films, factors), own.films, factors);
  return [
    {
      name: "A share that became a percentage",
      text: [
        'Cell 8 prints "Sparsity: -3.70%". It computes 1 − filled × 100: the share was turned into a percentage before it was taken from 1, and ' +
          "1 stands for 100 % only while shares are shares. A sparsity below zero cannot be, yet nobody stopped at it. Keep shares as shares, and let " +
          "the format of the number make the percentage.",
      ],
      rows: [
        ["Sparsity of the study's sample (printed)", ...sparsities(printed)],
        ["Sparsity of these data", ...sparsities(own)],
      ],
    },
    {
      name: "Zeros that are still stored",
      text: [
        "To hold ratings out, cell 20 sets their values to 0 in a copy of the matrix, and it does the same with the others in a second copy. A sparse " +
          "matrix keeps an entry whose value is 0. So both copies still have every entry, and the cell printed the same number of ratings for training and " +
          "test. Whatever asks for the number of entries is misled: cell 21 takes everybody for a person with held-out ratings, and whoever has none counts as " +
          "a miss.",
        "It can be seen in the output: a fifth and four fifths cannot be equally many. Remove entries, instead of setting them to 0, and check that the parts " +
          "add up to the whole.",
      ],
      rows: [
        ["Training ratings as printed", printed.ratings, printed.ratings - heldOut],
        ["Test ratings as printed", printed.ratings, heldOut],
        ["Training ratings of these data", own.ratings, train],
        ["Test ratings of these data", own.ratings, test],
      ],
    },
    {
      name: "Fitted on what it is judged on",
      text: [
        "The factors were learnt in cell 14 from all ratings. Only afterwards did cell 20 hold a fifth of them out. Apart from how it counts people, the evaluation is correct. But the " +
          "factors have seen the answers: two films that one person rated were drawn together, also where one of the two is held out.",
        "How much is gained by it depends on how well the factors can remember: with 64 numbers for each of a few hundred people very well, with 200,000 people, as in the study, less. Below, the same scoring is judged twice on the same split, with factors learnt from all ratings and from the training ratings. Beside it stands the list " +
          "that is the same for everybody, which the study did not ask. Split first, learn afterwards, and put popularity into every table.",
      ],
      rows: [
        ["Hit rate at 10", at10(names.leaking, "hit-rate"), at10(names.fair, "hit-rate")],
        ["NDCG at 10", at10(names.leaking, "ndcg"), at10(names.fair, "ndcg")],
        ["Hit rate at 10 of the most rated films", "not asked", at10(names.popular, "hit-rate")],
      ],
    },
    {
      name: "A start in two dimensions",
      text: [
        "This mistake is not the study's own: it lies in wait for whoever repeats it. The study starts ALS from random numbers without a seed, so that a second run prints other numbers, and one is tempted to start from sin(1 + n) " +
          `instead, where n runs over the array of films × ${factors}. By the addition theorem, each of its columns is a sum of two others. Exact ALS never leaves the ` +
          "plane that these two span, and what looks like a model has grown from errors of rounding. With sin((row + 1)(column + 1)), the columns differ as they should.",
        "Change the start a little and train again: a model that is then another one says nothing. Matinee starts from random numbers of a seed.",
      ],
      rows: [
        [
          "Dimensions of the start of these films: sin(1 + n); sin((row + 1)(column + 1))",
          rank(runningStart),
          rank(productStart),
        ],
      ],
    },
  ];
}
