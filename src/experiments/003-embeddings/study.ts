/** Study 003, on ml-latest-small: vectors of users and films, with biases, in a network; and a list for a new user. */
import type { ExperimentContext } from "../experiment.ts";
import type { Lesson, TrapRow } from "../lesson.ts";
import { listsForNewUser, medianRatings, sessionSection } from "./session.ts";
import { errorsSection, judgedRatings, stagesSection, type TrainedInStages, trainStages } from "./stages.ts";

export async function embeddingsStudy(context: ExperimentContext): Promise<Lesson> {
  const split = await context.splits.split(0);
  const judged = await judgedRatings(context, split);
  const results = await trainStages(context, split, judged);
  const newUser = await listsForNewUser(context, split, results.at(-1)!.trained);
  return {
    aim: [
      "The study learns a vector for each person and each film, so that a product of two vectors predicts a rating. It starts with the plainest such model, adds biases, then puts a small neural network in place of the product. At the end it lists ten films for somebody who has just rated ten.",
      "It is the only one of the five studies that asks how to begin: a new person rates some of the fifty best known films, and gets a list at once.",
    ],
    method: [
      "The first model predicts by products of vectors of 100 numbers, the second adds a bias b for each person and each film:",
      { formula: "r̂(u, i) = p(u) · q(i)        r̂(u, i) = p(u) · q(i) + b(u) + b(i)" },
      "The third feeds both vectors into a hidden layer of ten units, with a tenth of its inputs left out at random while it learns:",
      { formula: "r̂(u, i) = w₂ · max(0, W₁ max(0, [p(u), q(i)]) + c₁) + c₂" },
      "All three minimise the mean squared error of the training ratings by Adam, each step over all of them, with weight decay w: none in the first model, .00001 in the second, .000001 in the network. The first vectors are drawn from 0 to .05, those of the network as PyTorch does. The learning rate is lowered by hand: the study trains for some epochs, looks at the error, and goes on from there with a lower rate. " +
        "Here each stage goes on in the same way, from the vectors of the last and with Adam started anew (matinee train --from FILE).",
      { formula: "minimise mean of (r(u, i) − r̂(u, i))² + w · Σ squares of all parameters" },
      "A fifth of the ratings is held out. What the study calls test loss is their mean squared error.",
    ],
    results: [
      stagesSection(context, split, results),
      await errorsSection(context, split, judged, results),
      sessionSection(context, split, newUser),
    ],
    traps: [
      {
        name: "Codes made twice",
        text: [
          "encode_data takes the training rows as a second argument, so that both sets get the same codes. In [118] leaves it out for the validation rows. Films are then numbered in the order in which they happen to appear there, and film 17 of one set is another film than film 17 of the other.",
          "Nothing fails. Every code is in range, no shape is wrong, and the training loss falls as it should. What gives it away is that the error on held-out ratings is far above that in training, and no better than that of one number for everybody, or hardly. Predicting the training rows through the code for the validation rows would have shown it at once.",
        ],
        rows: results.map(codesRow),
      },
      {
        name: "The best prediction rests on the least",
        text: [
          "The printed list has ten films that hardly anybody has rated: three documentaries are first, second and fourth. Of 9,000 predictions the ten highest are those that erred upwards most, and the fewer ratings a film has, the further its prediction can err.",
          "The study clips predictions to five stars and ranks by them. A list should be ranked by what people choose, or by a prediction less its doubt.",
        ],
        rows: [["Ratings of a listed film, median", ...medianRatings(context.data, newUser)]],
      },
    ],
    takeAway: [
      "Ids belong to the data, not to a table of them. Number users and films once, and keep the numbers with the model.",
      "Print the error of the simplest prediction first. Three models whose errors are about that of a mean, or above it, are not three models but one mistake.",
      "A learning rate that is lowered in stages does what it should here: the loss jumps about at first, and settles as the rate falls. It settles on the training ratings, which says nothing of the others.",
      "For somebody new, their own ratings say more than the person who happens to agree with them most often. Fold them in.",
    ],
  };
}

function codesRow({ model, stages }: TrainedInStages): TrapRow {
  const { wrong, right } = stages.at(-1)!;
  return [`Mean squared error, ${model.name}`, wrong, right];
}
