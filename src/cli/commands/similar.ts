import { Command, Option } from "commander";
import { blendBy } from "../../recommend/blend.ts";
import { filmOf } from "../../recommend/films.ts";
import { open } from "../../recommend/recommender.ts";
import { similar, topTerms } from "../../recommend/similar.ts";
import { filmNamed } from "../options/film.ts";
import { addSourceOptions, atLeastOne, type ModelFlags } from "../options/model.ts";
import { sourceFrom } from "../options/source.ts";
import { printJson, printLines } from "../terminal/output.ts";

interface Flags extends ModelFlags {
  k: number;
  by: "ratings" | "content" | "both";
  json?: true;
}

export function similarCommand(): Command {
  return addSourceOptions(new Command("similar"))
    .description("Films similar to one.")
    .argument("<film>", "its id or its title")
    .option("--k <n>", "how many films", atLeastOne, 10)
    .addOption(
      new Option("--by <what>", "of a blend: its models of ratings, those of content, or both")
        .choices(["ratings", "content", "both"])
        .default("both"),
    )
    .option("--json", "print one JSON document")
    .action(run);
}

async function run(word: string, flags: Flags): Promise<void> {
  const { trained } = await sourceFrom(flags);
  using recommender = open(trained);
  const item = await filmNamed(recommender, word, flags.json);
  const items = similar(flags.by === "both" ? recommender : blendBy(recommender, flags.by), item, flags.k);
  const terms = recommender.model.topTerms ? topTerms(recommender, item) : [];
  if (flags.json) {
    printJson({ model: recommender.name, ...(terms.length > 0 ? { terms } : {}), items });
    return;
  }
  const film = filmOf(recommender.info, item);
  printLines([
    `Similar to ${film.title || film.id}${terms.length > 0 ? `, marked by ${terms.map(({ term }) => term).join(", ")}` : ""}:`,
    ...items.map(
      ({ title, id, score }, n) =>
        `${String(n + 1).padStart(2)}  ${score.toFixed(4)}  ${title || "(no title)"}  [${id}]`,
    ),
  ]);
}
