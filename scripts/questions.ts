/**
 * Which films to ask a new user about, again:
 *
 *   node scripts/questions.ts       compares ways to ask, and two-film duels; writes docs/results/questions.md and questions.svg
 *
 * MovieLens 100K and ml-latest-small are read from MATINEE_TEST_DATA (default ../shared/data). A fifth of the users is held out, five times by
 * five seeds. A fifth of their ratings is the test; a question about a film that they have not rated is answered "haven't seen". Rules were
 * chosen by the seeds 0 to 3 of ml-latest-small alone.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { localEngine } from "../src/compute/engine.ts";
import { type Dataset, shapeOf } from "../src/data/dataset.ts";
import { readRatings } from "../src/data/read.ts";
import { coldStart } from "../src/evaluate/cold-start/cold-start.ts";
import { questionWays } from "../src/evaluate/cold-start/question-ways.ts";
import type { ColdStartModel } from "../src/evaluate/cold-start/result.ts";
import { contender } from "../src/evaluate/contender.ts";
import { defaultSpec } from "../src/models/configure.ts";
import { compareDuels } from "./questions/duels.ts";
import { otherWays } from "./questions/ways.ts";

const root = resolve(import.meta.dirname, "..");
const folder = process.env.MATINEE_TEST_DATA ?? resolve(root, "../shared/data");

const seeds = [0, 1, 2, 3, 4];
const shown = [2, 5, 10, 20];
const ways = [...questionWays.filter(({ anyFilm }) => anyFilm), ...otherWays];
const measured = { "ndcg@10": "higher", rmse: "lower" } as const;

async function results(data: Dataset): Promise<ColdStartModel[]> {
  using engine = localEngine();
  const models: ColdStartModel[] = [];
  for (const seed of seeds) {
    const started = performance.now();
    const metrics = ["ndcg@10", "rmse"] as const;
    const spec = contender(defaultSpec(shapeOf(data), data.feedback));
    const result = await coldStart(data, [spec], { seed, engine, ways, metrics });
    if (result.models[0].failed) throw new Error(result.models[0].failed.message);
    models.push(result.models[0]);
    console.error(data.name, seed, `${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  return models;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function pointOf({ curves }: ColdStartModel, way: string, questions: number) {
  return curves.find((curve) => curve.way === way)!.points.find((point) => point.questions === questions)!;
}

function tableOf(models: readonly ColdStartModel[]): string[] {
  const columns = Object.keys(measured).flatMap((metric) => shown.map((count) => ({ metric, count })));
  const head = ["way to ask", "they know", ...columns.map(({ metric, count }) => `${metric} after ${count}`)];
  const rows = ways.map(({ name }) => [
    name === "chosen" ? "**chosen**" : name,
    mean(models.map((model) => pointOf(model, name, 20).answers)).toFixed(1),
    ...columns.map(({ metric, count }) =>
      mean(models.map((model) => pointOf(model, name, count).metrics[metric].mean)).toFixed(4),
    ),
  ]);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}
