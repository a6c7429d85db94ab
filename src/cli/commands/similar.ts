import { stat } from "node:fs/promises";
import { Command, Option } from "commander";
import { checkTableFile } from "../../data/write-table.ts";
import { MatineeError } from "../../errors.ts";
import type { Term } from "../../models/model.ts";
import { count } from "../../numbers.ts";
import { present } from "../../present.ts";
import { blendBy } from "../../recommend/blend.ts";
import { type Film, filmOf, type ScoredFilm } from "../../recommend/films.ts";
import { type OpenModel, openModel } from "../../recommend/open-model.ts";
import { similar, topTerms } from "../../recommend/similar.ts";
import { writeSimilar } from "../../recommend/write-model.ts";
import { findFilms } from "../options/film.ts";
import { addSourceOptions, loadModel, type ModelFlags } from "../options/model.ts";
import { parsePositive } from "../options/parse.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";
import { genresText, titleText } from "../terminal/wording.ts";

interface SimilarFlags extends ModelFlags {
  all?: true;
  out?: string;
  k: number;
  by: "ratings" | "content" | "both";
  json?: true;
}

export function similarCommand(): Command {
  const command = new Command("similar")
    .description("Lists the films most similar to a film, to several, or to every film.")
    .argument("[film...]", "id or title of each")
    .option("--k <n>", "how many films", parsePositive, 10)
    .addOption(
      new Option("--by <what>", "which models of a hybrid compare the films, by what they learn from")
        .choices(["ratings", "content", "both"])
        .default("both"),
    )
    .option("--all", "those of every film, in a file")
    .option("--out <file>", "where --all writes: .csv, .jsonl or .parquet")
    .option("--json", "print one JSON document")
    .action(run);
  return addSourceOptions(command);
}

async function run(words: readonly string[], flags: SimilarFlags): Promise<void> {
  if (flags.all) return writeAll(words, flags);
  if (flags.out !== undefined) {
    throw new MatineeError("USAGE", "--out is for the films of --all", { fix: "give --all as well" });
  }
  if (words.length === 0) {
    throw new MatineeError("USAGE", "nothing says which film", { fix: "name one, or give --all and --out" });
  }
  const { trained } = await loadModel(flags);
  using recommender = openModel(trained);
  const compared = comparing(recommender, flags);
  const lists: SimilarList[] = [];
  for (const item of await findFilms(recommender, words, flags.json)) {
    const terms = recommender.model.topTerms ? topTerms(recommender, item) : [];
    lists.push({
      film: filmOf(recommender.info, item),
      items: similar(compared, item, flags.k),
      ...present({ terms: terms.length > 0 ? terms : undefined }),
    });
  }
  const { name: model } = recommender;
  if (!flags.json) printLines(lists.flatMap(similarLines));
  else if (lists.length === 1) {
    const [{ film: _, ...only }] = lists;
    printJson({ model, ...only });
  } else printJson({ model, lists: lists.map(({ film, ...list }) => ({ for: film.id, ...list })) });
}

/** The films most similar to one, and the terms that mark it. */
interface SimilarList {
  readonly film: Film;
  readonly terms?: readonly Term[];
  readonly items: readonly ScoredFilm[];
}

function similarLines({ film, terms, items }: SimilarList, n: number): string[] {
  const marked = terms ? `, marked by ${terms.map(({ term }) => term).join(", ")}` : "";
  return [
    ...(n > 0 ? [""] : []),
    `Similar to ${titleText(film, film.id)}${marked}:`,
    ...items.map(
      (other, n) =>
        `${String(n + 1).padStart(2)}  ${other.score.toFixed(4)}  ${titleText(other)}  [${other.id}]${genresText(other)}`,
    ),
  ];
}

/** The model, or those parts of it that --by names. */
function comparing(recommender: OpenModel, { by }: SimilarFlags): OpenModel {
  return by === "both" ? recommender : blendBy(recommender, by);
}

async function writeAll([word]: readonly string[], flags: SimilarFlags): Promise<void> {
  const { out: file, k, json } = flags;
  if (word !== undefined) {
    throw new MatineeError("USAGE", `--all and ${word} do not go together`, { fix: "give one of them" });
  }
  if (file === undefined) {
    throw new MatineeError("USAGE", "--all needs a file for its table", { fix: "name one with --out" });
  }
  await checkTableFile(file);
  const { trained } = await loadModel(flags);
  using recommender = openModel(trained);
  await withProgress(`Writing ${file}`, (onProgress) =>
    writeSimilar(file, comparing(recommender, flags), { k, onProgress, signal: cancellation }),
  );
  const { size: bytes } = await stat(file);
  const items = recommender.info.items.size;
  if (json) printJson({ model: recommender.name, items, k, file, bytes });
  else printLines([`${file}: the films most similar to each of ${count(items)}, by ${recommender.name}`]);
}
