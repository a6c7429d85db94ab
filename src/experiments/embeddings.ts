/** Study 003, on ml-latest-small: vectors of people and films, with biases, in a network; and a list for somebody new. */
import {
  dataSection,
  entrant,
  labelsOf,
  lookAlike,
  mostRated,
  open,
  recommend,
  subjectFrom,
  subjectOf,
  trainedEntrant,
} from "../index.ts";
import { codesMadeTwice, knownAlone } from "./codes.ts";
import { compared, type Experiment, meanOf, tableBlock, trained, trapSection } from "./experiment.ts";

// The study goes in stages of shorter and shorter steps; here one length does. Its vectors are held back by stopping early;
// here somebody's vector is found anew from what they rated, to the end, and λ must hold it back.
const adam = { factors: 100, optimiser: "adam", batch: 0, epochs: 30, rate: 0.02 };
const deep = { embedding: 100, hidden: 10, dropout: 0.1, batch: 0, epochs: 35, rate: 0.01, decay: 1e-6 };
const models = [
  { name: "products of vectors", printed: 1.4054, model: "mf", set: { ...adam, biases: "none" } },
  { name: "with biases", printed: 1.216, model: "mf", set: { ...adam, biases: "user+item" } },
  { name: "a network", printed: 1.0497, model: "neural", set: deep },
] as const;
/** What the study's reader rated: films by their ids. */
const session = { 356: 3, 480: 4, 2959: 5, 2028: 3, 364: 5, 4306: 2, 58559: 5, 500: 5, 595: 4, 648: 4 };

export const embeddings: Experiment = {
  number: "003",
  name: "embeddings",
  summary: "vectors of people and films, with biases, in a network; a list for somebody new",
  data: "ml-latest-small",
  split: "ratio:0.8",
  async run(context) {
    const { data, document } = context;
    const split = await context.division.part(0);
    const { train } = split;
    const division = { ...context.division, parts: 1, part: () => knownAlone(data, split) };
    const fitted = [];
    for (const { model, set } of models) fitted.push(await trained(context, model, set, train));
    const right = fitted.map((one, n) => trainedEntrant(one, models[n].name));
    const wrong = right.map((one) => codesMadeTwice(one, split));
    const evaluation = await compared({ ...context, division }, [...right, ...wrong, entrant("bias")], ["rmse"]);
    const squared = (name: string) => meanOf(evaluation, name, "rmse")! ** 2;

    const title = (film: number) => data.catalog.titles[film] || data.items.id(film);
    const films = mostRated(data, 50);
    const told = Object.entries(session).map(([id, rating]) => [data.items.index(id), rating] as const);
    const ratings = told.filter(([film]) => film >= 0);
    const asker = subjectFrom(data, ratings);
    const alike = lookAlike(train, ratings);
    using network = open(fitted[2]);
    using ease = open(await trained(context, "ease", {}, train));
    const like = alike ? { like: subjectOf(train, data.users.id(alike.user)) } : {};
    const asStudy = await recommend(network, asker, { k: 10, ...like });
    const folded = await recommend(ease, asker, { k: 10 });
    const who = alike ? `user ${data.users.id(alike.user)}, on ${alike.agreed} of ${ratings.length}` : "nobody";
    return [
      dataSection(document, data),
      {
        name: "errors",
        title: "Errors of held-out ratings",
        facts: [
          { name: "Training ratings", value: String(evaluation.split.train) },
          { name: "Held-out ratings of films among them", value: String(evaluation.split.test) },
        ],
        blocks: [
          tableBlock(
            "errors",
            "Mean squared error",
            ["model", "printed", "codes made twice", "right"],
            [
              ...models.map(({ name, printed }, n) => [name, printed, squared(wrong[n].name), squared(name)]),
              ["bias: damped means", null, null, squared("bias")],
            ],
          ),
        ],
      },
      {
        name: "session",
        title: "Somebody new",
        facts: [
          { name: "Agrees most often", value: who },
          { name: "For ratings of your own", value: "matinee rate --look-alike" },
        ],
        blocks: [
          tableBlock(
            "popular",
            "Fifty films to choose from",
            ["film", "genres", "ratings"],
            films.map((film) => {
              return [title(film), labelsOf(data.catalog.genres, film).join(", "), data.counts[film]];
            }),
          ),
          tableBlock(
            "ratings",
            "What was rated",
            ["film", "rating"],
            ratings.map(([film, rating]) => [title(film), rating]),
          ),
          tableBlock(
            "look-alike",
            "For the one who agrees, by the network",
            ["film", "predicted", "ratings of it"],
            asStudy.map((film) => {
              return [film.title || film.id, film.predicted ?? null, film.ratings];
            }),
          ),
          tableBlock(
            "folded",
            "By the ratings themselves (ease)",
            ["film", "ratings of it"],
            folded.map((film) => {
              return [film.title || film.id, film.ratings];
            }),
          ),
        ],
      },
      trapSection([
        ...models.map(({ name }, n) => {
          return [`Codes made twice: squared error, ${name}`, squared(wrong[n].name), squared(name)] as const;
        }),
        ["The best prediction rests on the least: ratings of a listed film, median", median(asStudy), median(folded)],
      ]),
    ];
  },
};

function median(list: readonly { readonly ratings: number }[]): number {
  return list.map(({ ratings }) => ratings).sort((a, b) => a - b)[list.length >> 1] ?? 0;
}
