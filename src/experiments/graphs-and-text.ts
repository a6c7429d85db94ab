/** Study 004, on MovieLens 100K: people by correlation, genres of films, their graph, their texts; lists of five and ten. */
import { type Division, type Entrant, type Evaluation, entrant, MatineeError } from "../index.ts";
import { type Block, dataSection, type Section } from "../pictures.ts";
import { type Context, compared, meanOf, registered, type Trap, tableBlock, trapSection } from "./experiment.ts";

interface Row {
  readonly name: string;
  readonly model: string;
  readonly set?: Readonly<Record<string, unknown>>;
  /** Precision, recall and NDCG at 5, then at 10. */
  readonly printed?: readonly number[];
}

/** Judged as far as there are models of these names. */
const rows: readonly Row[] = [
  {
    name: "collaborative filtering",
    model: "user-knn",
    set: { preset: "deviation" },
    printed: [0.0115, 0.0057, 0.0111, 0.0138, 0.0141, 0.0149],
  },
  { name: "genres", model: "genre-overlap", printed: [0.0549, 0.0306, 0.063, 0.0469, 0.0495, 0.0622] },
  { name: "graph (u1)", model: "taste-graph", printed: [0.0982, 0.0267, 0.1144, 0.0774, 0.0412, 0.1001] },
  { name: "embeddings of texts", model: "text", printed: [0.0341, 0.0216, 0.0379, 0.0304, 0.0428, 0.042] },
  { name: "terms of texts", model: "tfidf" },
  { name: "walk on the graph", model: "walk" },
  { name: "popular", model: "popular" },
  { name: "ease", model: "ease" },
];
const [filtering, graph] = [rows[0].name, rows[2].name];
const ten = { preset: "deviation", minNeighbours: 10 };
/** The study's two definitions: over everybody, and over those with a relevant film. */
const ofAll = atFiveAndTen("precision-all", "recall", "ndcg-all");
const ofSome = atFiveAndTen("precision", "recall", "ndcg");

export async function run(context: Context): Promise<readonly Section[]> {
  const entrants = rows
    .filter(({ model }) => registered(model))
    .map(({ name, model, set }) => entrant(model, set, name));
  const { able, unable } = await tried(context, entrants);
  const sure = entrant("user-knn", ten, "10 of 20 neighbours");
  const own = await compared(context, [...able, sure], ofAll);
  const fold = await u1(context);
  const folded = fold && (await compared({ ...context, division: fold }, able, ofSome));
  const at5 = (name: string) => meanOf(own, name, "precision-all@5");
  const traps: Trap[] = [
    [
      "The best prediction rests on the least: precision at 5 from 1 neighbour; from 10",
      at5(filtering),
      at5(sure.name),
    ],
    ["No yardstick: precision at 5 of collaborative filtering; beside it popular", at5(filtering), at5("popular")],
  ];
  if (folded && registered("taste-graph")) {
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
        listBlock("own", `${own.split.name}, all ${own.split.people} people`, own),
        ...(folded ? [listBlock("u1", "The fold u1, people with a relevant film", folded)] : []),
      ],
    },
    trapSection(traps),
  ];
}

function atFiveAndTen(...metrics: string[]): string[] {
  return [5, 10].flatMap((k) => metrics.map((metric) => `${metric}@${k}`));
}

function listBlock(name: string, title: string, { metrics, models }: Evaluation): Block {
  const names = metrics.map((metric) => metric.name);
  const cells = models.map((model) => [model.name, ...names.map((metric) => model.metrics[metric].mean)]);
  return tableBlock(name, title, ["model", ...names], cells);
}

/** Which can be fitted here, and why others cannot: what embeds texts is an optional package, and a download. */
async function tried({ division, step }: Context, entrants: readonly Entrant[]) {
  const [able, unable]: [Entrant[], { name: string; value: string }[]] = [[], []];
  const { train } = await division.part(0);
  for (const own of entrants) {
    try {
      if (own.model === "text")
        (await step(`Training ${own.name}`, (watch) => own.fit(train, watch))).model[Symbol.dispose]();
      able.push(own);
    } catch (error) {
      if (!(error instanceof MatineeError) || error.code === "CANCELLED") throw error;
      unable.push({ name: own.name, value: error.message });
    }
  }
  return { able, unable };
}

/** The study's other division, where its files are beside the data. */
async function u1({ divide }: Context): Promise<Division | undefined> {
  try {
    return await divide("u1");
  } catch (error) {
    if (error instanceof MatineeError && ["SPLIT_INVALID", "DATA_NOT_FOUND"].includes(error.code)) return undefined;
    throw error;
  }
}
