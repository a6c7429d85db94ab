/**
 * How default settings and the default models are chosen, again:
 *
 *   node scripts/defaults.ts search [models]   tries settings on validation ratings; writes docs/results/default-settings.md
 *   node scripts/defaults.ts caution           tries values of the setting `caution` on them; writes docs/results/caution.md
 *   node scripts/defaults.ts report            measures the defaults on test ratings; writes docs/results/default-models.md
 *
 * MovieLens 100K and ml-latest-small are read from MATINEE_TEST_DATA (default ../shared/data). Two more data sets are made of them:
 * ml-latest-small as events, its ratings from 4 on; and a fifth of MovieLens 100K, since what suits much data may not suit little. A fifth of each user's ratings is for the test; the search splits the others again and sees nothing
 * else. Every search is of random settings by a fixed seed.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Engine, localEngine } from "../src/compute/engine.ts";
import { type Dataset, datasetFromCsr, ratingScaleOf, type Shape, shapeOf } from "../src/data/dataset.ts";
import { filterRatings } from "../src/data/filter.ts";
import { readRatings } from "../src/data/read.ts";
import { coldStart } from "../src/evaluate/cold-start/cold-start.ts";
import { contender } from "../src/evaluate/contender.ts";
import { drawDislikes, shareRaised } from "../src/evaluate/dislikes.ts";
import { evaluate } from "../src/evaluate/evaluate.ts";
import type { Evaluation, ModelResult } from "../src/evaluate/evaluation.ts";
import { makeProposer } from "../src/evaluate/tuning/proposer.ts";
import { readSearchSpace, type SettingValues } from "../src/evaluate/tuning/search-space.ts";
import { csrFromTriplets } from "../src/matrix/csr.ts";
import { capabilitiesOf } from "../src/models/capabilities.ts";
import { configure } from "../src/models/configure.ts";
import { fit } from "../src/models/fit.ts";
import type { ModelSpec } from "../src/models/model.ts";
import { algorithmNamed, defaultModel, defaultPredictor } from "../src/models/registry.ts";
import { openModel } from "../src/recommend/open-model.ts";
import type { Splits } from "../src/split/split.ts";
import { splitRatings, splits as splitters } from "../src/split/splits.ts";

const root = resolve(import.meta.dirname, "..");
const folder = process.env.MATINEE_TEST_DATA ?? resolve(root, "../shared/data");

/** Settings that are searched, the metric that they are chosen by, and how many are tried. */
const searches = [
  { model: "als", metric: "ndcg@10", trials: 14, space: "scaling=0;factors=64,128;alpha=0.4~2;regularisation=15~60" },
  { model: "als", metric: "ndcg@10", trials: 14, space: "scaling=0.5;factors=64,128;alpha=0.4~4;regularisation=2~12" },
  { model: "ease", metric: "ndcg@10", trials: 6, space: "lambda=300~6000" },
  { model: "item-knn", metric: "ndcg@10", trials: 8, space: "k=20~300;shrinkage=0:60" },
  { model: "item-knn", metric: "rmse", trials: 6, space: "prediction=centred,baseline;k=30~150" },
  { model: "rp3beta", metric: "ndcg@10", trials: 8, space: "beta=0.2:0.8;alpha=0.5:1.5;k=100~500" },
  { model: "mf", metric: "rmse", trials: 8, space: "factors=16,32,64,96;epochs=25~80;regularisation=0.05~0.15" },
  { model: "user-knn", metric: "rmse", trials: 8, space: "similarity=centred,pearson;k=30~300;shrinkage=1:50" },
] as const;

/** The defaults before the search, where it changed them: what the settings tried are compared with. */
const former: Readonly<Record<string, SettingValues>> = {
  als: { alpha: 1, regularisation: 10, scaling: 0 },
};

/** Models that are compared: those that the page or a list may use. */
const compared = [
  ...["popular", "bias", "item-knn", "user-knn", "rp3beta", "ease", "als", "mf", "bayesian-mf"].map((model) =>
    configure(model),
  ),
  configure("hybrid", { preset: "lists" }),
];
/** The preset of `hybrid` has a part that cannot learn from events. */
const ofRatingsOnly = ({ model }: ModelSpec) => model === "hybrid" || algorithmNamed(model).ratingsOnly === true;

