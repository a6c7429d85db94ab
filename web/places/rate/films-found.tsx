import { ProblemNote } from "../../frame/problem-note.tsx";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";
import { FilmTile } from "./film-tile.tsx";

const searchDelay = 150;
const maxResults = 24;

/** The films that a search finds; nothing without a search. */
export function FilmsFound({ query }: { query: string }) {
  const { client } = useSession();
  const results = useRequest(
    query || undefined,
    (signal) => client.items({ query, limit: maxResults, signal }),
    searchDelay,
  );
  const films = results.value?.items;
  const found = results.valueKey ?? query;
  return (
    <>
      {/* Always in the page, so that its changes are read out. */}
      <p class="visually-hidden" role="status">
        {films && found === query && statusOf(films.length, query)}
      </p>
      {results.problem && <ProblemNote problem={results.problem} onRetry={results.retry} />}
      {films && (
        <>
          <h3 class="list-heading">{films.length === 0 ? statusOf(0, found) : `Films found for “${found}”`}</h3>
          {films.length === 0 && <p class="hint">Try another spelling, or part of the title.</p>}
          <ul class={results.loading ? "wall is-stale" : "wall"} aria-busy={results.loading}>
            {films.map((film) => (
              <li key={film.id} class="tile">
                <FilmTile film={film} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function statusOf(count: number, query: string): string {
  if (count === 0) return `No film found for “${query}”`;
  return `${count} ${count === 1 ? "film" : "films"} found for “${query}”`;
}
