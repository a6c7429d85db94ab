/** What a store holds as a data set, to train on. */
import { checkOptions } from "../check-arguments.ts";
import { type Catalog, labelsFrom } from "../data/catalog.ts";
import { type Dataset, datasetFrom, type Feedback, ratingScaleOf } from "../data/dataset.ts";
import { type Ids, idsFrom, numericId } from "../data/ids.ts";
import { type Numbering, textIdNumbering } from "../data/reading/numbering.ts";
import { MatineeError } from "../errors.ts";
import type { Json } from "../models/model.ts";
import { present } from "../present.ts";
import { amountOfSum, checkWeighting, type EventWeighting, shareOfEvent } from "./amounts.ts";
import type { Store, StoredItem } from "./store.ts";

/** Options of `datasetOf`. */
export interface StoreDatasetOptions extends Partial<EventWeighting> {
  /** What becomes the numbers of the data set. "ratings" unless given; "events" takes `weights`. */
  readonly learnFrom?: Feedback;
  /** Name of the data set, for messages and models; "store" unless given. */
  readonly name?: string;
}

/**
 * All ratings of a store as a data set, or its events: amounts of each user and item, added up with weights and ageing. The store's items
 * are its catalog. Ids are numbers where all are whole numbers, as in files, otherwise texts. The same content gives the same data set.
 *
 * @throws DATA_EMPTY where nothing is left; USAGE; what the store throws
 * @example
 * import { datasetOf, importRatings, openStore } from "matinee/server";
 * import { shapeOf } from "matinee";
 * await using store = await openStore("training.sqlite");
 * await importRatings(store, data);
 * console.log(shapeOf(await datasetOf(store)));
 */
export async function datasetOf(store: Store, options: StoreDatasetOptions = {}): Promise<Dataset> {
  checkOptions("datasetOf", options, ["learnFrom", "weights", "halfLifeDays", "now", "name"]);
  const { learnFrom = "ratings", name = "store" } = options;
  if (learnFrom !== "ratings" && learnFrom !== "events") {
    throw new MatineeError("USAGE", `datasetOf: learnFrom is ${JSON.stringify(learnFrom)}`, {
      fix: 'give "ratings" or "events"',
    });
  }
  const users = textIdNumbering();
  const items = textIdNumbering();
  const entries =
    learnFrom === "ratings" ? await readRatings(store, users, items) : await readAmounts(store, users, items, options);
  if (entries.values.length === 0) {
    throw new MatineeError("DATA_EMPTY", `the store holds no ${learnFrom} to learn from`, {
      fix: learnFrom === "ratings" ? "import or collect some first" : "give weights to types of events that it holds",
    });
  }
  const films: StoredItem[] = [];
  for await (const item of allItems(store)) {
    items.numberOf(item.id);
    films.push(item);
  }
  const [userIds, itemIds] = [finishIds(users), finishIds(items)];
  const times = timesOf(entries.times);
  return datasetFrom({
    name,
    users: userIds.ids,
    items: itemIds.ids,
    catalog: catalogOf(films, itemIds.ids),
    scale: ratingScaleOf(entries.values),
    feedback: learnFrom,
    ratings: {
      userOf: entries.userOf.map((user) => userIds.indexOf[user]),
      itemOf: entries.itemOf.map((item) => itemIds.indexOf[item]),
      values: entries.values,
      ...present({ times }),
    },
    report: { rows: entries.rows, leftOut: entries.leftOut },
  });
}

interface Entries {
  readonly userOf: Int32Array;
  readonly itemOf: Int32Array;
  readonly values: Float32Array;
  readonly times: Float64Array;
  readonly rows: number;
  readonly leftOut: number;
}

async function readRatings(store: Store, users: Numbering<string>, items: Numbering<string>): Promise<Entries> {
  const list = growingList();
  for await (const { user, item, rating, time } of store.allRatings()) {
    list.add(users.numberOf(user), items.numberOf(item), rating, time);
  }
  const { userOf, itemOf, values, times } = list.arrays();
  return { userOf, itemOf, values: Float32Array.from(values), times, rows: values.length, leftOut: 0 };
}

