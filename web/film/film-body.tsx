import { addressOf } from "../address.ts";
import { ratingOf } from "../profile/profile.ts";
import { PlaceLink } from "../router.tsx";
import { useSession } from "../session.ts";
import { FilmFacts } from "./film-facts.tsx";
import { FilmMarks } from "./film-marks.tsx";
import { FilmSaid, saidOf } from "./film-said.tsx";
import type { ListedFilm } from "./listed-film.ts";
import { Poster } from "./poster.tsx";
import { Predicted } from "./predicted.tsx";
import { StarRating } from "./star-rating.tsx";
import { Why } from "./why.tsx";

interface FilmBodyProps {
  readonly film: ListedFilm;
  readonly level: "h3" | "h4";
  readonly size: "tile" | "large";
  /** Said in place of the model's reason where it has none. */
  readonly why?: string | undefined;
  /** Called before the user rates or marks the film here. */
  readonly onChange: () => void;
  readonly onMore?: (() => void) | undefined;
}

/** Everything about a film of a list: its poster and facts, what to expect and why, stars to rate it, and marks. */
export function FilmBody({ film, level, size, why, onChange, onMore }: FilmBodyProps) {
  const { model, profile, change } = useSession();
  const said = saidOf(profile, film);
  const rating = ratingOf(profile, film.id);
  const address = addressOf({ name: "film", film });
  return (
    <div class={said ? "film-body is-said" : "film-body"}>
      {/* The title leads to the same place: one stop for the keyboard is enough. */}
      <PlaceLink class="poster-link" to={address} aside>
        <Poster film={film} size={size} />
      </PlaceLink>
      <div class="card-text">
        <FilmFacts film={film} level={level} to={address} />
        {said ? (
          <FilmSaid film={film} said={said} />
        ) : (
          <>
            {film.confidence && <Predicted film={{ ...film, confidence: film.confidence }} />}
            {film.confidence && film.source && (film.because || film.neighbours || why === undefined) ? (
              <Why film={{ ...film, confidence: film.confidence, source: film.source }} />
            ) : (
              why && <p class="reason">{why}</p>
            )}
          </>
        )}
      </div>
      <StarRating
        film={film}
        scale={model.data.scale}
        rating={rating}
        label="Your rating"
        onRate={(stars) => {
          onChange();
          change({ type: "rate", film, rating: stars });
        }}
        onClear={() => {
          onChange();
          change({ type: "clear", id: film.id });
        }}
      />
      <FilmMarks film={film} onChange={onChange} {...(onMore && { onMore })} />
    </div>
  );
}
