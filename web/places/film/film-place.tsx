import type { Id } from "../../../src/client.ts";
import { FilmFacts } from "../../film/film-facts.tsx";
import { ProblemNote } from "../../frame/problem-note.tsx";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";

/** One film: what it is, and what it means to the user. */
export function FilmPlace({ id }: { id: Id }) {
  const { client } = useSession();
  const film = useRequest(`film ${id}`, (signal) => client.item(id, { signal }));
  return (
    <>
      {film.problem && <ProblemNote problem={film.problem} onRetry={film.retry} />}
      {film.value && <FilmFacts film={film.value} level="h3" />}
    </>
  );
}
