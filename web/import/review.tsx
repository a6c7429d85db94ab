import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Film } from "../../src/client.ts";
import { filmLabel } from "../../src/data/film-title.ts";
import { starsLabel } from "../film/scale.ts";
import type { MarkKind } from "../profile/profile.ts";
import { count } from "../profile/wording.ts";
import type { Brought, BroughtFilm } from "./brought.ts";
import { addedFilms, type Choices } from "./chosen.ts";
import { Correction } from "./correction.tsx";

/** So many rows are shown at first. */
const shownRows = 25;

interface ReviewProps {
  readonly brought: Brought;
  readonly find: (query: string) => Promise<readonly Film[]>;
  readonly onAdd: (choices: Choices) => void;
  readonly onCancel: () => void;
}

/** What was found of an export, and what is to be corrected, before anything is added. */
export function Review({ brought, find, onAdd, onCancel }: ReviewProps) {
  const [choices, setChoices] = useState<Choices>(new Map());
  const heading = useRef<HTMLHeadingElement>(null);
  const added = useMemo(() => addedFilms(brought, choices), [brought, choices]);
  const rows = useMemo(() => [...brought.films.entries()], [brought]);
  const certain = rows.filter(([, { film }]) => film);
  const doubtful = rows.filter(([, { film, candidates }]) => !film && candidates.length > 0);
  const unmatched = rows.filter(([, { film, candidates }]) => !film && candidates.length === 0);

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "start" });
  }, []);

  const choose = (n: number, film: Film | "none" | undefined) => {
    const next = new Map(choices);
    if (film === undefined) next.delete(n);
    else next.set(n, film);
    setChoices(next);
  };
  const correction = ([n, film]: readonly [number, BroughtFilm]) => (
    <Correction
      key={n}
      film={film}
      says={saysOf(film)}
      choice={choices.get(n)}
      find={find}
      onChoose={(choice) => choose(n, choice)}
    />
  );
  const buttons = (
    <div class="review-buttons">
      <button type="button" class="button is-filled" disabled={added.length === 0} onClick={() => onAdd(choices)}>
        Add {count(added.length, "film")}
      </button>
      <button type="button" class="quiet-button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );

  return (
    <div class="review">
      <h4 ref={heading} tabIndex={-1}>
        {formName(brought.form)}
      </h4>
      <ul class="review-counts">
        <li>
          <strong>{certain.length}</strong> found
        </li>
        <li>
          <strong>{doubtful.length}</strong> to check
        </li>
        <li>
          <strong>{unmatched.length}</strong> not here
        </li>
      </ul>
      {brought.films.length === 0 && <p>There is no film in it that you rated, saw or want to see.</p>}
      {buttons}
      {doubtful.length > 0 && (
        <div class="review-part">
          <h5>Which film is it?</h5>
          <p class="hint">What you do not answer is left out.</p>
          <Rows rows={doubtful}>{correction}</Rows>
        </div>
      )}
      {unmatched.length > 0 && (
        <details class="review-part">
          <summary>
            <h5>Not among these films {unmatched.length}</h5>
          </summary>
          <p class="hint">They may have another title here: look for those that you miss.</p>
          <Rows rows={unmatched}>{correction}</Rows>
        </details>
      )}
      {certain.length > 0 && (
        <details class="review-part">
          <summary>
            <h5>Found {certain.length}</h5>
          </summary>
          <Rows rows={certain}>
            {([n, brought]) => (
              <li key={n} class="found-row">
                <span>{brought.film && filmLabel(brought.film)}</span> <span class="says">{saysOf(brought)}</span>
              </li>
            )}
          </Rows>
        </details>
      )}
      {(doubtful.length > 3 || choices.size > 0) && buttons}
    </div>
  );
}

type Row = readonly [number, BroughtFilm];

function Rows({ rows, children }: { rows: readonly Row[]; children: (row: Row) => preact.JSX.Element }) {
  const [all, setAll] = useState(false);
  return (
    <>
      <ul class="review-rows">{(all ? rows : rows.slice(0, shownRows)).map(children)}</ul>
      {!all && rows.length > shownRows && (
        <button type="button" class="quiet-button" onClick={() => setAll(true)}>
          Show all {rows.length}
        </button>
      )}
    </>
  );
}

const markWords: Readonly<Record<MarkKind, string>> = {
  seen: "seen",
  watchlist: "on your watchlist",
  "not-interested": "not interested",
  unseen: "not seen yet",
};

function saysOf({ rating, mark = "seen" }: BroughtFilm): string {
  return rating === undefined ? markWords[mark] : starsLabel(rating);
}

/** Matinee's own files are the user's. */
function formName(form: string): string {
  return form === "Ratings of matinee rate" ? "Your profile" : `Your ${form}`;
}
