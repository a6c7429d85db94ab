import { checkOptions } from "../check-arguments.ts";
import { MatineeError } from "../errors.ts";
import { type Csr, type Times, timesLike } from "../matrix/csr.ts";
import { present } from "../present.ts";
import { random } from "../random.ts";
import type { Catalog, Labels } from "./catalog.ts";
import { type Dataset, datasetFromCsr } from "./dataset.ts";
import { type Ids, idsFrom } from "./ids.ts";

/** Which ratings to keep. Counts are those of the data before filtering; a rating must pass every filter given. */
export interface Filter {
  /** Keep users with at least this number of ratings. */
  readonly minUserRatings?: number;
  /** Keep items with at least this number of ratings. */
  readonly minItemRatings?: number;
  /** Keep this number of items, the most rated ones; at equal numbers of ratings, those of lower index. */
  readonly topItems?: number;
  /** Keep this fraction of the ratings that are left then, in (0, 1]. */
  readonly sample?: number;
  /** Seed of the sample; 0 if not given. */
  readonly seed?: number;
}

/**
 * Keeps the ratings that pass a filter, in a data set with its own index spaces. Users without ratings are dropped, and items
 * that fail a filter on items; other items stay, rated or not.
 *
 * @throws USAGE for impossible values, DATA_FILTERED if no rating is left.
 * @example
 * import { filterRatings } from "matinee";
 * const popularFilms = filterRatings(data, { topItems: 50 });
 */
export function filterRatings(dataset: Dataset, filter: Filter): Dataset {
  checkOptions("filter", filter, ["minUserRatings", "minItemRatings", "topItems", "sample", "seed"]);
  checkFilter(filter);
  const keptItems = selectItems(dataset, filter);
  const { byUser, users, items } = dataset;
  const itemAt = new Int32Array(items.size).fill(-1);
  keptItems.forEach((item, index) => {
    itemAt[item] = index;
  });
  const kept = selectEntries(byUser, itemAt, filter);
  if (kept.entries.length === 0) throw nothingLeftError(dataset, filter);
  const { offsets, keptUsers, entries } = kept;
  const matrix: Csr = {
    rows: keptUsers.length,
    columns: keptItems.length,
    offsets,
    indices: entries.map((entry) => itemAt[byUser.indices[entry]]),
    values: Float32Array.from(entries, (entry) => byUser.values[entry]),
    ...present({ times: byUser.times && selectTimes(byUser.times, entries) }),
  };
  const info = {
    name: dataset.name,
    users: selectIds(users, keptUsers),
    items: selectIds(items, keptItems),
    catalog: selectCatalog(dataset.catalog, keptItems),
    scale: dataset.scale,
    feedback: dataset.feedback,
  };
  const removed = byUser.indices.length - entries.length;
  return datasetFromCsr(info, matrix, { ...dataset.report, filtered: dataset.report.filtered + removed });
}

export function checkFilter({ minUserRatings, minItemRatings, topItems, sample }: Filter): void {
  const counts = { minUserRatings, minItemRatings, topItems };
  for (const [name, value] of Object.entries(counts)) {
    const least = name === "topItems" ? 1 : 0;
    if (value !== undefined && !(Number.isInteger(value) && value >= least)) {
      throw new MatineeError("USAGE", `filter ${name} is ${value}`, {
        fix: `give a whole number of at least ${least}`,
      });
    }
  }
  if (sample !== undefined && !(sample > 0 && sample <= 1)) {
    throw new MatineeError("USAGE", `filter sample is ${sample}`, { fix: "give a fraction above 0 and at most 1" });
  }
}

/** Indices of the items to keep, ascending. */
export function selectItems(
  { counts, items }: Pick<Dataset, "counts" | "items">,
  { minItemRatings = 0, topItems }: Filter,
): Int32Array {
  let kept = Int32Array.from({ length: items.size }, (_, item) => item);
  if (topItems !== undefined) {
    kept = kept
      .sort((a, b) => counts[b] - counts[a] || a - b)
      .slice(0, topItems)
      .sort();
  }
  return kept.filter((item) => counts[item] >= minItemRatings);
}

