import { useRef, useState } from "preact/hooks";
import type { Film } from "../../../src/client.ts";
import { filmLabel } from "../../../src/data/film-title.ts";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";

interface FilmPickerProps {
  readonly films: readonly Film[];
  readonly most: number;
  readonly onChange: (films: readonly Film[]) => void;
  /** Ways to choose many films at once. */
  readonly sets: readonly { readonly label: string; readonly films: readonly Film[] }[];
}

/** Films to compare: found by title, or chosen as a set. */
export function FilmPicker({ films, most, onChange, sets }: FilmPickerProps) {
  const { client } = useSession();
  const [query, setQuery] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const asked = query.trim();
  const found = useRequest(
    asked === "" ? undefined : `lab find ${asked}`,
    async (signal) => (await client.items({ query: asked, limit: 8, signal })).items,
    150,
  );
  const others = (found.value ?? []).filter(({ id }) => !films.some((film) => film.id === id));
  const full = films.length >= most;
  const add = (film: Film) => {
    onChange([...films, film]);
    setQuery("");
    field.current?.focus();
  };
  const remove = (film: Film) => {
    onChange(films.filter(({ id }) => id !== film.id));
    field.current?.focus();
  };
  return (
    <div class="lab-picker">
      <div class="lab-picker-head">
        <p id="lab-chosen">
          <strong>
            {films.length} of {most} films
          </strong>
        </p>
        {sets.map((set) => (
          <button key={set.label} type="button" class="quiet-button" onClick={() => onChange(set.films)}>
            {set.label}
          </button>
        ))}
        {films.length > 0 && (
          <button type="button" class="quiet-button" onClick={() => onChange([])}>
            None
          </button>
        )}
      </div>
      <ul class="lab-chips" aria-labelledby="lab-chosen">
        {films.map((film) => (
          <li key={film.id}>
            <button type="button" class="lab-chip" onClick={() => remove(film)}>
              <span class="visually-hidden">Take off </span>
              {filmLabel(film)}
              <span aria-hidden="true"> ×</span>
            </button>
          </li>
        ))}
      </ul>
      <search class="search">
        <label for="lab-search">{full ? "Take one off to add another" : "Add a film"}</label>
        <input
          id="lab-search"
          ref={field}
          type="search"
          value={query}
          placeholder="Title, or something like it"
          autocomplete="off"
          spellcheck={false}
          maxLength={200}
          disabled={full}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setQuery("");
            if (event.key === "Enter" && others[0] && !found.loading) add(others[0]);
          }}
        />
      </search>
      {asked !== "" && !full && (
        <ul class="lab-found" aria-label="Films found">
          {others.map((film) => (
            <li key={film.id}>
              <button type="button" class="quiet-button" onClick={() => add(film)}>
                <span class="visually-hidden">Add </span>
                {filmLabel(film)}
              </button>
            </li>
          ))}
          {found.value && others.length === 0 && !found.loading && <li class="hint">No other film found.</li>}
        </ul>
      )}
    </div>
  );
}
