/** Study 001, on ml-latest-small: films compared by their ratings, and a factorisation with biases by Adam. */
import { itemKnn, mf, openModel, queryOfUser, recommend, similar } from "../../core.ts";
import type { Section } from "../../report/index.ts";
import { type ExperimentContext, firstUsers, tableBlock, trainForStudy } from "../experiment.ts";
import type { Lesson } from "../lesson.ts";
import { itemsAndFactorsTraps } from "./traps.ts";

/** The ten films most similar to each, as printed. */
const printedAlike: Record<number, number[]> = {
  260: [1196, 1210, 1198, 2571, 1291, 1270, 2628, 1240, 858, 2028],
  1407: [1717, 2710, 1387, 1573, 2115, 3499, 1517, 2502, 1994, 1393],
  4993: [7153, 5952, 6539, 2571, 4306, 2959, 4226, 5349, 3578, 33794],
};
/** The objective by epoch, as printed. */
const printedLosses = { 1: 1.0869, 5: 0.74, 10: 0.4391, 15: 0.335, 20: 0.2837, 25: 0.254, 30: 0.234 };

const factorisation = mf({
  factors: 20,
  optimiser: "adam",
  batch: 0,
  epochs: 30,
  rate: 0.05,
  regularisation: 0.01,
  scaling: 1,
  damping: 0,
  dislike: 0,
  caution: 0,
});

export async function itemsAndFactorsStudy(context: ExperimentContext): Promise<Lesson> {
  const { data } = context;
  const neighbours = await trainForStudy(context, itemKnn({ k: 10 }));
  using items = openModel(neighbours);
  const alike = Object.entries(printedAlike)
    .filter(([film]) => data.items.index(film) >= 0)
    .map(([film, printed]) => {
      const found = similar(items, data.items.index(film), 10).map(({ id }) => id);
      const same = found.filter((id) => printed.includes(Number(id)));
      const title = data.catalog.titles[data.items.index(film)];
      return [title || film, found.join(" "), `${same.length} of ${printed.length}`];
    });

  const model = await trainForStudy(context, factorisation);
  using factors = openModel(model);
  const { losses } = model.state.facts as { losses: number[] };
  const lists = firstUsers(data, 3).map(async (id) => {
    const list = await recommend(factors, queryOfUser(data, id), { k: 10 });
    return list.map(({ title, id: film, predicted, ratings }) => [id, title || film, predicted ?? null, ratings]);
  });
  const results: Section[] = [
    {
      name: "alike",
      title: "Films alike",
      blocks: [
        tableBlock(
          "alike",
          "Ten most like a film, by the cosine of their ratings",
          ["film", "here", "among those printed"],
          alike,
        ),
      ],
    },
    {
      name: "factors",
      title: "A factorisation with biases",
      blocks: [
        tableBlock(
          "losses",
          "Training error by epoch; the study's holds the penalty of λ too",
          ["epoch", "printed: squared error and penalty", "here: squared error"],
          Object.entries(printedLosses).map(([epoch, loss]) => [epoch, loss, losses[Number(epoch) - 1]]),
        ),
        tableBlock(
          "lists",
          "Ten for three people",
          ["person", "film", "predicted", "ratings of it"],
          (await Promise.all(lists)).flat(),
        ),
      ],
    },
  ];
  return {
    aim: [],
    method: [],
    results,
    traps: [
      {
        name: "Traps",
        text: [],
        rows: await itemsAndFactorsTraps(context, { factorisation, losses, factors, neighbours }),
      },
    ],
    takeAway: [],
  };
}
