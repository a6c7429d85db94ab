/** What becomes of the films of an export, as the user has it. */
import type { Film } from "../../src/client.ts";
import { type MarkKind, markKinds, type ProfileAction } from "../profile/profile.ts";
import type { Brought, BroughtFilm } from "./brought.ts";

/** What the user says of films that are not certain, by their places in the export: which one it is, or that it is none. */
export type Choices = ReadonlyMap<number, Film | "none">;

/** The films that are certain, or that the user chose. */
export interface Added {
  readonly film: Film;
  readonly brought: BroughtFilm;
}

export function addedFilms({ films }: Brought, choices: Choices): readonly Added[] {
  return films.flatMap((brought, n) => {
    const film = brought.film ?? choices.get(n);
    return film === undefined || film === "none" ? [] : [{ film, brought }];
  });
}

/** The change of the profile. What is not certain and was not chosen is left out. */
export function addAction(brought: Brought, choices: Choices): Extract<ProfileAction, { type: "add" }> {
  const added = addedFilms(brought, choices);
  const ratings = added.flatMap(({ film, brought: { rating } }) => (rating === undefined ? [] : [{ film, rating }]));
  const marked = (kind: MarkKind) => added.filter(({ brought: { mark } }) => mark === kind).map(({ film }) => film);
  const marks = Object.fromEntries(markKinds.map((kind) => [kind, marked(kind)]));
  const { copies, neverGenres } = brought;
  return { type: "add", ratings, marks: { ...marks, seen: [...marked("seen"), ...copies] }, neverGenres };
}
