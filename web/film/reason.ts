/** Why a film is listed, and how sure that is, in words. */
import type { ModelData, Reason, Recommendation } from "../../src/client.ts";
import { filmName } from "../../src/data/film-title.ts";
import { formatRating } from "./scale.ts";

const maxNamed = 3;
const noBreak = "\u00a0";

/** A reason in words: how it begins, and the films that it names, which may be none. */
export interface ReasonWords {
  readonly lead: string;
  readonly films: readonly NamedReason[];
}

export interface NamedReason {
  readonly reason: Reason;
  /** "Heat 4.5". */
  readonly text: string;
}

type Reasoned = Pick<Recommendation, "because" | "neighbours" | "likedGenres" | "source" | "confidence">;

/** Why a film is listed; always something, as honest as the model allows. */
export function reasonOf(film: Reasoned, feedback: ModelData["feedback"]): ReasonWords {
  const named = filmsNamed(film.because, feedback);
  if (named.length > 0) return { lead: feedback === "events" ? "Because of" : "Because you rated", films: named };
  return {
    lead: neighbourSentence(film.neighbours) ?? genreSentence(film.likedGenres) ?? plainSentence(film),
    films: [],
  };
}

/** What stands between the films of a reason: "Heat 4.5, Fargo 5 and Alien 4". */
export function joint(place: number, count: number): string {
  if (place === 0) return "";
  return place === count - 1 ? " and " : ", ";
}

/** How sure a recommendation is, in words. */
export const confidenceWords = { likely: "Likely for you", possible: "Possibly for you", guess: "A guess" } as const;

/** As the server has it: a film that fewer people rated is a guess. */
const fewRatings = 10;

/** A guess, and what would make it more. @param liked how many films the user rated well */
export function guessWords(film: Pick<Recommendation, "ratings">, liked: number): string {
  if (film.ratings < fewRatings) return "A guess: few people have rated it";
  return liked < 5 ? "A guess: rate two more films you like" : "A guess";
}

/** Whether most films of a list are guesses. */
export function isMostlyGuesses(films: readonly Recommendation[]): boolean {
  return 2 * films.filter(({ confidence }) => confidence.level === "guess").length > films.length;
}

/** The strongest three. What a path from a film leads through follows it: "The Terminator 5 → robots". Of events, names alone. */
function filmsNamed(because: readonly Reason[] | undefined, feedback: ModelData["feedback"]): readonly NamedReason[] {
  return (because ?? []).slice(0, maxNamed).map((reason) => {
    const rating = feedback === "events" ? "" : `${noBreak}${formatRating(reason.rating)}`;
    const path = reason.through === undefined ? "" : `${noBreak}→ ${reason.through}`;
    return { reason, text: `${filmName(reason.title)}${rating}${path}` };
  });
}

/** "3 people with your taste gave it 4.5 on average", or undefined where similar users did not make the score. */
function neighbourSentence(neighbours: Recommendation["neighbours"]): string | undefined {
  if (!neighbours) return undefined;
  const rating = `gave it${noBreak}${formatRating(neighbours.meanRating)}`;
  if (neighbours.count === 1) return `Somebody with your taste ${rating}`;
  return `${neighbours.count} people with your taste ${rating} on average`;
}

/** "Because you like Crime and Drama", or undefined where genres did not make the score. */
function genreSentence(genres: readonly string[] | undefined): string | undefined {
  const named = genres?.slice(0, maxNamed);
  return named && `Because you like ${named.map((genre, n) => joint(n, named.length) + genre).join("")}`;
}

function plainSentence({ source, confidence }: Reasoned): string {
  if (source === "popular") return "Popular with many people, not picked by your ratings";
  return confidence.level === "guess" ? "Nothing that you liked speaks for it yet" : "Fits your ratings";
}
