import { Command } from "commander";
import { movieLensNames } from "../../data/download/movielens.ts";
import { previewRatings, type RatingsPreview } from "../../data/read.ts";
import { syntheticNames } from "../../data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../../data/write.ts";
import { count } from "../../numbers.ts";
import { type DatasetSummary, summariseDataset } from "../../report/summary.ts";
import { addDataOptions, type DataFlags, readData, readOptionsFrom } from "../options/data.ts";
import { parsePositive } from "../options/parse.ts";
import { describeTerm, printJson, printLines } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";
import { titleText } from "../terminal/wording.ts";

interface DataCommandFlags extends DataFlags {
  out?: string;
  preview?: string;
  json?: true;
}

export function dataCommand(): Command {
  const command = new Command("data")
    .description("Reads ratings and describes them. A set that is named is downloaded or generated first.")
    .option("--preview <source>", "show the first rows of a file or folder as they are understood, and stop")
    .option("--out <folder>", "write the ratings as ratings.csv, movies.csv and tags.csv")
    .option("--threads <n>", "number of threads to read with; the result does not depend on it", parsePositive, 1)
    .option("--json", "print one JSON document")
    .addHelpText("after", () =>
      ["", ...describeTerm("Known names:", [...movieLensNames, ...syntheticNames].join(", "), 14)].join("\n"),
    )
    .action(run);
  return addDataOptions(command, { listed: true });
}

async function run(flags: DataCommandFlags): Promise<void> {
  if (flags.preview !== undefined) {
    const preview = await previewRatings(flags.preview, readOptionsFrom(flags));
    if (flags.json) printJson(preview);
    else printLines(previewLines(preview));
    return;
  }
  const dataset = await readData(flags);
  const summary = await summariseDataset(dataset);
  if (flags.out !== undefined) {
    await withProgress(`Writing ${flags.out}`, (onProgress) =>
      writeRatingsCsv(dataset, flags.out!, { onProgress, signal: cancellation }),
    );
  }
  if (flags.json) printJson(summary);
  else printLines(summaryLines(summary));
}

function previewLines({ recognised, feedback, rows }: RatingsPreview): string[] {
  const table = rows.map(({ user, item, title, event, rating, time, isLeftOut, problem }) => {
    if (problem !== undefined) return [problem];
    const film = title === undefined ? `${item ?? ""}` : `${item} ${title}`;
    const value = isLeftOut ? "left out" : `${rating}`;
    return [user ?? "", film, ...(event === undefined ? [] : [event]), value, time === undefined ? "" : timeText(time)];
  });
  const cells = table.filter((row) => row.length > 1);
  const widths = (cells[0] ?? []).map((_, n) => Math.max(...cells.map((row) => row[n].length)));
  return [
    `Read as ${feedback}. ${recognised}`,
    "",
    ...table.map(
      (row) =>
        `  ${row
          .map((cell, n) => cell.padEnd(row.length > 1 ? widths[n] : 0))
          .join("  ")
          .trimEnd()}`,
    ),
  ];
}

/** Times finer than seconds, which later than the year 5138 are, by their date all the same. */
function timeText(time: number): string {
  let seconds = time;
  while (seconds > 1e11) seconds /= 1000;
  return new Date(1000 * seconds).toISOString().slice(0, 16).replace("T", " ");
}

const histogramWidth = 40;

/** 0.5, and 0.333 of a third. */
function scaleNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function summaryLines(summary: DatasetSummary): string[] {
  const { scale, feedback, report } = summary;
  const highest = Math.max(...summary.histogram.map((bin) => bin.count));
  const bins = summary.histogram.length <= 20 ? summary.histogram : [];
  return [
    `${summary.name}`,
    `  ${count(summary.ratings)} ${feedback === "events" ? "pairs with amounts" : "ratings"} from ${scaleNumber(scale.min)} to ${scaleNumber(scale.max)}, mean ${summary.mean.toFixed(3)}`,
    `  ${count(summary.users)} people, ${count(summary.items)} films (${count(summary.rated)} of them rated)`,
    `  ${(100 * summary.sparsity).toFixed(2)} % of all pairs are unrated`,
    `  ${count(report.rows)} rows read, ${count(report.repeats)} repeats, ${count(report.skipped)} skipped, ${count(report.leftOut)} left out, ${count(report.filtered)} filtered out`,
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