/** Adds up the shares of each user's events of an item in the order of arrival, as `amountsOf` does. */
async function readAmounts(
  store: Store,
  users: Numbering<string>,
  items: Numbering<string>,
  { weights, halfLifeDays, now = Date.now() / 1000 }: StoreDatasetOptions,
): Promise<Entries> {
  const weighting = { weights: weights as EventWeighting["weights"], now, ...present({ halfLifeDays }) };
  checkWeighting("datasetOf", weighting);
  const list = growingList();
  // Sums by pair of user and item: their place in the list.
  const places: Map<number, number>[] = [];
  let [rows, leftOut] = [0, 0];
  for await (const event of store.allEvents()) {
    rows++;
    const share = shareOfEvent(event, weighting);
    if (share === undefined) {
      leftOut++;
      continue;
    }
    const [user, item] = [users.numberOf(event.user), items.numberOf(event.item)];
    places[user] ??= new Map();
    const place = places[user].get(item);
    if (place === undefined) places[user].set(item, list.add(user, item, share, event.time));
    else list.addTo(place, share, event.time);
  }
  const { userOf, itemOf, values, times } = list.arrays();
  const amounts = Float32Array.from(values, amountOfSum);
  const kept = (_: unknown, n: number) => amounts[n] > 0;
  return {
    userOf: userOf.filter(kept),
    itemOf: itemOf.filter(kept),
    values: amounts.filter(kept),
    times: times.filter(kept),
    rows,
    leftOut,
  };
}

/** Entries in arrays that grow. */
function growingList() {
  let capacity = 1024;
  let userOf = new Int32Array(capacity);
  let itemOf = new Int32Array(capacity);
  let values = new Float64Array(capacity);
  let times = new Float64Array(capacity);
  let length = 0;
  const grown = <T extends Int32Array | Float64Array>(larger: T, array: T): T => {
    larger.set(array);
    return larger;
  };
  return {
    /** @returns the place of the entry */
    add(user: number, item: number, value: number, time: number): number {
      if (length === capacity) {
        capacity = Math.ceil(1.5 * capacity);
        userOf = grown(new Int32Array(capacity), userOf);
        itemOf = grown(new Int32Array(capacity), itemOf);
        values = grown(new Float64Array(capacity), values);
        times = grown(new Float64Array(capacity), times);
      }
      userOf[length] = user;
      itemOf[length] = item;
      values[length] = value;
      times[length] = time;
      return length++;
    },
    /** Adds to the value of an entry; the later time stays. */
    addTo(place: number, value: number, time: number): void {
      values[place] += value;
      times[place] = Math.max(times[place], time);
    },
    arrays: () => ({
      userOf: userOf.subarray(0, length),
      itemOf: itemOf.subarray(0, length),
      values: values.subarray(0, length),
      times: times.subarray(0, length),
    }),
  };
}

/** Times in 32 bits where that is exact; none where all are 0, which stands for a time that is not known. */
function timesOf(times: Float64Array): Uint32Array | Float64Array | undefined {
  if (times.every((time) => time === 0)) return undefined;
  return times.every((time) => time === time >>> 0) ? Uint32Array.from(times) : times.slice();
}

/** The index space of some ids: numbers where each is a whole number as JavaScript writes it. */
function finishIds(numbering: Numbering<string>): { ids: Ids; indexOf: Int32Array } {
  const texts = numbering.finish();
  const values = texts.ids.values as readonly string[];
  if (values.length === 0 || !values.every((id) => Number.isSafeInteger(numericId(id)))) return texts;
  const ids = idsFrom(Float64Array.from(values, Number).sort());
  return { ids, indexOf: texts.indexOf.map((index) => ids.index(values[index])) };
}

async function* allItems(store: Store): AsyncGenerator<StoredItem> {
  for (let after: string | undefined; ; ) {
    const { rows, next } = await store.listItems({ limit: 2000, ...present({ after }) });
    yield* rows;
    if (next === undefined) return;
    after = next;
  }
}

function catalogOf(films: readonly StoredItem[], items: Ids): Catalog {
  const byIndex = new Map(films.map((film) => [items.index(film.id), film]));
  const list = Array.from({ length: items.size }, (_, item) => byIndex.get(item));
  const link = (value: Json | undefined) =>
    typeof value === "number" && Number.isInteger(value) && value > 0 && value < 2 ** 31 ? value : 0;
  return {
    titles: list.map((film) => film?.title ?? ""),
    years: Int16Array.from(list, (film) => film?.year ?? 0),
    genres: labelsFrom(list.map((film) => film?.genres ?? [])),
    tags: labelsFrom(list.map((film) => film?.tags ?? [])),
    imdb: Int32Array.from(list, (film) => link(film?.attributes.imdb)),
    tmdb: Int32Array.from(list, (film) => link(film?.attributes.tmdb)),
  };
}
