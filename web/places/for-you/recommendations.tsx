import { useRef, useState } from "preact/hooks";
import type { Id, Recommendation } from "../../../src/client.ts";
import { isMostlyGuesses } from "../../film/reason.ts";
import { ProblemNote } from "../../frame/problem-note.tsx";
import { hiddenFilms } from "../../profile/profile.ts";
import { useSession } from "../../session.ts";
import type { RequestState } from "../../use-request.ts";
import { useRequest } from "../../use-request.ts";
import { ExcludedFilms } from "./excluded-films.tsx";
import { announcement, insertPinned, isCurrent, newFilms, type Pin, pinFilm } from "./pinned-film.ts";
import { RecommendationCard } from "./recommendation-card.tsx";

const requestDelay = 150;
const listLength = 10;

/** The list for this user, requested again after each change of the profile. */
export function Recommendations() {
  const { profile } = useSession();
  const request = useRecommendations();
  const [pin, setPin] = useState<Pin>();
  const { films, fresh } = useShownList(request.value, pin && isCurrent(pin, profile) ? pin : undefined);

  return (
    <section class="part for-you" id="for-you" aria-labelledby="for-you-heading" tabIndex={-1}>
      <h2 id="for-you-heading">For you</h2>
      <p class="visually-hidden" role="status">
        {films.length > 0 && !request.loading && announcement(films.length, fresh.size)}
      </p>
      {request.problem && <ProblemNote problem={request.problem} onRetry={request.retry} />}
      {profile.ratings.length === 0 && <FirstRatingHint />}
      {films.length > 0 && <GuessNote films={films} />}
      {!request.value && request.loading && <Placeholders />}
      {request.value && films.length === 0 && <p class="hint">No film is left to recommend.</p>}
      <ol class={request.loading ? "cards is-stale" : "cards"} aria-busy={request.loading}>
        {films.map((film, index) => (
          <RecommendationCard
            key={film.id}
            film={film}
            fresh={fresh.has(film.id)}
            onChange={() => setPin(pinFilm(film, index, profile))}
          />
        ))}
      </ol>
      <ExcludedFilms />
    </section>
  );
}

function useRecommendations(): RequestState<readonly Recommendation[]> {
  const { client, profile } = useSession();
  const wanted = {
    ratings: profile.ratings.map(({ film, rating }) => ({ id: film.id, rating })),
    exclude: hiddenFilms(profile).map((film) => film.id),
    k: listLength,
  };
  const key = wanted.ratings.length > 0 ? JSON.stringify(wanted) : undefined;
  return useRequest(key, async (signal) => (await client.recommend({ ...wanted, signal })).items, requestDelay);
}

interface ShownList {
  readonly response: readonly Recommendation[] | undefined;
  readonly films: readonly Recommendation[];
  readonly fresh: ReadonlySet<Id>;
}

/** A list that changes only when a response arrives, so that nothing moves under the pointer. */
function useShownList(response: readonly Recommendation[] | undefined, pin: Pin | undefined): ShownList {
  const shown = useRef<ShownList>({ response: undefined, films: [], fresh: new Set() });
  if (shown.current.response !== response) {
    const films = response ? insertPinned(response, pin) : [];
    shown.current = { response, films, fresh: newFilms(shown.current.films, films) };
  }
  return shown.current;
}

function FirstRatingHint() {
  return (
    <p class="nothing-yet">
      Your films appear here after your first rating, and get better with each one. Ten or so make a good start.
    </p>
  );
}

/** A note where the user's ratings do not say enough for the list, or nothing. */
function GuessNote({ films }: { films: readonly Recommendation[] }) {
  const { model } = useSession();
  const text = guessText(model.name, films);
  return text === undefined ? null : <p class="note">{text}</p>;
}

/** Models that list the same films for everybody. */
const impersonal = ["popular", "bias"];

function guessText(model: string, films: readonly Recommendation[]): string | undefined {
  if (!isMostlyGuesses(films)) return undefined;
  if (impersonal.includes(model)) {
    return `The model “${model}” recommends the same well-liked films to everyone, whatever they rate.`;
  }
  return films.every(({ source }) => source === "popular")
    ? "These are simply popular films: your ratings do not say enough about your taste yet. Rate a few more that you like."
    : "Most of these are guesses: rate a few more films that you like, well-known ones above all.";
}

function Placeholders() {
  return (
    <div class="cards" aria-hidden="true">
      {Array.from({ length: listLength }, (_, n) => (
        <div key={n} class="card is-placeholder" />
      ))}
    </div>
  );
}
