import { useRef } from "preact/hooks";
import { filmLabel } from "../../../src/data/film-title.ts";
import { addressOf } from "../../address.ts";
import { Poster } from "../../film/poster.tsx";
import type { MarkKind } from "../../profile/profile.ts";
import { PlaceLink } from "../../router.tsx";
import { useSession } from "../../session.ts";

interface MarkedFilmsProps {
  readonly kind: MarkKind;
  readonly heading: string;
  /** What to say where there are none; without it, nothing is shown then. */
  readonly empty?: string;
  /** What the button says that takes the mark away. */
  readonly away: string;
  /** Whether only its heading shows at first. */
  readonly folded?: boolean;
}

/** The films of one mark, newest first. */
export function MarkedFilms({ kind, heading, empty, away, folded = false }: MarkedFilmsProps) {
  const { profile, change } = useSession();
  const top = useRef<HTMLElement>(null);
  const films = profile.marks[kind];
  if (films.length === 0 && empty === undefined) return null;
  const id = `${kind}-heading`;
  const title = (
    <>
      {heading} {films.length > 0 && <span class="count">{films.length}</span>}
    </>
  );
  const list = (
    <ul class="film-rows">
      {films.toReversed().map((film) => (
        <li key={film.id} class="film-row">
          <PlaceLink to={addressOf({ name: "film", film })} class="film-row-link">
            <Poster film={film} />
            <span>{filmLabel(film)}</span>
          </PlaceLink>
          <button
            type="button"
            class="quiet-button"
            onClick={() => {
              // Before the row goes, and the focus with it.
              top.current?.focus({ preventScroll: true });
              change({ type: "unmark", kind, id: film.id });
            }}
          >
            {away}
            <span class="visually-hidden"> {filmLabel(film)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
  return (
    <section class="you-section" aria-labelledby={id}>
      {folded ? (
        <details>
          <summary
            ref={(element) => {
              top.current = element;
            }}
          >
            <h3 id={id}>{title}</h3>
          </summary>
          {list}
        </details>
      ) : (
        <>
          <h3
            id={id}
            tabIndex={-1}
            ref={(element) => {
              top.current = element;
            }}
          >
            {title}
          </h3>
          {films.length === 0 ? <p class="hint">{empty}</p> : list}
        </>
      )}
    </section>
  );
}
