import { MatineeError } from "../../errors.ts";
import type { Csr } from "../../matrix/csr.ts";
import { type Random, random } from "../../random.ts";
import type { BlockSource } from "../blocks/write-blocks.ts";
import { type Dataset, datasetFromCsr, type ItemIndex, type RatingScale, type UserIndex } from "../dataset.ts";
import { idsFrom } from "../ids.ts";
import { checkCancelled, type ProgressOptions } from "../progress.ts";
import { generateFilms, type SyntheticFilms } from "./synthetic-films.ts";

/** The size of a synthetic data set. */
export interface SyntheticShape {
  readonly name?: string;
  readonly users: number;
  readonly items: number;
  /** From 20 per user to half of all pairs. */
  readonly ratings: number;
  readonly seed?: number;
  /** Default: 0.5–5 in halves. */
  readonly scale?: RatingScale;
}

const halfStars: RatingScale = { min: 0.5, max: 5, step: 0.5 };
const wholeStars: RatingScale = { min: 1, max: 5, step: 1 };

/** The sizes and scales of the MovieLens sets, so that measurements on these hold for those; and ten and forty times that of ml-25m. */
const shapes = {
  "synthetic-100k": { users: 943, items: 1682, ratings: 100_000, scale: wholeStars },
  "synthetic-latest-small": { users: 610, items: 9742, ratings: 100_836, scale: halfStars },
  "synthetic-1m": { users: 6040, items: 3706, ratings: 1_000_209, scale: wholeStars },
  "synthetic-25m": { users: 162_541, items: 59_047, ratings: 25_000_095, scale: halfStars },
  "synthetic-32m": { users: 200_948, items: 84_432, ratings: 32_000_204, scale: halfStars },
  "synthetic-250m": { users: 1_625_410, items: 84_432, ratings: 250_000_950, scale: halfStars },
  "synthetic-1b": { users: 6_501_640, items: 100_000, ratings: 1_000_003_800, scale: halfStars },
} as const satisfies Record<string, SyntheticShape>;

export type SyntheticName = keyof typeof shapes;
export const syntheticNames = Object.keys(shapes) as readonly SyntheticName[];

/** The name of data of a shape without a name. */
const namelessShape = "synthetic";

/** Whether data were made up, by their name; so it holds for a part of them, for a model, and for a folder that they were written into. */
export function isMadeUp({ name }: { readonly name: string }): boolean {
  return name === namelessShape || syntheticNames.some((known) => known === name);
}

const minUserRatings = 20;
/** No user rates more than this share of all films, so that drawing films not yet rated stays fast. */
const maxShare = 0.5;

/**
 * Generates ratings like those of MovieLens: a few films have many ratings (Zipf), a few users rate a lot (log-normal, at least
 * 20 each), and every user loves two or three genres, whose films they watch more and rate higher. No (user, item) repeats. The
 * same shape and seed give the same data on machines whose Math.log, exp and cos agree.
 *
 * @throws USAGE for a shape that is not possible, CANCELLED
 * @example
 * import { syntheticRatings } from "matinee";
 * const madeUp = await syntheticRatings({ users: 100, items: 200, ratings: 3000, seed: 7 });
 */
export async function syntheticRatings(
  wanted: SyntheticName | SyntheticShape,
  progress: ProgressOptions = {},
): Promise<Dataset> {
  const { shape, films, scale, info, rng } = beginShape(wanted);
  const byUser = await generateRatings(shape, films, scale, rng, progress);
  return datasetFromCsr({ ...info, scale }, byUser, {
    rows: shape.ratings,
    repeats: 0,
    skipped: 0,
    leftOut: 0,
    filtered: 0,
  });
}

/** The same ratings, without their times, to be written as blocks: no more than those of some users are in memory. @throws USAGE */
export function syntheticSource(wanted: SyntheticName | SyntheticShape, progress: ProgressOptions = {}): BlockSource {
  const { shape, films, scale, info, rng } = beginShape(wanted);
  return {
    info: { ...info, feedback: "ratings" },
    scale: () => scale,
    ratings: shape.ratings,
    async *batches() {
      for await (const { from, offsets, indices, values } of generateRows(shape, films, scale, rng, progress)) {
        const userOf = new Int32Array(indices.length);
        for (let n = 0; n + 1 < offsets.length; n++) userOf.fill(from + n, offsets[n], offsets[n + 1]);
        yield { userOf, itemOf: indices, values };
      }
    },
  };
}

