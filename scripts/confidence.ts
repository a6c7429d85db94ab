/**
 * Fits the weights of confidences and checks them: `node scripts/confidence.ts [FOLDER …]`, by default MovieLens 100K and
 * ml-latest-small of MATINEE_TEST_DATA. Every data set is checked with the weights that the others give. Writes
 * docs/results/confidence.md and .svg, and, with `--write`, src/recommend/confidence-weights.ts.
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { localEngine } from "../src/compute/engine.ts";
import type { Dataset } from "../src/data/dataset.ts";
import { readRatings } from "../src/data/read.ts";
import {
  fitConfidence,
  type JudgedFilm,
  judgeLists,
  reliabilityByBin,
  reliabilityByLevel,
  withWeights,
} from "../src/evaluate/calibration.ts";
import { configure } from "../src/models/configure.ts";
import { count } from "../src/numbers.ts";
import { confidenceWeights } from "../src/recommend/confidence-weights.ts";
import { blankDocument } from "../src/report/document.ts";
import { type CalibrationPanel, calibrationPicture } from "../src/report/pictures/calibration.ts";
import { svgFile } from "../src/report/svg-file.ts";

/** Ranking models, models that predict, models of content, and the fallback. */
const fitted = ["ease", "als", "item-knn", "rp3beta", "user-knn", "mf", "neural", "tfidf", "genre-overlap", "popular"];
/** With likes as events, checked only. */
const ofEvents = ["ease", "als", "item-knn"];
const drawn = ["ease", "als", "item-knn", "mf", "tfidf"];
/** Bins of fewer films than this are not drawn. */
const leastDrawn = 50;

interface Group {
  readonly data: string;
  readonly model: string;
  readonly asEvents: boolean;
  readonly listed: number;
  readonly judged: readonly JudgedFilm[];
}

async function judge(data: Dataset): Promise<Group[]> {
  using engine = localEngine();
  const wanted = [
    ...fitted.map((model) => ({ model, asEvents: false })),
    ...ofEvents.map((model) => ({ model, asEvents: true })),
  ];
  const groups: Group[] = [];
  for (const { model, asEvents } of wanted) {
    const { listed, judged } = await judgeLists(data, configure(model), { engine, asEvents });
    groups.push({ data: data.name, model, asEvents, listed, judged });
    console.error(`${data.name} ${model}${asEvents ? " of events" : ""}: ${judged.length} of ${listed} judged`);
  }
  return groups;
}

/** The weights that some groups give, those of events apart. */
function weightsOf(groups: readonly Group[]): number[] {
  return fitConfidence(groups.filter(({ asEvents }) => !asEvents).map(({ judged }) => judged));
}

function levelTable(groups: readonly Group[], weightsFor: (data: string) => readonly number[]): string[] {
  const rows = groups.flatMap(({ data, model, asEvents, judged }) =>
    reliabilityByLevel(withWeights(judged, weightsFor(data))).map(({ level, n, said, found }) =>
      [data, `${model}${asEvents ? " (events)" : ""}`, level, count(n), said.toFixed(2), found.toFixed(2)].join(" | "),
    ),
  );
  return [
    "| Data | Model | Level | Films | Said | Found |",
    "|---|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ];
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: "boolean", default: false } },
});
const root = resolve(import.meta.dirname, "..");
const tests = resolve(root, process.env.MATINEE_TEST_DATA ?? "../shared/data");
const folders =
  positionals.length > 0 ? positionals : ["ml-100k", "ml-latest-small"].map((name) => resolve(tests, name));
const groups: Group[] = [];
for (const folder of folders) groups.push(...(await judge(await readRatings(folder))));

const names = [...new Set(groups.map(({ data }) => data))];
const weights = weightsOf(groups);
const fromOthers = new Map(
  names.map((name) => [name, weightsOf(groups.filter(({ data }) => data !== name || names.length === 1))]),
);
const crossed = (data: string) => fromOthers.get(data)!;
const panels = names.map((title): CalibrationPanel => {
  const own = groups.filter(({ data, asEvents }) => data === title && !asEvents);
  return {
    title,
    models: drawn.map((name) => {
      const { judged } = own.find(({ model }) => model === name)!;
      return { name, bins: reliabilityByBin(withWeights(judged, crossed(title)), leastDrawn) };
    }),
  };
});
const picture = calibrationPicture(await blankDocument(), panels);
const page = [
  "# Confidence",
  "",
  "Made by `node scripts/confidence.ts`. A confidence says, of films listed on such evidence which their users then rated, what share these users",
  "liked. Models are fitted to 70 % of the users and list ten films for each of the others: by 1, 2, 3, 5, 8, 12, 20, 40 and 60 % of their ratings.",
  "The ratings besides tell what they like. Most films that are listed are rated by nobody, and so they are judged by no line of these tables.",
  "",
  "![Films liked over what was said, for both data sets](confidence.svg)",
  "",
  picture.caption,
  "",
  "## With the weights that the other data give",
  "",
  ...levelTable(groups, crossed),
  "",
  "## With the weights of the code, from all of these data",
  "",
  `Intercept, share of likes of the user, lift of the film, the same times the agreement of the user, ratings of the film, share of the score that speaks for it, nothing to speak: ${weights.join(", ")}.`,
  "",
  ...levelTable(groups, () => weights),
  "",
];
writeFileSync(resolve(root, "docs/results/confidence.md"), page.join("\n"));
writeFileSync(resolve(root, "docs/results/confidence.svg"), svgFile(picture));
if (flags.write) {
  const code = `/** Made by \`node scripts/confidence.ts --write\`, from the data that docs/results/confidence.md names; for \`confidenceFeatures\`. */
export const confidenceWeights: readonly number[] = [${weights.join(", ")}];
`;
  writeFileSync(resolve(root, "src/recommend/confidence-weights.ts"), code);
}
console.log(page.join("\n"));
const same = weights.every((weight, n) => Math.abs(weight - confidenceWeights[n]) < 0.02);
console.log(same ? "The weights are those of the code." : `The code has ${confidenceWeights.join(", ")}.`);
