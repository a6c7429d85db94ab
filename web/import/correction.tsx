import { useId, useState } from "preact/hooks";
import type { Film } from "../../src/client.ts";
import { filmLabel } from "../../src/data/film-title.ts";
import { useRequest } from "../use-request.ts";
import type { BroughtFilm } from "./brought.ts";

interface CorrectionProps {
  readonly film: BroughtFilm;
  /** What the export says of it: "4.5 stars". */
  readonly says: string;
  readonly choice: Film | "none" | undefined;
  readonly find: (query: string) => Promise<readonly Film[]>;
  readonly onChoose: (choice: Film | "none" | undefined) => void;
}

/** A film of an export that is not certain: the films that it may be, and a search for another one. */
export function Correction({ film, says, choice, find, onChoose }: CorrectionProps) {
  const [looking, setLooking] = useState(false);
  const name = film.year > 0 ? `${film.title} (${film.year})` : film.title;
  const found = typeof choice === "object" && !film.candidates.some(({ id }) => id === choice.id) ? [choice] : [];
  const doubtful = film.candidates.length > 0;
  return (
    <li class={doubtful ? "correction" : "correction is-missing"}>
      <p class="correction-name">
        {name} <span class="says">{says}</span>
      </p>
      {film.why !== undefined && doubtful && <p class="hint">{sentence(film.why)}</p>}
      <fieldset class="choices" aria-label={`Which film is ${name}?`}>
        {[...film.candidates, ...found].map((candidate) => (
          <ChoiceButton
            key={candidate.id}
            pressed={typeof choice === "object" && choice.id === candidate.id}
            words={filmLabel(candidate)}
            onPress={(pressed) => onChoose(pressed ? candidate : undefined)}
          />
        ))}
        {doubtful && (
          <ChoiceButton
            pressed={choice === "none"}
            words={film.candidates.length > 1 ? "None of these" : "Not this one"}
            onPress={(pressed) => onChoose(pressed ? "none" : undefined)}
          />
        )}
        <button type="button" class="link-button" aria-expanded={looking} onClick={() => setLooking(!looking)}>
          Look for {doubtful || found.length > 0 ? "another" : "it"}
          <span class="visually-hidden"> in place of {name}</span>
        </button>
      </fieldset>
      {looking && (
        <FilmFinder
          title={film.title}
          find={find}
          onFound={(other) => {
            onChoose(other);
            setLooking(false);
          }}
        />
      )}
    </li>
  );
}

interface ChoiceButtonProps {
  readonly pressed: boolean;
  readonly words: string;
  readonly onPress: (pressed: boolean) => void;
}

function ChoiceButton({ pressed, words, onPress }: ChoiceButtonProps) {
  return (
    <button type="button" class="choice" aria-pressed={pressed} onClick={() => onPress(!pressed)}>
      {words}
    </button>
  );
}

interface FilmFinderProps {
  readonly title: string;
  readonly find: CorrectionProps["find"];
  readonly onFound: (film: Film) => void;
}

/** Looks for a film in the page's own list: what is typed is sent to nobody. */
function FilmFinder({ title, find, onFound }: FilmFinderProps) {
  const [text, setText] = useState(title);
  const field = useId();
  const query = text.trim();
  const { value = [], loading } = useRequest(query === "" ? undefined : query, () => find(query), 150);
  return (
    <div class="film-finder">
      <label for={field}>Title here</label>
      <input
        id={field}
        type="search"
        value={text}
        maxLength={200}
        autocomplete="off"
        spellcheck={false}
        ref={(element) => element?.focus()}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="choices" aria-live="polite">
        {value.map((film) => (
          <ChoiceButton key={film.id} pressed={false} words={filmLabel(film)} onPress={() => onFound(film)} />
        ))}
        {!loading && query !== "" && value.length === 0 && <p class="hint">Nothing like it is here.</p>}
      </div>
    </div>
  );
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
