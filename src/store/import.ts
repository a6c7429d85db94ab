/** A data set's ratings and catalog, taken into a store. */
import { checkDataset, checkOptions } from "../check-arguments.ts";
import { labelsOf } from "../data/catalog.ts";
import type { Dataset } from "../data/dataset.ts";
import { checkCancelled, type ProgressOptions } from "../data/progress.ts";
import { shortestSingle } from "../data/single-precision.ts";
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import type { Store, StoredItem, StoredRating } from "./store.ts";

/** Ratings, or items, in one write. */
const rowsAtOnce = 20_000;

/** What `importRatings` took into a store. */
export interface Imported {
  readonly users: number;
  readonly ratings: number;
  /** Items of which the catalog says something. */
  readonly items: number;
}

/**
 * Takes the ratings of a data set into a store, and its catalog as items. Ids become texts. Ratings and items that are there already
 * are replaced, so an import that was interrupted may be run again. Ratings without a time get the time 0.
 *
 * @throws USAGE for data of events; CANCELLED; what `Store.write` throws
 * @example
 * import { importRatings, openStore } from "matinee/server";
 * await using store = await openStore("imported.sqlite");
 * console.log(await importRatings(store, data));
 */
export async function importRatings(store: Store, dataset: Dataset, options: ProgressOptions = {}): Promise<Imported> {
  checkDataset("importRatings", dataset);
  checkOptions("importRatings", options, ["onProgress", "signal"]);
  if (dataset.feedback === "events") {
    throw new MatineeError("USAGE", `importRatings takes ratings, and ${dataset.name} has amounts of events`, {
      fix: "add them as events: store.write((writer) => writer.addEvents(…))",
    });
  }
  const { users, byUser } = dataset;
  const items = await importItems(store, dataset, options);
  for (let user = 0; user < users.size; ) {
    checkCancelled(options.signal, "the import");
    const begin = user;
    do user++;
    while (user < users.size && byUser.offsets[user + 1] - byUser.offsets[begin] <= rowsAtOnce);
    const end = user;
    await store.write(async (writer) => {
      for (let n = begin; n < end; n++) await writer.setRatings(String(users.id(n)), ratingsOf(dataset, n));
    });
    options.onProgress?.(end / users.size);
  }
  return { users: users.size, ratings: byUser.values.length, items };
}

async function importItems(store: Store, { items, catalog }: Dataset, { signal }: ProgressOptions): Promise<number> {
  let count = 0;
  for (let begin = 0; begin < items.size; begin += rowsAtOnce) {
    checkCancelled(signal, "the import");
    const list: StoredItem[] = [];
    for (let item = begin; item < Math.min(items.size, begin + rowsAtOnce); item++) {
      const stored: StoredItem = {
        id: String(items.id(item)),
        title: catalog.titles[item],
        year: catalog.years[item],
        genres: labelsOf(catalog.genres, item),
        tags: labelsOf(catalog.tags, item),
        attributes: present({
          imdb: catalog.imdb[item] || undefined,
          tmdb: catalog.tmdb[item] || undefined,
        }),
      };
      const { title, year, genres, tags, attributes } = stored;
      const known = title !== "" || year !== 0 || genres.length + tags.length + Object.keys(attributes).length > 0;
      if (known) list.push(stored);
    }
    if (list.length > 0) await store.write((writer) => writer.putItems(list));
    count += list.length;
  }
  return count;
}

function ratingsOf({ items, byUser }: Dataset, user: number): StoredRating[] {
  const ratings: StoredRating[] = [];
  for (let entry = byUser.offsets[user]; entry < byUser.offsets[user + 1]; entry++) {
    ratings.push({
      item: String(items.id(byUser.indices[entry])),
      rating: shortestSingle(byUser.values[entry]),
      time: byUser.times?.[entry] ?? 0,
    });
  }
  return ratings;
}
