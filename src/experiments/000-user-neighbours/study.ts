/** Study 000, on 25 million ratings: similar users as neighbours, how many of them, and fallbacks where they cannot predict. */
import {
  asItemIndex,
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  type Id,
  type Model,
  type OpenModel,
  openModel,
  predict,
  profileOf,
  queryOfUser,
  recommend,
  type Trained,
  userKnn,
} from "../../core.ts";
import type { Section, Table } from "../../report/index.ts";
import { type ExperimentContext, firstUsers, mean, rootMeanSquare, tableBlock, trainForStudy } from "../experiment.ts";
import type { Lesson } from "../lesson.ts";
import { compareSearches } from "./approximate-search.ts";
import { limitTestUsers, type PredictionErrors, predictionErrors } from "./prediction-errors.ts";
import { userNeighbourTraps } from "./traps.ts";

const ks = [5, 10, 20, 30];

export async function userNeighboursStudy(context: ExperimentContext): Promise<Lesson> {
  const { data, step } = context;
  const user = data.users.index(3) >= 0 ? 3 : data.users.id(0);
  const lists: (string | number)[][] = [];
  for (const k of ks) {
    using knn = openModel(await trainForStudy(context, userKnn({ preset: "hybrid-lists", k })));
    lists.push(...(await listOf(knn, context, user)).map((row) => [k, ...row]));
  }
  const model = await trainForStudy(context, userKnn({ preset: "hybrid" }));
  using knn = openModel(model);
  const film = asItemIndex(Math.max(0, data.items.index(122)));
  const [{ predicted, rule, title }] = predict(knn, queryOfUser(data, user), [film]);

  using centred = openModel(await trainForStudy(context, userKnn({ preset: "mean-centred" })));
  const centredLists = await Promise.all(
    firstUsers(data, 3).map(async (id) => (await listOf(centred, context, id)).map((row) => [id, ...row])),
  );
  const found = await step("Searching by an index", (tools) =>
    compareSearches(data, centred, Math.min(200, data.users.size), tools),
  );

  const split = await limitTestUsers(context, 2000);
  const errors = new Map<number, PredictionErrors>();
  for (const k of ks) {
    const heldOut = await trainForStudy(context, userKnn({ preset: "hybrid", k }), split.train);
    errors.set(k, await predictionErrors(context, heldOut, split));
  }
  const results: Section[] = [
    {
      name: "neighbours",
      title: "Lists and predictions",
      facts: [
        { name: `${title || data.items.id(film)} for ${user}, by ${rule}`, value: predicted.toFixed(4) },
        { name: "Printed, of 25 million ratings", value: "2.8594" },
        { name: "Printed lists for 3 begin with", value: "Warrior (k = 5), Planet Earth II (k = 20)" },
      ],
      blocks: [
        tableBlock(
          "sizes",
          "Ratings that the filters leave",
          ["people and films", "printed", "here"],
          ratingsLeft(data),
        ),
        tableBlock("lists", `Lists for ${user}`, ["k", "film", "predicted", "neighbours"], lists),
        tableBlock(
          "centred",
          "Means of 29 people by ratings less their mean",
          ["person", "film", "predicted", "neighbours"],
          centredLists.flat(),
        ),
      ],
    },
    {
      name: "errors",
      title: "One rating of each person held out",
      blocks: [
        tableBlock(
          "errors",
          "Errors of what neighbours predict, by their number",
          ["k", "RMSE", "printed, 2,000 people", "mean absolute error", "predicted", "of"],
          ks.map((k) => {
            const { own, all } = errors.get(k)!;
            return [k, rootMeanSquare(own), k === 20 ? 1.0331 : null, mean(own.map(Math.abs)), own.length, all.length];
          }),
        ),
      ],
    },
    {
      name: "search",
      title: "Search, and the model in a file",
      blocks: [
        tableBlock(
          "search",
          "The nearest 29 of 200 people",
          ["search", "ms a person", "of the nearest"],
          [
            ["all compared", found?.exact ?? null, 1],
            ["graph over 128 random directions (usearch)", found?.approximate ?? null, found?.recall ?? null],
          ],
        ),
        tableBlock(
          "file",
          "Saved and loaded",
          ["what", "printed", "here"],
          await savedModelRows(data, model, knn.model),
        ),
      ],
    },
  ];
  return {
    aim: [],
    method: [],
    results,
    traps: [{ name: "Traps", text: [], rows: await userNeighbourTraps(context, split, errors.get(20)!) }],
    takeAway: [],
  };
}

/** Rows of at most five films: title, predicted rating, number of neighbours. */
async function listOf(knn: OpenModel, { data }: ExperimentContext, user: Id): Promise<(string | number)[][]> {
  const list = await recommend(knn, queryOfUser(data, user), { k: 5 });
  return list
    .filter(({ source }) => source === knn.name)
    .map(({ title, id, score, neighbours }) => [title || id, score, neighbours!.count]);
}

/** How many ratings the filters of the study leave: as printed, and of these data. */
function ratingsLeft({ byUser, counts }: Dataset): [string, number, number][] {
  const left = (perUser: number, perFilm: number) => {
    let ratings = 0;
    for (let user = 0; user < byUser.rows; user++) {
      const { items } = profileOf(byUser, user);
      if (items.length >= perUser) for (const item of items) if (counts[item] >= perFilm) ratings++;
    }
    return ratings;
  };
  return [
    ["all", 25_000_095, left(0, 0)],
    ["people with 500 ratings, films with 1,000", 7_127_698, left(500, 1000)],
    ["people with 500 ratings, films with 200", 8_305_815, left(500, 200)],
  ];
}

/** The size of the saved model, and whether it answers the same after loading. @param model `trained`, opened */
async function savedModelRows(
  { users, items, byUser }: Dataset,
  trained: Trained,
  model: Model,
): Promise<Table["rows"]> {
  const { header, chunks } = await encodeArtifact(trained);
  const bytes = new Uint8Array(Buffer.concat([header, ...chunks]));
  using again = openModel(await decodeArtifact(bytes, "the model"));
  const [before, after] = [model, again.model].map((one) => {
    const scores = new Float32Array(items.size);
    one.ask({ profile: profileOf(byUser, 0), user: 0 }).score(scores);
    return scores;
  });
  const same = before.every((score, item) => score === after[item]);
  return [
    ["people × films, as the study's index holds them, MB", 37_000, (4 * users.size * items.size) / 1e6],
    ["the model in a file, MB", null, bytes.length / 1e6],
    ["the same scores after loading", null, same ? "yes" : "no"],
  ];
}