/** The shape of a known name. */
export function syntheticShape(name: SyntheticName): SyntheticShape {
  return { name, ...shapes[name] };
}

function beginShape(wanted: SyntheticName | SyntheticShape) {
  const shape = typeof wanted === "string" ? syntheticShape(wanted) : wanted;
  const { name = namelessShape, users, items, seed = 1, scale = halfStars } = shape;
  checkShape(shape);
  const films = generateFilms(items, random(seed));
  const info = {
    name,
    users: idsFrom<UserIndex>(Float64Array.from({ length: users }, (_, user) => user + 1)),
    items: idsFrom<ItemIndex>(films.ids),
    catalog: films.catalog,
  };
  return { shape, films, scale, info, rng: random(seed + 2 ** 32) };
}

function checkShape({ users, items, ratings }: SyntheticShape): void {
  const whole = [users, items, ratings].every((value) => Number.isInteger(value) && value > 0);
  const least = users * minUserRatings;
  const most = users * Math.floor(items * maxShare);
  if (whole && ratings >= least && ratings <= most && ratings < 2 ** 31) return;
  throw new MatineeError("USAGE", `${ratings} ratings of ${items} films by ${users} people cannot be made up`, {
    fix: whole ? `ask for ${least} to ${most} ratings` : "give whole numbers above 0",
  });
}

async function generateRatings(
  shape: SyntheticShape,
  films: SyntheticFilms,
  scale: RatingScale,
  rng: Random,
  progress: ProgressOptions,
): Promise<Csr> {
  const { users, items, ratings } = shape;
  const all = {
    offsets: new Int32Array(users + 1),
    indices: new Int32Array(ratings),
    values: new Float32Array(ratings),
    times: new Uint32Array(ratings),
  };
  for await (const { from, offsets, ...entries } of generateRows(shape, films, scale, rng, progress)) {
    const first = all.offsets[from];
    for (let n = 1; n < offsets.length; n++) all.offsets[from + n] = first + offsets[n];
    all.indices.set(entries.indices, first);
    all.values.set(entries.values, first);
    all.times.set(entries.times, first);
  }
  return { rows: users, columns: items, ...all };
}

/** The ratings of some users, one after another, the first of whom is `from`. */
type GeneratedRows = Pick<Csr, "offsets" | "indices" | "values"> & {
  readonly from: number;
  readonly times: Uint32Array;
};

/** Users that are generated at once. */
const usersAtOnce = 2000;

async function* generateRows(
  { users, items, ratings }: SyntheticShape,
  films: SyntheticFilms,
  scale: RatingScale,
  rng: Random,
  { onProgress, signal }: ProgressOptions,
): AsyncGenerator<GeneratedRows> {
  const all = drawRatingCounts(users, ratings, Math.floor(items * maxShare), rng);
  // The user, counted from 1, who last drew each film: it marks what a user has drawn and needs no clearing.
  const drawnBy = new Int32Array(items);
  for (let from = 0; from < users; from += usersAtOnce) {
    // A turn of the event loop, for signals and progress.
    await new Promise((resolve) => setTimeout(resolve));
    checkCancelled(signal, "making up ratings");
    onProgress?.(from / users);
    const offsets = all.slice(from, from + usersAtOnce + 1).map((offset) => offset - all[from]);
    const length = offsets[offsets.length - 1];
    const [indices, values] = [new Int32Array(length), new Float32Array(length)];
    const times = new Uint32Array(length);
    for (let n = 0; n + 1 < offsets.length; n++) {
      const [start, end] = [offsets[n], offsets[n + 1]];
      const taste = drawTaste(films, rng);
      const seen = indices.subarray(start, end);
      drawFilms(seen, films, taste, drawnBy, from + n + 1, rng);
      seen.sort();
      drawRatings(seen, values.subarray(start, end), films, taste, scale, rng);
      drawTimes(seen, times.subarray(start, end), films, rng);
    }
    yield { from, offsets, indices, values, times };
  }
}

