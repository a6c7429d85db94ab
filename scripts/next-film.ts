/**
 * What comes next: how well models name the film that a user rates next, with every film ranked.
 *
 *   node scripts/next-film.ts search [MODEL …]       tries settings on validation ratings; writes those tables of docs/results/next-film-settings.md
 *   node scripts/next-film.ts report [PROTOCOL …]    measures the best of them on test ratings; writes those sections of docs/results/next-film.md
 *
 * MovieLens 100K and ml-latest-small are read from MATINEE_TEST_DATA (default ../shared/data). The search sees training ratings only: of
 * these, it holds out the last of each user's.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Engine, localEngine } from "../src/compute/engine.ts";
import type { Dataset } from "../src/data/dataset.ts";
import { readRatings } from "../src/data/read.ts";
import { contender } from "../src/evaluate/contender.ts";
import { evaluate } from "../src/evaluate/evaluate.ts";
import type { Evaluation } from "../src/evaluate/evaluation.ts";
import { configure } from "../src/models/configure.ts";
import type { Splits } from "../src/split/split.ts";
import { parseSplitter, splitRatings } from "../src/split/splits.ts";

const root = resolve(import.meta.dirname, "..");
const folder = process.env.MATINEE_TEST_DATA ?? resolve(root, "../shared/data");
const reportFile = join(root, "docs/results/next-film.md");
const settingsFile = join(root, "docs/results/next-film-settings.md");

/** The settings tried, as --set takes them; the first are the defaults. */
const tried: Readonly<Record<string, readonly string[]>> = {
  ease: ["", "lambda=500", "lambda=5000", "values=binary lambda=200", "values=binary lambda=500", "dislike=0"],
  "item-knn": ["", "k=20", "k=200", "shrinkage=20", "k=200 shrinkage=20", "dislike=0"],
  markov: ["", "smoothing=0.1", "smoothing=10", "smoothing=100", "dislike=0", "dislike=0 smoothing=10"],
  sequence: [
    "",
    "chain=0 floor=0",
    "dislike=0",
    "dislike=0 chain=0 floor=0",
    "dislike=0 lambda=300",
    "dislike=0 chain=0.5",
  ],
};

const protocols: Readonly<Record<string, string>> = {
  "loo:last-drawn": "the last rating of each user; of several of one moment, one by the seed",
  "loo:last-moment": "all ratings of each user's last moment",
  "next:0.8":
    "one moment for all: the earliest 80 % of the ratings are for training, and users are asked with all before their last",
};

const setOf = (text: string) =>
  Object.fromEntries(
    text
      .split(" ")
      .filter(Boolean)
      .map((pair) => pair.split("=")),
  );
const nameOf = (model: string, text: string) => (text === "" ? model : `${model} ${text}`);
const dataSets = () => Promise.all(["ml-100k", "ml-latest-small"].map((name) => readRatings(join(folder, name))));

/** Every held-out film is relevant, whatever its rating. */
async function measure(data: Dataset, splits: Splits, names: readonly string[], metrics: string[], engine: Engine) {
  const contenders = names.map((name) => {
    const [model, ...settings] = name.split(" ");
    return contender(configure(model, setOf(settings.join(" "))), name);
  });
  const options = { metrics, engine, seed: 0, view: "model", relevant: data.scale.min } as const;
  return (await evaluate(data, contenders, splits, options)).evaluation;
}

/** NDCG at 10 of each model on validation ratings: the last of each user's training ratings. The test ratings are left out before. */
export async function validate(data: Dataset, names: readonly string[], engine: Engine): Promise<number[]> {
  const last = parseSplitter("loo:last-drawn");
  const { train } = await splitRatings(data, last, 0).split(0);
  const { models } = await measure(train, splitRatings(train, last, 1), names, ["ndcg@10"], engine);
  return models.map(({ metrics }) => metrics["ndcg@10"].mean);
}

/** Writes the tables of these models, by default of all. The others stay as they are. */
async function search(models: readonly string[]): Promise<void> {
  using engine = localEngine();
  const lines = [
    "# The next film: settings",
    "",
    "`node scripts/next-film.ts search` writes this page: NDCG at 10 of settings on validation ratings, every film ranked. `loo:last-drawn` holds out",
    "the test ratings, which take no part here, and then once more the last of each user's training ratings. The first row of each table is the",
    "defaults; the ratio to them is the mean over both data sets.",
  ];
  const all = await dataSets();
  for (const model of models.length > 0 ? models : Object.keys(tried)) {
    writeSection(settingsFile, lines, Object.keys(tried), await searchTable(model, all, engine));
  }
}

