/** Study 000, on 25 million ratings: people of like taste, how many of them, what stands in where they cannot say. */
import { type Id, open, predict, queryOfUser, type Recommender, recommend } from "../../index.ts";
import { dataSection, type Section } from "../../pictures.ts";
import { type ExperimentContext, mean, rootMeanSquare, tableBlock, trainModel, trapSection } from "../experiment.ts";
import { compareSearches } from "./approximate-search.ts";
import { ratingsLeft, savedModelRows } from "./data-and-model-size.ts";
import { limitSplit, measureErrors, type PredictionErrors } from "./prediction-errors.ts";
import { userNeighbourTraps } from "./traps.ts";

const ks = [5, 10, 20, 30];

export async function userNeighboursStudy(context: ExperimentContext): Promise<readonly Section[]> {
  const { data, document, step } = context;
  const asker = data.users.index(3) >= 0 ? 3 : data.users.id(0);
  const lists: (string | number)[][] = [];
  for (const k of ks) {
    using knn = open(await trainModel(context, "user-knn", { preset: "hybrid-lists", k }));
    lists.push(...(await listOf(knn, context, asker)).map((row) => [k, ...row]));
  }
  const model = await trainModel(context, "user-knn", { preset: "hybrid" });
  using knn = open(model);
  const film = Math.max(0, data.items.index(122));
  const [{ predicted, rule, title }] = predict(knn, queryOfUser(data, asker), [film]);

  using centred = open(await trainModel(context, "user-knn", { preset: "mean-centred" }));
  const three = Array.from({ length: Math.min(3, data.users.size) }, (_, user) => data.users.id(user));
  const centredLists = await Promise.all(
    three.map(async (id) => (await listOf(centred, context, id)).map((row) => [id, ...row])),
  );
  const found = await step("Searching by an index", (watch) =>
    compareSearches(data, centred, Math.min(200, data.users.size), watch),
  );

  const split = await limitSplit(context, 2000);
  const errors = new Map<number, PredictionErrors>();
  for (const k of ks) {
    const heldOut = await trainModel(context, "user-knn", { preset: "hybrid", k }, split.train);
    errors.set(k, await measureErrors(context, heldOut, split));
  }
  return [
    dataSection(document, data),
    {
      name: "neighbours",
      title: "Lists and predictions",
      facts: [
        { name: `${title || data.items.id(film)} for ${asker}, by ${rule}`, value: predicted.toFixed(4) },
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
        tableBlock("lists", `Lists for ${asker}`, ["k", "film", "predicted", "neighbours"], lists),
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
    trapSection(await userNeighbourTraps(context, split, errors.get(20)!)),
  ];
}

/** Film, predicted rating, neighbours used: five at most. */
async function listOf(knn: Recommender, { data }: ExperimentContext, user: Id): Promise<(string | number)[][]> {
  const list = await recommend(knn, queryOfUser(data, user), { k: 5 });
  return list
    .filter(({ source }) => source === knn.name)
    .map(({ title, id, score, neighbours }) => [title || id, score, neighbours!.count]);
}
