import type { Film } from "../../src/client.ts";
import { useSession } from "../session.ts";
import { useRequest } from "../use-request.ts";

const manyFilms = 100;

/** The genres that films have, by name: of the films that most people rated, and of `more`. @param wanted whether to ask for them */
export function useGenres(more: readonly Film[], wanted = true): readonly string[] {
  const { client } = useSession();
  const known = useRequest(wanted ? "genres" : undefined, (signal) => client.items({ limit: manyFilms, signal }));
  const all = new Set([...(known.value?.items ?? []), ...more].flatMap(({ genres }) => genres));
  return [...all].filter((genre) => !genre.startsWith("(")).sort((a, b) => a.localeCompare(b));
}
