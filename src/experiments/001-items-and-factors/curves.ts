/** The objectives of study 001's models over their epochs, and what they are worth on ratings held out. */
import { bias, type ModelSpec, mf } from "../../core.ts";
import type { Split } from "../../index.ts";
import { lossPicture, type Section } from "../../report/index.ts";
import { type ExperimentContext, mean, pictureBlock, tableBlock, trainForStudy } from "../experiment.ts";
import { seeTrap } from "../lesson.ts";
import { foldedInError, squaredError, withoutUnratedFilms } from "../squared-errors.ts";
import { firstModel, type StudyFactors, secondModel, trainStudyFactors } from "./models.ts";
import { firstObjectives, secondObjectives } from "./printed.ts";

export function curvesSection(
  { data, document }: ExperimentContext,
  first: StudyFactors,
  second: StudyFactors,
): Section {
  const { values } = data.byUser;
  const centre = mean(values);
  const variance = mean(values.map((rating) => (rating - centre) ** 2));
  const panel = (title: string, { objectives }: StudyFactors, printed: readonly number[]) => ({
    title,
    loss: "mean squared error and the penalty of λ",
    stages: [objectives.length],
    curves: [
      { name: "printed", losses: printed },
      { name: "here", losses: objectives },
    ],
  });
  const row = (name: string, { losses, objectives }: StudyFactors, printed: readonly number[]) => {
    const ends = [0, objectives.length - 1];
    return ends.map((epoch) => [name, epoch + 1, printed[epoch], objectives[epoch], losses[epoch]]);
  };
  return {
    name: "curves",
    title: "Question 3: two factorisations, and their objectives",
    text: [
      "In [22] trains the first model by 30 steps of Adam over all ratings, and prints the objective of each: 1.0869 at first, 0.2340 at last. In [28] trains the second, with 32 factors, a tenth of the learning rate, a hundredth of λ and, without saying so, another start: 35.8938 at first, 19.8529 at last.",
      "The first objective begins at the variance of the ratings, because factors near 0 predict the mean for everybody. " +
        `Here that variance is ${variance.toFixed(4)}. The second begins at random vectors of spread 1. The product of two such vectors has a variance of 1 for each factor, and each bias adds 1:`,
      { formula: "1.09 + 32 · 1 + 1 + 1 = 35.1" },
      "The printed 35.9 is that within chance, since the people with most ratings weigh most. So the second model starts with predictions that are off by six stars, and thirty small steps do not bring them back. In Matinee the biases start at 0, which leaves out the last two terms; otherwise the curves are of the same settings. Both columns hold the penalty, so that they can be compared.",
      seeTrap("A training loss as the result"),
    ],
    blocks: [
      ...pictureBlock(
        lossPicture(document, [
          panel("20 factors", first, firstObjectives),
          panel("32 factors", second, secondObjectives),
        ]),
      ),
      tableBlock(
        "ends",
        "The first and the last epoch",
        ["model", "epoch", "objective, printed", "objective, here", "of it squared error"],
        [
          ...row("20 factors (In [22])", first, firstObjectives),
          ...row("32 factors (In [28])", second, secondObjectives),
        ],
        [
          "The objective is the mean squared error and the penalty, before the step of the epoch. The numbers of all epochs are under the picture.",
        ],
      ),
    ],
  };
}

/** Mean squared errors of models that were trained on the training part. */
export interface HeldOutErrors {
  readonly rows: readonly (readonly [name: string, objective: number | null, heldOut: number])[];
  readonly ratings: number;
  /** The first model's objective at the end, and the errors of the ratings held out. */
  readonly first: { readonly objective: number; readonly heldOut: number };
  readonly second: { readonly objective: number; readonly heldOut: number };
  readonly constant: number;
  readonly bias: number;
}

/** @param split the one that the models are judged on */
export async function heldOutErrors(context: ExperimentContext, split: Split): Promise<HeldOutErrors> {
  const known = await withoutUnratedFilms(context.data, split);
  const studied = async (spec: ModelSpec) => {
    const { objectives, predict } = await trainStudyFactors(context, spec, split.train);
    return { objective: objectives.at(-1)!, heldOut: squaredError(predict, known) };
  };
  const careful = async (spec: ModelSpec) => {
    return foldedInError(context, await trainForStudy(context, spec, split.train), known);
  };
  const [first, second] = [await studied(firstModel), await studied(secondModel)];
  const centre = mean(split.train.byUser.values);
  const constant = squaredError(() => centre, known);
  const ofBias = await careful(bias());
  const named = context.data.catalog.genres.names.length > 0;
  return {
    rows: [
      ["20 factors, as the study trains them", first.objective, first.heldOut],
      ["32 factors, as the study trains them", second.objective, second.heldOut],
      ["the mean of all ratings, for everybody", null, constant],
      ["bias", null, ofBias],
      ["mf", null, await careful(mf())],
      ...(named
        ? [["mf, vectors drawn to the films' genres", null, await careful(mf({ features: "genres" }))] as const]
        : []),
    ],
    ratings: known.test.values.length,
    first,
    second,
    constant,
    bias: ofBias,
  };
}

export function heldOutSection({ rows, ratings }: HeldOutErrors): Section {
  return {
    name: "errors",
    title: "What the objectives are worth",
    text: [
      "The study holds nothing out, so nobody can tell from its notebook whether a model predicts anything. Here some of the ratings, a fifth unless told otherwise, were held out, and the models were trained on the rest. The first line to look at is the mean of all ratings: a model that is worse has learnt nothing that holds.",
      "Question 4 proposes, in words, to make vectors of what is written about a film by a language model and to add them to its factors, for films of few ratings above all. Where the data name genres, the last line is a plain form of this idea: the films' vectors are drawn to what their genres say, instead of to 0. " +
        'With features: "text", mf takes embedded texts in their place.',
    ],
    blocks: [
      tableBlock("errors", "Mean squared errors", ["model", "objective in training", "ratings held out"], rows, [
        `Of ${ratings.toLocaleString("en-US")} held-out ratings of films that the training ratings name. The study's models predict by their trained vectors, the others as Matinee does.`,
      ]),
    ],
  };
}
