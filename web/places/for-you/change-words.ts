import type { Recommendation } from "../../../src/client.ts";
import { filmName } from "../../../src/data/film-title.ts";
import { joint } from "../../film/reason.ts";
import { formatRating } from "../../film/scale.ts";
import type { FilmRating } from "../../profile/profile.ts";
import { filmsGone, movesOf } from "./layout.ts";

const maxNamed = 2;

/**
 * What a rating did to the list: "Since you rated Saw 1: Hostel and Saw II are gone, 2 films are new." The rated film itself does not count.
 */
export function changeWords(
  { film, rating }: FilmRating,
  before: readonly Recommendation[],
  after: readonly Recommendation[],
): string {
  const gone = filmsGone(before, after).filter(({ id }) => id !== film.id);
  const fresh = [...movesOf(before, after)].filter(([id, move]) => move === "new" && id !== film.id).length;
  const effects = [
    gone.length > 0 && `${names(gone)} ${gone.length === 1 ? "is" : "are"} gone`,
    fresh > 0 && (fresh === 1 ? "1 film is new" : `${fresh} films are new`),
  ].filter((effect) => effect !== false);
  const what = effects.length === 0 ? "your list stays as it is" : effects.join(", ");
  return `Since you rated ${filmName(film.title)} ${formatRating(rating)}: ${what}.`;
}

function names(films: readonly Recommendation[]): string {
  const named = films.slice(0, maxNamed).map(({ title }) => filmName(title));
  const others = films.length - named.length;
  const all = others === 0 ? named : [...named, others === 1 ? "1 other" : `${others} others`];
  return all.map((name, n) => joint(n, all.length) + name).join("");
}
