/** Study 004, on MovieLens 100K: users by correlation, films by genre, by a graph and by text; lists of five and ten films. */
import { type Dataset, labelsOf, likedFrom, MatineeError, openModel, queryOfUser, tasteOf } from "../../core.ts";
import {
  type Evaluation,
  type MetricName,
  type Split,
  type Splits,
  splitRatings,
  splits,
  usersWithRatings,
} from "../../index.ts";
import { type Block, type Cell, comparisonGrid, comparisonPicture, type Section } from "../../report/index.ts";
import {
  compareContenders,
  type ExperimentContext,
  filmTitle,
  pictureBlock,
  tableBlock,
  trainForStudy,
} from "../experiment.ts";
import { type Lesson, seeTrap } from "../lesson.ts";
import { graphOf } from "./graph.ts";
import { findUsable, ofTraps, specs } from "./models.ts";
import { printedOfAll, printedOfU1, printedTaste } from "./printed.ts";
import { graphsAndTextTraps } from "./traps.ts";
import { userListRows } from "./user-lists.ts";

/** The study's two definitions: over all users, and over those with a relevant film. */
const ofAll = atFiveAndTen("precision-all", "recall", "ndcg-all");
const ofSome = atFiveAndTen("precision", "recall", "ndcg");

export async function graphsAndTextStudy(context: ExperimentContext): Promise<Lesson> {
  const { data } = context;
  const { usable, texts, missing } = await findUsable(context);
  const split = await context.splits.split(0);
  const fold = await splitAsU1(context);
  const foldSplit = fold && (await fold.split(0));
  const own = await compareContenders(context, [...usable, ...ofTraps], ofAll);
  const folded = fold && (await compareContenders({ ...context, splits: fold }, usable, ofSome));
  const graphTrain = foldSplit?.train ?? split.train;
  const lists = await userListRows(context, { own: split.train, graph: graphTrain }, texts);
  return {
    aim: [
      "The title of the notebook is No LLM-enhanced Movie Recommendation System. It sets out to build collaborative filtering as a baseline, then a knowledge graph with semantic search, then retrieval from a graph, all without a large language model, to see what graphs and " +
        "embeddings can do by themselves.",
      "It plans retrieval by an LLM for later. It hopes that what holds without an LLM will hold with one. The model that it calls LLM-enhanced has none: two small text models of 23 million parameters each find and order films.",
    ],
    method: [
      "A fifth of everybody's ratings is held out (In [2]), and a held-out film counts as relevant if it is rated 4 or more. Four ways to make lists are tried. The first predicts ratings from the 20 most similar users v (In [3]). The study calls the similarity Pearson correlation. It is the cosine of two people's deviations from their means: the products are over the films in common, the lengths over all films.",
      { formula: "r̂(u, i) = mean(u) + Σ sim(u, v) (r(v, i) − mean(v)) / Σ |sim(u, v)|" },
      "The second counts how many genres a film has of those that the user likes, and orders equals by their number of ratings (In [4]). The third builds a graph whose edges join films and genres. From the films that the user rated highest it walks to their genres, and from there to all films with " +
        "one of them (In [8] to In [11]). The comment in the code says that ratings of 4 count if there are none of 5; what it computes is that only the highest count, and only if they are 4 or 5.",
      {
        formula:
          "score(u, i) = Σ over the genres g of i: number of u's highest-rated films with g,  + 0.001 · ratings of i",
      },
      'The fourth embeds the text "Title, Genre, Genre" of every film by all-MiniLM-L6-v2 (In [15]). A person is the mean of the films that they like (In [16]). The 50 nearest films of all are found, those already seen are dropped (In [17]), and a cross-encoder reads the person\'s favourites beside each film that is ' +
        "left and orders them (In [18]).",
      { formula: "x(u) = m / |m|,  m = mean of y(i) over the liked films of u;   50 highest x(u) · y(j)" },
      "Precision at k is the share of relevant films among k; recall is the share of the relevant films that are listed; NDCG counts a film the more, the higher it stands. Precision and NDCG are means over everybody, and whoever has no relevant film counts as 0 (precision-all and ndcg-all here). Recall is a mean over people who " +
        "have one. For the graph, all three are means over people who have one (In [13]).",
    ],
    results: [
      splitSection(data, split, foldSplit),
      await graphSection(context, graphTrain, fold ? "the training ratings of u1" : "the training ratings"),
      textSection(split.train, texts),
      ...(lists.length > 0 ? [userSection(lists)] : []),
      {
        name: "own",
        title: "How good are the lists, on the study's split?",
        text: [
          "The first table has what the study printed for all 943 people. The second has the same models here, on the same kind of split, and others beside them. Where the split is another draw than the study's, the numbers differ, a few by more than the interval of this draw, since an interval is about other people and not about another draw; with the study's own split (--mask), genres agree to four decimals, " +
            "and collaborative filtering does but for the order of its ties.",
          "The pipeline of embeddings is judged as published: of the fifty nearest films of all, those already seen are dropped, and the cross-encoder orders all that are left. Where a text model or the cross-encoder is not at hand, the printed numbers stand alone; the last line of this report says so.",
          "Set beside them: the most rated films (popular); TF-IDF of titles and genres, which compares words where the embeddings compare meanings (terms of texts); walks over the graph of people and films (rp3beta, pagerank), and its eigenvectors as vectors of films (spectral); a linear model of which films are chosen together (ease); and that model blended with the terms, or reordered so that a list holds films unlike each other (ease and terms; ease, then variety). docs/models.md has each. " +
            "The last three rows belong to the traps: filtering with equal predictions in another order, or with ten raters at least; and the best of the fifty films that ease scores highest, seen ones among them.",
          seeTrap("The best prediction rests on the least"),
          seeTrap("Ties by chance"),
          seeTrap("Candidates first, seen films after"),
        ],
        blocks: [
          tableBlock("printed", "Printed, all 943 people", ["model", ...ofAll], printedOfAll, [
            "Only rows that are judged on the same people stand in one table.",
          ]),
          ...listBlocks(context, "own", `Here, all ${people(own)} people`, own),
        ],
      },
      {
        name: "fold",
        title: "The graph, on another split",
        text: [
          "The graph alone was judged on the fold u1 of MovieLens 100K, over the people with a relevant film. In [14] prints its row below those of the other split. Here it has a table of its own, and all models are judged on u1 beside it.",
          seeTrap("Two splits in one table, and no yardstick"),
        ],
        blocks: [
          tableBlock("printed-u1", "Printed, 456 people of u1", ["model", ...ofSome], printedOfU1, [
            "The only row that was judged on u1.",
          ]),
          ...(folded ? listBlocks(context, "u1", "Here, u1, people with a relevant film", folded) : []),
        ],
        ...(folded ? {} : { note: "u1 is a fold of MovieLens 100K; its files are not beside these data." }),
      },
    ],
    traps: await graphsAndTextTraps(context, split.train, own, folded),
    takeAway: [
      "Numbers in one table are compared, whatever the text says. They must come from the same split, the same people and the same counting.",
      "The list that is the same for everybody belongs in every table. On MovieLens 100K it beats every model of the study, on either split, and nobody can see it without that row. Models that learn from everybody's ratings, such as ease and the walks over the graph of people and films, are better by far.",
      "What a model finds best is often what the person has already seen, or what hardly anybody has. Leave out the first before choosing, and show the number of ratings beside the second.",
      "Do not name a model after what is planned. Nothing in these numbers says how an LLM would do.",
    ],
    missing,
  };
}

