/** Mistakes of study 004. */
import { type Dataset, openModel, profileOf, type Trained, topK } from "../../core.ts";
import type { Evaluation } from "../../index.ts";
import { type ExperimentContext, mean, metricMean, trainForStudy } from "../experiment.ts";
import type { Trap, TrapRow } from "../lesson.ts";
import { roundedScores } from "./contenders.ts";
import { candidates, names, specs } from "./models.ts";

/** The most users whose lists are looked into. */
const mostUsers = 1000;

/**
 * @param train the training ratings of the study's own split
 * @param own all models on that split
 * @param fold the same without those that show mistakes, on u1, where its files are beside the data
 */
export async function graphsAndTextTraps(
  context: ExperimentContext,
  train: Dataset,
  own: Evaluation,
  fold: Evaluation | undefined,
): Promise<Trap[]> {
  const any = await listFacts(context, await trainForStudy(context, specs.filtering, train), train);
  const sure = await listFacts(context, await trainForStudy(context, specs.sure, train), train);
  const at5 = (name: string) => metricMean(own, name, "precision-all@5");
  const at10 = (name: string) => metricMean(own, name, "precision-all@10");
  const unfilled = (name: string) => own.models.find((model) => model.name === name)?.unfilled ?? null;
  const onFold = (name: string) => (fold ? metricMean(fold, name, "precision@5") : null);
  const foldRows: TrapRow[] = fold
    ? [
        ["Graph: on u1, as printed; on the split of the others", onFold(names.graph), at5(names.graph)],
        ["Genres: on the split of the others; on u1", at5(names.genres), onFold(names.genres)],
        ["Most rated films: on the split of the others", "not asked", at5(names.popular)],
        ["Most rated films: on u1", "not asked", onFold(names.popular)],
      ]
    : [["Most rated films: on the split of the others", "not asked", at5(names.popular)]];
  return [
    {
      name: "Two splits in one table, and no yardstick",
      text: [
        "In [14] adds the graph's precision at 5 of .0982 to a table where genres have .0549, and the graph looks twice as good. But cell In [7] had read another split. The other rows hold out a fifth of " +
          "everybody's ratings, for 943 people, and whoever has no relevant film counts as 0. The graph is judged on the fold u1. It holds out many ratings of half the people, and only the 456 with a relevant film count. " +
          "More films to hit make every list look better there.",
        "On either split of MovieLens 100K, the order is the other way round. And the most rated films, which are in no table of the study, beat all of its models that are judged here. Use one function to split and one to count for all models, and put popularity into the table.",
      ],
      rows: foldRows,
    },
    {
      name: "The best prediction rests on the least",
      text: [
        "Collaborative filtering sorts films by the predicted rating. A film that one enthusiastic neighbour rated is predicted to be as good as that neighbour found it; a film that ten neighbours rated has a mean, which is less extreme. So the " +
          "lists have many films that hardly anybody has seen, and their precision is the lowest that the study printed.",
        "The number of ratings beside every listed film shows it at once. Asking for ten raters among the twenty neighbours changes nothing else. It has a price: fewer films can be predicted, and many lists are not filled (the table of intervals counts them).",
      ],
      rows: [
        ["Precision at 5, films of one neighbour or more; of ten", at5(names.filtering), at5(names.sure)],
        ["Mean number of ratings of a listed film", Math.round(any.ratings), Math.round(sure.ratings)],
      ],
    },
    {
      name: "Ties by chance",
      text: [
        "Many predictions are the same number: one neighbour's five stars. The sort then decides which films are listed, and the study's leaves them in the order in which its loops met them. Another order gives another precision, with the same scores.",
        "Sort by score and then by id, so that anybody gets the same list.",
      ],
      rows: [
        ["Precision at 5, in the order met (printed)", 0.0115, null],
        ["Precision at 5, highest id first; lowest id first", at5(names.lastTies), at5(names.filtering)],
        [
          "People with a tie between places 5 and 6",
          `${any.tied.toLocaleString("en-US")} of ${any.users.toLocaleString("en-US")}`,
          "ordered by id",
        ],
      ],
    },
    {
      name: "Candidates first, seen films after",
      text: [
        "In [17] takes the nearest films of all and drops those that the person has rated. Its example asks for ten films and prints six. In [19] hides the mistake behind 50 candidates: the text model seldom finds what people have seen, and on MovieLens 100K, " +
          "everybody has ten films left.",
        `A better model finds what people watch, which is what they have seen. The rows below let ease choose from the ${candidates} films that it scores highest. Precision divides by ten all the same, so that whoever has rated much pulls it down. ` +
          "Leave rated films out before the best are chosen, and assert the length of every list.",
      ],
      rows: [
        ["Films for user 1, of ten that were asked for (In [17])", 6, 10],
        ["People with fewer than ten films", unfilled(names.nearEase), unfilled(names.ease)],
        ["Precision at 10", at10(names.nearEase), at10(names.ease)],
      ],
    },
  ];
}

/** Of lists of five: the mean number of ratings of their films, and how many lists end in a tie. */
function listFacts({ step }: ExperimentContext, trained: Trained, train: Dataset) {
  return step("Looking into lists", async (tools) => {
    using recommender = openModel(trained, tools.engine);
    const users = Math.min(mostUsers, train.users.size);
    const scores = new Float32Array(train.items.size);
    const ratings: number[] = [];
    let tied = 0;
    for (let user = 0; user < users; user++) {
      const profile = profileOf(train.byUser, user);
      recommender.model.ask({ profile, user }).score(scores);
      for (const item of profile.items) scores[item] = -Infinity;
      const alike = roundedScores(scores);
      const six = topK(alike, 6);
      for (const item of six.subarray(0, 5)) ratings.push(train.counts[item]);
      if (six.length === 6 && alike[six[4]] === alike[six[5]]) tied++;
      await tools.step(user, users);
    }
    return { ratings: mean(ratings), tied, users };
  });
}
