import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { MatineeError } from "../errors.ts";
import { replaceFile } from "../replace-file.ts";
import { labelsOf } from "./catalog.ts";
import { csvField, joinLines } from "./csv.ts";
import type { Dataset } from "./dataset.ts";
import { checkCancelled, type ProgressOptions } from "./progress.ts";
import { shortestSingle } from "./single-precision.ts";

/**
 * Writes a data set as a new folder in the layout of MovieLens latest: ratings.csv, movies.csv and, where there are any,
 * tags.csv (without users and times, which a data set does not keep) and links.csv. `readRatings(folder)` reads the same
 * ratings back, on the scale of that layout. The folder appears only when it is complete.
 *
 * @throws WRITE_FAILED, also if the folder exists and is not empty; CANCELLED
 * @example
 * import { readRatings, writeRatingsCsv } from "matinee";
 * await writeRatingsCsv(data, "copy");
 * const copy = await readRatings("copy");
 */
export async function writeRatingsCsv(dataset: Dataset, folder: string, progress: ProgressOptions = {}): Promise<void> {
  const write = async (temporary: string) => {
    await mkdir(temporary, { recursive: true });
    const save = (file: string, lines: Iterable<string>) =>
      pipeline(Readable.from(joinLines(lines)), createWriteStream(join(temporary, file)));
    const { tags, imdb, tmdb } = dataset.catalog;
    await save("ratings.csv", ratingLines(dataset, progress));
    await save("movies.csv", movieLines(dataset));
    if (tags.indices.length > 0) await save("tags.csv", tagLines(dataset));
    if (imdb.some(Boolean) || tmdb.some(Boolean)) await save("links.csv", linkLines(dataset));
  };
  try {
    await replaceFile(resolve(folder), write, { about: `${folder} cannot be written` });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (!code || !["ENOTEMPTY", "EEXIST", "EPERM"].includes(code)) throw error;
    const fix = "give a folder that does not exist yet";
    throw new MatineeError("WRITE_FAILED", `${folder} already exists`, { cause: error, fix });
  }
}

function* ratingLines(
  { byUser, users, items, scale }: Dataset,
  { onProgress, signal }: ProgressOptions,
): Generator<string> {
  const { rows, offsets, indices, values, times } = byUser;
  // The column names of MovieLens promise whole numbers as ids and ratings of 0.5 to 5; other data get other names.
  const numeric = users.values instanceof Float64Array && items.values instanceof Float64Array;
  const names = numeric && scale.min >= 0.5 && scale.max <= 5 ? "userId,movieId,rating" : "user_id,item_id,rating";
  yield `${names}${times ? ",timestamp" : ""}\n`;
  const formatted = new Map<number, string>();
  const itemTexts = Array.from(items.values, csvField);
  for (let user = 0; user < rows; user++) {
    checkCancelled(signal, "writing ratings");
    if (user % 1000 === 0) onProgress?.(offsets[user] / indices.length);
    const id = csvField(users.id(user));
    for (let entry = offsets[user]; entry < offsets[user + 1]; entry++) {
      const value = values[entry];
      let text = formatted.get(value);
      if (text === undefined) {
        text = formatRating(value);
        if (formatted.size < 1000) formatted.set(value, text);
      }
      yield times
        ? `${id},${itemTexts[indices[entry]]},${text},${times[entry]}\n`
        : `${id},${itemTexts[indices[entry]]},${text}\n`;
    }
  }
}

function* movieLines({ items, catalog }: Dataset): Generator<string> {
  yield "movieId,title,genres\n";
  for (let item = 0; item < items.size; item++) {
    const genres = labelsOf(catalog.genres, item).join("|") || "(no genres listed)";
    yield `${csvField(items.id(item))},${csvField(catalog.titles[item])},${csvField(genres)}\n`;
  }
}

function* tagLines({ items, catalog }: Dataset): Generator<string> {
  yield "movieId,tag\n";
  for (let item = 0; item < items.size; item++) {
    for (const tag of labelsOf(catalog.tags, item)) yield `${csvField(items.id(item))},${csvField(tag)}\n`;
  }
}

function* linkLines({ items, catalog: { imdb, tmdb } }: Dataset): Generator<string> {
  yield "movieId,imdbId,tmdbId\n";
  for (let item = 0; item < items.size; item++) {
    const imdbId = imdb[item] === 0 ? "" : String(imdb[item]).padStart(7, "0");
    yield `${csvField(items.id(item))},${imdbId},${tmdb[item] || ""}\n`;
  }
}

/** The shortest decimal that reads back as the same number; at least one decimal, as in MovieLens. */
function formatRating(value: number): string {
  const text = String(shortestSingle(value));
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