function atFiveAndTen<Name extends "precision" | "precision-all" | "recall" | "ndcg" | "ndcg-all">(...metrics: Name[]) {
  return [5, 10].flatMap((k) => metrics.map((metric): MetricName => `${metric}@${k}`));
}

function people({ split }: Evaluation): string {
  return split.people.toLocaleString("en-US");
}

/** Sizes of the splits. */
function splitSection(data: Dataset, { train, test }: Split, fold: Split | undefined): Section {
  const none = (rows: Dataset["byUser"]) => rows.rows - usersWithRatings(rows).length;
  return {
    name: "splits",
    title: "The splits",
    text: [
      "In [2] shuffles the ratings and holds a fifth of each person's out. It checks that nobody is without training or test ratings, and both lists of such people are printed empty. In [7] reads another split from files, the published fold u1. From there on, the graph lives on data of its own.",
    ],
    blocks: [
      tableBlock(
        "sizes",
        "Sizes",
        ["what", "printed", "here"],
        [
          ["ratings (In [2])", 100_000, data.byUser.values.length],
          ["training ratings (In [2])", 80_367, train.byUser.values.length],
          ["test ratings (In [2])", 19_633, test.values.length],
          ["people without training ratings (In [2])", 0, none(train.byUser)],
          ["people without test ratings (In [2])", 0, none(test)],
          [
            "people with training ratings in u1 (In [7])",
            943,
            fold ? usersWithRatings(fold.train.byUser).length : null,
          ],
          ["people with test ratings in u1 (In [7])", 459, fold ? usersWithRatings(fold.test).length : null],
        ],
        fold ? [] : ["–: the files of u1 are not beside these data."],
      ),
    ],
  };
}

