import type { ModelData, Recommendation } from "../../../src/client.ts";
import { filmLabel } from "../../../src/data/film-title.ts";
import { FilmFacts } from "../../film/film-facts.tsx";
import { Poster } from "../../film/poster.tsx";
import { confidenceWords, genreSentence, neighbourSentence, reasonSentence } from "../../film/reason.ts";
import { formatRating, starCount } from "../../film/scale.ts";
import { StarRating } from "../../film/star-rating.tsx";
import { Stars } from "../../film/stars.tsx";
import { isMarked, ratingOf } from "../../profile/profile.ts";
import { useSession } from "../../session.ts";

interface RecommendationCardProps {
  readonly film: Recommendation;
  /** Whether the film was not in the list before the last change. */
  readonly fresh: boolean;
  /** Called before the user rates or excludes the film here. */
  readonly onChange: () => void;
}

export function RecommendationCard({ film, fresh, onChange }: RecommendationCardProps) {
  const { model, profile, change } = useSession();
  const rating = ratingOf(profile, film.id);
  const excluded = isMarked(profile, "not-interested", film.id);

  const changeHere = (action: Parameters<typeof change>[0]) => {
    onChange();
    change(action);
  };

  return (
    <li class={["card", "recommendation", fresh && "is-fresh", excluded && "is-aside"].filter(Boolean).join(" ")}>
      <Poster film={film} />
      <div class="card-text">
        {fresh && <span class="badge">New</span>}
        <FilmFacts film={film} level="h3" />
        {film.predicted !== undefined && !excluded && (
          <Predicted stars={film.predicted} outOf={starCount(model.data.scale)} />
        )}
        {rating === undefined && !excluded && <p class="confidence">{confidenceWords[film.confidence.level]}</p>}
        <p class="reason">
          {excluded ? "Set aside: it will not come up again." : reasonText(film, rating, model.data.feedback)}
        </p>
      </div>
      <StarRating
        film={film}
        scale={model.data.scale}
        rating={rating}
        onRate={(stars) => changeHere({ type: "rate", film, rating: stars })}
        onClear={() => changeHere({ type: "clear", id: film.id })}
      />
      <button
        type="button"
        class="quiet-button"
        onClick={() =>
          changeHere({
            kind: "not-interested",
            ...(excluded ? { type: "unmark", id: film.id } : { type: "mark", film }),
          })
        }
      >
        {excluded ? "Undo" : "Not interested"}
        <span class="visually-hidden">{excluded ? `: show ${filmLabel(film)} again` : ` in ${filmLabel(film)}`}</span>
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

function reasonText(film: Recommendation, rating: number | undefined, feedback: ModelData["feedback"]): string {
  if (rating !== undefined) return "Rated: it now has a say in what you see here.";
  const reason =
    reasonSentence(film.because, feedback) ?? neighbourSentence(film.neighbours) ?? genreSentence(film.likedGenres);
  if (reason !== undefined) return reason;
  if (film.source === "popular") return "Popular with many people, not picked by your ratings";
  return film.confidence.level === "guess" ? "Nothing that you liked speaks for it yet" : "Fits your ratings";
}
