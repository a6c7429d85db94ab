/** Flags of a list for one user, and what `recommend` takes of them. */
import type { Command } from "commander";
import type { ItemIndex } from "../../data/dataset.ts";
import { present } from "../../present.ts";
import type { OpenModel } from "../../recommend/open-model.ts";
import type { RecommendOptions } from "../../recommend/recommend.ts";
import { findFilm } from "./film.ts";
import type { ModelFlags } from "./model.ts";
import { appendValue, parseNumber, parsePositive, parseWhole } from "./parse.ts";
import type { UserFlags } from "./user.ts";

export interface ListFlags extends ModelFlags, UserFlags {
  exclude: string[];
  genre: string[];
  from?: number;
  to?: number;
  popularity?: number;
  k: number;
  explain?: true;
}

export function addListOptions(command: Command): Command {
  return command
    .optionsGroup("List:")
    .option("--k <n>", "how many films", parsePositive, 10)
    .option("--genre <name>", "only films of this genre; may be repeated", appendValue, [])
    .option("--from <year>", "only films from this year on", parseWhole)
    .option("--to <year>", "only films up to this year", parseWhole)
    .option("--exclude <film>", "leave out a film, by id or title; may be repeated", appendValue, [])
    .option("--popularity <share>", "films of more ratings (to 1), or of fewer (to -1)", parseNumber)
    .option("--explain", "show every part of each score");
}

/** @param seen films to leave out besides those of the flags */
export async function readListOptions(
  recommender: OpenModel,
  flags: ListFlags,
  seen: readonly ItemIndex[],
): Promise<RecommendOptions> {
  const { k, genre, from, to, popularity, explain = false, json } = flags;
  const exclude: ItemIndex[] = [...seen];
  // One after the other, since a title may need an answer.
  for (const film of flags.exclude) exclude.push(await findFilm(recommender, film, json));
  return {
    k,
    exclude,
    ...present({
      genres: genre.length > 0 ? genre : undefined,
      years: from === undefined && to === undefined ? undefined : present({ from, to }),
      popularity,
    }),
    explain,
  };
}