interface Protocol {
  readonly name: string;
  readonly data: Dataset;
  /** Whether settings are chosen by these data; on the others, they must not be worse. */
  readonly chooses: boolean;
  /** Training and test ratings. */
  readonly outer: Splits;
  /** The training ratings, and their own split. */
  readonly train: Dataset;
  readonly inner: Splits;
}

async function protocols(): Promise<Protocol[]> {
  const [hundred, small] = [
    await readRatings(join(folder, "ml-100k")),
    await readRatings(join(folder, "ml-latest-small")),
  ];
  return Promise.all(
    [hundred, small, likesOf(small), fifthOf(hundred)].map(async (data, n) => {
      const outer = splitRatings(data, splitters.perUser(0.8), 0);
      const { train } = await outer.split(0);
      return {
        name: data.name,
        data,
        chooses: n < 2,
        outer,
        train,
        inner: splitRatings(train, splitters.perUser(0.8), 1),
      };
    }),
  );
}

function fifthOf(data: Dataset): Dataset {
  return { ...filterRatings(data, { sample: 0.2, seed: 1 }), name: `a fifth of ${data.name}` };
}

/** Ratings from 4 on, as events of amount 1. */
function likesOf(data: Dataset): Dataset {
  const { byUser, users, items, catalog } = data;
  const [rowOf, columnOf]: [number[], number[]] = [[], []];
  for (let row = 0; row < byUser.rows; row++) {
    for (let n = byUser.offsets[row]; n < byUser.offsets[row + 1]; n++) {
      if (byUser.values[n] < 4) continue;
      rowOf.push(row);
      columnOf.push(byUser.indices[n]);
    }
  }
  const values = new Float32Array(rowOf.length).fill(1);
  const triplets = { rowOf: Int32Array.from(rowOf), columnOf: Int32Array.from(columnOf), values };
  const info = {
    name: `${data.name} from 4`,
    users,
    items,
    catalog,
    scale: ratingScaleOf(values),
    feedback: "events" as const,
  };
  return datasetFromCsr(info, csrFromTriplets(byUser.rows, byUser.columns, triplets).csr, data.report);
}

const lowerIsBetter = (metric: string) => metric === "rmse";
const textOf = (values: SettingValues) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");

/** Measures settings of one model on some split, the first of them against each other. */
async function measure(
  data: Dataset,
  splits: Splits,
  model: string,
  settings: readonly SettingValues[],
  metrics: readonly string[],
  engine: Engine,
) {
  const contenders = settings.map((values, n) => contender(configure(model, values), `${n}: ${textOf(values)}`));
  const { evaluation } = await evaluate(data, contenders, splits, { metrics, engine, seed: 0, view: "model" });
  return evaluation;
}

