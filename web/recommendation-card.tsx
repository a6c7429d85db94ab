import { filmLabel } from "../src/data/film-title.ts";
import type { Recommendation } from "./film.ts";
import { FilmFacts } from "./film-facts.tsx";
import { Poster } from "./poster.tsx";
import { isExcluded, ratingOf } from "./profile.ts";
import { genreSentence, neighbourSentence, reasonSentence } from "./reason.ts";
import { formatRating, starCount } from "./scale.ts";
import { useSession } from "./session.ts";
import { StarRating } from "./star-rating.tsx";
import { Stars } from "./stars.tsx";

interface RecommendationCardProps {
  readonly film: Recommendation;
  /** It was not in the list before the last change. */
  readonly fresh: boolean;
  /** Called before the person rates the film here or sets it aside. */
  readonly onTouch: () => void;
}

export function RecommendationCard({ film, fresh, onTouch }: RecommendationCardProps) {
  const { model, profile, change } = useSession();
  const rating = ratingOf(profile, film.id);
  const aside = isExcluded(profile, film.id);

  const touch = (action: Parameters<typeof change>[0]) => {
    onTouch();
    change(action);
  };

  return (
    <li class={["card", "recommendation", fresh && "is-fresh", aside && "is-aside"].filter(Boolean).join(" ")}>
      <Poster film={film} />
      <div class="card-text">
        {fresh && <span class="badge">New</span>}
        <FilmFacts film={film} level="h3" />
        {film.predicted !== undefined && !aside && (
          <Predicted stars={film.predicted} outOf={starCount(model.data.scale)} />
        )}
        <p class="reason">{aside ? "Set aside: it will not come up again." : reasonFor(film, rating)}</p>
      </div>
      <StarRating
        film={film}
        scale={model.data.scale}
        rating={rating}
        onRate={(stars) => touch({ type: "rate", film, rating: stars })}
        onClear={() => touch({ type: "clear", id: film.id })}
      />
      <button
        type="button"
        class="quiet-button"
        onClick={() => touch(aside ? { type: "include", id: film.id } : { type: "exclude", film })}
      >
        {aside ? "Undo" : "Not interested"}
        <span class="visually-hidden">{aside ? `: show ${filmLabel(film)} again` : ` in ${filmLabel(film)}`}</span>
      </button>
    </li>
  );
}

function Predicted({ stars, outOf }: { stars: number; outOf: number }) {
  return (
    <p class="predicted">
      <Stars count={outOf} filled={stars} />
      <span>
        {formatRating(stars)} <span class="predicted-word">expected</span>
      </span>
    </p>
  );
}

function reasonFor(film: Recommendation, rating: number | undefined): string {
  if (rating !== undefined) return "Rated: it now has a say in what you see here.";
  const reason = reasonSentence(film.because) ?? neighbourSentence(film.neighbours) ?? genreSentence(film.likedGenres);
  if (reason !== undefined) return reason;
  return film.source === "popular" ? "Popular with many people, not picked by your ratings" : "Fits your ratings";
}
