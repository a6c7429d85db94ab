import { useState } from "preact/hooks";
import type { Film } from "./film.ts";
import { FilmCard } from "./film-card.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { SearchField } from "./search-field.tsx";
import { useSession } from "./session.ts";
import { useAnswer } from "./use-answer.ts";

const searchDelay = 150;
const mostFound = 12;
const wellKnown = 48;
const pageSize = 12;

/** Asks what someone thinks of films they find, or of films many people know. */
export function Rate() {
  const { api } = useSession();
  const [text, setText] = useState("");
  const [shown, setShown] = useState(pageSize);
  const query = text.trim();
  const found = useAnswer(query || undefined, (signal) => api.films(query, mostFound, signal), searchDelay);
  const known = useAnswer("known", (signal) => api.films("", wellKnown, signal));
  const { problem, retry } = query === "" ? known : found;

  return (
    <section class="part rate" aria-labelledby="rate-heading">
      <h2 id="rate-heading">Rate</h2>
      <SearchField text={text} onText={setText} />
      {/* Always in the page, so that its changes are read out. */}
      <p class="visually-hidden" role="status">
        {found.answered === query && found.value && foundLine(found.value.length, query)}
      </p>
      {problem && <ProblemNote problem={problem} onRetry={retry} />}
      {query === "" || !found.value ? (
        <WellKnown
          films={known.value}
          stale={query !== "" && found.loading}
          shown={shown}
          onMore={() => setShown(shown + pageSize)}
        />
      ) : (
        <Found films={found.value} query={found.answered ?? query} stale={found.loading} />
      )}
    </section>
  );
}

interface WellKnownProps {
  readonly films: readonly Film[] | undefined;
  readonly stale: boolean;
  readonly shown: number;
  readonly onMore: () => void;
}

/** `stale`: what was searched for is on its way; until it is there, nothing jumps. */
function WellKnown({ films, stale, shown, onMore }: WellKnownProps) {
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

interface FoundProps {
  readonly films: readonly Film[];
  readonly query: string;
  readonly stale: boolean;
}

function Found({ films, query, stale }: FoundProps) {
  return (
    <>
      <h3 class="list-heading">{films.length === 0 ? foundLine(0, query) : `Films found for “${query}”`}</h3>
      {films.length === 0 && <p class="hint">Try another spelling, or part of the title.</p>}
      <ul class={stale ? "cards film-grid is-stale" : "cards film-grid"} aria-busy={stale}>
        {films.map((film) => (
          <FilmCard key={film.id} film={film} />
        ))}
      </ul>
    </>
  );
}

function foundLine(count: number, query: string): string {
  if (count === 0) return `No film found for “${query}”`;
  return `${count} ${count === 1 ? "film" : "films"} found for “${query}”`;
}
