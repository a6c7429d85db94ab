import type { ModelData, Reason, Recommendation } from "../../src/client.ts";
import { filmName } from "../../src/data/film-title.ts";
import { formatRating } from "./scale.ts";

const maxNamed = 3;
const noBreak = "\u00a0";

/**
 * "Because you rated Heat 4.5, Fargo 5 and Alien 4": the strongest three, or undefined where the film has no reasons. What a path
 * from a film leads through follows it: "Because you rated The Terminator 5 → robots". Of events: "Because of Heat and Fargo".
 */
export function reasonSentence(
  because: readonly Reason[] | undefined,
  feedback: ModelData["feedback"],
): string | undefined {
  const events = feedback === "events";
  const named = (because ?? []).slice(0, maxNamed).map(({ title, rating, through }) => {
    return `${filmName(title)}${events ? "" : `${noBreak}${formatRating(rating)}`}${pathText(through)}`;
  });
  if (named.length === 0) return undefined;
  return `Because ${events ? "of" : "you rated"} ${joinWithAnd(named)}`;
}

/** How sure a recommendation is, in words. */
export const confidenceWords = { likely: "Likely for you", possible: "Possibly for you", guess: "A guess" } as const;

/** Whether most films of a list are guesses. */
export function isMostlyGuesses(films: readonly Recommendation[]): boolean {
  return 2 * films.filter(({ confidence }) => confidence.level === "guess").length > films.length;
}

/** "3 people with your taste gave it 4.5 on average", or undefined where similar users did not make the score. */
export function neighbourSentence(neighbours: Recommendation["neighbours"]): string | undefined {
  if (!neighbours) return undefined;
  const rating = `gave it${noBreak}${formatRating(neighbours.meanRating)}`;
  if (neighbours.count === 1) return `Somebody with your taste ${rating}`;
  return `${neighbours.count} people with your taste ${rating} on average`;
}

/** "Because you like Crime and Drama", or undefined where genres did not make the score. */
export function genreSentence(genres: readonly string[] | undefined): string | undefined {
  return genres && `Because you like ${joinWithAnd(genres.slice(0, maxNamed))}`;
}

function pathText(through: string | undefined): string {
  return through === undefined ? "" : `${noBreak}→ ${through}`;
}

function joinWithAnd(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0];
  return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}
