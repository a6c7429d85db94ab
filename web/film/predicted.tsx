import type { Recommendation } from "../../src/client.ts";
import type { Profile } from "../profile/profile.ts";
import { useSession } from "../session.ts";
import { confidenceWords, guessWords } from "./reason.ts";
import { formatRating, likedFrom, starCount, starsLabel } from "./scale.ts";
import { Stars } from "./stars.tsx";

/** The stars to expect, and how sure that is; a guess looks like one. Without a prediction, how sure the film is alone. */
export function Predicted({ film }: { film: Pick<Recommendation, "predicted" | "confidence" | "ratings"> }) {
  const { model, profile } = useSession();
  const { scale } = model.data;
  const guess = film.confidence.level === "guess";
  return (
    <p class={guess ? "predicted is-guess" : "predicted"}>
      {film.predicted !== undefined && (
        <>
          <span class="predicted-label">We expect</span>
          <span class="predicted-stars" aria-hidden="true">
            <Stars count={starCount(scale)} filled={film.predicted} />
            {guess && "about "}
            <span class="predicted-number">{formatRating(film.predicted)}</span>
          </span>
          <span class="visually-hidden">
            {" "}
            {guess && "about "}
            {starsLabel(film.predicted)}.{" "}
          </span>
        </>
      )}
      <span class="predicted-words">
        {guess ? guessWords(film, likedCount(profile, likedFrom(scale))) : confidenceWords[film.confidence.level]}
      </span>
    </p>
  );
}

function likedCount({ ratings }: Profile, from: number): number {
  return ratings.filter(({ rating }) => rating >= from).length;
}
