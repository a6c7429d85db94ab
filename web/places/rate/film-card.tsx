import type { Film } from "../../../src/client.ts";
import { FilmFacts } from "../../film/film-facts.tsx";
import { Poster } from "../../film/poster.tsx";
import { StarRating } from "../../film/star-rating.tsx";
import { ratingOf } from "../../profile/profile.ts";
import { useSession } from "../../session.ts";

/** A film to rate. It never shows a prediction, which would bias the rating. */
export function FilmCard({ film }: { film: Film }) {
  const { model, profile, change } = useSession();
  return (
    <li class="card">
      <Poster film={film} />
      <div class="card-text">
        <FilmFacts film={film} level="h4" />
      </div>
      <StarRating
        film={film}
        scale={model.data.scale}
        rating={ratingOf(profile, film.id)}
        onRate={(rating) => change({ type: "rate", film, rating })}
        onClear={() => change({ type: "clear", id: film.id })}
      />
    </li>
  );
}
