/** The questions of matinee rate: which film, and how many stars. */
import type { DatasetInfo, ItemIndex, RatingScale } from "../../../data/dataset.ts";
import { filmOf } from "../../../recommend/films.ts";
import { filmsToAsk } from "../../../recommend/films-to-ask.ts";
import { titleText } from "../../terminal/wording.ts";

/** How a session asks and answers. */
export interface SessionIo {
  /** The answer to a question; undefined once there are no more. */
  ask(question: string): Promise<string | undefined>;
  say(line: string): void;
  /** Called after every change of the ratings. */
  changed(): Promise<void>;
}

/**
 * Asks for ratings until at least `least` are given and the user is done, or there are no more answers.
 *
 * @param shown the films that are listed at first; the next film is chosen by the answers, and may be another
 * @param ratings by film in the order of being first given; may hold some already, and is changed as they come
 */
export async function rateFilms(
  info: DatasetInfo,
  shown: readonly ItemIndex[],
  ratings: Map<ItemIndex, number>,
  least: number,
  { ask, say, changed }: SessionIo,
): Promise<void> {
  const films = [...shown];
  const unseen = new Set<ItemIndex>();
  const titleOf = (item: ItemIndex) => titleText(filmOf(info, item), `film ${info.items.id(item)}`);

  /** The film that is asked about next; undefined where every film of the data has its answer. */
  function next(): ItemIndex | undefined {
    const [film] = filmsToAsk(info, { seen: ratings.keys(), unseen }, 1);
    if (film !== undefined && !films.includes(film)) films.push(film);
    return film;
  }

  function list(): void {
    for (const [n, film] of films.entries()) {
      const answer = unseen.has(film) ? "–" : `${ratings.get(film) ?? ""}`;
      say(
        `${String(n + 1).padStart(3)}  ${answer.padStart(3)}  ${titleOf(film)}  ${filmOf(info, film).genres.join(", ")}`,
      );
    }
  }

  /** The film that an answer means; undefined, having said why, where it means none. */
  function readFilmNumber(answer: string): ItemIndex | undefined {
    if (answer === "") {
      const film = next();
      if (film === undefined) say("Every film has its answer: type a number to change one, or done.");
      return film;
    }
    const film = /^\d+$/.test(answer) ? films[Number(answer) - 1] : undefined;
    if (film === undefined) {
      say(
        `"${answer}" is not a number from 1 to ${films.length}. Enter goes to the next film; list and done are words too.`,
      );
    }
    return film;
  }

  /** Asks for the stars of a film until the answer is one; false where there are no more answers. */
  async function rate(film: ItemIndex): Promise<boolean> {
    for (;;) {
      const before = ratings.get(film);
      const choices =
        before === undefined
          ? `${scaleText(info.scale)} (Enter: haven't seen it): `
          : `you gave it ${before}; ${scaleText(info.scale)}, - to take it back (Enter: leave it): `;
      const answer = (await ask(`${titleOf(film)}, ${choices}`))?.trim();
      if (answer === undefined) return false;
      if (answer === "") {
        if (before === undefined) unseen.add(film);
        return true;
      }
      if (answer === "-" && before !== undefined) {
        ratings.delete(film);
        await changed();
        say(`Taken back: ${titleOf(film)}. ${progress()}`);
        return true;
      }
      const stars = Number(answer);
      if (isOnScale(info.scale, stars)) {
        ratings.set(film, stars);
        unseen.delete(film);
        await changed();
        say(`${titleOf(film)}: ${stars}. ${progress()}`);
        return true;
      }
      say(`"${answer}" is not one of the ratings: ${scaleText(info.scale)}.`);
    }
  }

  function progress(): string {
    const missing = least - ratings.size;
    if (missing > 0) return `${ratings.size} rated, ${missing} more to go.`;
    return `${ratings.size} rated: type done for your list, or go on.`;
  }

  list();
  say(`Rate at least ${least} of these films. ${ratings.size > 0 ? progress() : ""}`.trimEnd());
  for (;;) {
    const answer = (await ask(`Film 1–${films.length} (Enter: the next; list; done): `))?.trim().toLowerCase();
    if (answer === undefined) return;
    if (answer === "done") {
      if (ratings.size >= least) return;
      say(progress());
    } else if (answer === "list") list();
    else {
      const film = readFilmNumber(answer);
      if (film !== undefined && !(await rate(film))) return;
    }
  }
}

function scaleText({ min, max, step }: RatingScale): string {
  return `${min} to ${max}${step > 0 ? ` in steps of ${step}` : ""}`;
}

function isOnScale({ min, max, step }: RatingScale, rating: number): boolean {
  if (!(rating >= min && rating <= max)) return false;
  const steps = (rating - min) / step;
  return step === 0 || Math.abs(steps - Math.round(steps)) < 1e-6;
}
