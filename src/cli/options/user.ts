/** Flags that say which user a command answers: one of the data by id, or a new one by ratings. */
import type { Command } from "commander";
import type { ItemIndex } from "../../data/dataset.ts";
import type { Id } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import type { Query } from "../../models/model.ts";
import { present } from "../../present.ts";
import { filmOf } from "../../recommend/films.ts";
import type { OpenModel } from "../../recommend/open-model.ts";
import type { ImportReport } from "../../recommend/profile/import-profile.ts";
import { readProfile } from "../../recommend/profile/profile-file.ts";
import { queryFromRatings, queryOfUser, type UserRatings } from "../../recommend/query.ts";
import { userRatingsFor } from "../../recommend/user-ratings.ts";
import { note } from "../terminal/output.ts";
import { importLines, titleText } from "../terminal/wording.ts";
import { findFilms } from "./film.ts";
import type { LoadedModel } from "./model.ts";
import { appendValue } from "./parse.ts";

export interface UserFlags {
  user?: string;
  rate: string[];
  ratings?: string;
  json?: true;
}

/** @param several whether --user may be repeated, and then is a list */
export function addUserOptions(command: Command, several = false): Command {
  command.optionsGroup("User:");
  if (several) command.option("--user <id>", "a user of the data; may be repeated", appendValue, []);
  else command.option("--user <id>", "a user of the data");
  return command
    .option("--rate <film=rating>", 'a rating of your own: 260=5, "Heat (1995)=3.5"; may be repeated', appendValue, [])
    .option("--ratings <file>", ratingsFlag);
}

export const ratingsFlag = "ratings of your own: from Letterboxd, IMDb, Trakt … or rate --save";

/** @throws USAGE where the flags name two users, or none though one is `needed` */
export function checkUserFlags({ user, rate, ratings }: UserFlags, needed = false): void {
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

/** The user who asks. */
export interface AskingUser {
  readonly query: Query;
  /** The id, for a user of the data. */
  readonly user?: Id;
  /** Films that lists leave out besides those of the query. */
  readonly seen: readonly ItemIndex[];
  /** What became of the films of --ratings. */
  readonly import?: ImportReport;
}

/** The user that the flags name; a new one without ratings where they name none. */
export async function readAskingUser(
  loaded: LoadedModel,
  recommender: OpenModel,
  flags: UserFlags,
): Promise<AskingUser> {
  if (flags.user === undefined) return readGivenRatings(recommender, flags);
  return { ...askingUserAmong(await requireUserRatings(loaded, recommender), flags.user), seen: [] };
}

export function askingUserAmong(known: UserRatings, user: Id): { readonly query: Query; readonly user: Id } {
  return { query: queryOfUser(known, user), user: known.users.id(known.users.index(user)) };
}

/** A profile by indices. */
export interface GivenProfile extends Pick<AskingUser, "seen"> {
  readonly ratings: readonly (readonly [ItemIndex, number])[];
  readonly import: ImportReport;
}

/** Reads a person's ratings from a file, and says what was recognised. */
export async function readGivenProfile(file: string, recommender: OpenModel): Promise<GivenProfile> {
  const { items } = recommender.info;
  const { ratings, seen, import: report } = await readProfile(file, recommender);
  for (const line of importLines(report, seen.length)) note(line);
  return {
    ratings: ratings.map(({ id, rating }) => [items.index(id), rating]),
    seen: seen.map((id) => items.index(id)),
    import: report,
  };
}

/** A new user by the ratings given. */
async function readGivenRatings(recommender: OpenModel, { rate, ratings: file, json }: UserFlags): Promise<AskingUser> {
  const given = file === undefined ? undefined : await readGivenProfile(file, recommender);
  const words: string[] = [];
  const values: number[] = [];
  for (const text of rate) {
    const at = text.lastIndexOf("=");
    const rating = at < 1 || text.slice(at + 1).trim() === "" ? Number.NaN : Number(text.slice(at + 1));
    if (Number.isNaN(rating)) {
      throw new MatineeError("USAGE", `--rate "${text}" is not a film and a rating`, {
        fix: 'write an id or a title, then = and the rating: --rate 260=5, --rate "Heat (1995)=3.5"',
      });
    }
    words.push(text.slice(0, at));
    values.push(rating);
  }
  const films = await findFilms(recommender, words, json);
  const ratings = films.map((item, n) => [item, values[n]] as const);
  for (const [item, rating] of ratings) {
    const film = filmOf(recommender.info, item);
    note(`You rated ${titleText(film, film.id)} ${rating}.`);
  }
  const all = [...(given?.ratings ?? []), ...ratings];
  if (all.length === 0) note("No ratings given (--user or --rate), so these are the films that most people know.");
  const query = queryFromRatings(recommender.info, all);
  return { query, seen: given?.seen ?? [], ...present({ import: given?.import }) };
}

/** Ratings of users in the index space of a model's films. @throws USAGE where there are none */
export async function requireUserRatings(loaded: LoadedModel, recommender: OpenModel): Promise<UserRatings> {
  const known = await readUserRatings(loaded, recommender);
  if (known) return known;
  throw new MatineeError("USAGE", "a saved model holds no users' ratings", {
    fix: "give the ratings with --data as well, or one person's own with --rate",
  });
}

/** The same; undefined where a saved model keeps no ratings and no data are given. Says so where users are new to the model. */
export async function readUserRatings(
  { trained, dataset }: LoadedModel,
  recommender: OpenModel,
): Promise<UserRatings | undefined> {
  const known = await userRatingsFor(recommender, trained, dataset);
  if (known?.trainingRows) noteOtherData(known.name);
  return known;
}

export function noteOtherData(name: string): void {
  note(`${name} is not what the model was trained on: people are taken as somebody new, films by their ids.`);
}
