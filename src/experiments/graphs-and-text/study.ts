/** Study 004, on MovieLens 100K: people by correlation, genres of films, their graph, their texts; lists of five and ten. */
import {
  type Contender,
  contender,
  crossEncoder,
  type Evaluation,
  MatineeError,
  mmr,
  type Reranker,
  type Splits,
  withSecondStage,
} from "../../index.ts";
import { type Block, comparisonGrid, dataSection, type Section } from "../../pictures.ts";
import { type Context, compared, meanOf, type Trap, tableBlock, trapSection } from "../experiment.ts";

interface Row {
  readonly name: string;
  readonly model: string;
  readonly set?: Readonly<Record<string, unknown>>;
  /** Rearranges so many of the model's own best. */
  readonly second?: readonly [stage: Reranker, pool: number];
  /** Precision, recall and NDCG at 5, then at 10. */
  readonly printed?: readonly number[];
}

const crossEncoding = crossEncoder();
const rows: readonly Row[] = [
  {
    name: "collaborative filtering",
    model: "user-knn",
    set: { preset: "deviation" },
    printed: [0.0115, 0.0057, 0.0111, 0.0138, 0.0141, 0.0149],
  },
  { name: "genres", model: "genre-overlap", printed: [0.0549, 0.0306, 0.063, 0.0469, 0.0495, 0.0622] },
  { name: "graph (u1)", model: "taste-graph", printed: [0.0982, 0.0267, 0.1144, 0.0774, 0.0412, 0.1001] },
  { name: "embeddings of texts", model: "text" },
  {
    name: "embeddings, reranked",
    model: "text",
    second: [crossEncoding, 10],
    printed: [0.0341, 0.0216, 0.0379, 0.0304, 0.0428, 0.042],
  },
  { name: "terms of texts", model: "tfidf" },
  { name: "rp3beta", model: "rp3beta" },
  { name: "pagerank", model: "pagerank" },
  { name: "popular", model: "popular" },
  { name: "ease", model: "ease" },
  { name: "ease and terms", model: "hybrid", set: { models: "ease,tfidf" } },
  { name: "ease, then variety", model: "ease", second: [mmr({ lambda: 0.9 }), 30] },
];
const [filtering, graph] = [rows[0].name, rows[2].name];
const ten = { preset: "deviation", minNeighbours: 10 };
/** The study's two definitions: over everybody, and over those with a relevant film. */
const ofAll = atFiveAndTen("precision-all", "recall", "ndcg-all");
const ofSome = atFiveAndTen("precision", "recall", "ndcg");

export async function run(context: Context): Promise<readonly Section[]> {
  const { able, unable } = await tried(context);
  const sure = contender("user-knn", ten, "10 of 20 neighbours");
  const own = await compared(context, [...able, sure], ofAll);
  const fold = await u1(context);
  const folded = fold && (await compared({ ...context, splits: fold }, able, ofSome));
  const at5 = (name: string) => meanOf(own, name, "precision-all@5");
  const traps: Trap[] = [
    [
      "The best prediction rests on the least: precision at 5 from 1 neighbour; from 10",
      at5(filtering),
      at5(sure.name),
    ],
    ["No yardstick: precision at 5 of collaborative filtering; beside it popular", at5(filtering), at5("popular")],
  ];
  if (folded) {
    const elsewhere = meanOf(folded, graph, "precision@5");
    traps.push(["Two splits in one table: precision at 5 of the graph on u1; as the others", elsewhere, at5(graph)]);
  }
  const printed = rows.flatMap(({ name, printed }) => (printed ? [[name, ...printed]] : []));
  return [
    dataSection(context.document, context.data),
    {
      name: "lists",
      title: "Lists of five and ten",
      facts: unable,
      blocks: [
        tableBlock("printed", "Printed", ["model", ...ofSome], printed),
        ...listBlocks("own", `${own.split.name}, all ${own.split.people} people`, own),
        ...(folded ? listBlocks("u1", "The fold u1, people with a relevant film", folded) : []),
      ],
    },
    trapSection(traps),
  ];
}

function atFiveAndTen(...metrics: string[]): string[] {
  return [5, 10].flatMap((k) => metrics.map((metric) => `${metric}@${k}`));
}

/** Means, with the error of the last metric and how likely so large a difference from its best is by luck; then all intervals. */
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

/** Which can be judged here, and why others cannot: what reads texts is an optional package, and a download. */
async function tried(context: Context) {
  const [able, unable]: [Contender[], { name: string; value: string }[]] = [[], []];
  for (const row of rows) {
    const first = contender(row.model, row.set, row.name);
    try {
      if (row.model === "text") await read(context, first, row.second?.[0]);
      able.push(row.second ? { ...withSecondStage(first, ...row.second), name: row.name } : first);
    } catch (error) {
      if (!(error instanceof MatineeError) || error.code === "CANCELLED") throw error;
      unable.push({ name: row.name, value: error.message });
    }
  }
  return { able, unable };
}

/** Embeds the films, and ranks one of them: throws where that cannot be. */
async function read({ data, step }: Context, first: Contender, second?: Reranker): Promise<void> {
  using model = (await step(`Training ${first.name}`, (watch) => first.fit(data, watch))).model;
  const liked = { items: Int32Array.of(0), values: Float32Array.of(data.scale.max) };
  await second?.rerank({ profile: liked }, [{ item: 1, score: 0 }], { info: data, model, k: 1 });
}

/** The study's other splits, where its files are beside the data. */
async function u1({ divide }: Context): Promise<Splits | undefined> {
  try {
    return await divide("u1");
  } catch (error) {
    if (error instanceof MatineeError && ["SPLIT_INVALID", "DATA_NOT_FOUND"].includes(error.code)) return undefined;
    throw error;
  }
}
