/** Films, reasons and neighbours in words. */

import type { Feedback } from "../../data/dataset.ts";
import { filmLabel } from "../../data/film-title.ts";
import type { Id } from "../../data/ids.ts";
import { count } from "../../numbers.ts";
import { present } from "../../present.ts";
import type { Reason, ScorePart } from "../../recommend/explanation.ts";
import type { ImportReport, UnmatchedFilm } from "../../recommend/profile/import-profile.ts";
import type { Recommendation } from "../../recommend/recommend.ts";
import type { Taste } from "../../recommend/taste.ts";

/**
 * A title as people say it.
 * @param otherwise for films without a title
 */
export function titleText(
  { title, year }: { readonly title: string; readonly year?: number },
  otherwise: Id = "(no title)",
): string {
  return title === "" ? String(otherwise) : filmLabel({ title, ...present({ year }) });
}

/** The genres of a film, to stand after it; empty without any. */
export function genresText({ genres }: { readonly genres: readonly string[] }): string {
  return genres.length === 0 ? "" : `  ${genres.join(", ")}`;
}

/** Whose list it is, "you" unless said, and what the numbers of the data are. */
interface ListedFor {
  readonly who?: string;
  readonly feedback: Feedback;
}

/** A list, best first: each film with its confidence and its reasons, which are about what `who` rated. */
export function listLines(
  model: string,
  items: readonly Recommendation[],
  { who = "you", feedback }: ListedFor,
): string[] {
  const lines = items.flatMap((film, n) => {
    const stars = film.predicted === undefined ? "" : `  ${film.predicted.toFixed(1)} stars`;
    // An id in words stands for the title that is missing.
    const [name, id] =
      film.title === "" && typeof film.id === "string" ? [film.id, ""] : [titleText(film), `  [${film.id}]`];
    const instead = film.source === model ? "" : `  (${film.source})`;
    return [
      `${String(n + 1).padStart(2)}  ${name}${stars}  ${film.confidence.level}${id}${genresText(film)}${instead}${movedText(film)}`,
      ...reasonLines(film, who, feedback),
    ];
  });
  return lines.length > 0 ? [...lines, ...guessLines(model, items, who)] : ["No film is left after these choices."];
}

/** Models that list the same films for everybody: further ratings would not make theirs less of a guess. */
const impersonal = ["popular", "bias"];

/** Where most films are guesses, what would help. */
function guessLines(model: string, items: readonly Recommendation[], who: string): string[] {
  const guesses = items.filter(({ confidence }) => confidence.level === "guess").length;
  if (2 * guesses <= items.length) return [];
  if (impersonal.includes(model)) return [`Guesses: ${model} lists the same films for everybody.`];
  const liked = who === "you" ? "you like" : `${who} likes`;
  return [`Mostly guesses: a few more films that ${liked}, well-known ones above all, would help.`];
}

/** The genres that a user likes, and the films that they lead to. */
export function tasteLines({ genres, reached, candidates }: Taste): string[] {
  const weights = genres.map(({ genre, weight }) => `${genre} ${weight}`).join(", ") || "none";
  return [`Liked genres: ${weights}`, `Candidates: ${count(candidates)} of ${count(reached)} films reached`, ""];
}

/** Who predicted the ratings of a list, where it is not the model that ranked. */
export function predictorLines({ name, predictor }: { readonly name: string; readonly predictor?: string }): string[] {
  return predictor === undefined ? [] : [`Ranked by ${name}; stars predicted by ${predictor}.`];
}

/** The place of a film before it was reranked. */
function movedText({ reranked }: Recommendation): string {
  return reranked && reranked.failure === undefined ? `  (${reranked.by}; before: ${reranked.from})` : "";
}

function reasonLines(
  { because, neighbours, likedGenres, parts, score }: Recommendation,
  who: string,
  feedback: Feedback,
): string[] {
  if (parts) return partLines(parts, [score, "score"], feedback);
  if (neighbours) {
    const { count, meanRating } = neighbours;
    const raters = count === 1 ? "somebody" : `${count} people`;
    const whose = who === "you" ? "your taste" : `the taste of ${who}`;
    return [`      ${raters} with ${whose} gave it ${meanRating.toFixed(1)}${count === 1 ? "" : " on average"}`];
  }
  if (likedGenres)
    return [`      because ${who} ${who === "you" ? "like" : "likes"} ${likedGenres.slice(0, 3).join(", ")}`];
  if (!because) return [];
  const named = because.slice(0, 2).map((film) => ratedFilmText(film, feedback));
  return [`      because ${feedback === "events" ? "of" : `${who} rated`} ${named.join(" and ")}`];
}

/** Parts of a score one below the other, and their sum. */
export function partLines(
  parts: readonly ScorePart[],
  [sum, name]: readonly [number, string],
  feedback: Feedback = "ratings",
): string[] {
  const line = (value: number, words: string) => `      ${value.toFixed(4).padStart(10)}  ${words}`;
  return [...parts.map((part) => line(part.value, partText(part, feedback))), line(sum, name)];
}

/** "Heat (1995) 5", of events without the amount, or with what it has in common with the film listed: "Heat (1995) 5 → Crime". */
function ratedFilmText({ title, id, rating, through }: Reason, feedback: Feedback): string {
  const amount = feedback === "events" ? "" : ` ${rating}`;
  return `${titleText({ title }, id)}${amount}${through ? ` → ${through}` : ""}`;
}

function partText(part: ScorePart, feedback: Feedback): string {
  if (part.kind === "rating") return `${feedback === "events" ? "" : "you rated "}${ratedFilmText(part, feedback)}`;
  if (part.kind === "genre") return `you like ${part.genre}`;
  if (part.kind !== "neighbour") return part.kind;
  const { user, rating, similarity, overlap } = part;
  return `user ${user} rated it ${rating} (similarity ${similarity.toFixed(3)}, ${overlapText(overlap)})`;
}

export function overlapText(films: number): string {
  return `${films} ${films === 1 ? "film" : "films"} in common`;
}

/** How many doubtful films, and how many unmatched ones, are listed. */
const listedFilms = 10;

/** What was recognised in a personal export. @param seen films without a rating that lists leave out */
export function importLines({ form, rated, matched, doubtful, unmatched }: ImportReport, seen: number): string[] {
  const films = matched + doubtful.length + unmatched.length;
  const left = seen === 0 ? "" : `; ${countText(seen, "further film")} left out of lists`;
  const counts = `${matched} matched, ${doubtful.length} doubtful, ${unmatched.length} unmatched${left}`;
  const line = `${form}: ${countText(films, "film")}, ${rated} rated; ${counts}.`;
  return [
    line,
    ...entryLines("Doubtful", doubtful, (film) => {
      const candidates = film.candidates.slice(0, 3).map(({ id, title }) => `${titleText({ title }, "")} [${id}]`);
      return `${film.why}: ${candidates.join("; ")}${film.candidates.length > 3 ? " …" : ""}`;
    }),
    ...entryLines("Unmatched", unmatched, ({ why }) => why),
  ];
}

function entryLines<T extends UnmatchedFilm>(
  head: string,
  films: readonly T[],
  reasonOf: (film: T) => string,
): string[] {
  if (films.length === 0) return [];
  const lines = films.slice(0, listedFilms).map((film) => `  ${titleText(film, film.title)}: ${reasonOf(film)}`);
  const more = films.length - lines.length;
  return [`${head}:`, ...lines, ...(more > 0 ? [`  and ${more} more (--json lists all)`] : [])];
}

function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
