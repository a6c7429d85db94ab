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
    aim: [],
    method: [],
    results: [
      stagesSection(context, results),
      await errorsSection(context, split, judged, results),
      sessionSection(context, newUser),
    ],
    traps: [
      {
        name: "Traps",
        text: [],
        rows: [
          ...results.map(codesRow),
          [
            "The best prediction rests on the least: ratings of a listed film, median",
            ...medianRatings(context.data, newUser),
          ],
        ],
      },
    ],
    takeAway: [],
  };
}

function codesRow({ model, stages }: TrainedInStages): TrapRow {
  const { wrong, right } = stages.at(-1)!;
  return [`Codes made twice: squared error, ${model.name}`, wrong, right];
}
