/** Study 004, on MovieLens 100K: users by correlation, films by genre, by a graph and by text; lists of five and ten films. */
import {
  ease,
  genreOverlap,
  hybrid,
  MatineeError,
  type ModelSpec,
  mmr,
  pagerank,
  popular,
  type Reranker,
  rp3beta,
  tasteGraph,
  text,
  tfidf,
  userKnn,
} from "../../core.ts";
import {
  type Contender,
  contender,
  crossEncoder,
  type Evaluation,
  type MetricName,
  type Splits,
  splitRatings,
  splits,
  withReranker,
} from "../../index.ts";
import { type Block, comparisonGrid, type Section } from "../../report/index.ts";
import { compareContenders, type ExperimentContext, metricMean, tableBlock } from "../experiment.ts";
import type { Lesson, TrapRow } from "../lesson.ts";

interface StudiedModel {
  readonly name: string;
  readonly spec: ModelSpec;
  /** Reorders a pool of the items that the model ranks first. */
  readonly reranking?: readonly [reranker: Reranker, pool: number];
  /** Precision, recall and NDCG at 5, then at 10. */
  readonly printed?: readonly number[];
}

const crossEncoding = crossEncoder();
const studiedModels: readonly StudiedModel[] = [
  {
    name: "collaborative filtering",
    spec: userKnn({ preset: "deviation" }),
    printed: [0.0115, 0.0057, 0.0111, 0.0138, 0.0141, 0.0149],
  },
  { name: "genres", spec: genreOverlap(), printed: [0.0549, 0.0306, 0.063, 0.0469, 0.0495, 0.0622] },
  { name: "graph (u1)", spec: tasteGraph(), printed: [0.0982, 0.0267, 0.1144, 0.0774, 0.0412, 0.1001] },
  { name: "embeddings of texts", spec: text() },
  {
    name: "embeddings, reranked",
    spec: text(),
    reranking: [crossEncoding, 10],
    printed: [0.0341, 0.0216, 0.0379, 0.0304, 0.0428, 0.042],
  },
  { name: "terms of texts", spec: tfidf() },
  { name: "rp3beta", spec: rp3beta() },
  { name: "pagerank", spec: pagerank() },
  { name: "popular", spec: popular() },
  { name: "ease", spec: ease() },
  { name: "ease and terms", spec: hybrid([ease(), tfidf()]) },
  { name: "ease, then variety", spec: ease(), reranking: [mmr({ lambda: 0.9 }), 30] },
];
const [filtering, graph] = [studiedModels[0].name, studiedModels[2].name];
const ten = userKnn({ preset: "deviation", minNeighbours: 10 });
/** The study's two definitions: over all users, and over those with a relevant film. */
const ofAll = atFiveAndTen("precision-all", "recall", "ndcg-all");
const ofSome = atFiveAndTen("precision", "recall", "ndcg");

export async function graphsAndTextStudy(context: ExperimentContext): Promise<Lesson> {
  const { usable, unusable } = await findUsable(context);
  const sure = contender(ten, "10 of 20 neighbours");
  const own = await compareContenders(context, [...usable, sure], ofAll);
  const fold = await splitAsU1(context);
  const folded = fold && (await compareContenders({ ...context, splits: fold }, usable, ofSome));
  const at5 = (name: string) => metricMean(own, name, "precision-all@5");
  const traps: TrapRow[] = [
    [
      "The best prediction rests on the least: precision at 5 from 1 neighbour; from 10",
      at5(filtering),
      at5(sure.name),
    ],
    ["No yardstick: precision at 5 of collaborative filtering; beside it popular", at5(filtering), at5("popular")],
  ];
  if (folded) {
    const elsewhere = metricMean(folded, graph, "precision@5");
    traps.push(["Two splits in one table: precision at 5 of the graph on u1; as the others", elsewhere, at5(graph)]);
  }
  const printed = studiedModels.flatMap(({ name, printed }) => (printed ? [[name, ...printed]] : []));
  const results: Section[] = [
    {
      name: "lists",
      title: "Lists of five and ten",
      facts: unusable,
      blocks: [
        tableBlock("printed", "Printed", ["model", ...ofSome], printed),
        ...listBlocks("own", `${own.split.name}, all ${own.split.people} people`, own),
        ...(folded ? listBlocks("u1", "The fold u1, people with a relevant film", folded) : []),
      ],
    },
  ];
  return { aim: [], method: [], results, traps: [{ name: "Traps", text: [], rows: traps }], takeAway: [] };
}

function atFiveAndTen<Name extends "precision" | "precision-all" | "recall" | "ndcg" | "ndcg-all">(...metrics: Name[]) {
  return [5, 10].flatMap((k) => metrics.map((metric): MetricName => `${metric}@${k}`));
}

/** A table of means, with the standard error and the p of the last metric; then the grid with all intervals. */
function listBlocks(name: string, title: string, evaluation: Evaluation): Block[] {
  const { metrics, models, versus = [] } = evaluation;
  const last = metrics.at(-1)!.name;
  const cells = models.map((model) => [
    model.name,
    ...metrics.map((metric) => model.metrics[metric.name].mean),
    model.metrics[last].se ?? null,
    versus.find((test) => test.metric === last && test.name === model.name)?.adjusted ?? null,
  ]);
  const columns = ["model", ...metrics.map((metric) => metric.name), `± of ${last}`, "p against its best"];
  return [
    tableBlock(name, title, columns, cells),
    { kind: "grid", ...comparisonGrid(evaluation), name: `${name}-intervals`, title: `${title}: intervals` },
  ];
}

/** The models that can be evaluated here, and why others cannot: models of texts need an optional package and a download. */
async function findUsable(context: ExperimentContext) {
  const [usable, unusable]: [Contender[], { name: string; value: string }[]] = [[], []];
  for (const row of studiedModels) {
    const first = contender(row.spec, row.name);
    try {
      if (row.spec.model === "text") await tryTexts(context, first, row.reranking?.[0]);
      usable.push(row.reranking ? { ...withReranker(first, ...row.reranking), name: row.name } : first);
    } catch (error) {
      if (!(error instanceof MatineeError) || error.code === "CANCELLED") throw error;
      unusable.push({ name: row.name, value: error.message });
    }
  }
  return { usable, unusable };
}

/** Embeds the films and reranks one of them. Throws where the texts cannot be read. */
async function tryTexts({ data, step }: ExperimentContext, base: Contender, reranker?: Reranker): Promise<void> {
  using model = (await step(`Training ${base.name}`, (tools) => base.fit(data, tools))).model;
  const liked = { items: Int32Array.of(0), values: Float32Array.of(data.scale.max) };
  await reranker?.rerank({ profile: liked }, [{ item: 1, score: 0 }], { info: data, model, k: 1 });
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
