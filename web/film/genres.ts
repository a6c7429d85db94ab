import type { Film } from "../../src/client.ts";
import { type PageClient, useSession } from "../session.ts";
import { useRequest } from "../use-request.ts";

const manyFilms = 100;

/** The films asked for, once for all places. */
const variedFilms = new WeakMap<PageClient, readonly Film[]>();

/** The genres that films have, by name: of many films of all kinds, and of `more`. @param wanted whether to ask for them */
export function useGenres(more: readonly Pick<Film, "genres">[], wanted = true): readonly string[] {
  const { client } = useSession();
  // The first films that anybody is asked to rate are of every genre that is not very rare.
  const known = useRequest(wanted ? "genres" : undefined, async (signal) => {
    const films = variedFilms.get(client) ?? (await client.questions({ k: manyFilms, signal })).items;
    variedFilms.set(client, films);
    return films;
  });
  const all = new Set([...(known.value ?? []), ...more].flatMap(({ genres }) => genres));
  return [...all].filter(isGenre).sort((a, b) => a.localeCompare(b));
}

/** Whether it is one: data say of films without genres that they have "(no genres listed)". */
export function isGenre(name: string): boolean {
  return !name.startsWith("(");
}
