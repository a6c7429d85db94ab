/**
 * What models cost that may be trained where none is named:
 *
 *   node scripts/default-costs.ts      writes docs/results/default-costs.md
 *
 * MovieLens 100K and ml-latest-small are read from MATINEE_TEST_DATA (default ../shared/data). Each is trained on all ratings, and on four fifths
 * of each user's for its error. It takes a minute or two.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { decodeArtifact, encodeArtifact } from "../src/artifact/format.ts";
import { type Engine, localEngine } from "../src/compute/engine.ts";
import { asItemIndex, type Dataset } from "../src/data/dataset.ts";
import { readRatings } from "../src/data/read.ts";
import { contender } from "../src/evaluate/contender.ts";
import { evaluate } from "../src/evaluate/evaluate.ts";
import { configure } from "../src/models/configure.ts";
import { fit } from "../src/models/fit.ts";
import type { ModelSpec } from "../src/models/model.ts";
import { profileOf } from "../src/models/shared/profiles.ts";
import { random } from "../src/random.ts";
import { openModel } from "../src/recommend/open-model.ts";
import { queryFromRatings } from "../src/recommend/query.ts";
import { recommend } from "../src/recommend/recommend.ts";
import { splitRatings, splits } from "../src/split/splits.ts";

const root = resolve(import.meta.dirname, "..");
const folder = process.env.MATINEE_TEST_DATA ?? resolve(root, "../shared/data");

const lists = configure("hybrid", { preset: "lists" });
const samples = (kept: number) => configure("bayesian-mf", { kept });
const short = configure("bayesian-mf", { kept: 8, samples: 32, burnIn: 32 });
const candidates: ModelSpec[] = [
  { ...configure("ease"), predictor: configure("mf") },
  ...[configure("svdpp"), samples(32), samples(8), short].map((predictor) => ({ ...configure("ease"), predictor })),
  { ...lists, predictor: configure("mf") },
  { ...lists, predictor: samples(8) },
];

const [warmUp, asked, ratings] = [30, 200, 100];

/** Processor time of lists of ten with their reasons and predictions, for 100 ratings of a new user or fewer: the median, in milliseconds. */
async function milliseconds(opened: ReturnType<typeof openModel>, { byUser }: Dataset): Promise<number> {
  const { int } = random(3);
  const times: number[] = [];
  for (let n = 0; n < warmUp + asked; n++) {
    const { items, values } = profileOf(byUser, int(byUser.rows));
    const left = Array.from(items, (item, at) => [asItemIndex(item), values[at]] as const);
    const some = Array.from({ length: Math.min(ratings, left.length) }, () => left.splice(int(left.length), 1)[0]);
    const before = process.cpuUsage();
    await recommend(opened, queryFromRatings(opened.info, some), { k: 10 });
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return times.slice(warmUp).sort((a, b) => a - b)[asked / 2];
}

/** Seconds of this process that some work takes, and what comes of it. */
async function timed<T>(work: () => Promise<T> | T): Promise<readonly [seconds: number, T]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1e6, result];
}

async function rowOf(spec: ModelSpec, data: Dataset, engine: Engine): Promise<string> {
  const split = splitRatings(data, splits.perUser(0.8), 0);
  const { evaluation } = await evaluate(data, [contender(spec)], split, {
    metrics: ["ndcg@10", "rmse"],
    engine,
    seed: 0,
    view: "model",
  });
  const [{ metrics }] = evaluation.models;
  const [training, trained] = await timed(() => fit(data, spec, { engine }));
  const { header, chunks } = await encodeArtifact(trained);
  const bytes = new Uint8Array(await new Blob([header, ...chunks] as BlobPart[]).arrayBuffer());
  const [opening, opened] = await timed(async () => openModel(await decodeArtifact(bytes), localEngine()));
  const answer = await milliseconds(opened, data);
  opened[Symbol.dispose]();
  const { predictor } = spec;
  console.error(data.name, spec.name, predictor?.name);
  const cells = [
    `\`${spec.name}\` and \`${predictor?.name}\``,
    metrics["ndcg@10"].mean.toFixed(4),
    metrics.rmse.mean.toFixed(4),
    `${training.toFixed(1)} s`,
    `${(bytes.length / 1e6).toFixed(1)} MB`,
    `${(1000 * opening).toFixed(0)} ms`,
    `${answer.toFixed(2)} ms`,
  ];
  return `| ${cells.join(" | ")} |`;
}

using engine = localEngine();
const lines = [
  "# What default models cost",
  "",
  "`node scripts/default-costs.ts` writes this page. Each row is a model that ranks and one that predicts. Errors and lists are those of a fifth of each",
  "user's ratings, the models' own lists. All else is of models of all ratings, in processor time: training, the file, opening it, and a list of ten",
  `with reasons and predicted ratings for ${ratings} ratings of a new user, or as many as there are, in the median of ${asked}.`,
];
for (const name of ["ml-100k", "ml-latest-small"]) {
  const data = await readRatings(join(folder, name));
  lines.push("", `## ${name}`, "", "| models | ndcg@10 | rmse | training | file | opening | answer |");
  lines.push(`|${"---|".repeat(7)}`);
  for (const spec of candidates) lines.push(await rowOf(spec, data, engine));
}
writeFileSync(join(root, "docs/results/default-costs.md"), `${lines.join("\n")}\n`);
