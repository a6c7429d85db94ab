/** What is said of the people who rate as the user does. */
import type { UserNeighbourhood } from "../../../src/client.ts";
import { formatRating, starsLabel } from "../../film/scale.ts";
import { count } from "../../profile/wording.ts";

/** From so many ratings on, more of them are not what is missing. */
const enough = 5;

/** Why nothing is told, where there are too few to tell. @param rated how many films the user rated */
export function fewWords({ needed }: UserNeighbourhood, rated: number): string {
  if (rated < enough) return `Rate ${count(needed, "more film")}, and here is who rates as you do.`;
  return "Too few people here rate films as you do to tell what they are like. More ratings may find some.";
}

/** How many they are, and how alike. */
export function alikeWords({ neighbours, overlap, difference, usualDifference }: UserNeighbourhood): string {
  const alike = `${neighbours} people rate films as you do.`;
  if (overlap === undefined || difference === undefined || usualDifference === undefined) return alike;
  const films = count(Math.round(overlap), "film");
  const theirs = `you and they are ${starsLabel(difference)} apart on average`;
  return `${alike} Of the ${films} or so that each has in common with you, ${theirs}; you and people at large, ${formatRating(usualDifference)}.`;
}
