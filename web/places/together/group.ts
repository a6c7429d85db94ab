/** What is asked for several people, and how the answer is put. */
import type { FilmFilter, GroupRecommendations, TogetherRequest } from "../../../src/client.ts";
import type { GroupRule } from "../../address.ts";
import { listBasis } from "../../profile/list-basis.ts";
import type { Profile } from "../../profile/profile.ts";

/** One of those whom a list is for. The user is "me". */
export interface Member {
  readonly id: string;
  readonly profile: Profile;
}

/** A film, and what it is to each member. */
export type FilmOfGroup = GroupRecommendations["items"][number];

/** How films are chosen for several people. */
export const rules: Readonly<Record<GroupRule, { readonly label: string; readonly hint: string }>> = {
  "least-misery": {
    label: "Nobody sits through a film they like little",
    hint: "A film is worth as much as it is to whoever likes it least.",
  },
  average: {
    label: "The most fun in sum",
    hint: "What one of you loves may come first, even if another only likes it.",
  },
};

/** Those who have rated something: of others nothing is known. */
export function membersOf(profiles: readonly Member[]): readonly Member[] {
  return profiles.filter(({ profile }) => profile.ratings.length > 0);
}

/** The list for all members: without what any of them has seen, set aside or never wants to see. */
export function togetherRequest(members: readonly Member[], rule: GroupRule, k: number): TogetherRequest {
  const bases = members.map(({ profile }) => listBasis(profile));
  const filters = bases.flatMap(({ filter }) => (filter ? [filter] : []));
  const filter: FilmFilter | undefined = filters.length > 1 ? { and: filters } : filters[0];
  return {
    profiles: bases.map(({ ratings = [], exclude = [] }) => ({ ratings, exclude })),
    rule,
    k,
    ...(filter && { filter }),
  };
}

/** To whom a film is least, in a sentence; undefined where it is as much to all. @param names of the members, "You" for the user */
export function leastWords(
  { limitedBy }: Pick<FilmOfGroup, "limitedBy">,
  names: readonly string[],
): string | undefined {
  if (limitedBy === undefined) return undefined;
  const name = names[limitedBy] === "You" ? "you" : names[limitedBy];
  return `Suits ${name} ${names.length === 2 ? "less" : "least"}.`;
}
