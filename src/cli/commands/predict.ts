import { access } from "node:fs/promises";
import { Command, Option } from "commander";
import { createEngine } from "../../compute/pool.ts";
import { type Dataset, shapeOf } from "../../data/dataset.ts";
import { checkTableFile } from "../../data/write-table.ts";
import { MatineeError } from "../../errors.ts";
import { configure } from "../../models/configure.ts";
import { defaultPredictor } from "../../models/registry.ts";
import { count } from "../../numbers.ts";
import { present } from "../../present.ts";
import { openModel } from "../../recommend/open-model.ts";
import { type Prediction, predict } from "../../recommend/predict.ts";
import { type PredictionsSummary, writePredictions } from "../../recommend/write-predictions.ts";
import { findFilms } from "../options/film.ts";
import { addSourceOptions, loadModel, type ModelFlags } from "../options/model.ts";
import { parseWhen } from "../options/parse.ts";
import { addUserOptions, checkUserFlags, readAskingUser, requireUserRatings, type UserFlags } from "../options/user.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";
import { partLines, titleText } from "../terminal/wording.ts";

interface PredictFlags extends ModelFlags, UserFlags {
  time?: number;
  pairs?: string;
  out?: string;
}

export function predictCommand(): Command {
  const command = new Command("predict")
    .description(
      "Predicts a user's ratings of films, and explains them. Where the user has rated a film, their other ratings predict it.",
    )
    .argument("[film...]", "id or title of each film")
    .addOption(
      new Option(
        "--time <when>",
        "what the predictions are for: a date, or seconds since 1970; for models with dates=true",
      ).argParser(parseWhen),
    )
    .option("--json", "print one JSON document")
    .action(run);
  addUserOptions(command)
    .optionsGroup("Many at once:")
    .option(
      "--pairs <file>",
      "predict every row of a table with columns of users, films and, if wanted, times, in place of --user and films",
    )
    .option("--out <file>", "where the predictions of --pairs go: .csv, .jsonl or .parquet");
  return addSourceOptions(command, "the best predictor for the size of the data");
}

/** Where no model is named. */
function usualPredictor(data: Dataset, settings: Parameters<typeof configure>[1]) {
  return configure(defaultPredictor(shapeOf(data)), settings);
}

async function run(words: readonly string[], flags: PredictFlags): Promise<void> {
  if (flags.pairs !== undefined) return predictPairs(flags.pairs, words, flags);
  if (flags.out !== undefined) {
    throw new MatineeError("USAGE", "--out is for the predictions of --pairs", {
      fix: "name the table of pairs with --pairs",
    });
  }
  if (words.length === 0) {
    throw new MatineeError("USAGE", "nothing says which films", { fix: "name one or more, or a table with --pairs" });
  }
  checkUserFlags(flags, true);
  const loaded = await loadModel(flags, usualPredictor);
  using recommender = openModel(loaded.trained);
  const { query, seen, ...who } = await readAskingUser(loaded, recommender, flags);
  const { time } = flags;
  const items = await findFilms(recommender, words, flags.json);
  const predictions = predict(recommender, { ...query, ...present({ time }) }, items);
  const model = recommender.predictor ?? recommender.name;
  if (flags.json) printJson({ model, ...who, items: predictions });
  else printLines(predictions.flatMap((prediction) => predictionLines(model, prediction)));
}

async function predictPairs(pairs: string, words: readonly string[], flags: PredictFlags): Promise<void> {
  const { user, rate, ratings, time, out: file, json } = flags;
  const other =
    words.length > 0
      ? "films"
      : time !== undefined
        ? "--time"
        : user !== undefined
          ? "--user"
          : rate.length > 0
            ? "--rate"
            : ratings && "--ratings";
  if (other) throw new MatineeError("USAGE", `--pairs and ${other} do not go together`, { fix: "give one of them" });
  if (file === undefined) {
    throw new MatineeError("USAGE", "--pairs needs a file for its predictions", { fix: "name one with --out" });
  }
  await checkTableFile(file);
  await access(pairs).catch(() => {
    throw new MatineeError("DATA_NOT_FOUND", `${pairs} is not there`);
  });
  const loaded = await loadModel(flags, usualPredictor);
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  using recommender = openModel(loaded.trained, engine);
  const known = await requireUserRatings(loaded, recommender);
  const summary = await withProgress(`Predicting ${pairs}`, (onProgress) =>
    writePredictions(pairs, file, recommender, known, { engine, onProgress, signal: cancellation }),
  );
  const model = recommender.predictor ?? recommender.name;
  if (json) printJson({ model, ...summary, file });
  else printLines([summaryLine(file, model, summary)]);
}

function summaryLine(
  file: string,
  model: string,
  { rows, predicted, unknown, unknownUsers, unknownItems }: PredictionsSummary,
): string {
  const means = rows - predicted - unknown;
  const others = [
    means > 0 ? `${count(means)} by means instead` : "",
    unknownUsers > 0 ? `${count(unknownUsers)} of unknown users left empty` : "",
    unknownItems > 0 ? `${count(unknownItems)} of unknown films left empty` : "",
  ].filter(Boolean);
  return [`${file}: ${count(rows)} rows, ${count(predicted)} predicted by ${model}`, ...others].join(", ");
}

function predictionLines(model: string, film: Prediction): string[] {
  const { id, predicted, deviation, rule, rated, parts } = film;
  const by = rule === "model" ? model : `the ${rule}: ${model} has too little to go by`;
  const asIf = rated === undefined ? "" : `; their own rating, ${rated}, is left aside`;
  const within = deviation === undefined ? "" : ` ± ${deviation.toFixed(2)}`;
  const line = `${titleText(film)}  ${predicted.toFixed(2)}${within} stars  [${id}]  by ${by}${asIf}`;
  if (!parts) return [line];
  const sum = parts.reduce((total, part) => total + part.value, 0);
  const cut = Math.abs(sum - predicted) > 1e-4 ? ", cut to the scale" : "";
  return [line, ...partLines(parts, [sum, `in all${cut}`])];
}
