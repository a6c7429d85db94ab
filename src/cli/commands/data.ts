import { Command } from "commander";
import { labelsOf } from "../../data/catalog.ts";
import { type Dataset, fingerprint, shapeOf } from "../../data/dataset.ts";
import { writeRatingsCsv } from "../../data/write.ts";
import { topK } from "../../matrix/topk.ts";
import { count } from "../../numbers.ts";
import { filmOf } from "../../recommend/films.ts";
import { addDataOptions, type DataFlags, readData } from "../options/data.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";
import { titleText } from "../terminal/wording.ts";

interface DataCommandFlags extends DataFlags {
  out?: string;
  json?: true;
}

export function dataCommand(): Command {
  return addDataOptions(new Command("data"))
    .description("Read ratings and say what is in them; download or make a named set.")
    .option("--out <folder>", "write them as ratings.csv, movies.csv and tags.csv")
    .option("--json", "print one JSON document")
    .action(run);
}

async function run(flags: DataCommandFlags): Promise<void> {
  const dataset = await readData(flags);
  const summary = await summarise(dataset);
  if (flags.out !== undefined) {
    await withProgress(`Writing ${flags.out}`, (onProgress) =>
      writeRatingsCsv(dataset, flags.out!, { onProgress, signal: cancellation }),
    );
  }
  if (flags.json) printJson(summary);
  else printLines(describe(summary));
}

async function summarise(dataset: Dataset) {
  const { name, scale, report, counts, byUser, users, items } = dataset;
  const shape = shapeOf(dataset);
  const histogram = new Map<number, number>();
  let total = 0;
  for (const value of byUser.values) {
    total += value;
    histogram.set(value, (histogram.get(value) ?? 0) + 1);
  }
  return {
    name,
    ...shape,
    rated: counts.reduce((rated, n) => rated + (n > 0 ? 1 : 0), 0),
    scale,
    mean: total / shape.ratings,
    sparsity: 1 - shape.ratings / (users.size * items.size),
    histogram: [...histogram].sort(([a], [b]) => a - b).map(([rating, times]) => ({ rating, count: times })),
    genres: genreCounts(dataset),
    mostRated: Array.from(topK(Float64Array.from(counts), 10), (item) => filmOf(dataset, item)),
    report,
    fingerprint: await fingerprint(dataset),
  };
}

function genreCounts({ catalog, items }: Dataset): { genre: string; films: number }[] {
  const films = new Map<string, number>();
  for (let item = 0; item < items.size; item++) {
    for (const genre of labelsOf(catalog.genres, item)) films.set(genre, (films.get(genre) ?? 0) + 1);
  }
  return [...films].sort(([, a], [, b]) => b - a).map(([genre, number]) => ({ genre, films: number }));
}

const histogramWidth = 40;

function describe(summary: Awaited<ReturnType<typeof summarise>>): string[] {
  const { scale, report } = summary;
  const highest = Math.max(...summary.histogram.map((bin) => bin.count));
  const bins = summary.histogram.length <= 20 ? summary.histogram : [];
  return [
    `${summary.name}`,
    `  ${count(summary.ratings)} ratings from ${scale.min} to ${scale.max}, mean ${summary.mean.toFixed(3)}`,
    `  ${count(summary.users)} people, ${count(summary.items)} films (${count(summary.rated)} of them rated)`,
    `  ${(100 * summary.sparsity).toFixed(2)} % of all pairs are unrated`,
    `  ${count(report.rows)} rows read, ${count(report.repeats)} repeats, ${count(report.skipped)} skipped, ${count(report.filtered)} filtered out`,
    `  fingerprint ${summary.fingerprint}`,
    "",
    ...bins.map(
      (bin) =>
        `  ${String(bin.rating).padStart(4)} ${"█".repeat(Math.round((histogramWidth * bin.count) / highest))} ${count(bin.count)}`,
    ),
    "",
    "Most rated:",
    ...summary.mostRated.map((film) => `  ${count(film.ratings).padStart(9)}  ${titleText(film, film.id)}`),
  ];
}
