import type { Film } from "../src/client.ts";
import { FilmFacts } from "./film-facts.tsx";
import { Poster } from "./poster.tsx";
import { ratingOf } from "./profile.ts";
import { useSession } from "./session.ts";
import { StarRating } from "./star-rating.tsx";

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
