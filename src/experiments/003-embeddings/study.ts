/** Study 003, on ml-latest-small: vectors of users and films, with biases, in a network; and a list for a new user. */
import {
  bias,
  ease as easeModel,
  labelsOf,
  lookAlike,
  mf,
  mostRated,
  neural,
  openModel,
  queryFromRatings,
  queryOfUser,
  type Recommendation,
  recommend,
} from "../../core.ts";
import type { Section } from "../../report/index.ts";
import { type ExperimentContext, filmTitle, tableBlock, trainForStudy } from "../experiment.ts";
import type { Lesson } from "../lesson.ts";
import { filmsWithSameCode, squaredErrors, withoutUnratedFilms } from "./duplicate-codes.ts";

// The study lowers its learning rate in stages; here one rate does. The study regularises by stopping early; here a new user's
// vector is fitted to convergence, so that λ must regularise it.
const byPrediction = { dislike: 0, caution: 0 };
const adam = {
  factors: 100,
  optimiser: "adam",
  batch: 0,
  epochs: 30,
  rate: 0.02,
  ...byPrediction,
} as const;
const deep = {
  embedding: 100,
  hidden: 10,
  dropout: 0.1,
  batch: 0,
  epochs: 35,
  rate: 0.01,
  decay: 1e-6,
  ...byPrediction,
};
const models = [
  { name: "products of vectors", printed: 1.4054, spec: mf({ ...adam, biases: "none" }) },
  { name: "with biases", printed: 1.216, spec: mf({ ...adam, biases: "user+item" }) },
  { name: "a network", printed: 1.0497, spec: neural(deep) },
  { name: "damped means", printed: null, spec: bias({ caution: 0 }) },
];
/** The new user's ratings, by film id. */
const session = { 356: 3, 480: 4, 2959: 5, 2028: 3, 364: 5, 4306: 2, 58559: 5, 500: 5, 595: 4, 648: 4 };

export async function embeddingsStudy(context: ExperimentContext): Promise<Lesson> {
  const { data } = context;
  const split = await context.splits.split(0);
  const { train } = split;
  const known = await withoutUnratedFilms(data, split);
  const confused = filmsWithSameCode(split);
  const found = [];
  for (const { name, printed, spec } of models) {
    const fitted = await trainForStudy(context, spec, train);
    found.push({ name, printed, fitted, ...(await squaredErrors(context, fitted, known, confused)) });
  }

  const ratings = Object.entries(session)
    .map(([id, rating]) => [data.items.index(id), rating] as const)
    .filter(([film]) => film >= 0);
  const query = queryFromRatings(data, ratings);
  const alike = lookAlike(train, ratings);
  using network = openModel(found[2].fitted);
  using ease = openModel(await trainForStudy(context, easeModel(), train));
  const like = alike ? { like: queryOfUser(train, data.users.id(alike.user)) } : {};
  const asStudy = await recommend(network, query, { k: 10, ...like });
  const folded = await recommend(ease, query, { k: 10 });
  const agreeing = alike ? `user ${data.users.id(alike.user)}, on ${alike.agreed} of ${ratings.length}` : "nobody";
  const errorRows = found.map(({ name, printed, wrong, right }) => [name, printed, wrong, right]);
  const popular = mostRated(data, 50).map((film) => {
    return [filmTitle(data, film), labelsOf(data.catalog.genres, film).join(", "), data.counts[film]];
  });
  const given = ratings.map(([film, rating]) => [filmTitle(data, film), rating]);
  const results: Section[] = [
    {
      name: "errors",
      title: "Errors of held-out ratings",
      facts: [
        { name: "Training ratings", value: train.byUser.values.length.toLocaleString("en-US") },
        { name: "Held-out ratings of films among them", value: known.test.values.length.toLocaleString("en-US") },
      ],
      blocks: [
        tableBlock("errors", "Mean squared error", ["model", "printed", "codes made twice", "right"], errorRows),
      ],
    },
    {
      name: "session",
      title: "Somebody new",
      facts: [
        { name: "Agrees most often", value: agreeing },
        { name: "For ratings of your own", value: "matinee rate --look-alike" },
      ],
      blocks: [
        tableBlock("popular", "Fifty films to choose from", ["film", "genres", "ratings"], popular),
        tableBlock("ratings", "What was rated", ["film", "rating"], given),
        tableBlock(
          "look-alike",
          "For the one who agrees, by the network",
          ["film", "predicted", "ratings"],
          asStudy.map(listRow),
        ),
        tableBlock(
          "folded",
          "By the ratings themselves, by ease",
          ["film", "predicted", "ratings"],
          folded.map(listRow),
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
        rows: [
          ...found.map(({ name, wrong, right }) => [`Codes made twice: squared error, ${name}`, wrong, right] as const),
          [
            "The best prediction rests on the least: ratings of a listed film, median",
            medianRatings(asStudy),
            medianRatings(folded),
          ],
        ],
      },
    ],
    takeAway: [],
  };
}

function listRow({ title, id, predicted, ratings }: Recommendation) {
  return [title || id, predicted ?? null, ratings];
}

function medianRatings(list: readonly { readonly ratings: number }[]): number {
  return list.map(({ ratings }) => ratings).sort((a, b) => a - b)[list.length >> 1] ?? 0;
}
