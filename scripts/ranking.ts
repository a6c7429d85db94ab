/**
 * Which model ranks best where every model's settings are tuned on training ratings:
 *
 *   node scripts/ranking.ts [folds] [small] [study]   writes those tables of docs/results/ranking.md, by default all
 *
 * Every fold chooses for itself: settings are those whose lists have the highest NDCG at 10 on a fifth of each user's training ratings, and the
 * model is then trained on all of them. MovieLens 100K and ml-latest-small are read from MATINEE_TEST_DATA (default ../shared/data).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Engine, localEngine } from "../src/compute/engine.ts";
import type { Dataset } from "../src/data/dataset.ts";
import { readRatings } from "../src/data/read.ts";
import { type Contender, contender } from "../src/evaluate/contender.ts";
import { evaluate } from "../src/evaluate/evaluate.ts";
import { permutationTest } from "../src/evaluate/permutation-test.ts";
import { configure } from "../src/models/configure.ts";
import { role, type Splits, splitOf } from "../src/split/split.ts";
import { splitRatings, splits as splitters } from "../src/split/splits.ts";
import { golden } from "../test/helpers/data.ts";
import { top1000Half } from "../test/helpers/top-1000-films.ts";

const page = resolve(import.meta.dirname, "../docs/results/ranking.md");
const folder = process.env.MATINEE_TEST_DATA ?? resolve(import.meta.dirname, "../../shared/data");

type Values = Readonly<Record<string, number | string>>;
type Grid = Readonly<Record<string, readonly (number | string)[]>>;

/** The values that are tried of each model's settings. */
const grids = {
  ease: { model: "ease", grid: { lambda: [1000, 2000, 3000, 4000], neutral: [0, 0.0625, 0.125], beta: [0.1, 0.2] } },
  "ease, dropout": {
    model: "ease",
    grid: { lambda: [2000, 3000], neutral: [0.0625, 0.125], dropout: [0.33, 0.5, 0.67] },
  },
  "ease, genres": {
    model: "ease",
    grid: { lambda: [2000, 3000], neutral: [0.0625, 0.125], features: ["genres"], contentWeight: [6, 12] },
  },
  "ease, dropout and genres": {
    model: "ease",
    grid: {
      ...{ lambda: [2000], neutral: [0.0625, 0.125], dropout: [0.33, 0.5, 0.67] },
      ...{ features: ["genres"], contentWeight: [6, 12] },
    },
  },
  "hybrid (lists)": {
    model: "hybrid",
    grid: { preset: ["lists"], weights: ["0.6,0.3,0.1", "0.5,0.4,0.1", "0.4,0.4,0.2", "0.4,0.5,0.1"] },
  },
  als: { model: "als", grid: { alpha: [0.8, 1.3, 2], regularisation: [3, 4.7, 7] } },
} as const satisfies Record<string, { readonly model: string; readonly grid: Grid }>;
type Family = keyof typeof grids;

interface Protocol {
  readonly name: string;
  readonly title: string;
  readonly data: Dataset;
  readonly splits: Splits;
  /** By default, the upper quarter of the scale. */
  readonly relevant?: number;
  readonly metrics: readonly string[];
  /** The contender that the others are tested against. */
  readonly reference: string;
}

async function protocols(): Promise<Protocol[]> {
  const hundred = await readRatings(join(folder, "ml-100k"));
  const small = await readRatings(join(folder, "ml-latest-small"));
  const sample = await top1000Half();
  const { evaluation } = golden<{ evaluation: { heldOutMask: string } }>("splits/top1000-half-seed42.json");
  const mask = Buffer.from(evaluation.heldOutMask, "base64");
  const held = (entry: number) => ((mask[entry >> 3] >> (entry & 7)) & 1) === 1;
  const roles = Uint8Array.from(sample.byUser.values, (_, entry) => (held(entry) ? role.test : role.train));
  const metrics = ["precision@5", "ndcg@10", "catalogue-coverage@10", "novelty@10"];
  return [
    {
      name: "folds",
      ...{ title: "MovieLens 100K, the five folds pooled (`--split u1-u5`)", data: hundred, metrics },
      ...{ splits: splitRatings(hundred, splitters.movieLens("u1-u5")), reference: "ease" },
    },
    {
      name: "small",
      ...{ title: "ml-latest-small, a fifth of each user's ratings (`--split per-user:0.8`)", data: small, metrics },
      ...{ splits: splitRatings(small, splitters.perUser(0.8)), reference: "ease" },
    },
    {
      name: "study",
      ...{
        title: "The 32 M study's protocol: half of the ratings of 1,000 films, a fifth of them held out",
        data: sample,
      },
      splits: { name: "held out", seed: 42, count: 1, split: () => splitOf(sample, "held out", roles) },
      ...{ relevant: sample.scale.min, metrics: ["hit-rate@10", "ndcg@10"], reference: "popular" },
    },
  ];
}

