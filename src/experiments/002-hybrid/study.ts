/** Study 002, on 32 million ratings: factors of ratings and texts of films; hit rate and NDCG over the length of lists. */
import { als, hybrid, mostRated, type OpenModel, openModel, popular, shapeOf, tfidf } from "../../core.ts";
import { contender, type MetricName } from "../../index.ts";
import {
  clusterPicture,
  modelSimilarities,
  normsOf,
  normsPicture,
  overKPicture,
  type Section,
  termsPicture,
} from "../../report/index.ts";
import {
  compareContenders,
  type ExperimentContext,
  filmTitle,
  metricMean,
  pictureBlock,
  tableBlock,
  trainForStudy,
} from "../experiment.ts";
import type { Lesson } from "../lesson.ts";
import { brokenPartRows } from "./broken-parts.ts";
import { meanVectorContender } from "./mean-vectors.ts";

const factors = 64;
const ofRatings = als({
  factors,
  iterations: 20,
  alpha: 40,
  confidence: "alpha*r",
  regularisation: 0.1,
  scaling: 0,
  dislike: 0,
});
const ofTexts = tfidf({ dislike: 0 });
/** Cosines of factors and of texts, each scaled to 0 to 1, weighted equally. */
const blend = hybrid([ofRatings, ofTexts], { weights: "equal" });
const lengths = [5, 10, 15, 20, 30, 40];
const filmsShown = 30;

export async function hybridStudy(context: ExperimentContext): Promise<Lesson> {
  const { data, document } = context;
  const model = await trainForStudy(context, blend);
  using both = openModel(model);
  const { items: films } = model.state.parts!.als.tensors;
  const norms = {
    films: normsOf(Float32Array.from(films.data), factors),
    users: normsOf(await userVectors(context, both), factors),
  };
  const titleOf = (film: number) => String(filmTitle(data, film));
  const series = filmsOfSeries(context);
  const terms = series.map((film) => ({ title: titleOf(film), terms: termsOf(both, film) }));
  const shown = [...new Set([...series, ...mostRated(data, filmsShown)])].slice(0, filmsShown);
  const map = {
    titles: shown.map((film) => titleOf(film)),
    similarities: modelSimilarities(both.model.similarItems!, shown, data.items.size),
    measure: "similarity by factors and texts",
  };

  const contenders = [
    popular(),
    contender(ofRatings, "als"),
    contender(ofTexts, "tfidf"),
    contender(blend, "hybrid"),
    meanVectorContender("means of film vectors", ofRatings),
    meanVectorContender("the same, learnt from all ratings", ofRatings, data),
  ];
  const metrics = (["hit-rate", "ndcg"] as const).flatMap((metric) => {
    return lengths.map((k): MetricName => `${metric}@${k}`);
  });
  const evaluation = await compareContenders(context, contenders, metrics, data.scale.min);
  const ten = contenders.map(({ name }) => {
    return [name, ...["hit-rate@10", "ndcg@10"].map((metric) => metricMean(evaluation, name, metric))];
  });
  const hitRate = (n: number) => metricMean(evaluation, contenders[n].name, "hit-rate@10");
  const { users, items, ratings } = shapeOf(data);
  const filled = ratings / (users * items);
  const percent = (share: number) => `${share.toFixed(2)} %`;
  const results: Section[] = [
    {
      name: "model",
      title: "Factors, terms and similarities",
      blocks: [
        ...pictureBlock(normsPicture(document, norms)),
        ...(terms.length > 0 ? pictureBlock(termsPicture(document, terms)) : []),
        ...(shown.length > 1 ? pictureBlock(clusterPicture(document, map)) : []),
      ],
    },
    {
      name: "parts",
      title: "Do the parts fit together?",
      blocks: [
        tableBlock(
          "parts",
          "A saved model with a film less in one part",
          ["part", "refused with"],
          await brokenPartRows(model),
        ),
      ],
    },
    {
      name: "lists",
      title: "Lists",
      facts: [{ name: "Printed, 100 people of 32 million ratings", value: "hit rate .3400, NDCG .0738" }],
      blocks: [
        tableBlock("ten", "Ten films", ["model", "hit rate", "NDCG"], ten),
        ...pictureBlock(overKPicture(document, evaluation)),
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
          ["Fitted on what it is judged on: hit rate at 10", hitRate(5), hitRate(4)],
          ["beside it: the list that is the same for everybody", "not asked", hitRate(0)],
          ["Zeros that are still stored: training ratings", ratings, evaluation.split.train],
          ["Zeros that are still stored: test ratings", ratings, evaluation.split.test],
          ["A share that became a percentage: sparsity", percent(1 - 100 * filled), percent(100 * (1 - filled))],
        ],
      },
    ],
    takeAway: [],
  };
}

/** The films of the series that the study looks at. */
function filmsOfSeries({ data: { catalog, counts } }: ExperimentContext): number[] {
  return [...counts.keys()].filter((film) => counts[film] > 0 && /star wars/i.test(catalog.titles[film]));
}

function termsOf({ model }: OpenModel, film: number) {
  return model.blend!.parts.flatMap((part) => part.model.topTerms?.(film, 5) ?? []);
}

function userVectors({ data: { byUser }, step }: ExperimentContext, { model }: OpenModel): Promise<Float32Array> {
  const factorModel = model.blend!.parts[0].model;
  return step("Vectors of people", async ({ engine, step }) => {
    using arena = engine.arena();
    const { length, foldIn } = factorModel.vectors!(engine, arena);
    const [offsets, indices] = [arena.place(byUser.offsets), arena.place(byUser.indices)];
    const out = arena.float32(byUser.rows * length);
    await foldIn({ ...byUser, offsets, indices, values: arena.place(byUser.values) }, out, step);
    return out.slice();
  });
}