/** Draws the number of ratings of each user, as offsets: log-normal above a minimum, with the exact total. */
function drawRatingCounts(users: number, ratings: number, most: number, { normal, int }: Random): Int32Array {
  const weights = Float64Array.from({ length: users }, () => Math.exp(1.3 * normal()));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const spare = ratings - users * minUserRatings;
  const counts = Int32Array.from(weights, (weight) =>
    Math.min(most, minUserRatings + Math.floor((spare * weight) / total)),
  );
  let missing = ratings - counts.reduce((sum, count) => sum + count, 0);
  while (missing > 0) {
    const user = int(users);
    const more = Math.min(missing, most - counts[user], Math.max(1, Math.floor(missing / users)));
    counts[user] += more;
    missing -= more;
  }
  const offsets = new Int32Array(users + 1);
  for (let user = 0; user < users; user++) offsets[user + 1] = offsets[user] + counts[user];
  return offsets;
}

interface Taste {
  /** Cumulative share of watching, up to and including each genre. */
  readonly watching: Float64Array;
  /** What each genre adds to a rating. */
  readonly liking: Float64Array;
  readonly bias: number;
}

function drawTaste({ genreShare }: SyntheticFilms, { float, int, normal }: Random): Taste {
  const genres = genreShare.length;
  const appeal = Float64Array.from(genreShare);
  const liking = new Float64Array(genres);
  const loved = 2 + int(2);
  for (let n = 0; n < loved; n++) {
    const genre = int(genres);
    appeal[genre] = genreShare[genre] > 0 ? genreShare[genre] * 6 + 0.08 : 0;
    liking[genre] = 0.7 + 0.3 * float();
  }
  const disliked = int(genres);
  if (liking[disliked] === 0) {
    appeal[disliked] *= 0.3;
    liking[disliked] = -0.8;
  }
  let sum = 0;
  const watching = appeal.map((value) => {
    sum += value;
    return sum;
  });
  return { watching, liking, bias: 0.35 * normal() };
}

/** Fills `seen` with different films, the better known and those of liked genres more likely. */
function drawFilms(
  seen: Int32Array,
  { byGenre, ids }: SyntheticFilms,
  { watching }: Taste,
  drawnBy: Int32Array,
  stamp: number,
  { float, int }: Random,
): void {
  let misses = 0;
  for (let n = 0; n < seen.length; ) {
    let film: number;
    if (misses > 8 * seen.length) {
      // A user who has seen nearly all that is well known goes on with any film.
      film = int(ids.length);
    } else {
      const choice = float() * watching[watching.length - 1];
      let genre = 0;
      while (choice >= watching[genre]) genre++;
      const { films, keep, other } = byGenre[genre];
      const slot = int(films.length);
      film = films[float() < keep[slot] ? slot : other[slot]];
    }
    if (drawnBy[film] === stamp) misses++;
    else {
      drawnBy[film] = stamp;
      seen[n++] = film;
    }
  }
}

function drawRatings(
  seen: Int32Array,
  values: Float32Array,
  { quality, catalog }: SyntheticFilms,
  { liking, bias }: Taste,
  { min, max, step }: RatingScale,
  { normal }: Random,
): void {
  const { offsets, indices } = catalog.genres;
  for (let n = 0; n < seen.length; n++) {
    const film = seen[n];
    let fit = 0;
    for (let at = offsets[film]; at < offsets[film + 1]; at++) fit += liking[indices[at]];
    fit /= offsets[film + 1] - offsets[film];
    const opinion = min + 0.6 * (max - min) + quality[film] + bias + fit + 0.75 * normal();
    const rounded = step > 0 ? min + Math.round((opinion - min) / step) * step : opinion;
    values[n] = Math.min(max, Math.max(min, rounded));
  }
}

const earliest = Date.UTC(1996, 3, 1) / 1000;
const latest = Date.UTC(2018, 8, 24) / 1000;
const year = 365.25 * 24 * 3600;

/** Draws times: a user joins at some time and rates for a while; no film is rated before its year. */
function drawTimes(seen: Int32Array, times: Uint32Array, { catalog }: SyntheticFilms, { float }: Random): void {
  const joined = earliest + float() * (latest - earliest);
  const stay = Math.min(latest - joined, float() * float() * 3 * year);
  for (let n = 0; n < seen.length; n++) {
    const released = (catalog.years[seen[n]] - 1970) * year;
    times[n] = Math.floor(Math.max(joined + float() * stay, released + float() * year));
  }
}
