import { Command, Option } from "commander";
import { present } from "../../present.ts";
import { blendBy } from "../../recommend/blend.ts";
import { filmOf } from "../../recommend/films.ts";
import { openModel } from "../../recommend/open-model.ts";
import { similar, topTerms } from "../../recommend/similar.ts";
import { findFilm } from "../options/film.ts";
import { addSourceOptions, loadModel, type ModelFlags } from "../options/model.ts";
import { parsePositive } from "../options/parse.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { titleText } from "../terminal/wording.ts";

interface SimilarFlags extends ModelFlags {
  k: number;
  by: "ratings" | "content" | "both";
  json?: true;
}

export function similarCommand(): Command {
  const command = new Command("similar")
    .description("Lists the films most similar to a film.")
    .argument("<film>", "its id or its title")
    .option("--k <n>", "how many films", parsePositive, 10)
    .addOption(
      new Option("--by <what>", "which models of a hybrid compare the films, by what they learn from")
        .choices(["ratings", "content", "both"])
        .default("both"),
    )
    .option("--json", "print one JSON document")
    .action(run);
  return addSourceOptions(command);
}

async function run(word: string, flags: SimilarFlags): Promise<void> {
  const { trained } = await loadModel(flags);
  using recommender = openModel(trained);
  const item = await findFilm(recommender, word, flags.json);
  const items = similar(flags.by === "both" ? recommender : blendBy(recommender, flags.by), item, flags.k);
  const terms = recommender.model.topTerms ? topTerms(recommender, item) : [];
  if (flags.json) {
    printJson({ model: recommender.name, ...present({ terms: terms.length > 0 ? terms : undefined }), items });
    return;
  }
  const film = filmOf(recommender.info, item);
  printLines([
    `Similar to ${titleText(film, film.id)}${terms.length > 0 ? `, marked by ${terms.map(({ term }) => term).join(", ")}` : ""}:`,
    ...items.map(
      (other, n) => `${String(n + 1).padStart(2)}  ${other.score.toFixed(4)}  ${titleText(other)}  [${other.id}]`,
    ),
  ]);
}