async function search(names: readonly string[]): Promise<void> {
  using engine = localEngine();
  const all = await protocols();
  const file = join(root, "docs/results/default-settings.md");
  const lines = [
    "# Default settings: the search",
    "",
    `\`node scripts/defaults.ts ${["search", ...names].join(" ")}\` writes this page: what was tried on validation ratings, a fifth of each user's training ratings.`,
    "The test ratings take no part. The first row of each table is that of the defaults before the search. Chosen are, of the settings whose",
    "mean ratio to the defaults over both data sets of ratings is within one percent of the best, those that train with the fewest operations.",
    "They are then compared with the defaults by paired permutation tests over users. They are called better if p < .01 on both of these",
    "data sets, and nothing is worse with p < .05: on the other data sets, or, where they were chosen by the error of predictions, in lists.",
  ];
  for (const [n, { model, metric, trials, space }] of searches.entries()) {
    if (names.length > 0 && !names.includes(model)) continue;
    const started = performance.now();
    const usual = former[model] ?? {};
    const tried = [usual, ...drawSettings(model, space, trials, n + 1)];
    const choosing = all.filter(({ chooses }) => chooses);
    const values: number[][] = [];
    for (const { train, inner } of choosing) {
      const { models } = await measure(train, inner, model, tried, [metric], engine);
      values.push(models.map(({ metrics }) => metrics[metric].mean));
    }
    const ratios = tried.map((_, at) => {
      const each = values.map((own) => (lowerIsBetter(metric) ? own[0] / own[at] : own[at] / own[0]));
      return each.reduce((sum, one) => sum + one, 0) / each.length;
    });
    const order = [...tried.keys()].sort((a, b) => ratios[b] - ratios[a] || a - b);
    lines.push("", `## ${model} by ${metric}`, "", `Tried: \`${space}\`, ${tried.length - 1} settings at random.`, "");
    lines.push(`| settings | ${choosing.map(({ name }) => name).join(" | ")} | mean ratio |`);
    lines.push(`|---|${"---|".repeat(choosing.length)}---|`);
    for (const at of [0, ...order.filter((at) => at > 0)]) {
      const row = [
        at === 0 ? `before: ${textOf(usual) || "the defaults"}` : textOf(tried[at]),
        ...values.map((own) => own[at].toFixed(4)),
        ratios[at].toFixed(4),
      ];
      lines.push(`| ${row.join(" | ")} |`);
    }
    const shape = shapeOf(choosing[0].train);
    const operations = (values: SettingValues) =>
      algorithmNamed(model).estimate(shape, configure(model, values).settings).operations;
    const near = order.filter((at) => ratios[at] >= ratios[order[0]] - 0.01);
    const chosen =
      tried[near.sort((a, b) => operations(tried[a]) - operations(tried[b]) || order.indexOf(a) - order.indexOf(b))[0]];
    const tests = chosen === tried[0] ? [] : await testsAgainstDefaults(all, model, chosen, metric, engine);
    const better = (test: DefaultsTest) => test.metric === metric && test.better && test.p < 0.01;
    const improved = choosing.every(({ name }) => tests.some((test) => test.name === name && better(test)));
    const adopt = improved && !tests.some((test) => !test.better && test.p < 0.05);
    lines.push("");
    for (const { name, metric, chosen, usual, p } of tests) {
      lines.push(`- ${name}, ${metric}: ${chosen.toFixed(4)} against ${usual.toFixed(4)}, p = ${p.toFixed(4)}`);
    }
    if (tests.length > 0) lines.push("");
    const seconds = Math.round((performance.now() - started) / 1000);
    lines.push(`${adopt ? "Better" : "Not clearly better"}: \`${textOf(chosen) || "the defaults"}\` (${seconds} s).`);
    console.error(model, metric, lines.at(-1));
    writeFileSync(file, `${lines.join("\n")}\n`);
  }
}

/** Values of the setting `caution` that are compared. */
const cautions = [0, 0.5, 1, 2, 3, 4, 6];

/** What the setting `caution` makes of lists by predicted ratings, on validation ratings. */
async function caution(): Promise<void> {
  using engine = localEngine();
  const all = (await protocols()).filter(({ data }) => data.feedback === "ratings");
  const metrics = ["ndcg@10", "catalogue-coverage@10"];
  const lines = [
    "# Caution in lists of predicted ratings",
    "",
    "`node scripts/defaults.ts caution` writes this page: NDCG at 10 and the share of the catalog that is listed, by the setting `caution`, on",
    "validation ratings, a fifth of each user's training ratings. The first row is as it was before dislikes were set aside.",
  ];
  for (const model of ["mf", "user-knn", "neural", "bias"]) {
    const former = model === "bias" ? [] : [{ dislike: 0, caution: 0 }];
    const settings: SettingValues[] = [...former, ...cautions.map((caution) => ({ caution }))];
    lines.push("", `## ${model}`, "", `| settings | ${all.map(({ name }) => name).join(" | ")} |`);
    lines.push(`|---|${"---|".repeat(all.length)}`);
    const measured: ModelResult[][] = [];
    for (const { train, inner } of all) {
      measured.push([...(await measure(train, inner, model, settings, metrics, engine)).models]);
    }
    for (const [n, values] of settings.entries()) {
      const cells = measured.map((models) => {
        const [ndcg, coverage] = metrics.map((metric) => models[n].metrics[metric].mean);
        return `${ndcg.toFixed(4)}, ${(100 * coverage).toFixed(1)} %`;
      });
      lines.push(`| ${textOf(values)} | ${cells.join(" | ")} |`);
    }
    console.error(model);
  }
  writeFileSync(join(root, "docs/results/caution.md"), `${lines.join("\n")}\n`);
}

/** Settings at random, each once. */
function drawSettings(model: string, space: string, most: number, seed: number): SettingValues[] {
  const propose = makeProposer("random", readSearchSpace(model, space), most, seed);
  return Array.from({ length: most }, () => propose([])).filter((values) => values !== undefined);
}

