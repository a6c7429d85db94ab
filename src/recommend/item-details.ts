/** What is known of one film: what the catalog says of it, and how people rated it. */
import type { Step } from "../compute/engine.ts";
import { labelsOf } from "../data/catalog.ts";
import type { ItemIndex } from "../data/dataset.ts";
import type { Csr } from "../matrix/csr.ts";
import { present } from "../present.ts";
import { roundRating } from "./explanation.ts";
import { type Film, filmOf } from "./films.ts";
import type { OpenModel } from "./open-model.ts";
import { checkItem } from "./query.ts";

/** What is known of a film. What is not known is absent. */
export interface ItemDetails {
  readonly film: Film;
  /** The mean of its ratings, on the scale of the data. */
  readonly mean?: number;
  /** Every rating that occurs in the data, the lowest first, and how many people gave it to this film. Absent for more than 50 of them. */
  readonly histogram?: readonly { readonly rating: number; readonly count: number }[];
  /** Up to 20 tags and how often they were given, the most used first. */
  readonly tags?: readonly { readonly tag: string; readonly count: number }[];
  /** Addresses of its pages elsewhere. */
  readonly links?: { readonly imdb?: string; readonly tmdb?: string };
}

/** What the details of a film are taken from. */
export interface ItemDetailsOptions {
  /** Ratings (users × the model's items); those that the model keeps unless given. */
  readonly ratings?: Csr;
  /** Awaited every few milliseconds while the ratings are counted, which happens once. */
  readonly step?: Step;
}

const mostTags = 20;
const mostValues = 50;
/** Entries between two steps. */
const atOnce = 2 ** 16;

/**
 * What is known of a film: its mean and the histogram of its ratings, its tags, and its pages at IMDb and TMDB. Of events there are neither
 * mean nor histogram.
 *
 * @throws ITEM_UNKNOWN for an index outside the catalog
 * @example
 * import { itemDetails } from "matinee/core";
 * const item = recommender.info.items.index(260);
 * (await itemDetails(recommender.opened, item, { ratings: data.byUser })).histogram;
 */
export async function itemDetails(
  { info, model }: OpenModel,
  item: ItemIndex,
  { ratings = model.ratings, step = async () => {} }: ItemDetailsOptions = {},
): Promise<ItemDetails> {
  checkItem(info, item);
  const counts = ratings && info.feedback === "ratings" ? await countedOnce(ratings, step) : undefined;
  return {
    film: filmOf(info, item),
    ...(counts && ofRatings(counts, item)),
    ...present({ tags: tagsOf(labelsOf(info.catalog.tags, item)), links: linksOf(info.catalog, item) }),
  };
}

/** How often each item has each rating. */
interface RatingCounts {
  /** The ratings that occur, ascending; empty where they are more than `mostValues`. */
  readonly values: Float32Array;
  /** int32 [items × values] */
  readonly histograms: Int32Array;
  /** float64 [items]: sums, and numbers of ratings. */
  readonly sums: Float64Array;
  readonly numbers: Int32Array;
}

const counted = new WeakMap<Csr, RatingCounts>();

/** The counts of some ratings, which are kept as long as these. */
async function countedOnce(ratings: Csr, step: Step): Promise<RatingCounts> {
  const found = counted.get(ratings) ?? (await countRatings(ratings, step));
  counted.set(ratings, found);
  return found;
}

async function countRatings({ columns, indices, values: ratings }: Csr, step: Step): Promise<RatingCounts> {
  const total = ratings.length;
  const different = new Set<number>();
  for (let n = 0; n < total && different.size <= mostValues; n++) {
    different.add(ratings[n]);
    if (n % atOnce === 0) await step(n / 2, total);
  }
  const values = different.size <= mostValues ? Float32Array.from(different).sort() : new Float32Array(0);
  const placeOf = new Map(Array.from(values, (value, place) => [value, place]));
  const histograms = new Int32Array(columns * values.length);
  const [sums, numbers] = [new Float64Array(columns), new Int32Array(columns)];
  for (let n = 0; n < total; n++) {
    const item = indices[n];
    sums[item] += ratings[n];
    numbers[item]++;
    if (values.length > 0) histograms[item * values.length + placeOf.get(ratings[n])!]++;
    if (n % atOnce === 0) await step((total + n) / 2, total);
  }
  return { values, histograms, sums, numbers };
}

function ofRatings(
  { values, histograms, sums, numbers }: RatingCounts,
  item: number,
): Pick<ItemDetails, "mean" | "histogram"> {
  if (numbers[item] === 0) return {};
  const mean = sums[item] / numbers[item];
  if (values.length === 0) return { mean };
  const own = histograms.subarray(item * values.length, (item + 1) * values.length);
  return { mean, histogram: Array.from(values, (value, n) => ({ rating: roundRating(value), count: own[n] })) };
}

/** Tags that differ in capitals alone are one, as it was written first. */
function tagsOf(given: readonly string[]): ItemDetails["tags"] {
  const found = new Map<string, { readonly tag: string; count: number }>();
  for (const tag of given) {
    const key = tag.toLowerCase();
    const entry = found.get(key) ?? { tag, count: 0 };
    entry.count++;
    found.set(key, entry);
  }
  const tags = [...found.values()].sort((a, b) => b.count - a.count).slice(0, mostTags);
  return tags.length > 0 ? tags : undefined;
}

function linksOf({ imdb, tmdb }: OpenModel["info"]["catalog"], item: number): ItemDetails["links"] {
  const links = present({
    imdb: imdb[item] > 0 ? `https://www.imdb.com/title/tt${String(imdb[item]).padStart(7, "0")}/` : undefined,
    tmdb: tmdb[item] > 0 ? `https://www.themoviedb.org/movie/${tmdb[item]}` : undefined,
  });
  return Object.keys(links).length > 0 ? links : undefined;
}
