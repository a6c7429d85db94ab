/** The users' ratings that a recommender can answer from. */
import { type Dataset, type DatasetInfo, fingerprint } from "../data/dataset.ts";
import { sameIds } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import { type Csr, csrFromTriplets, timesLike } from "../matrix/csr.ts";
import type { Trained } from "../models/trained.ts";
import { present } from "../present.ts";
import type { OpenModel } from "./open-model.ts";
import { keptUserRatings, possibleRatings, type UserRatings } from "./query.ts";

/**
 * Ratings in the index space of a model's items: those of a data set, or those that the model keeps where no data set is given.
 * Users and films of other data than the model was trained on are matched by id; ratings of films that the model does not know are
 * left out.
 *
 * @throws USAGE where ratings lie outside the scale that the model was trained on, or one has ratings and the other events
 * @returns undefined where there is no data set and the model keeps no ratings
 * @example
 * import { queryOfUser, recommend, userRatingsFor } from "matinee/core";
 * const { opened, trained } = recommender;
 * const known = await userRatingsFor(opened, trained, data);
 * await recommend(opened, queryOfUser(known!, 3));
 */
export async function userRatingsFor(
  opened: OpenModel,
  trained: Trained,
  dataset?: Dataset,
): Promise<UserRatings | undefined> {
  if (!dataset) return keptUserRatings(opened);
  const { name, users, items, byUser } = dataset;
  // A model may know more films than the data that it was trained on.
  const same = (await fingerprint(dataset)) === trained.record.data && sameIds(items, opened.info.items);
  return same ? { name, users, items, byUser } : ratingsById(opened.info, dataset);
}

/** What a recommender keeps of the data that it was opened with. */
export type RatingSource = Pick<Dataset, "name" | "users" | "items" | "feedback" | "byUser">;

/** Ratings in the index space of a model's items, users and films matched by id. @throws USAGE as `userRatingsFor` does */
export function ratingsById(info: DatasetInfo, source: RatingSource): UserRatings {
  const { name, users, items, byUser } = source;
  const indexOf = itemIndices(info, items);
  checkRatings(info, source);
  const trainingRows = Int32Array.from({ length: users.size }, (_, row) => info.users.index(users.id(row)));
  return { name, users, items: info.items, byUser: renumbered(byUser, indexOf, info.items.size), trainingRows };
}

/** int32 [items]: the model's index of each item, or −1. */
export function itemIndices(info: DatasetInfo, items: DatasetInfo["items"]): Int32Array {
  return Int32Array.from({ length: items.size }, (_, item) => info.items.index(items.id(item)));
}

/** @throws USAGE where ratings are none that the model was trained on: outside their scale, or amounts of events */
export function checkRatings(
  info: DatasetInfo,
  { name, feedback, byUser: { values } }: Pick<RatingSource, "name" | "feedback" | "byUser">,
): void {
  if (feedback !== info.feedback) {
    throw new MatineeError("USAGE", `${name} holds ${feedback}, and the model was trained on ${info.feedback}`, {
      fix: `give ${info.feedback}, or train on these ${feedback}`,
    });
  }
  const possible = possibleRatings(info);
  const off = values.find((value) => !possible(value));
  if (off === undefined) return;
  const { min, max } = info.scale;
  throw new MatineeError("USAGE", `${name} holds a rating of ${off}, and the model was trained on ${min}–${max}`, {
    fix: "give ratings on that scale, or train on these",
  });
}

/** The ratings under other indices of items; those of items without one (−1) are left out. */
export function renumbered({ rows, offsets, indices, values, times }: Csr, indexOf: Int32Array, columns: number): Csr {
  const kept = indices.reduce((sum, item) => sum + (indexOf[item] < 0 ? 0 : 1), 0);
  const triplets = {
    rowOf: new Int32Array(kept),
    columnOf: new Int32Array(kept),
    values: new Float32Array(kept),
    ...present({ times: times && timesLike(times, kept) }),
  };
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let n = offsets[row]; n < offsets[row + 1]; n++) {
      const item = indexOf[indices[n]];
      if (item < 0) continue;
      triplets.rowOf[at] = row;
      triplets.columnOf[at] = item;
      if (times) triplets.times![at] = times[n];
      triplets.values[at++] = values[n];
    }
  }
  return csrFromTriplets(rows, columns, triplets).csr;
}
