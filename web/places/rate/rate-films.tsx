import { useState } from "preact/hooks";
import type { Film } from "../../../src/client.ts";
import { ProblemNote } from "../../frame/problem-note.tsx";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";
import { FilmCard } from "./film-card.tsx";
import { SearchField } from "./search-field.tsx";

const searchDelay = 150;
const maxResults = 12;
const popularCount = 48;
const pageSize = 12;

/** Films to rate: the results of a search, or films that many people know. */
export function RateFilms() {
  const { client } = useSession();
  const [text, setText] = useState("");
  const [shown, setShown] = useState(pageSize);
  const query = text.trim();
  const results = useRequest(
    query || undefined,
    (signal) => client.items({ query, limit: maxResults, signal }),
    searchDelay,
  );
  const popular = useRequest("popular", (signal) => client.items({ limit: popularCount, signal }));
  const { problem, retry } = query === "" ? popular : results;

  return (
    <section class="part rate" aria-labelledby="rate-heading">
      <h2 id="rate-heading">Rate</h2>
      <SearchField text={text} onText={setText} />
      {/* Always in the page, so that its changes are read out. */}
      <p class="visually-hidden" role="status">
        {results.valueKey === query && results.value && searchStatus(results.value.items.length, query)}
      </p>
      {problem && <ProblemNote problem={problem} onRetry={retry} />}
      {query === "" || !results.value ? (
        <PopularFilms
          films={popular.value?.items}
          stale={query !== "" && results.loading}
          shown={shown}
          onMore={() => setShown(shown + pageSize)}
        />
      ) : (
        <SearchResults films={results.value.items} query={results.valueKey ?? query} stale={results.loading} />
      )}
    </section>
  );
}

interface PopularFilmsProps {
  readonly films: readonly Film[] | undefined;
  readonly stale: boolean;
  readonly shown: number;
  readonly onMore: () => void;
}

/** `stale`: search results are loading; the films stay until they arrive, so that nothing jumps. */
function PopularFilms({ films, stale, shown, onMore }: PopularFilmsProps) {
  return (
    <>
      <h3 class="list-heading">Films many people know</h3>
      <ul class={stale ? "cards film-grid is-stale" : "cards film-grid"} aria-busy={!films}>
        {films?.slice(0, shown).map((film) => (
          <FilmCard key={film.id} film={film} />
        ))}
      </ul>
      {films && films.length > shown && (
        <button type="button" class="button more" onClick={onMore}>
          More films
        </button>
      )}
    </>
  );
}

interface SearchResultsProps {
  readonly films: readonly Film[];
  readonly query: string;
  readonly stale: boolean;
}

function SearchResults({ films, query, stale }: SearchResultsProps) {
  return (
    <>
      <h3 class="list-heading">{films.length === 0 ? searchStatus(0, query) : `Films found for “${query}”`}</h3>
      {films.length === 0 && <p class="hint">Try another spelling, or part of the title.</p>}
      <ul class={stale ? "cards film-grid is-stale" : "cards film-grid"} aria-busy={stale}>
        {films.map((film) => (
          <FilmCard key={film.id} film={film} />
        ))}
      </ul>
    </>
  );
}

function searchStatus(count: number, query: string): string {
  if (count === 0) return `No film found for “${query}”`;
  return `${count} ${count === 1 ? "film" : "films"} found for “${query}”`;
}
