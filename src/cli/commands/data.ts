import { Command } from "commander";
import { describeBlocks } from "../../data/blocks/open-blocks.ts";
import type { Feedback } from "../../data/dataset.ts";
import { movieLensNames } from "../../data/download/movielens.ts";
import { previewRatings, type RatingsPreview } from "../../data/read.ts";
import { syntheticNames } from "../../data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../../data/write.ts";
import { MatineeError } from "../../errors.ts";
import { describeBytes } from "../../models/shared/memory.ts";
import { count } from "../../numbers.ts";
import { type FilmSummary, summariseFilm } from "../../recommend/film-summary.ts";
import { filmSearch } from "../../recommend/search.ts";
import { type DatasetSummary, summariseDataset } from "../../report/summary.ts";
import {
  addDataOptions,
  type DataFlags,
  dataSource,
  readData,
  readOptionsFrom,
  writeDataBlocks,
} from "../options/data.ts";
import { findFilm } from "../options/film.ts";
import { parsePositive } from "../options/parse.ts";
import { alignColumns, describeTerm, printJson, printLines } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";
import { titleText } from "../terminal/wording.ts";

interface DataCommandFlags extends DataFlags {
  film?: string;
  out?: string;
  blocks?: string;
  preview?: string;
  json?: true;
}

/** "synthetic-100k, -1m …" */
const madeUpNames = syntheticNames.map((name, n) => (n === 0 ? name : name.replace("synthetic", ""))).join(", ");

export function dataCommand(): Command {
  const command = new Command("data")
    .description("Reads ratings and describes them. A set that is named is downloaded or generated first.")
    .option("--preview <source>", "show the first rows of a file or folder as they are understood, and stop")
    .option("--film <film>", "describe a film, by its id or title: its ratings, tags and text")
    .option("--out <folder>", "write the ratings as ratings.csv, movies.csv and tags.csv")
    .option("--blocks <folder>", "write the ratings as column blocks on disk")
    .option("--threads <n>", "number of threads to read with", parsePositive, 1)
    .option("--json", "print one JSON document")
    .addHelpText("after", () =>
      ["", ...describeTerm("Known names:", `${movieLensNames.join(", ")}; ${madeUpNames}`, 14)].join("\n"),
    )
    .action(run);
  return addDataOptions(command, { listed: true });
}