/** The graph, and what it finds for the first user. */
async function graphSection(context: ExperimentContext, train: Dataset, source: string): Promise<Section> {
  const { data } = context;
  const { nodes, edges } = graphOf(data);
  const user = 0;
  using model = openModel(await trainForStudy(context, specs.graph, train));
  const { genres: liked, reached } = tasteOf(model, queryOfUser(train, train.users.id(user)));
  const taste = new Map(liked.map(({ genre, weight }) => [genre, weight]));
  const genres = labelsOf(data.catalog.genres, 0);
  const asked = `User 1 is here the first of ${data.name}, ${data.users.id(user)}.`;
  return {
    name: "graph",
    title: "The graph of films and genres",
    text: [
      `In [8] to In [10] print one person's taste, the size of the graph, and how many films the walk reaches. Here they are those of ${source}. Almost every film has one of a person's genres, so the walk excludes hardly anything: the order does all the work.`,
      "The study's graph has the placeholder genre unknown as a node like any other. It joins two films that have nothing in common but that nothing is known of them.",
    ],
    blocks: [
      tableBlock(
        "graph",
        "The graph",
        ["what", "printed", "here"],
        [
          ["genres of the first film (In [7])", "Animation, Children's, Comedy", genres.join(", ") || "none"],
          ["nodes (In [9])", "1701", String(nodes)],
          ["edges (In [9])", "2893", String(edges)],
          ["films that the walk reaches for user 1 (In [10])", "1618", String(reached)],
        ],
        [asked],
      ),
      tableBlock(
        "taste",
        "Genres of the films that user 1 rated highest",
        ["genre", "printed (In [8])", "here"],
        [...new Set([...Object.keys(printedTaste), ...taste.keys()])].map((genre) => {
          return [genre, printedTaste[genre] ?? 0, taste.get(genre) ?? 0];
        }),
        [asked],
      ),
    ],
  };
}

/** How many films and people have an embedding. */
function textSection(train: Dataset, embedded: boolean): Section {
  const { catalog, byUser, items, users } = train;
  const described = catalog.titles.filter((title) => title !== "").length;
  const liked = likedFrom(train);
  const fans = Array.from({ length: byUser.rows }, (_, user) =>
    byUser.values.subarray(byUser.offsets[user], byUser.offsets[user + 1]).some((rating) => rating >= liked),
  ).filter(Boolean).length;
  const genres = labelsOf(catalog.genres, 0).sort();
  return {
    name: "texts",
    title: "Films as texts",
    text: [
      "Nothing but title and genres is known of a film, so that is all that the text model reads. Films are near if their titles sound alike. In [15] prints its downloads and the shape of the embeddings, In [16] how many people have one; whoever has rated nothing 4 or more has none and gets the most rated films.",
    ],
    blocks: [
      tableBlock(
        "embeddings",
        "Embeddings",
        ["what", "printed", "here"],
        [
          ["film descriptions (In [15])", "1682", String(described)],
          ["shape of the embeddings (In [15])", "1682 × 384", embedded ? `${items.size} × 384` : "not embedded"],
          ["people with an embedding (In [16])", "942 of 943", `${fans} of ${users.size}`],
        ],
        [`The first text: "${[filmTitle(train, 0), ...genres].join(", ")}".`],
      ),
    ],
  };
}

function userSection(rows: readonly Cell[][]): Section {
  return {
    name: "user",
    title: "The lists for user 1",
    text: [
      "The study prints a list for user 1 after each model. Titles and numbers of ratings, which it does not print, say more than ids: collaborative filtering puts films that a handful of people rated beside well-known ones, genres list films with as many genres as possible, and the graph lists films that are Comedy, Drama and Romance at once, which this person rated high most often.",
      seeTrap("The best prediction rests on the least"),
      seeTrap("Candidates first, seen films after"),
    ],
    blocks: [
      tableBlock("user", "Printed and here", ["list", "place", "printed", "ratings", "here", "ratings here"], rows, [
        "Ratings are those of the training part. Among films of equal scores, the study's order is by chance. –: there is no such place, or the list cannot be made here.",
      ]),
    ],
  };
}

/** Means, with the standard error and the p of the last metric; a picture of those at 5; and all intervals. */
function listBlocks({ document }: ExperimentContext, name: string, title: string, evaluation: Evaluation): Block[] {
  const { metrics, models, versus = [] } = evaluation;
  const last = metrics.at(-1)!.name;
  const cells = models.map((model) => [
    model.name,
    ...metrics.map((metric) => model.metrics[metric.name].mean),
    model.metrics[last].se ?? null,
    versus.find((test) => test.metric === last && test.name === model.name)?.adjusted ?? null,
  ]);
  const columns = ["model", ...metrics.map((metric) => metric.name), `± of ${last}`, "p against its best"];
  const picture = comparisonPicture(document, evaluation);
  return [
    tableBlock(name, title, columns, cells, [
      `Split: ${evaluation.split.name}. ±: standard error. p: of a paired test over people against the best by ${last}, corrected by Holm; –: that is the best.`,
    ]),
    ...pictureBlock({ ...picture, name: `${name}-chart`, title: `${title}: lists of five` }),
    { kind: "grid", ...comparisonGrid(evaluation), name: `${name}-intervals`, title: `${title}: intervals` },
  ];
}

/** The study's other split, where its files are beside the data. */
async function splitAsU1({ data, splits: { seed } }: ExperimentContext): Promise<Splits | undefined> {
  const fold = splitRatings(data, splits.movieLens("u1"), seed);
  try {
    await fold.split(0);
    return fold;
  } catch (error) {
    if (error instanceof MatineeError && ["SPLIT_INVALID", "DATA_NOT_FOUND"].includes(error.code)) return undefined;
    throw error;
  }
}