/** Every choice of one value for each setting. */
function pointsOf(grid: Grid): Values[] {
  return Object.entries(grid).reduce<Values[]>(
    (points, [name, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
}

const choices = new WeakMap<Dataset, Map<Family, Promise<Values>>>();

/** The settings of the family that are best on a part of the training ratings. Each training part chooses once. */
function choose(train: Dataset, family: Family, relevant: number | undefined, engine: Engine): Promise<Values> {
  const made = choices.get(train) ?? new Map<Family, Promise<Values>>();
  choices.set(train, made);
  const chosen = made.get(family) ?? search(train, family, relevant, engine);
  made.set(family, chosen);
  return chosen;
}

async function search(train: Dataset, family: Family, relevant: number | undefined, engine: Engine): Promise<Values> {
  const { model, grid } = grids[family];
  const points = pointsOf(grid);
  const tried = points.map((values, n) => contender(configure(model, values), `${n}`));
  const inner = splitRatings(train, splitters.perUser(0.8), 1);
  const options = { metrics: ["ndcg@10"], engine, ...(relevant === undefined ? {} : { relevant }) };
  const { evaluation } = await evaluate(train, tried, inner, options);
  const values = evaluation.models.map(({ metrics }) => metrics["ndcg@10"].mean);
  const best = values.indexOf(Math.max(...values));
  console.error(family, train.byUser.values.length, JSON.stringify(points[best]), values[best].toFixed(4));
  return points[best];
}

function tuned(family: Family, relevant: number | undefined): Contender {
  const { model } = grids[family];
  return {
    ...{ name: family, model, config: {} },
    fit: async (train, options) =>
      contender(configure(model, await choose(train, family, relevant, options.engine))).fit(train, options),
  };
}

/** A blend of `ease`, of some family, `als` and others with their defaults; it learns its weights from training ratings. */
function blend(name: string, ease: Family, others: readonly string[], relevant: number | undefined): Contender {
  return {
    ...{ name, model: "hybrid", config: {} },
    async fit(train, options) {
      const parts = [
        ["ease", await choose(train, ease, relevant, options.engine)],
        ["als", await choose(train, "als", relevant, options.engine)],
      ] as const;
      const settings = parts.flatMap(([part, values]) =>
        Object.entries(values).map(([setting, value]) => `${part}.${setting}=${value}`),
      );
      const set = {
        ...{ models: ["ease", "als", ...others].join(","), normalisation: "z-score", settings: settings.join(",") },
      };
      const fitted = await contender(configure("hybrid", set)).fit(train, options);
      const weights = fitted.model.blend!.parts.map((part) => `${part.name} ${part.weight.toFixed(1)}`);
      console.error(name, train.byUser.values.length, weights.join(", "));
      return fitted;
    },
  };
}

async function tableOf(protocol: Protocol, engine: Engine): Promise<string[]> {
  const { title, data, splits, relevant, metrics, reference } = protocol;
  const families = Object.keys(grids) as Family[];
  const contenders = [
    contender(configure("popular"), "popular"),
    contender(configure("ease"), "ease, defaults"),
    ...families.map((family) => tuned(family, relevant)),
    blend("hybrid of ease and als", "ease", [], relevant),
    blend("hybrid of ease, dropout and genres, als and mf", "ease, dropout and genres", ["mf"], relevant),
  ];
  const options = { metrics, engine, ...(relevant === undefined ? {} : { relevant }) };
  const { evaluation, people } = await evaluate(data, contenders, splits, options);
  const tested = evaluation.metrics.filter(({ better }) => better !== undefined).map(({ name }) => name);
  const others = metrics.filter((name) => !tested.includes(name));
  const head = ["model", ...tested.flatMap((name) => [name, `against ${reference}`, "p"]), ...others];
  const lines = ["", `## ${title}`, "", `| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`];
  for (const model of evaluation.models) {
    const cells = tested.flatMap((name) => {
      const { mean, low, high } = model.metrics[name];
      const value = `${mean.toFixed(4)} (${low!.toFixed(4)}–${high!.toFixed(4)})`;
      if (model.name === reference) return [value, "", ""];
      const [own, usual] = [people.get(model.name)![name], people.get(reference)![name]];
      const weight = own.weights.reduce((sum, one) => sum + one, 0);
      const differences = own.sums.map((sum, user) => sum - usual.sums[user]);
      const difference = differences.reduce((sum, one) => sum + one, 0) / weight;
      const error = Math.sqrt(differences.reduce((sum, one) => sum + one * one, 0)) / weight;
      const sign = difference < 0 ? "−" : "+";
      return [
        value,
        `${sign}${Math.abs(difference).toFixed(4)} ± ${error.toFixed(4)}`,
        permutationTest(differences, 0).toFixed(4),
      ];
    });
    const rest = others.map((name) => model.metrics[name].mean.toFixed(3));
    lines.push(`| ${[model.name, ...cells, ...rest].join(" | ")} |`);
  }
  return lines;
}

using engine = localEngine();
const wanted = process.argv.slice(2);
const marker = "\nMeasured by `node scripts/ranking.ts`:\n";
for (const protocol of await protocols()) {
  if (wanted.length > 0 && !wanted.includes(protocol.name)) continue;
  const table = await tableOf(protocol, engine);
  const [text, tables = ""] = readFileSync(page, "utf8").split(marker);
  const others = tables.split(/\n(?=## )/).filter((part) => part.startsWith("## ") && !part.startsWith(table[1]));
  writeFileSync(
    page,
    `${text}${marker}${[...others.map((part) => `\n${part.trim()}\n`), `${table.join("\n")}\n`].join("")}`,
  );
}
