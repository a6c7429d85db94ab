/**
 * Which films to ask a new user about, again:
 *
 *   node scripts/questions.ts       compares ways to ask, and two-film duels; writes docs/results/questions.md and questions.svg
 *
 * MovieLens 100K and ml-latest-small are read from MATINEE_TEST_DATA (default ../shared/data). A fifth of the users is held out, twice by
 * two seeds. A fifth of their ratings is the test; a question about a film that they have not rated is answered "haven't seen". Numbers in the rule
 * were chosen by ml-latest-small, with the seeds 0 to 3, which take no part here.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { localEngine } from "../src/compute/engine.ts";
import { type Dataset, shapeOf } from "../src/data/dataset.ts";
import { readRatings } from "../src/data/read.ts";
import { coldStart } from "../src/evaluate/cold-start/cold-start.ts";
import { questionWays } from "../src/evaluate/cold-start/question-ways.ts";
import type { ColdStartModel, LearningCurve } from "../src/evaluate/cold-start/result.ts";
import { contender } from "../src/evaluate/contender.ts";
import { defaultSpec } from "../src/models/configure.ts";
import { blankDocument } from "../src/report/document.ts";
import { type LearningPanel, learningPicture } from "../src/report/pictures/learning-curves.ts";
import { svgFile } from "../src/report/svg-file.ts";
import { compareDuels, duelCounts } from "./questions/duels.ts";
import { otherWays } from "./questions/ways.ts";

const root = resolve(import.meta.dirname, "..");
const folder = process.env.MATINEE_TEST_DATA ?? resolve(root, "../shared/data");

const seeds = [4, 5];
const shown = [2, 5, 10, 20];
const metrics = ["ndcg@10", "rmse"] as const;
/** The two that are tested against each other: the third study's way, and the one that Matinee takes. */
const tested = questionWays.filter(({ anyFilm }) => anyFilm);
/** The lines of the picture. */
const drawn = ["most-rated", "chosen", "log popularity × entropy", "least uncertain"];

/** What was measured with one seed. */
interface Measured {
  readonly curves: readonly LearningCurve[];
  readonly versus: ColdStartModel["versus"];
}

async function measure(data: Dataset, seed: number): Promise<Measured> {
  using engine = localEngine();
  const model = contender(defaultSpec(shapeOf(data), data.feedback), "default");
  const run = async (ways: typeof otherWays) => {
    const [measured] = (await coldStart(data, [model], { seed, engine, ways, metrics })).models;
    return measured;
  };
  const [own, others] = [await run(tested), await run(otherWays)];
  return { curves: [...own.curves, ...others.curves], versus: own.versus };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const row = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  [head, head.map(() => "---"), ...rows].map(row);

/** Curves of a way, over the seeds. */
function curvesOf(all: readonly Measured[], way: string): LearningCurve[] {
  return all.map(({ curves }) => curves.find((curve) => curve.way === way)!);
}

function meanAfter(curves: readonly LearningCurve[], metric: string, questions: number): number {
  return mean(curves.map(({ points }) => points.find((point) => point.questions === questions)!.metrics[metric].mean));
}

function waysTable(all: readonly Measured[]): string[] {
  const columns = metrics.flatMap((metric) => shown.map((count) => ({ metric, count })));
  return table(
    ["way to ask", "known of 20", ...columns.map(({ metric, count }) => `${metric} after ${count}`)],
    all[0].curves.map(({ way }) => {
      const curves = curvesOf(all, way);
      return [
        way === "chosen" ? "**chosen**" : way,
        mean(curves.map(({ points }) => points.at(-1)!.answers)).toFixed(1),
        ...columns.map(({ metric, count }) => meanAfter(curves, metric, count).toFixed(4)),
      ];
    }),
  );
}

function testsTable(all: readonly Measured[]): string[] {
  return table(
    ["metric", ...shown.map((count) => `after ${count}`)],
    metrics.map((metric) => [
      metric,
      ...shown.map((questions) => {
        const tests = all.map(
          ({ versus }) => versus.find((test) => test.metric === metric && test.questions === questions)!,
        );
        const clear = (best: string) => tests.filter((test) => test.best === best && test.p < 0.05).length;
        return `${clear("chosen")} better, ${clear("most-rated")} worse`;
      }),
    ]),
  );
}

async function duelsTable(data: Dataset): Promise<string[]> {
  const results = (await Promise.all(seeds.map((seed) => compareDuels(data, seed)))).flat();
  const columns = (["ndcg", "rmse"] as const).flatMap((metric) => duelCounts.map((count) => ({ metric, count })));
  const ways = [...new Set(results.map(({ way }) => way))];
  return table(
    ["answers", ...columns.map(({ metric, count }) => `${metric === "ndcg" ? "ndcg@10" : metric} after ${count}`)],
    ways.map((way) => [
      way,
      ...columns.map(({ metric, count }) =>
        mean(results.filter((one) => one.way === way && one.questions === count).map((one) => one[metric])).toFixed(4),
      ),
    ]),
  );
}

function panelsOf(data: Dataset, all: readonly Measured[]): LearningPanel[] {
  return metrics.map((metric) => ({
    title: `${metric}, ${data.name}`,
    curves: drawn.map((way) => {
      const curves = curvesOf(all, way);
      return {
        way,
        points: curves[0].points.map(({ questions }) => ({ questions, mean: meanAfter(curves, metric, questions) })),
      };
    }),
  }));
}

const panels: LearningPanel[] = [];
const lines = [
  "# Which films to ask about",
  "",
  "`node scripts/questions.ts` writes this page: what the default model, `ease` with `mf` for ratings, gives new users after so many questions. A",
  "fifth of the users is held out, twice by the seeds 4 and 5, and of their ratings a fifth for the test. A film of a question that they have",
  'not rated counts as "haven\'t seen", and the question is spent. Means over the two. *known of 20*: of 20 questions, how many were about films',
  "that they know. [Decision 62](../adr/0062-which-films-to-ask-about.md) says what follows from it.",
  "",
  "![Metrics over the number of questions](questions.svg)",
];
for (const name of ["ml-latest-small", "ml-100k"]) {
  const data = await readRatings(join(folder, name));
  const all: Measured[] = [];
  for (const seed of seeds) {
    all.push(await measure(data, seed));
    console.error(name, seed, `${process.cpuUsage().user / 1e6} s`);
  }
  panels.push(...panelsOf(data, all));
  lines.push("", `## ${data.name}`, "", ...waysTable(all), "");
  lines.push(
    "`chosen` against `most-rated`: in how many of the two a paired permutation test over users gives p < .05.",
    "",
  );
  lines.push(...testsTable(all), "");
  lines.push(
    "Ratings of single films, against duels of two (which one did you like better?), both of films as `chosen`; δ is how far from its mean a film of a",
    "duel then counts as rated. RMSE is here of the mean over users, above of that over ratings.",
    "",
  );
  lines.push(...(await duelsTable(data)));
}
lines.push("", "## Ways", "");
for (const { name, summary } of [...tested, ...otherWays]) lines.push(`- ${name}: ${summary}`);
writeFileSync(join(root, "docs/results/questions.md"), `${lines.join("\n")}\n`);
writeFileSync(join(root, "docs/results/questions.svg"), svgFile(learningPicture(await blankDocument(), panels)));