/** Chosen settings against the defaults, on validation ratings. */
interface DefaultsTest {
  readonly name: string;
  readonly metric: string;
  readonly chosen: number;
  readonly usual: number;
  readonly better: boolean;
  readonly p: number;
}

async function testsAgainstDefaults(
  where: readonly Protocol[],
  model: string,
  values: SettingValues,
  metric: string,
  engine: Engine,
): Promise<DefaultsTest[]> {
  const tests: DefaultsTest[] = [];
  for (const { name, data, train, inner } of where) {
    const rating = data.feedback === "ratings";
    if (!rating && algorithmNamed(model).ratingsOnly) continue;
    const metrics = rating ? [...new Set([metric, "ndcg@10"])] : ["ndcg@10"];
    const { models, versus = [] } = await measure(train, inner, model, [values, former[model] ?? {}], metrics, engine);
    for (const measured of metrics) {
      const [chosen, usual] = models.map((judged) => judged.metrics[measured].mean);
      const { p } = versus.find((test) => test.metric === measured)!;
      const better = lowerIsBetter(measured) ? chosen < usual : chosen > usual;
      tests.push({ name, metric: measured, chosen, usual, better, p });
    }
  }
  return tests;
}

async function report(): Promise<void> {
  using engine = localEngine();
  const all = await protocols();
  const lines = [
    "# The default models",
    "",
    "`node scripts/defaults.ts report` writes this page: models with their default settings, trained on four fifths of each user's ratings and",
    "judged by the rest, which the [search](default-settings.md) has not seen. Intervals are of 95 %, by bootstrap over users. Seconds are of",
    "one thread, for training and for all lists and predictions. *raised* is how often a dislike raises a film like the disliked one, of 200 random",
    "profiles with a dislike and ten films each, by a model of all ratings ([decision 35](../adr/0035-dislikes-are-no-evidence.md)).",
  ];
  for (const { name, data, outer } of all) {
    const rating = data.feedback === "ratings";
    const metrics = ["ndcg@10", "recall@10", ...(rating ? ["rmse"] : [])];
    const fitting = compared.filter((spec) => rating || !ofRatingsOnly(spec));
    const { evaluation } = await evaluate(
      data,
      fitting.map((spec) => contender(spec)),
      outer,
      { metrics, engine, seed: 0, view: "model" },
    );
    const raised = rating ? await shareRaisedBy(fitting, data, engine) : undefined;
    const head = ["model", ...metrics, ...(raised ? ["raised"] : []), "train", "answer"];
    lines.push("", `## ${name}`, "", `| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`);
    for (const judged of evaluation.models)
      lines.push(`| ${rowOf(judged, metrics, raised?.get(judged.name)).join(" | ")} |`);
    lines.push("", ...testsOfDefaults(evaluation, shapeOf(data), metrics));
    const changes = Object.entries(former).filter(([model]) => fitting.some((spec) => spec.model === model));
    if (changes.length === 0) continue;
    lines.push("", "| defaults | metric | before | now | p |", "|---|---|---|---|---|");
    for (const [model, values] of changes) {
      const { models, versus } = await measure(data, outer, model, [values, {}], metrics, engine);
      for (const metric of metrics) {
        if (!models[0].metrics[metric]) continue;
        const [before, now] = models.map((judged) => judged.metrics[metric].mean.toFixed(4));
        const p = versus!.find((test) => test.metric === metric)?.p;
        lines.push(`| ${model}, before ${textOf(values)} | ${metric} | ${before} | ${now} | ${p?.toFixed(4) ?? ""} |`);
      }
    }
  }
  lines.push(
    "",
    "## New users",
    "",
    "Users who were not trained on, by how many of their ratings are known, of random films; judged by a part of their ratings that is never known.",
  );
  for (const { data, chooses } of all) if (chooses) lines.push("", ...(await newUsers(data, engine)));
  lines.push("", ...(await costs(engine)));
  writeFileSync(join(root, "docs/results/default-models.md"), `${lines.join("\n")}\n`);
}

