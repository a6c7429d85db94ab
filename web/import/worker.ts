/** Reads exports and looks for films, beside the page: of 60,000 films that takes a second or two. */
import type { Film, ModelData, Titles } from "../../src/client.ts";
import { MatineeError } from "../../src/errors.ts";
import { filmOf } from "../../src/recommend/films.ts";
import { letterboxdTable } from "../../src/recommend/profile/letterboxd-table.ts";
import type { FileInMemory } from "../../src/recommend/profile/unpack-export.ts";
import type { RatingOfFilm } from "../../src/recommend/request.ts";
import { filmSearch } from "../../src/recommend/search.ts";
import { type Brought, readBrought, type SearchableFilms } from "./brought.ts";
import { filmsOfTitles } from "./films-of-titles.ts";

/** What is asked of the worker, first of all `open`. */
export interface Calls {
  open(titles: Titles, data: ModelData): void;
  read(files: readonly FileInMemory[]): Promise<Brought>;
  find(query: string): readonly Film[];
  letterboxd(ratings: readonly RatingOfFilm[]): string;
}

export interface Call {
  readonly id: number;
  readonly name: keyof Calls;
  readonly given: readonly unknown[];
}

/** What comes back: a value, or why there is none. */
export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly problem?: { readonly title: string; readonly detail: string; readonly fix: string };
}

const found = 6;
let films: SearchableFilms | undefined;

const calls: Calls = {
  open(titles, data) {
    const info = filmsOfTitles(titles, data);
    films = { info, search: filmSearch(info) };
  },
  read: (files) => readBrought(files, opened()),
  find(query) {
    const { info, search } = opened();
    return search.find(query, found).map((item) => filmOf(info, item));
  },
  letterboxd: (ratings) => letterboxdTable(ratings, opened().info),
};

function opened(): SearchableFilms {
  if (!films) throw new Error("the films are not open yet");
  return films;
}

addEventListener("message", async ({ data }: MessageEvent<Call>) => {
  const { id, name, given } = data;
  const call = calls[name] as (...given: readonly unknown[]) => unknown;
  postMessage(await settle(id, async () => await call(...given)));
});

async function settle(id: number, work: () => Promise<unknown>): Promise<Reply> {
  try {
    return { id, value: await work() };
  } catch (error) {
    if (!(error instanceof MatineeError)) throw error;
    const { message, fix } = error;
    return { id, problem: { title: "This file cannot be read", detail: `${message}.`, fix } };
  }
}
