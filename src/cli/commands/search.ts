import { Command } from "commander";
import { readArtifact } from "../../artifact/file.ts";
import { onnxEmbedder } from "../../content/sentences.ts";
import type { DatasetInfo } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import { stepper } from "../../models/fit.ts";
import { present } from "../../present.ts";
import { textSearch } from "../../recommend/text-search.ts";
import { addDataOptions, type DataFlags, readData } from "../options/data.ts";
import { deviceOption } from "../options/model.ts";
import { parsePositive } from "../options/parse.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";
import { titleText } from "../terminal/wording.ts";

interface SearchFlags extends DataFlags {
  k: number;
  textModel?: string;
  device?: string;
  threads: number;
  artifact?: string;
  json?: true;
}

export function searchCommand(): Command {
  const command = new Command("search")
    .description("Finds films by words of any kind: a text model compares them with titles, genres and tags.")
    .argument("<words...>", "what the films are like: slow space film about grief")
    .option("--k <n>", "how many films", parsePositive, 10)
    .option("--json", "print one JSON document")
    .optionsGroup("Text model:")
    .option("--text-model <name>", "its name on the Hugging Face hub, or its folder (default: all-MiniLM-L6-v2)")
    .addOption(deviceOption())
    .option("--threads <n>", "number of threads; the result does not depend on it", parsePositive, 1)
    .optionsGroup("Data:")
    .option("--artifact <file>", "a saved model, whose films are searched")
    .action(run);
  return addDataOptions(command);
}

async function run(words: readonly string[], flags: SearchFlags): Promise<void> {
  const { k, json, device, threads, textModel: model } = flags;
  const info = await readFilms(flags);
  const query = words.join(" ");
  const items = await withProgress("Searching", (onProgress) => {
    const watch = { onProgress, signal: cancellation };
    const embedder = onnxEmbedder({ ...watch, ...present({ device }) });
    const step = stepper("searching", watch);
    return textSearch(info, { embedder, threads, step, ...present({ model }) }).find(query, k);
  });
  if (json) {
    printJson({ query, items });
    return;
  }
  const lines = items.map(({ by, score, ...film }, n) => {
    const signs = by.length > 0 ? `  ${by.slice(0, 3).join(", ")}` : "";
    return `${String(n + 1).padStart(2)}  ${score.toFixed(4)}  ${titleText(film)}  [${film.id}]${signs}`;
  });
  printLines(lines.length > 0 ? lines : ["Nothing is said of any film that fits these words."]);
}

/** The films of a saved model, or of the data. */
async function readFilms(flags: SearchFlags): Promise<DatasetInfo> {
  if (flags.artifact === undefined) return readData(flags);
  if (flags.data === undefined) return (await readArtifact(flags.artifact)).info;
  throw new MatineeError("USAGE", "--data and --artifact both say which films are searched", {
    fix: "give one of them",
  });
}
