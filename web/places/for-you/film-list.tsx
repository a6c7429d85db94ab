import type { Id, Recommendation } from "../../../src/client.ts";
import { FilmBody } from "../../film/film-body.tsx";
import { isMostlyGuesses } from "../../film/reason.ts";
import { useSession } from "../../session.ts";
import { useFirstNew } from "../../use-first-new.ts";
import { areDefault, type ListControls } from "./controls.ts";
import { ExcludedFilms } from "./excluded-films.tsx";
import type { Move } from "./layout.ts";
import { ListControlsBar } from "./list-controls.tsx";
import type { Lists } from "./use-lists.ts";

interface FilmListPartProps {
  readonly lists: Lists;
  readonly controls: ListControls;
  readonly genres: readonly string[];
  readonly onControls: (controls: ListControls) => void;
  readonly onChange: (film: Recommendation, index: number) => void;
  readonly onMore: (film: { readonly id: Id }) => void;
}

const placeholders = 9;
const noMoves: ReadonlyMap<Id, Move> = new Map();

/** The user's list under its controls. */
export function FilmListPart({ lists, controls, genres, onControls, onChange, onMore }: FilmListPartProps) {
  const { loading, more, loadingMore } = lists;
  const { films, changed, moves = noMoves } = lists.shown ?? {};
  const { list, expect } = useFirstNew<HTMLOListElement>(films?.length ?? 0, ".film-title a");
  return (
    <section class="list-part" aria-labelledby="list-heading">
      <div class="list-head">
        <h3 id="list-heading" tabIndex={-1}>
          {areDefault(controls) ? "And these are for you" : "For you, as you like it"}
        </h3>
        {changed !== undefined && <p class="list-changed">{changed}</p>}
      </div>
      <ListControlsBar controls={controls} genres={genres} onChange={onControls} />
      {/* Always in the page, so that its changes are read out. */}
      <p class="visually-hidden" role="status">
        {films && !loading && announcement(films.length, moves, changed)}
      </p>
      {films && <GuessNote films={films} />}
      {!films && loading && <Placeholders />}
      {films?.length === 0 && !loading && (
        <p class="nothing-yet">
          {areDefault(controls)
            ? "No film is left to recommend."
            : "No film is like that. Other years, or another genre, may have one."}
        </p>
      )}
      <ol ref={list} class="film-list" aria-busy={loading}>
        {films?.map((film, index) => (
          <li key={film.id} class="card" data-film={film.id}>
            <MoveBadge move={moves.get(film.id)} />
            <FilmBody
              film={film}
              level="h4"
              size="tile"
              onChange={() => onChange(film, index)}
              onMore={() => onMore(film)}
            />
          </li>
        ))}
      </ol>
      {more && (
        <button
          type="button"
          class="button more"
          aria-disabled={loadingMore}
          onClick={() => {
            if (loadingMore) return;
            expect();
            more();
          }}
        >
          Show more films
        </button>
      )}
      <ExcludedFilms />
    </section>
  );
}

/** How a film moved with the last change. */
function MoveBadge({ move }: { move: Move | undefined }) {
  if (move === undefined) return null;
  if (move === "new") return <span class="badge">New</span>;
  return (
    <span class={move > 0 ? "badge is-up" : "badge is-down"}>
      <span aria-hidden="true">
        {move > 0 ? "▲" : "▼"} {Math.abs(move)}
      </span>
      <span class="visually-hidden">
        {move > 0 ? "Up" : "Down"} by {Math.abs(move)}
      </span>
    </span>
  );
}

/** The text that a screen reader speaks when the list has changed. */
function announcement(count: number, moves: ReadonlyMap<Id, Move>, changed: string | undefined): string {
  const films = count === 1 ? "1 film for you" : `${count} films for you`;
  const fresh = [...moves.values()].filter((move) => move === "new").length;
  return [fresh === 0 ? films : `${films}, ${fresh} new`, changed].filter(Boolean).join(". ");
}

/** A note where the user's ratings do not say enough for the list, or nothing. */
function GuessNote({ films }: { films: readonly Recommendation[] }) {
  const { model } = useSession();
  const text = guessText(model.algorithm, films);
  return text === undefined ? null : <p class="note">{text}</p>;
}

/** Models that list the same films for everybody. */
const impersonal = ["popular", "bias"];

function guessText(algorithm: string, films: readonly Recommendation[]): string | undefined {
  if (films.length === 0 || !isMostlyGuesses(films)) return undefined;
  if (impersonal.includes(algorithm)) {
    return "These are well-liked films, the same for everybody: this Matinee does not learn from what you rate.";
  }
  return films.every(({ source }) => source === "popular")
    ? "These are simply popular films: your ratings do not say enough about your taste yet. Rate a few more that you like."
    : "Most of these are guesses: rate a few more films that you like, well-known ones above all.";
}

function Placeholders() {
  return (
    <div class="film-list" aria-hidden="true">
      {Array.from({ length: placeholders }, (_, n) => (
        <div key={n} class="card is-placeholder" />
      ))}
    </div>
  );
}