/** The default that ranks, or that predicts, against the best of all. */
function testsOfDefaults({ models, versus = [] }: Evaluation, shape: Shape, metrics: readonly string[]): string[] {
  const rows = metrics.map((metric) => {
    const name = lowerIsBetter(metric) ? defaultPredictor(shape) : defaultModel(shape);
    const value = (of: string) => models.find((model) => model.name === of)!.metrics[metric].mean.toFixed(4);
    const test = versus.find((one) => one.metric === metric && one.name === name);
    const best = test ? [test.best, value(test.best), test.adjusted.toFixed(4)] : ["itself", "", ""];
    return `| ${[metric, name, value(name), ...best].join(" | ")} |`;
  });
  return ["| metric | the default | | the best | | p, adjusted by Holm |", `|${"---|".repeat(6)}`, ...rows];
}

/** For each model, the share of pairs of a profile and a film in which a dislike raises the film, which is like the disliked one. */
async function shareRaisedBy(specs: readonly ModelSpec[], data: Dataset, engine: Engine): Promise<Map<string, number>> {
  const cases = drawDislikes(data);
  using similar = openModel(await fit(data, configure("item-knn"), { engine }), engine);
  const shares = new Map<string, number>();
  for (const spec of specs) {
    using opened = openModel(await fit(data, spec, { engine }), engine);
    shares.set(spec.name, shareRaised(opened.model, similar.model, cases).share);
  }
  return shares;
}

/** Numbers of ratings that a new user has given. */
const given = [1, 3, 10, 20];

/** Errors for users who were not trained on, by how many of their ratings are known. */
async function newUsers(data: Dataset, engine: Engine): Promise<string[]> {
  const predicting = compared.filter(({ model }) => capabilitiesOf(model).includes("predicts ratings"));
  const { models, split } = await coldStart(data, predicting, { metrics: ["rmse"], seed: 0, engine });
  const rows = models.map(({ name, curves }) => {
    const { points } = curves.find(({ way }) => way === "random") ?? curves[0];
    const errors = given.map((n) => points.find(({ questions }) => questions === n)!.metrics.rmse.mean.toFixed(4));
    return `| ${[name, ...errors].join(" | ")} |`;
  });
  return [
    `| ${data.name}: RMSE for ${split.people} new users after | ${given.map((n) => `${n}`).join(" | ")} |`,
    `|---|${"---|".repeat(given.length)}`,
    ...rows,
  ];
}

function rowOf({ name, metrics, seconds }: ModelResult, wanted: readonly string[], raised?: number): string[] {
  const cells = wanted.map((metric) => {
    const estimate = metrics[metric];
    if (!estimate) return "–";
    const { mean, low, high } = estimate;
    return low === undefined || high === undefined
      ? mean.toFixed(4)
      : `${mean.toFixed(4)} (${low.toFixed(4)}–${high.toFixed(4)})`;
  });
  const dislikes = raised === undefined ? [] : [`${(100 * raised).toFixed(1)} %`];
  return [name, ...cells, ...dislikes, `${seconds.fit.toFixed(1)} s`, `${seconds.answer.toFixed(1)} s`];
}

/** Time and memory at a larger size, and what the models can do. */
async function costs(engine: Engine): Promise<string[]> {
  const data = await readRatings("synthetic-1m");
  const shape = shapeOf(data);
  const lines = [
    "## synthetic-1m: time and memory",
    "",
    `${shape.ratings} made-up ratings of ${shape.items} films by ${shape.users} users, in one thread. Memory is the estimate that \`--memory\` is checked against.`,
    `What is trained where no model is named: \`${defaultModel(shape)}\` to rank, and \`${defaultPredictor(shape)}\` for ratings.`,
    "",
    "| model | train | memory | predicts ratings | explains scores |",
    "|---|---|---|---|---|",
  ];
  for (const spec of compared) {
    const started = performance.now();
    await fit(data, spec, { engine });
    const seconds = (performance.now() - started) / 1000;
    const { bytes } = algorithmNamed(spec.model).estimate(shape, spec.settings);
    const can = capabilitiesOf(spec.model);
    const yes = (capability: (typeof can)[number]) => (can.includes(capability) ? "yes" : "");
    lines.push(
      `| ${spec.name} | ${seconds.toFixed(1)} s | ${Math.ceil(bytes / 1e6)} MB | ${yes("predicts ratings")} | ${yes("explains scores")} |`,
    );
  }
  return lines;
}

const [what, ...names] = process.argv.slice(2);
if (what === "search") await search(names);
else if (what === "caution") await caution();
else if (what === "report") await report();
else {
  console.error("node scripts/defaults.ts search [models] | caution | report");
  process.exitCode = 2;
}
