/** Study 003's stages: each model trained as the study did, each stage from where the last ended; errors after each. */
import { bias, type Dataset, mf, type Trained } from "../../core.ts";
import { type Split, usersWithRatings } from "../../index.ts";
import { lossPicture, type Section } from "../../report/index.ts";
import { type ExperimentContext, mean, pictureBlock, tableBlock, trainForStudy } from "../experiment.ts";
import { seeTrap } from "../lesson.ts";
import { foldedInError, squaredError, withoutUnratedFilms } from "../squared-errors.ts";
import { byTrainedVectors } from "../trained-vectors.ts";
import { filmsWithSameCode } from "./duplicate-codes.ts";
import { type PrintedStage, type StudyModel, studyModels } from "./models.ts";

/** What came of one stage. */
export interface StageResult {
  readonly stage: PrintedStage;
  /** The loss of each of its epochs. */
  readonly losses: readonly number[];
  /** The error of all test ratings, by film codes made twice: as the study has it. */
  readonly wrong: number;
  /** The error of those of films that were trained on, by the right codes. */
  readonly right: number;
}

/** A model after its last stage. */
export interface TrainedInStages {
  readonly model: StudyModel;
  readonly stages: readonly StageResult[];
  readonly trained: Trained;
  /** The error by the right codes, users folded in. */
  readonly foldedIn: number;
}

/** What the stages are judged by: the test ratings of films that were trained on, and the film that each film's code means in training. */
export interface Judged {
  readonly known: Split;
  readonly confused: ReadonlyMap<number, number>;
}

export async function judgedRatings({ data }: ExperimentContext, split: Split): Promise<Judged> {
  return { known: await withoutUnratedFilms(data, split), confused: filmsWithSameCode(split) };
}

/** Trains every model of the study through its stages. */
export async function trainStages(
  context: ExperimentContext,
  split: Split,
  judged: Judged,
): Promise<TrainedInStages[]> {
  const { train } = split;
  const results: TrainedInStages[] = [];
  for (const model of studyModels) {
    let trained: Trained | undefined;
    const stages: StageResult[] = [];
    for (const stage of model.stages) {
      const spec = { ...model.spec(stage, train.byUser.values.length), name: `${model.name}, rate ${stage.rate}` };
      trained = await trainForStudy(context, spec, train, trained);
      const { losses } = trained.state.facts as { losses: number[] };
      const predict = byTrainedVectors(trained.state);
      stages.push({
        stage,
        losses: losses.slice(-stage.epochs),
        wrong: squaredError(predict, split, (film) => judged.confused.get(film)!),
        right: squaredError(predict, judged.known),
      });
    }
    results.push({ model, stages, trained: trained!, foldedIn: await foldedInError(context, trained!, judged.known) });
  }
  return results;
}

/** Losses and errors of each stage, printed and here. */
export function stagesSection(
  { document }: ExperimentContext,
  { train }: Split,
  results: readonly TrainedInStages[],
): Section {
  const columns = [
    "model",
    "printed in",
    "epochs",
    "learning rate",
    ...["last loss, printed", "last loss, here"],
    ...["test error, printed: codes made twice", "here: codes made twice", "here: right codes"],
  ];
  const rows = results.flatMap(({ model, stages }) =>
    stages.map(({ stage, losses, wrong, right }) => [
      model.name,
      stage.cell,
      stage.epochs,
      stage.rate,
      ...[stage.losses.at(-1)!, losses.at(-1)!],
      ...[stage.test, wrong, right],
    ]),
  );
  const panels = results.map(({ model, stages }) => ({
    title: model.name,
    loss: "mean squared error of the training ratings",
    stages: stages.map(({ stage }) => stage.epochs),
    curves: [
      { name: "printed", losses: stages.flatMap(({ stage }) => stage.losses) },
      { name: "here", losses: stages.flatMap(({ losses }) => losses) },
    ],
  }));
  return {
    name: "stages",
    title: "Trained in stages",
    text: [
      "The study trains each model three times, from In [126] to In [138], and prints the loss of every epoch and the test loss after the last. Learning rates, epochs, weight decay and the range of the random start are the study's own; the random numbers are not, so losses agree in their course and nearly in their end; those of the network, which also leaves out inputs at random, less closely.",
      "Test errors are printed beside those that come of the same mistake here, and beside those without it.",
      seeTrap("Codes made twice"),
    ],
    blocks: [
      tableBlock(
        "sizes",
        "What is trained on",
        ["what", "printed", "here"],
        [
          ["people with training ratings (In [122])", 610, usersWithRatings(train.byUser).length],
          ["films with training ratings (In [122])", 8998, filmsWithRatings(train)],
        ],
      ),
      ...pictureBlock(lossPicture(document, panels)),
      tableBlock("stages", "Mean squared errors after each stage", columns, rows, [
        "Losses are those of the training ratings in the last epoch of a stage. Where the study's own validation rows are not at hand (--mask), another fifth is held out, and test errors differ a little.",
      ]),
    ],
  };
}

/** How many films have ratings. */
export function filmsWithRatings({ counts }: Dataset): number {
  return counts.reduce((films, count) => films + (count > 0 ? 1 : 0), 0);
}

/** Errors at the end: as printed, without the trap, with users folded in, and of models that are trained with care. */
export async function errorsSection(
  context: ExperimentContext,
  { train, test }: Split,
  { known }: Judged,
  results: readonly TrainedInStages[],
): Promise<Section> {
  const study = results.map(({ model, stages, foldedIn }) => {
    const { stage, wrong, right } = stages.at(-1)!;
    return [model.name, `${stage.test.toFixed(4)} (${stage.cell})`, wrong, right, foldedIn];
  });
  const centre = mean(train.byUser.values);
  const ofMean = (values: Float32Array) => mean(values.map((rating) => (rating - centre) ** 2));
  const constant = ["the mean of the training ratings", null, ofMean(test.values), ofMean(known.test.values), null];
  const careful = [];
  for (const spec of [mf(), bias()]) {
    const error = await foldedInError(context, await trainForStudy(context, spec, train), known);
    careful.push([`${spec.name}, with its defaults`, null, null, null, error]);
  }
  const columns = ["model", "printed", "codes made twice", "right codes", "right codes, users folded in"];
  return {
    name: "errors",
    title: "Errors of held-out ratings",
    text: [
      "The study has one error for each model, that of its last stage. Beside it stand the same model judged with right codes, and with each person folded in: their vector is computed from their training ratings and the films' vectors, as for somebody new. Without weight decay or biases nothing holds such a vector back: it fits the few ratings of a person, and errs elsewhere. With a little of both it does as well as the vector that was trained. The last rows are one number for everybody, the mean of the training ratings, and models of Matinee with their defaults.",
      seeTrap("Codes made twice"),
    ],
    facts: [
      { name: "Training ratings", value: train.byUser.values.length.toLocaleString("en-US") },
      { name: "Held-out ratings", value: test.values.length.toLocaleString("en-US") },
      { name: "Of films with training ratings", value: known.test.values.length.toLocaleString("en-US") },
    ],
    blocks: [
      tableBlock(
        "errors",
        "Mean squared error",
        columns,
        [...study, constant, ...careful],
        [
          "Lower is better. Errors of codes made twice are over all held-out ratings; those to the right of them leave out films that have no ratings in training.",
        ],
      ),
    ],
  };
}
