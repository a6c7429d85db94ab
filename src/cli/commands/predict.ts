import { Command } from "commander";
import { type ItemIndex, shapeOf } from "../../data/dataset.ts";
import { configure } from "../../models/configure.ts";
import { defaultPredictor } from "../../models/registry.ts";
import { openModel } from "../../recommend/open-model.ts";
import { type Prediction, predict } from "../../recommend/predict.ts";
import { findFilm } from "../options/film.ts";
import { addSourceOptions, loadModel, type ModelFlags } from "../options/model.ts";
import { addUserOptions, checkUserFlags, readAskingUser, type UserFlags } from "../options/user.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { partLines, titleText } from "../terminal/wording.ts";

type PredictFlags = ModelFlags & UserFlags;

export function predictCommand(): Command {
  const command = new Command("predict")
    .description(
      "Predicts a user's ratings of films, and explains them. Where the user has rated a film, their other ratings predict it.",
    )
    .argument("<film...>", "id or title of each film")
    .option("--json", "print one JSON document")
    .action(run);
  return addSourceOptions(addUserOptions(command), "the best predictor for the size of the data");
}

async function run(words: readonly string[], flags: PredictFlags): Promise<void> {
  checkUserFlags(flags, true);
  const loaded = await loadModel(flags, (data, settings) => configure(defaultPredictor(shapeOf(data)), settings));
  using recommender = openModel(loaded.trained);
  const { query, seen, ...who } = await readAskingUser(loaded, recommender, flags);
  const items: ItemIndex[] = [];
  // One after the other, since a title may need an answer.
  for (const word of words) items.push(await findFilm(recommender, word, flags.json));
  const predictions = predict(recommender, query, items);
  const model = recommender.predictor ?? recommender.name;
  if (flags.json) printJson({ model, ...who, items: predictions });
  else printLines(predictions.flatMap((prediction) => predictionLines(model, prediction)));
}

function predictionLines(model: string, film: Prediction): string[] {
  const { id, predicted, rule, rated, parts } = film;
  const by = rule === "model" ? model : `the ${rule}: ${model} has too little to go by`;
  const asIf = rated === undefined ? "" : `; their own rating, ${rated}, is left aside`;
  const line = `${titleText(film)}  ${predicted.toFixed(2)} stars  [${id}]  by ${by}${asIf}`;
  if (!parts) return [line];
  const sum = parts.reduce((total, part) => total + part.value, 0);
  const cut = Math.abs(sum - predicted) > 1e-4 ? ", cut to the scale" : "";
  return [line, ...partLines(parts, [sum, `in all${cut}`])];
}
