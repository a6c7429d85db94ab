/** Study 002, on 32 million ratings: factors of ratings and texts of films; hit rate and NDCG over the length of lists. */
import {
  als,
  hybrid,
  labelsOf,
  mostRated,
  type OpenModel,
  openModel,
  popular,
  type Trained,
  tfidf,
} from "../../core.ts";
import { contender, type MetricName } from "../../index.ts";
import {
  clusterPicture,
  modelSimilarities,
  modelVectors,
  normsOf,
  normsPicture,
  overKPicture,
  type Section,
  similarityPicture,
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
import { type Lesson, seeTrap } from "../lesson.ts";
import { brokenPartRows } from "./broken-parts.ts";
import { meanVectorContender } from "./mean-vectors.ts";
import { hybridTraps, printed, sparsities } from "./traps.ts";

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
/** Films on the maps; and with their terms, where there are none of the series. */
const [filmsShown, filmsMarked] = [30, 6];
const series = "star wars";

const names = {
  popular: "popular",
  fair: "means of film vectors",
  leaking: "the same, learnt from all ratings",
} as const;

export async function hybridStudy(context: ExperimentContext): Promise<Lesson> {
  const { data } = context;
  const model = await trainForStudy(context, blend);
  using both = openModel(model);
  const contenders = [
    popular(),
    contender(ofRatings, "als"),
    contender(ofTexts, "tfidf"),
    contender(blend, "hybrid"),
    meanVectorContender(names.fair, ofRatings),
    meanVectorContender(names.leaking, ofRatings, data),
  ];
  const metrics = (["hit-rate", "ndcg"] as const).flatMap((metric) => {
    return lengths.map((k): MetricName => `${metric}@${k}`);
  });
  const evaluation = await compareContenders(context, contenders, metrics, data.scale.min);
  const ten = contenders.map(({ name }) => {
    return [name, ...["hit-rate@10", "ndcg@10"].map((metric) => metricMean(evaluation, name, metric))];
  });
  const hitRate = (name: string) => metricMean(evaluation, name, "hit-rate@10")?.toFixed(4) ?? "none";

  return {
    aim: [
      "The study builds a recommender for an app. It shall find similar films by what people rated and by what is written about the films, so that each makes up for " +
        "what the other lacks: a film with few ratings still has a title, genres and tags.",
      'It works on MovieLens 32M, and saves all parts in one file for the app. Its notebook has no numbers of cells. Below, "cell 8" is the eighth block of code, the imports ' +
        "being the first.",
    ],
    method: [
      "The thousand most rated films are kept (the text above cell 4 says a hundred), and of their ratings a random half. The text of a film is its title, its genres, and its tags as " +
        "often as people gave them. Each of its terms weighs the more, the oftener the film has it and the fewer other films do:",
      {
        formula:
          "w(d, t) = count(d, t) · (ln((1 + n) / (1 + films(t))) + 1),  each film's weights divided by their length",
      },
      "Ratings are factored by ALS for implicit feedback. A rating is evidence that somebody chose a film, with a confidence that grows with the stars; an unrated film is weak evidence that " +
        "they did not:",
      { formula: "minimise Σ c(u, i) (p(u, i) − x(u) · y(i))² + 0.1 (Σ |x(u)|² + Σ |y(i)|²)" },
      { formula: "p = 1 and c = 40 r(u, i) where u rated i;  p = 0 and c = 1 elsewhere;  64 factors, 20 iterations" },
      "The similarity of two films is the mean of both cosines, each scaled to 0 to 1 over all pairs of films:",
      { formula: "s(i, j) = ½ n(cos(y(i), y(j))) + ½ n(cos(w(i), w(j))),   n(s) = (s − min) / (max − min)" },
      "To judge lists, the study holds a fifth of the ratings out. A person is the mean of the vectors of their training films, and films are ranked by the product with it. Any film that was held out is " +
        "relevant, also one of half a star. The hit rate is the share of people who find one in their list; NDCG counts a film the more, the higher it stands:",
      { formula: "score(u, j) = y(j) · mean of y(i) over the training films i of u" },
      {
        formula:
          "NDCG@k = Σ 1 / log₂(place + 1) over the relevant films among the k,  divided by the same sum for the best list",
      },
      "Note what is judged: the factors alone. The blend, which the study is about, plays no part in its evaluation.",
    ],
    results: [
      sampleSection(context),
      textSection(context, both),
      await factorSection(context, model, both),
      similaritySection(context, both),
      {
        name: "parts",
        title: "Do the parts fit together?",
        text: [
          "Cell 19 compares the numbers of films of four parts, because an app that takes vectors of one film and the title of another is wrong without a message. It printed 1000 for item_factors, " +
            'cosine_sim, movies_indexed and i2m, and "Sanity check passed: all have 1000 items". Cell 24 saved them and printed the keys: cosine_sim, i2m, i2u, item_factors, m2i, model, movies_indexed, ' +
            "tfidf, u2i, user_factors.",
          "A model file of Matinee has all of these in one: vectors, terms, ids, titles and genres. They are checked whenever a model is saved or opened. The table takes the last film out of one part at a time, " +
            "and shows what is said.",
        ],
        blocks: [
          tableBlock(
            "parts",
            "A saved model with a film less in one part",
            ["part", "refused with"],
            await brokenPartRows(model),
            ["Each row is a model whose named part lacks the last film, and the message with which it is refused."],
          ),
        ],
      },
      {
        name: "lists",
        title: "How good are the lists?",
        text: [
          "Cell 21 printed Hit Rate@10: 0.3400 and NDCG@10: 0.0738, for the first hundred people of the table; cell 22 printed the same again, as (0.34, 0.07378929909770875). Cell 23 draws both over lists of 5 to 40 " +
            "films, for the first 500 people, with standard errors and without numbers. The study concludes that this is a pretty good model.",
          "Here, everybody with held-out ratings is judged, and all models are learnt from the same training ratings, but for the last one. It does what the study did. The numbers of the study are of other people and of a set " +
            "many times as large, so numbers are compared within a table only. als, tfidf and hybrid are asked for each person with their training ratings: ALS by folding the person in, TF-IDF by the mean of the texts of the films that they liked, the hybrid by half of each, scaled as above.",
          seeTrap("Fitted on what it is judged on"),
          seeTrap("Zeros that are still stored"),
        ],
        blocks: [
          tableBlock(
            "printed",
            "Ten films, as printed",
            ["model", "people", "hit rate", "NDCG"],
            [
              [
                "factors of all ratings, means of film vectors (cell 21)",
                "the first 100 of 200,758",
                "0.3400",
                "0.0738",
              ],
            ],
            ["The only numbers that the study printed of its lists."],
          ),
          tableBlock("ten", "Ten films, here", ["model", "hit rate", "NDCG"], ten, [
            `${evaluation.split.people.toLocaleString("en-US")} people with held-out ratings.`,
          ]),
          ...pictureBlock(overKPicture(context.document, evaluation)),
        ],
      },
    ],
    traps: hybridTraps(data, evaluation, factors, names),
    takeAway: [
      "Similarities that look right, such as two trilogies side by side, do not show that lists are good. Lists have to be judged, the ones that the app will show, by ratings that the model has not seen.",
      `The study blends ratings and texts and does not ask whether the blend lists better than its parts. Here, the hit rate of ten films is ${hitRate("hybrid")} for the blend, ${hitRate("als")} for ALS alone, ${hitRate("tfidf")} for texts alone and ${hitRate("popular")} for the most rated films.`,
      "A number alone is no result. A hit rate of .34 is good or bad only beside that of the most rated films, which cost nothing to list.",
      "An impossible number is a gift. A sparsity below zero, and two parts that are each as large as the whole, were printed and read over. Assert what must hold: shares between 0 and 1, parts that add up.",
    ],
  };
}

/** The sizes of the sample, as printed and here. */
function sampleSection({ data }: ExperimentContext): Section {
  const { users, items, byUser, catalog, report } = data;
  const own = { users: users.size, films: items.size, ratings: byUser.values.length };
  return {
    name: "sample",
    title: "The sample",
    text: [
      "The study filters before it does anything else, and draws how often each rating was given and how many ratings the films got (cell 9). The same filter was used here, with another random half; the section on the data draws the same of it. " +
        "Where a small set stands in for 32 million ratings, its popular films have far fewer ratings each, and factors have less to learn from.",
      seeTrap("A share that became a percentage"),
    ],
    blocks: [
      tableBlock(
        "sizes",
        "Sizes",
        ["what", "printed", "here"],
        [
          ["ratings read (cell 3)", 32_000_204, report.rows],
          ["films read (cell 3)", 87_585, null],
          ["tags read (cell 3)", 2_000_072, null],
          ["films kept (cells 4 and 6)", 1000, own.films],
          ["ratings kept (cells 5 and 8)", printed.ratings, own.ratings],
          ["tags of the films kept (cell 5)", 704_287, catalog.tags.indices.length],
          ["people (cell 7)", printed.users, own.users],
          ["rows of the matrix (cell 8)", printed.users, own.users],
          ["columns of the matrix (cell 8)", 1000, own.films],
        ],
        ["–: only what is kept is in memory here."],
      ),
      tableBlock(
        "sparsity",
        "Sparsity",
        ["data", "by the study's formula", "share of empty cells"],
        [
          ["printed (cell 8)", ...sparsities(printed)],
          ["here", ...sparsities(own)],
        ],
        ["1 − 100 × filled, as the study computed it, and the percentage that it meant."],
      ),
    ],
  };
}

/** Texts of films, and the terms that mark them. */
function textSection({ data, document }: ExperimentContext, both: OpenModel): Section {
  const { catalog } = data;
  const ofSeries = filmsOfSeries(data);
  const shown = ofSeries.length > 0 ? ofSeries : mostRated(data, filmsMarked);
  const terms = shown.map((film) => ({
    title: String(filmTitle(data, film)),
    terms: both.model.topTerms!(film, Number.POSITIVE_INFINITY),
  }));
  const marked = terms.filter((film) => film.terms.length > 0);
  const text = [catalog.titles[0], ...labelsOf(catalog.genres, 0), ...labelsOf(catalog.tags, 0)].join(" ");
  return {
    name: "texts",
    title: "What is written about films",
    text: [
      "Cell 10 joins title, genres and tags. On 32 million ratings the tags of Toy Story fill pages, and repeat themselves: the text says pixar over a hundred times. A small set has few tags, and its texts are little more than title and genres.",
      "Cell 12 makes 5,000 terms of them and printed the shape (1000, 5000). Cell 13 draws the five heaviest terms of every Star Wars film as a heat map. The study finds it interesting that jar and binks mark The Phantom Menace: " +
        "people wrote them as tags, and hardly for another film.",
    ],
    blocks: [
      tableBlock(
        "first",
        "The text of the first film",
        ["source", "text"],
        [
          [
            "printed (cell 10)",
            "Toy Story (1995) Adventure Animation Children Comedy Fantasy children Disney animation children Disney …",
          ],
          ["here", text.length > 200 ? `${text.slice(0, 200)} …` : text],
        ],
        ["Title, genres and tags; of long texts, the beginning."],
      ),
      ...(marked.length > 0 ? pictureBlock(termsPicture(document, marked)) : []),
    ],
  };
}

/** Vectors of films and people. */
async function factorSection(context: ExperimentContext, model: Trained, both: OpenModel): Promise<Section> {
  const { data, document, step } = context;
  const [vectors] = await step("Vectors of people", ({ engine, signal, onProgress }) =>
    modelVectors(both, model.state, { engine, known: data, signal, onProgress }),
  );
  const { als: ofFactors, tfidf: ofTerms } = model.state.parts!;
  const [films, length] = ofFactors.tensors.items.shape;
  const terms = ofTerms.tensors.idf.data.length;
  const shape = (rows: number, columns: number) =>
    `${rows.toLocaleString("en-US")} × ${columns.toLocaleString("en-US")}`;
  return {
    name: "factors",
    title: "Factors and terms",
    text: [
      "Cell 14 trains ALS; its progress bar says 20 iterations in 20 seconds, and a warning says that OpenBLAS should use one thread. Cell 16 draws how long the vectors of films and people are. A film with a long vector has large products with many people. " +
        "Cosines, by which the study compares films, leave the length out; products, by which it scores films, do not.",
    ],
    blocks: [
      tableBlock(
        "shapes",
        "Shapes",
        ["what", "printed", "here"],
        [
          ["films of the catalog, before and after their order (cell 11)", "1000 and 1000", String(data.items.size)],
          ["films × terms (cell 12)", shape(1000, 5000), shape(films, terms)],
          ["vectors of films (cell 15)", shape(1000, factors), shape(films, length)],
          ["vectors of people (cell 15)", shape(printed.users, factors), shape(data.users.size, length)],
          ["similarities of texts (cell 17)", shape(1000, 1000), shape(films, films)],
        ],
        ["Rows × columns. A set with short texts has fewer than 5,000 terms."],
      ),
      ...pictureBlock(normsPicture(document, [normsOf(vectors)])),
    ],
  };
}

/** Maps of the films of the series and the most rated ones. */
function similaritySection({ data, document }: ExperimentContext, both: OpenModel): Section {
  const ofSeries = filmsOfSeries(data);
  const shown = [...new Set([...ofSeries, ...mostRated(data, filmsShown)])].slice(0, filmsShown);
  const map = {
    titles: shown.map((film) => String(filmTitle(data, film))),
    similarities: modelSimilarities(both.model.similarItems!, shown, data.items.size),
    which:
      ofSeries.length > 0
        ? "the films of the series, then the most rated"
        : "the most rated films, the most rated first",
    measure: "similarity by factors and texts",
  };
  return {
    name: "similar",
    title: "Similar films",
    text: [
      "Cell 18 blends both cosines and draws thirty films, the Star Wars films among them, as a clustered heat map. Its other films are drawn at random, without a seed; here they are the most rated, so that the picture is the same in every run. The study sees two " +
        "groups of Star Wars, the original trilogy and the prequels, and takes it as a sign that both parts recognise their similarity.",
      "The first map leaves the films in their order, the second puts those together whose rows are alike. A group shows as a bright square on the diagonal. Titles that share words are alike by their texts alone, so that the groups say less about ratings than it seems.",
    ],
    blocks:
      shown.length > 1
        ? [...pictureBlock(similarityPicture(document, map)), ...pictureBlock(clusterPicture(document, map))]
        : [],
  };
}

/** The films of the series that the study looks at, if they are rated. */
function filmsOfSeries({ catalog, counts }: ExperimentContext["data"]): number[] {
  return [...counts.keys()].filter((film) => counts[film] > 0 && catalog.titles[film].toLowerCase().includes(series));
}
