/** Who a command answers: everybody in the data, or somebody by id or by ratings. */
import type { Command } from "commander";
import { fingerprint, type ItemIndex } from "../../data/dataset.ts";
import type { Id } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import { type Csr, csrFromTriplets, timesLike } from "../../matrix/csr.ts";
import type { Query } from "../../models/model.ts";
import { keptUserRatings, queryFromRatings, queryOfUser, type UserRatings } from "../../recommend/query.ts";
import type { Recommender } from "../../recommend/recommender.ts";
import { note } from "../terminal/output.ts";
import { filmNamed } from "./film.ts";
import { readGiven } from "./ratings-file.ts";
import type { Source } from "./source.ts";

export interface PersonFlags {
  user?: string;
  rate: string[];
  ratings?: string;
  json?: true;
}

export function addPersonOptions(command: Command): Command {
  return command
    .option("--user <id>", "a user of the data")
    .option("--rate <film=rating>", 'a rating, by id or title: 260=5, "Heat (1995)=3.5"; may be repeated', repeated, [])
    .option("--ratings <file>", "ratings in a file, as matinee rate --save keeps them");
}

/** Throws USAGE where the flags name two people, or `needed` and nobody. */
export function checkPerson({ user, rate, ratings }: PersonFlags, needed = false): void {
  const other = rate.length > 0 ? "--rate" : ratings !== undefined ? "--ratings" : undefined;
  if (user !== undefined && other !== undefined) {
    throw new MatineeError("USAGE", `--user and ${other} both say who asks`, { fix: "give one of them" });
  }
  if (needed && user === undefined && other === undefined) {
    throw new MatineeError("USAGE", "nothing says who asks", {
      fix: "give a user of the data with --user, or ratings with --rate",
    });
  }
}

/** Somebody who asks; `user` is their id, where they are in the data. */
export interface Person {
  readonly query: Query;
  readonly user?: Id;
}

/** The person that the flags name; one without ratings where they name nobody. */
export async function personFrom(source: Source, recommender: Recommender, flags: PersonFlags): Promise<Person> {
  if (flags.user === undefined) return { query: await unseen(recommender, flags) };
  return personAmong(await peopleOf(source, recommender), flags.user);
}

export function personAmong(people: UserRatings, user: string): Required<Person> {
  return { query: queryOfUser(people, user), user: people.users.id(people.users.index(user)) };
}

/** Somebody by their ratings alone; films are asked for one after the other, since a title may need an answer. */
async function unseen(recommender: Recommender, { rate, ratings: file, json }: PersonFlags): Promise<Query> {
  const given = file === undefined ? [] : await readGiven(file);
  const ratings = given.map(({ id, rating }): [ItemIndex, number] => [recommender.search.identified(id), rating]);
  for (const text of rate) {
    const at = text.lastIndexOf("=");
    const rating = at < 1 || text.slice(at + 1).trim() === "" ? Number.NaN : Number(text.slice(at + 1));
    if (Number.isNaN(rating)) {
      throw new MatineeError("USAGE", `--rate "${text}" is not a film and a rating`, {
        fix: 'write an id or a title, then = and the rating: --rate 260=5, --rate "Heat (1995)=3.5"',
      });
    }
    ratings.push([await filmNamed(recommender, text.slice(0, at), json), rating]);
  }
  const { items, catalog } = recommender.info;
  for (const [item, rating] of ratings) note(`You rated ${catalog.titles[item] || items.id(item)} ${rating}.`);
  if (ratings.length === 0) note("No ratings given (--user or --rate), so these are the films that most people know.");
  return queryFromRatings(recommender.info, ratings);
}

/**
 * Everybody whose ratings are at hand, in the model's index space. A model trained on the same data knows them; any other meets
 * them as somebody new.
 *
 * @throws USAGE where there are no ratings
 */
export async function peopleOf(source: Source, recommender: Recommender): Promise<UserRatings> {
  const people = await peopleIn(source, recommender);
  if (people) return people;
  throw new MatineeError("USAGE", "a saved model holds no users' ratings", {
    fix: "give the ratings with --data as well, or one person's own with --rate",
  });
}

/** The same; undefined where there are no ratings: a saved model that keeps none, and no data beside it. */
export async function peopleIn(
  { trained, dataset }: Source,
  recommender: Recommender,
): Promise<UserRatings | undefined> {
  const { info } = recommender;
  if (!dataset) return keptUserRatings(recommender);
  const { name, users, items, byUser } = dataset;
  if ((await fingerprint(dataset)) === trained.record.data) return { name, users, byUser };
  note(`${dataset.name} is not what the model was trained on: people are taken as somebody new, films by their ids.`);
  const indexOf = Int32Array.from({ length: items.size }, (_, item) => info.items.index(items.id(item)));
  return { name, users, byUser: renumbered(byUser, indexOf, info.items.size), newUsers: true };
}

/** The same ratings under other indices of films; those without one (−1) are left out. */
function renumbered({ rows, offsets, indices, values, times }: Csr, indexOf: Int32Array, columns: number): Csr {
  const kept = indices.reduce((sum, item) => sum + (indexOf[item] < 0 ? 0 : 1), 0);
  const triplets = {
    rowOf: new Int32Array(kept),
    columnOf: new Int32Array(kept),
    values: new Float32Array(kept),
    ...(times ? { times: timesLike(times, kept) } : {}),
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

export function repeated(text: string, before: string[]): string[] {
  return [...before, text];
}
