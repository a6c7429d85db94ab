import { useRef } from "preact/hooks";
import type { Id } from "../../../src/client.ts";
import { FilmFacts } from "../../film/film-facts.tsx";
import { Poster } from "../../film/poster.tsx";
import { StarRating } from "../../film/star-rating.tsx";
import { isEmpty } from "../../profile/profile.ts";
import { useSession } from "../../session.ts";
import { StartOver } from "./start-over.tsx";

/** All ratings, newest first, to change or remove. */
export function YourRatings() {
  const { model, profile, change, stored } = useSession();
  const heading = useRef<HTMLHeadingElement>(null);
  const count = profile.ratings.length;

  /** Moves the focus to the heading first, as it would be lost with the row. */
  const clear = (id: Id) => {
    heading.current?.focus({ preventScroll: true });
    change({ type: "clear", id });
  };

  return (
    <section class="part your-ratings" aria-labelledby="yours-heading">
      <div class="part-head">
        <h2 id="yours-heading" ref={heading} tabIndex={-1}>
          Your ratings {count > 0 && <span class="count">{count}</span>}
        </h2>
        {!isEmpty(profile) && <StartOver />}
      </div>
      <p class="hint">
        {count === 0 && "Nothing rated yet. "}
        {stored
          ? "Your ratings are kept in this browser, nowhere else."
          : "This browser does not let the page keep anything: your ratings are gone when you leave."}
      </p>
      <ul class="cards film-grid">
        {profile.ratings.toReversed().map(({ film, rating }) => (
          <li key={film.id} class="card">
            <Poster film={film} />
            <div class="card-text">
              <FilmFacts film={film} level="h3" />
            </div>
            <StarRating
              film={film}
              scale={model.data.scale}
              rating={rating}
              onRate={(stars) => change({ type: "rate", film, rating: stars })}
              onClear={() => clear(film.id)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
