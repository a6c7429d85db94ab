/** Splits of a data set: which ratings are trained on, and which are held out for the test. */

import { catalogUntil } from "../data/catalog.ts";
import { type Dataset, datasetFromCsr, fingerprint } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { sha256 } from "../hash.ts";
import { type Csr, entriesWhere, type Times } from "../matrix/csr.ts";
import { present } from "../present.ts";

/** The part of a split that a rating belongs to. */
export const role = {
  train: 0,
  test: 1,
  /** In the profile that a user is asked with; not trained on. */
  profile: 2,
  /** In no part. */
  unused: 3,
} as const;

/** A division of a data set, as a role for every rating. All parts are in the index space of the whole data set. */
export interface Split {
  /** The name of the splits and, where there are several, the number of this one: "kfold:5 2/5". */
  readonly name: string;
  /** SHA-256 over the data and the roles, in hex: equal for equal splits of the same data. */
  readonly fingerprint: string;
  /** A value of `role` for every entry of the whole data set's `byUser`. */
  readonly roles: Uint8Array;
  /** What models are fitted on. Users who are held out entirely have an empty row. */
  readonly train: Dataset;
  /** users × items: what the model is asked with; these items are never listed. */
  readonly profiles: Csr;
  /** users × items: the test ratings. */
  readonly test: Csr;
  /** Whether the users with test ratings are absent from `train`. */
  readonly newUsers: boolean;
  /** Whether profiles hold ratings beside those that were trained on: users are then asked about as new ones. */
  readonly profilesGoOn?: true;
  /**
   * Whether every training rating is earlier than every test rating. The catalog of `train` then has no tag that was given later than those, as
   * far as it knows when.
   */
  readonly chronological: boolean;
  /**
   * Of a split that holds out each user's latest ratings: how many test ratings are of the same moment as a rating in their user's profile,
   * so that ties in time decided which of the two is held out.
   */
  readonly tied?: number;
  /** uint8 [items]: 1 for the items that are ranked. Absent where all are. */
  readonly candidates?: Uint8Array;
}

/** The splits that a splitter makes: one, or several (k-fold). Each is made when it is asked for. */
export interface Splits {
  /** As asked for: "per-user:0.8". */
  readonly name: string;
  readonly seed: number;
  readonly count: number;
  /**
   * @param n from 0
   * @throws SPLIT_INVALID where a part would be empty; for published splits, what reading files throws
   */
  split(n: number): Promise<Split>;
}

/** A way to split ratings, such as `splits.perUser(0.8)`. The same data set and seed give the same splits. */
export interface Splitter {
  /** The name that the command knows it by: "per-user:0.8". */
  readonly name: string;
  /**
   * Makes the splits of a data set.
   * @throws SPLIT_INVALID where these ratings cannot be split so
   */
  apply(dataset: Dataset, seed: number): Splits;
}

/** @throws SPLIT_INVALID for a part that splits of so many do not have */
export function checkPart(name: string, n: number, count: number): void {
  if (Number.isInteger(n) && n >= 0 && n < count) return;
  throw new MatineeError("SPLIT_INVALID", `${name} has no part ${n}`, { fix: `its parts are 0 to ${count - 1}` });
}

export interface SplitOptions {
  readonly newUsers?: boolean;
  readonly chronological?: boolean;
  /** Whether each user's test ratings are the latest of theirs. */
  readonly latestOfUsers?: boolean;
  /** Whether profiles hold the training ratings and, beside them, those of the role `profile`. */
  readonly profilesGoOn?: true;
  /** Whether only items with test ratings are ranked. */
  readonly newItems?: boolean;
}

/**
 * The split with these roles.
 *
 * @param roles a value of `role` for every entry of the data set's `byUser`
 * @throws SPLIT_INVALID where there are no training or no test ratings
 * @example
 * import { role, splitOf } from "matinee";
 * const roles = Uint8Array.from(data.byUser.values, (_, entry) => (entry % 10 === 0 ? role.test : role.train));
 * const { train, test } = await splitOf(data, "every tenth rating", roles);
 */
export async function splitOf(
  dataset: Dataset,
  name: string,
  roles: Uint8Array,
  { newUsers = false, chronological = false, latestOfUsers, profilesGoOn, newItems = false }: SplitOptions = {},
): Promise<Split> {
  const { byUser, report } = dataset;
  const part = (...wanted: number[]) => entriesWhere(byUser, (entry) => wanted.includes(roles[entry]));
  const [training, test] = [part(role.train), part(role.test)];
  const profiles = profilesGoOn ? part(role.train, role.profile) : newUsers ? part(role.profile) : training;
  for (const [{ values }, what] of [
    [training, "training"],
    [test, "test"],
  ] as const) {
    if (values.length > 0) continue;
    throw new MatineeError("SPLIT_INVALID", `${name} leaves no ${what} ratings in ${dataset.name}`, {
      fix: "choose other shares, or data with more ratings",
    });
  }
  const { users, items, scale, feedback } = dataset;
  const catalog = chronological ? catalogUntil(dataset.catalog, latestOf(training.times!)) : dataset.catalog;
  const train = datasetFromCsr({ name: dataset.name, users, items, catalog, scale, feedback }, training, {
    ...report,
    filtered: report.filtered + byUser.values.length - training.values.length,
  });
  return {
    name,
    fingerprint: await sha256(
      new TextEncoder().encode(`${await fingerprint(dataset)}\n${await sha256(roles.slice())}`),
    ),
    roles,
    train,
    profiles,
    test,
    newUsers,
    chronological,
    ...present({
      profilesGoOn,
      tied: latestOfUsers ? countTied(profiles, test) : undefined,
      candidates: newItems ? itemsWithRatings(test) : undefined,
    }),
  };
}

function latestOf(times: Times): number {
  let most = -Infinity;
  for (const time of times) if (time > most) most = time;
  return most;
}

function countTied(profiles: Csr, test: Csr): number {
  let tied = 0;
  for (let user = 0; user < test.rows; user++) {
    const known = new Set(profiles.times!.subarray(profiles.offsets[user], profiles.offsets[user + 1]));
    for (let n = test.offsets[user]; n < test.offsets[user + 1]; n++) tied += Number(known.has(test.times![n]));
  }
  return tied;
}

function itemsWithRatings({ columns, indices }: Csr): Uint8Array {
  const present = new Uint8Array(columns);
  for (const item of indices) present[item] = 1;
  return present;
}