async function searchTable(model: string, all: readonly Dataset[], engine: Engine): Promise<string[]> {
  const texts = tried[model];
  const values: number[][] = [];
  for (const data of all) {
    const names = texts.map((text) => nameOf(model, text));
    values.push(await validate(data, names, engine));
  }
  const ratios = texts.map((_, n) => values.reduce((sum, own) => sum + own[n] / own[0], 0) / values.length);
  const best = nameOf(model, texts[ratios.indexOf(Math.max(...ratios))]);
  console.error(best);
  return [
    model,
    "",
    `| settings | ${all.map(({ name }) => name).join(" | ")} | ratio |`,
    "|---|---|---|---|",
    ...texts.map((text, n) => {
      const cells = [text || "defaults", ...values.map((own) => own[n].toFixed(4)), ratios[n].toFixed(4)];
      return `| ${cells.join(" | ")} |`;
    }),
    "",
    `Best: \`${best}\``,
  ];
}

/** Writes the sections of these protocols, by default of all. The others stay as they are. */
async function report(wanted: readonly string[]): Promise<void> {
  using engine = localEngine();
  const best = Array.from(readFileSync(settingsFile, "utf8").matchAll(/^Best: `(.*)`$/gm), ([, name]) => name);
  const names = ["popular", ...new Set([...Object.keys(tried), ...best])];
  const lines = [
    "# The next film",
    "",
    "`node scripts/next-film.ts report` writes this page: how well models name the film that a user rates next. Every film is ranked that the user has",
    "not rated, nothing is sampled, and each held-out film is to be found, whatever its rating. Models have their default settings and, where others were",
    "better on training ratings ([search](next-film-settings.md)), those. Intervals are of 95 %, by bootstrap over users; p is of paired permutation tests",
    "against the best model, adjusted by Holm. The lists are the models' own. `matinee compare --split loo:last-drawn --view model --relevant 0.5` measures the same.",
  ];
  const all = await dataSets();
  for (const name of wanted.length > 0 ? wanted : Object.keys(protocols)) {
    const section = [name, "", `Held out: ${protocols[name]}.`];
    for (const data of all) {
      const metrics = ["ndcg@10", "hit-rate@10", "catalogue-coverage@10", "novelty@10", "diversity@10"];
      const splits = splitRatings(data, parseSplitter(name), 0);
      section.push("", ...tableOf(await measure(data, splits, names, metrics, engine)));
      console.error(section.join("\n"));
    }
    writeSection(reportFile, lines, Object.keys(protocols), section);
  }
}

/** Writes one section of a page, whose first line is its heading, in the place of the old one. */
function writeSection(file: string, lines: string[], order: string[], section: string[]): void {
  const [, ...old] = readFileSync(file, "utf8").trimEnd().split("\n\n## ");
  const sections = new Map([...old, section.join("\n")].map((text) => [text.slice(0, text.indexOf("\n")), text]));
  const kept = order.flatMap((name) => sections.get(name) ?? []);
  writeFileSync(file, `${[lines.join("\n"), ...kept].join("\n\n## ")}\n`);
}

function tableOf({ data, split, models, versus = [] }: Evaluation): string[] {
  const share = Math.round((100 * (split.tied ?? 0)) / split.test);
  const ties = split.tied ? `; ties in time chose ${split.tied} of them (${share} %)` : "";
  return [
    `${data.name}: ${split.train} ratings to train on, ${split.test} ratings of ${split.people} users held out${ties}.`,
    "",
    "| model | NDCG at 10 | p | hit rate at 10 | p | coverage | novelty, bits | diversity |",
    "|---|---|---|---|---|---|---|---|",
    ...models.map(({ name, metrics }) => {
      const cell = (metric: string) => {
        const { mean, low = 0, high = 0 } = metrics[metric];
        const test = versus.find((one) => one.metric === metric && one.name === name);
        return `${mean.toFixed(4)} (${low.toFixed(4)}–${high.toFixed(4)}) | ${test ? test.adjusted.toFixed(4) : "best"}`;
      };
      const [coverage, novelty, diversity] = ["catalogue-coverage@10", "novelty@10", "diversity@10"].map(
        (metric) => metrics[metric].mean,
      );
      const beside = `${(100 * coverage).toFixed(1)} % | ${novelty.toFixed(2)} | ${diversity.toFixed(3)}`;
      return `| ${name} | ${cell("ndcg@10")} | ${cell("hit-rate@10")} | ${beside} |`;
    }),
  ];
}

if (import.meta.main) {
  const modes: Readonly<Record<string, (wanted: readonly string[]) => Promise<void>>> = { search, report };
  const [name, ...wanted] = process.argv.slice(2);
  const mode = modes[name];
  if (!mode) throw new Error(`say ${Object.keys(modes).join(" or ")}`);
  await mode(wanted);
}
