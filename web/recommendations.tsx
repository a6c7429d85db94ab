import { useRef, useState } from "preact/hooks";
import type { FilmId, Recommendation } from "./film.ts";
import { ProblemNote } from "./problem-note.tsx";
import { announcement, isLatest, newcomers, type Pin, pinned, withPin } from "./ranking.ts";
import { RecommendationCard } from "./recommendation-card.tsx";
import { useSession } from "./session.ts";
import { SetAside } from "./set-aside.tsx";
import type { Answer } from "./use-answer.ts";
import { useAnswer } from "./use-answer.ts";

const restBeforeAsking = 150;
const howMany = 10;

/** Films for this person, asked for anew after each change of their profile. */
export function Recommendations() {
  const { profile } = useSession();
  const answer = useRecommendations();
  const [pin, setPin] = useState<Pin>();
  const { films, fresh } = useShown(answer.value, pin && isLatest(pin, profile) ? pin : undefined);

  return (
    <section class="part for-you" id="for-you" aria-labelledby="for-you-heading" tabIndex={-1}>
      <h2 id="for-you-heading">For you</h2>
      <p class="visually-hidden" role="status">
        {films.length > 0 && !answer.loading && announcement(films.length, fresh.size)}
      </p>
      {answer.problem && <ProblemNote problem={answer.problem} onRetry={answer.retry} />}
      {profile.ratings.length === 0 && <NothingYet />}
      {films.length > 0 && <Honesty films={films} />}
      {!answer.value && answer.loading && <Placeholders />}
      {answer.value && films.length === 0 && <p class="hint">No film is left to recommend.</p>}
      <ol class={answer.loading ? "cards is-stale" : "cards"} aria-busy={answer.loading}>
        {films.map((film, index) => (
          <RecommendationCard
            key={film.id}
            film={film}
            fresh={fresh.has(film.id)}
            onTouch={() => setPin(pinned(film, index, profile))}
          />
        ))}
      </ol>
      <SetAside />
    </section>
  );
}

function useRecommendations(): Answer<readonly Recommendation[]> {
  const { api, profile } = useSession();
  const question = {
    ratings: profile.ratings.map(({ film, rating }) => ({ id: film.id, rating })),
    exclude: profile.excluded.map((film) => film.id),
    k: howMany,
  };
  const text = question.ratings.length > 0 ? JSON.stringify(question) : undefined;
  return useAnswer(text, (signal) => api.recommend(question, signal), restBeforeAsking);
}

interface Shown {
  readonly answer: readonly Recommendation[] | undefined;
  readonly films: readonly Recommendation[];
  readonly fresh: ReadonlySet<FilmId>;
}

/** The list changes when an answer arrives and at no other time, so that nothing moves under the pointer. */
function useShown(answer: readonly Recommendation[] | undefined, pin: Pin | undefined): Shown {
  const shown = useRef<Shown>({ answer: undefined, films: [], fresh: new Set() });
  if (shown.current.answer !== answer) {
    const films = answer ? withPin(answer, pin) : [];
    shown.current = { answer, films, fresh: newcomers(shown.current.films, films) };
  }
  return shown.current;
}

function NothingYet() {
  return (
    <p class="nothing-yet">
      Your films appear here after your first rating, and get better with each one. Ten or so make a good start.
    </p>
  );
}

/** Says so when the answer is not about this person. */
function Honesty({ films }: { films: readonly Recommendation[] }) {
  const { model } = useSession();
  if (!films.every((film) => film.source === "popular")) return null;
  return (
    <p class="note">
      {model.name === "popular"
        ? "The model “popular” recommends the same well-liked films to everyone, whatever they rate."
        : "These are simply popular films: your ratings do not say enough about your taste yet. Rate a few more."}
    </p>
  );
}

function Placeholders() {
  return (
    <div class="cards" aria-hidden="true">
      {Array.from({ length: howMany }, (_, n) => (
        <div key={n} class="card is-placeholder" />
      ))}
    </div>
  );
}
