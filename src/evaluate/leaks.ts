/** Checks that stop an evaluation: nothing that was held out may be known before the test. */
import { type Dataset, fingerprint } from "../data/dataset.ts";
import { idText } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import { type Csr, entryAt, type Times } from "../matrix/csr.ts";
import { profileOf } from "../models/shared/profiles.ts";
import type { Lists } from "../recommend/lists.ts";
import type { Split } from "../split/split.ts";
import type { FittedContender } from "./contender.ts";

/**
 * @throws LEAK where a held-out rating is in the training data or in a profile, where a split by time trains on a rating that
 *   is as late as a test rating or has a tag that was given so late, or where one that holds out the latest ratings of users asks them with a later one
 */
export function checkSplit({ name, train, profiles, test, chronological, tied }: Split): void {
  for (const [known, where] of [
    [train.byUser, "the training ratings"],
    [profiles, "what people tell"],
  ] as const) {
    const pair = sharedRating(known, test);
    if (pair)
      throw new MatineeError("LEAK", `${name}: the held-out rating of ${pairText(train, pair)} is in ${where} too`);
  }
  if (tied !== undefined) {
    for (let user = 0; user < test.rows; user++) {
      const [last, first] = [latestOf(profileOf(profiles, user).times!), earliestOf(profileOf(test, user).times!)];
      if (last <= first) continue;
      const [late, early] = [last, first].map(momentText);
      const whose = `user ${idText(train.users.id(user))}`;
      throw new MatineeError("LEAK", `${name}: ${whose} is asked about ${early} with a rating of ${late}`);
    }
  }
  if (!chronological) return;
  const [last, first] = [latestOf(train.byUser.times!), earliestOf(test.times!)];
  if (last >= first) {
    const [late, early] = [last, first].map(momentText);
    throw new MatineeError("LEAK", `${name}: a training rating is of ${late}, a held-out one of ${early}`);
  }
  const given = train.catalog.tagTimes?.find((time) => time >= first);
  if (given !== undefined) {
    const [late, early] = [given, first].map(momentText);
    throw new MatineeError("LEAK", `${name}: the catalog has a tag of ${late}, and a held-out rating is of ${early}`);
  }
}

/** @throws LEAK where the model was fitted on other data than the training part, or keeps held-out ratings; USAGE where it has other films */
export async function checkFitted(
  name: string,
  { model, data, counts }: FittedContender,
  { train, test }: Split,
): Promise<void> {
  if (data !== (await fingerprint(train))) {
    throw new MatineeError("LEAK", `${name} was trained on other ratings than those left to train on`, {
      fix: "train it on the training part alone, as matinee evaluate does with --model",
    });
  }
  if (model.items !== train.items.size) {
    throw new MatineeError("USAGE", `${name} scores ${model.items} films, and the data have ${train.items.size}`, {
      fix: "evaluate the model without the films that were added to it",
    });
  }
  if (counts.some((count, item) => count !== train.counts[item])) {
    throw new MatineeError("LEAK", `${name} counts ratings of films that the training part does not have`);
  }
  const pair = model.ratings && sharedRating(model.ratings, test);
  if (pair) throw new MatineeError("LEAK", `${name} keeps the held-out rating of ${pairText(train, pair)}`);
}

/**
 * @param profiles items that no list may hold; rows as in `lists`
 * @param evaluated the user of each row
 * @throws LIST_INVALID for a list with an item of the profile, a repeated item, one that is no candidate, or one without a finite
 *   score; METRIC_EMPTY where all lists are empty
 */
export function checkRecommendedLists(
  name: string,
  { k, items, scores, chosen }: Lists,
  profiles: Csr,
  evaluated: Int32Array,
  { train: { users, items: films }, candidates }: Split,
): void {
  const seen = new Int32Array(films.size).fill(-1);
  const invalid = (row: number, item: number, what: string) =>
    new MatineeError(
      "LIST_INVALID",
      `${name} lists film ${idText(films.id(item))} for user ${idText(users.id(evaluated[row]))}, ${what}`,
    );
  for (let row = 0; row < evaluated.length; row++) {
    for (const item of profileOf(profiles, row).items) seen[item] = 2 * row;
    for (let n = row * k; n < row * k + chosen[row]; n++) {
      const item = items[n];
      if (seen[item] === 2 * row) throw invalid(row, item, "who has told of it");
      if (seen[item] === 2 * row + 1) throw invalid(row, item, "more than once");
      if (candidates?.[item] === 0) throw invalid(row, item, "which this split does not rank");
      if (!Number.isFinite(scores[n])) throw invalid(row, item, `by a score of ${scores[n]}`);
      seen[item] = 2 * row + 1;
    }
  }
  if (k > 0 && chosen.every((own) => own === 0)) {
    throw new MatineeError("METRIC_EMPTY", `${name} lists nothing for anybody`, {
      fix: "choose a model that can score films for these people",
    });
  }
}

function momentText(time: number): string {
  return new Date(1000 * time).toISOString();
}

type RatedPair = readonly [user: number, item: number];

/** A user and an item with a rating in both matrices. */
function sharedRating(known: Csr, test: Csr): RatedPair | undefined {
  for (let user = 0; user < test.rows; user++) {
    for (const item of profileOf(test, user).items) if (entryAt(known, user, item) >= 0) return [user, item];
  }
  return undefined;
}

function pairText({ users, items }: Dataset, [user, item]: RatedPair): string {
  return `film ${idText(items.id(item))} by user ${idText(users.id(user))}`;
}

function latestOf(numbers: Times): number {
  let most = -Infinity;
  for (const number of numbers) if (number > most) most = number;
  return most;
}

function earliestOf(numbers: Times): number {
  let least = Infinity;
  for (const number of numbers) if (number < least) least = number;
  return least;
}