/** The entries of `byUser` to keep, ascending, the users that have any, and where each one's entries start. */
function selectEntries(byUser: Csr, itemAt: Int32Array, { minUserRatings = 0, sample, seed = 0 }: Filter) {
  const { rows, offsets, indices } = byUser;
  let entries = new Int32Array(indices.length);
  let length = 0;
  for (let user = 0; user < rows; user++) {
    if (offsets[user + 1] - offsets[user] < minUserRatings) continue;
    for (let entry = offsets[user]; entry < offsets[user + 1]; entry++) {
      if (itemAt[indices[entry]] >= 0) entries[length++] = entry;
    }
  }
  entries = entries.slice(0, length);
  if (sample !== undefined && length > 0)
    entries = sampleEntries(entries, Math.max(1, Math.round(length * sample)), seed);

  const keptUsers: number[] = [];
  const starts: number[] = [0];
  let at = 0;
  for (let user = 0; user < rows; user++) {
    const start = at;
    while (at < entries.length && entries[at] < offsets[user + 1]) at++;
    if (at === start) continue;
    keptUsers.push(user);
    starts.push(at);
  }
  return { entries, keptUsers: Int32Array.from(keptUsers), offsets: Int32Array.from(starts) };
}

/** Exactly `count` of the entries, in their order: selection sampling, Knuth, TAOCP vol. 2, 3.4.2, algorithm S. */
function sampleEntries(entries: Int32Array, count: number, seed: number): Int32Array<ArrayBuffer> {
  const { float } = random(seed);
  const chosen = new Int32Array(count);
  let length = 0;
  for (let n = 0; length < count; n++) {
    if ((entries.length - n) * float() < count - length) chosen[length++] = entries[n];
  }
  return chosen;
}

function selectTimes(times: Times, entries: Int32Array): Times {
  return timesLike(times, entries.length).map((_, n) => times[entries[n]]);
}

export function selectIds({ values }: Ids, kept: Int32Array): Ids {
  if (values instanceof Float64Array) return idsFrom(Float64Array.from(kept, (index) => values[index]));
  return idsFrom(Array.from(kept, (index) => values[index]));
}

/** The catalog of some items, in the order given. */
export function selectCatalog(catalog: Catalog, kept: Int32Array): Catalog {
  const { titles, years, genres, tags, tagTimes, imdb, tmdb } = catalog;
  const entries = selectLabels({ ...tags, indices: Int32Array.from(tags.indices.keys()) }, kept).indices;
  return {
    titles: Array.from(kept, (item) => titles[item]),
    years: Int16Array.from(kept, (item) => years[item]),
    genres: selectLabels(genres, kept),
    tags: selectLabels(tags, kept),
    ...present({ tagTimes: tagTimes && Float64Array.from(entries, (n) => tagTimes[n]) }),
    imdb: kept.map((item) => imdb[item]),
    tmdb: kept.map((item) => tmdb[item]),
  };
}

/** The names stay as they are, so that a label has the same number in the whole data and in each part of it. */
function selectLabels({ names, offsets, indices }: Labels, kept: Int32Array): Labels {
  const keptOffsets = new Int32Array(kept.length + 1);
  kept.forEach((item, index) => {
    keptOffsets[index + 1] = keptOffsets[index] + offsets[item + 1] - offsets[item];
  });
  const keptIndices = new Int32Array(keptOffsets[kept.length]);
  kept.forEach((item, index) => {
    keptIndices.set(indices.subarray(offsets[item], offsets[item + 1]), keptOffsets[index]);
  });
  return { names, offsets: keptOffsets, indices: keptIndices };
}

function nothingLeftError({ byUser, counts, name }: Dataset, filter: Filter): MatineeError {
  let most = 0;
  for (let user = 0; user < byUser.rows; user++) most = Math.max(most, byUser.offsets[user + 1] - byUser.offsets[user]);
  const mostRated = counts.reduce((a, b) => Math.max(a, b), 0);
  const given = Object.entries(filter).filter(([key, value]) => value !== undefined && key !== "seed");
  const filters = given.map(([key, value]) => `${key} ${value}`).join(", ");
  const seen = `the most active user has ${most} ratings, the most rated item ${mostRated}`;
  return new MatineeError("DATA_FILTERED", `${filters} leaves no rating of ${name}: ${seen}`);
}