async function run(flags: DataCommandFlags): Promise<void> {
  if (flags.preview !== undefined) {
    const other =
      flags.out !== undefined
        ? "--out"
        : flags.film !== undefined
          ? "--film"
          : flags.blocks !== undefined
            ? "--blocks"
            : flags.data !== undefined
              ? "--data"
              : undefined;
    if (other)
      throw new MatineeError("USAGE", `--preview and ${other} do not go together`, { fix: "give one of them" });
    const preview = await previewRatings(flags.preview, readOptionsFrom(flags));
    if (flags.json) printJson(preview);
    else printLines(previewLines(preview));
    return;
  }
  const outcomes = [
    flags.film !== undefined && "--film",
    flags.out !== undefined && "--out",
    flags.blocks !== undefined && "--blocks",
  ].filter((name) => name !== false);
  if (outcomes.length > 1) {
    throw new MatineeError("USAGE", `${outcomes.join(" and ")} do not go together`, { fix: "give one of them" });
  }
  if (flags.blocks !== undefined) {
    await writeDataBlocks(dataSource(flags), flags.blocks, flags);
    const { name, ratings, users, items } = await describeBlocks(flags.blocks);
    if (flags.json) printJson({ folder: flags.blocks, name, ratings, users, items });
    else printLines([`${flags.blocks}: ${count(ratings)} ratings of ${count(items)} films by ${count(users)} people`]);
    return;
  }
  const dataset = await readData(flags);
  if (flags.film !== undefined) {
    const item = await findFilm({ search: filmSearch(dataset) }, flags.film, flags.json);
    const film = summariseFilm(dataset, item);
    if (flags.json) printJson(film);
    else printLines(filmLines(film, dataset.feedback));
    return;
  }
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
  const { scale, feedback, report, times, medians, tags, links, ids } = summary;
  const what = feedback === "events" ? "pairs with amounts" : "ratings";
  const kind = { number: "whole numbers", text: "texts" };
  return [
    `${summary.name}`,
    `  ${count(summary.ratings)} ${what} from ${scaleNumber(scale.min)} to ${scaleNumber(scale.max)}, mean ${summary.mean.toFixed(3)}; ${describeBytes(summary.bytes)} in memory`,
    `  ${count(summary.users)} people, by ${kind[ids.users]}; half of them have ${scaleNumber(medians.perUser)} ${what} or more`,
    `  ${count(summary.items)} films, by ${kind[ids.items]}; ${count(summary.rated)} of them rated, half of these ${scaleNumber(medians.perItem)} times or more`,
    `  ${(100 * summary.sparsity).toFixed(2)} % of all pairs are unrated`,
    ...(times ? [`  from ${timeText(times.from)} to ${timeText(times.to)}`] : []),
    ...(tags.count > 0 ? [`  ${count(tags.count)} tags, ${count(tags.different)} of them different`] : []),
    ...(links.imdb + links.tmdb > 0
      ? [`  links to IMDb for ${count(links.imdb)} films, to TMDB for ${count(links.tmdb)}`]
      : []),
    `  ${count(report.rows)} rows read, ${count(report.repeats)} repeats, ${count(report.skipped)} skipped, ${count(report.leftOut)} left out, ${count(report.filtered)} filtered out`,
    `  fingerprint ${summary.fingerprint}`,
    "",
    "First ratings, as understood:",
    ...alignColumns(summary.first.map(firstCells), (column) => column === 2),
    "",
    ...histogramLines(summary.histogram),
    "",
    "Most rated:",
    ...summary.mostRated.map((film) => `  ${count(film.ratings).padStart(9)}  ${titleText(film, film.id)}`),
  ];
}

function firstCells({ user, item, title, rating, time }: DatasetSummary["first"][number]): string[] {
  return [
    `user ${user}`,
    `film ${item}`,
    scaleNumber(rating),
    time === undefined ? "" : timeText(time),
    titleText({ title }, item),
  ];
}

/** None of more than twenty values. */
function histogramLines(histogram: DatasetSummary["histogram"]): string[] {
  if (histogram.length > 20) return [];
  const highest = Math.max(...histogram.map((bin) => bin.count));
  return histogram.map(
    (bin) =>
      `  ${String(bin.rating).padStart(4)} ${"█".repeat(Math.round((histogramWidth * bin.count) / highest))} ${count(bin.count)}`,
  );
}

/** Tags that are shown of a film. */
const shownTags = 20;

function filmLines(film: FilmSummary, feedback: Feedback): string[] {
  const { id, genres, ratings, mean, tags, text, imdb, tmdb, histogram } = film;
  const what = feedback === "events" ? "pairs with amounts" : "ratings";
  const others = tags.length > shownTags ? ` and ${count(tags.length - shownTags)} others` : "";
  const tagText = tags.slice(0, shownTags).map(({ tag, count }) => (count > 1 ? `${tag} (${count})` : tag));
  return [
    `${titleText(film, id)}  [${id}]`,
    ...(genres.length > 0 ? [`  genres: ${genres.join(", ")}`] : []),
    ...(tags.length > 0 ? [`  tags: ${tagText.join(", ")}${others}`] : []),
    ...(imdb === undefined && tmdb === undefined
      ? []
      : [
          `  ${[imdb && `IMDb tt${String(imdb).padStart(7, "0")}`, tmdb && `TMDB ${tmdb}`].filter(Boolean).join(", ")}`,
        ]),
    `  its text for models: ${text || "nothing is known"}`,
    `  ${count(ratings)} ${what}${mean === undefined ? "" : `, mean ${mean.toFixed(3)}`}`,
    ...histogramLines(histogram),
  ];
}
