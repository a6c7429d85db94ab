import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { filmLabel, filmName } from "../../src/data/film-title.ts";
import { addressOf } from "../address.ts";
import { PlaceLink } from "../router.tsx";
import { useSession } from "../session.ts";
import { FilmSaid, saidOf } from "./film-said.tsx";
import type { ListedFilm } from "./listed-film.ts";
import { Poster } from "./poster.tsx";
import { formatRating } from "./scale.ts";

/** As many as a phone shows of a row at first. */
const drawnFirst = 4;

interface ShelfProps {
  readonly heading: string;
  readonly hint?: string | undefined;
  readonly films: readonly ListedFilm[];
  /** Opens what else can be said and done about a film. */
  readonly onOpen: (film: ListedFilm, index: number) => void;
  /** Whether what was said of a film was said here, and is taken back here. */
  readonly undoable?: boolean;
  /** Stands beside the heading. */
  readonly children?: ComponentChildren;
  readonly id?: string | undefined;
}

/**
 * A row of films that scrolls by itself. It is one stop for the keyboard: within it, arrow keys go from film to film, as do Home and End.
 */
export function Shelf({ heading, hint, films, onOpen, undoable = false, children, id }: ShelfProps) {
  const headingId = useId();
  const row = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState(0);
  const reachable = Math.min(current, films.length - 1);

  const scroll = (pages: number) =>
    row.current?.scrollBy({ left: pages * row.current.clientWidth, behavior: "smooth" });
  const move = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: reachable - 1,
      ArrowRight: reachable + 1,
      Home: 0,
      End: films.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    row.current?.children[to]?.querySelector<HTMLElement>("a")?.focus();
  };

  return (
    <section class="shelf" aria-labelledby={headingId} id={id}>
      <div class="shelf-head">
        <h3 id={headingId} tabIndex={-1}>
          {heading}
        </h3>
        {hint !== undefined && <p class="shelf-hint">{hint}</p>}
        {children}
        {/* For mice that cannot scroll sideways; the keyboard has its arrows. */}
        <div class="shelf-arrows" aria-hidden="true">
          <button type="button" class="icon-button" tabIndex={-1} onClick={() => scroll(-0.8)}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M10 3L5 8l5 5" />
            </svg>
          </button>
          <button type="button" class="icon-button" tabIndex={-1} onClick={() => scroll(0.8)}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M6 3l5 5-5 5" />
            </svg>
          </button>
        </div>
      </div>
      <ul class="shelf-row" ref={row} onKeyDown={move}>
        {films.map((film, index) => (
          <Tile
            key={film.id}
            film={film}
            undoable={undoable}
            later={index >= drawnFirst}
            tabIndex={index === reachable ? 0 : -1}
            onFocus={() => setCurrent(index)}
            onOpen={() => onOpen(film, index)}
          />
        ))}
      </ul>
    </section>
  );
}

interface TileProps {
  readonly film: ListedFilm;
  readonly undoable: boolean;
  readonly later: boolean;
  readonly tabIndex: number;
  readonly onFocus: () => void;
  readonly onOpen: () => void;
}

function Tile({ film, undoable, later, tabIndex, onFocus, onOpen }: TileProps) {
  const { profile } = useSession();
  const said = saidOf(profile, film);
  return (
    <li class={said && undoable ? "shelf-film is-said" : "shelf-film"} data-film={film.id} onFocusIn={onFocus}>
      <PlaceLink class="shelf-film-link" to={addressOf({ name: "film", film })} tabIndex={tabIndex}>
        <Poster film={film} size="tile" later={later} />
        <span class="shelf-film-title">{filmName(film.title)}</span>
        <span class="shelf-film-facts">
          {film.year > 0 && <span>{film.year}</span>}
          {said ? !undoable && <span>{said.short}</span> : profile.ratings.length > 0 && <Expected film={film} />}
        </span>
      </PlaceLink>
      {said && undoable && <FilmSaid film={film} said={said} short />}
      <button type="button" class="shelf-film-more" tabIndex={tabIndex} aria-haspopup="dialog" onClick={onOpen}>
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4.5 10h.01M10 10h.01M15.5 10h.01" />
        </svg>
        <span class="visually-hidden">Rate or mark {filmLabel(film)}</span>
      </button>
    </li>
  );
}

/** The stars to expect, in few words: "★ 4.3 for you", of a guess "≈ 4.3 for you". */
function Expected({ film: { predicted, confidence } }: { film: ListedFilm }) {
  const guess = confidence?.level === "guess";
  if (predicted === undefined) return guess ? <span>A guess</span> : null;
  return (
    <span class={guess ? "shelf-film-expected is-guess" : "shelf-film-expected"}>
      <span aria-hidden="true">
        {guess ? "≈ " : "★ "}
        {formatRating(predicted)} for you
      </span>
      <span class="visually-hidden">
        , {guess ? "a guess: about " : ""}
        {formatRating(predicted)} stars expected
      </span>
    </span>
  );
}
