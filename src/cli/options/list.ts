/** The options of a list for one person, in flags and for `recommend`. */
import type { Command } from "commander";
import type { ItemIndex } from "../../data/dataset.ts";
import type { RecommendOptions } from "../../recommend/recommend.ts";
import type { Recommender } from "../../recommend/recommender.ts";
import { filmNamed } from "./film.ts";
import { atLeastOne, type ModelFlags, whole } from "./model.ts";
import { type PersonFlags, repeated } from "./user.ts";

export interface RecommendFlags extends ModelFlags, PersonFlags {
  exclude: string[];
  genre: string[];
  from?: number;
  to?: number;
  k: number;
  explain?: true;
}

export function addListOptions(command: Command): Command {
  return command
    .option("--exclude <film>", "a film to leave out; may be repeated", repeated, [])
    .option("--genre <name>", "only films with this genre; may be repeated", repeated, [])
    .option("--from <year>", "only films from this year on", whole)
    .option("--to <year>", "only films up to this year", whole)
    .option("--k <n>", "how many films", atLeastOne, 10)
    .option("--explain", "tell every part of each score");
}

export async function listOptions(recommender: Recommender, flags: RecommendFlags): Promise<RecommendOptions> {
  const { k, genre, from, to, explain = false, json } = flags;
  const exclude: ItemIndex[] = [];
  // One after the other, since a title may need an answer.
  for (const film of flags.exclude) exclude.push(await filmNamed(recommender, film, json));
  return {
    k,
    exclude,
    ...(genre.length > 0 ? { genres: genre } : {}),
    ...(from !== undefined || to !== undefined
      ? { years: { ...(from !== undefined ? { from } : {}), ...(to !== undefined ? { to } : {}) } }
      : {}),
    explain,
  };
}
