import { Command } from "commander";
import type { ItemIndex } from "../../data/dataset.ts";
import { type Prediction, predict } from "../../recommend/predict.ts";
import { open } from "../../recommend/recommender.ts";
import { filmNamed } from "../options/film.ts";
import { addSourceOptions, type ModelFlags } from "../options/model.ts";
import { sourceFrom } from "../options/source.ts";
import { addPersonOptions, checkPerson, type PersonFlags, personFrom } from "../options/user.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { partLines } from "../terminal/wording.ts";

type Flags = ModelFlags & PersonFlags;

export function predictCommand(): Command {
  return addPersonOptions(addSourceOptions(new Command("predict"), "user-knn"))
    .description(
      "Predict somebody's ratings of films, and say from what. A film that they have rated is predicted from their other ratings.",
    )
    .argument("<film...>", "id or title of each film")
    .option("--json", "print one JSON document")
    .action(run);
}

async function run(words: readonly string[], flags: Flags): Promise<void> {
  checkPerson(flags, true);
  const source = await sourceFrom(flags, "user-knn");
  using recommender = open(source.trained);
  const { query, ...who } = await personFrom(source, recommender, flags);
  const items: ItemIndex[] = [];
  // One after the other, since a title may need an answer.
  for (const word of words) items.push(await filmNamed(recommender, word, flags.json));
  const predictions = predict(recommender, query, items);
  if (flags.json) printJson({ model: recommender.name, ...who, items: predictions });
  else printLines(predictions.flatMap((prediction) => describe(recommender.name, prediction)));
}

function describe(model: string, { id, title, predicted, rule, rated, parts }: Prediction): string[] {
  const by = rule === "model" ? model : `the ${rule}: ${model} has too little to go by`;
  const asIf = rated === undefined ? "" : `; their own rating, ${rated}, is left aside`;
  const line = `${title || "(no title)"}  ${predicted.toFixed(2)} stars  [${id}]  by ${by}${asIf}`;
  if (!parts) return [line];
  const sum = parts.reduce((total, part) => total + part.value, 0);
  const cut = Math.abs(sum - predicted) > 1e-4 ? ", cut to the scale" : "";
  return [line, ...partLines(parts, [sum, `in all${cut}`])];
}
