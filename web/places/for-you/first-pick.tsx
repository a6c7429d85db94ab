import type { Recommendation } from "../../../src/client.ts";
import { FilmBody } from "../../film/film-body.tsx";

interface FirstPickProps {
  readonly film: Recommendation;
  readonly onChange: () => void;
  readonly onMore: () => void;
}

/** The one film to begin with, in the limelight. */
export function FirstPick({ film, onChange, onMore }: FirstPickProps) {
  return (
    <section class="first-pick" aria-labelledby="first-pick-heading" data-film={film.id}>
      <p class="first-pick-heading" id="first-pick-heading">
        Your first pick
      </p>
      <FilmBody film={film} level="h3" size="large" onChange={onChange} onMore={onMore} />
    </section>
  );
}
