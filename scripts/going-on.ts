/**
 * What going on with a training is worth: `node scripts/going-on.ts [FOLDER …]`, by default MovieLens 100K and ml-latest-small of
 * MATINEE_TEST_DATA. A model is trained on the first nine tenths of the training ratings by time, and then goes on with all of them;
 * beside it, one is trained anew on all of them with as many epochs. Writes docs/results/going-on.md.
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { createEngine } from "../src/compute/pool.ts";
import { readRatings } from "../src/data/read.ts";
import { compare } from "../src/evaluate/compare.ts";
import { customContender } from "../src/evaluate/contender.ts";
import { configure } from "../src/models/configure.ts";
import { fit } from "../src/models/fit.ts";
import { goOnWith } from "../src/models/go-on.ts";
import type { ModelSpec } from "../src/models/model.ts";
import type { Trained } from "../src/models/trained.ts";
import { count } from "../src/numbers.ts";
import { openModel } from "../src/recommend/open-model.ts";
import { splitRatings, splits } from "../src/split/splits.ts";
import { version } from "../src/version.ts";

/** Models, the setting that holds the number of their epochs, and how many more they get. */
const courses: readonly (readonly [spec: ModelSpec, length: string, more: readonly number[]])[] = [
  [configure("mf"), "epochs", [5, 10, 40]],
  [configure("mf", { optimiser: "adam" }), "epochs", [5, 10, 40]],
  [configure("neural"), "epochs", [2, 4, 10]],
  [configure("als"), "iterations", [1, 3, 15]],
];

const samples = process.env.MATINEE_TEST_DATA ?? resolve(import.meta.dirname, "../../shared/data");
const given = process.argv.slice(2);
const folders = given.length > 0 ? given : ["ml-100k", "ml-latest-small"].map((name) => resolve(samples, name));

const rows: string[] = [];
for (const folder of folders) {
  const data = await readRatings(folder);
  const parts = splitRatings(data, splits.perUser(0.8), 1);
  const { train } = await parts.split(0);
  const { train: before } = await splitRatings(train, splits.time(0.9), 1).split(0);
  using engine = await createEngine();
  for (const [spec, length, more] of courses) {
    const metric = spec.model === "als" ? "ndcg@10" : "rmse";
    const measure = async (trained: Trained): Promise<string> => {
      const contender = customContender(spec.name, (_, { engine: own }) => openModel(trained, own).model);
      const { evaluation } = await compare(data, [contender], parts, { metrics: [metric], seed: 1 });
      return evaluation.models[0].metrics[metric].mean.toFixed(4);
    };
    const first = await fit(before, spec, { engine });
    for (const epochs of more) {
      const longer = goOnWith(first, { [length]: epochs });
      const on = await measure(await fit(train, longer, { engine, from: first }));
      const anew = await measure(await fit(train, longer, { engine }));
      const names = [data.name, spec.name, metric].join(" | ");
      rows.push(
        `| ${names} | ${count(before.byUser.values.length)} | ${count(train.byUser.values.length)} | ${epochs} | ${on} | ${anew} |`,
      );
    }
  }
}

const page = [
  "# Going on with a training",
  "",
  `Made by \`node scripts/going-on.ts\`, Matinee ${version}. A model with its default settings is trained on the first nine tenths of the training`,
  "ratings by time (*before*), and goes on with all of them (*after*) for some epochs; beside it, one is trained anew on all of them for as many.",
  "Both are judged by a fifth of each user's ratings (`splits.perUser(0.8)`, seed 1).",
  "",
  "| data | model | metric | ratings before | after | epochs more | went on | anew |",
  "|---|---|---|---|---|---|---|---|",
  ...rows,
  "",
].join("\n");
writeFileSync(resolve(import.meta.dirname, "../docs/results/going-on.md"), page);
