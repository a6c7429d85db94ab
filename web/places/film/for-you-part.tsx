import type { Film } from "../../../src/client.ts";
import { addressOf } from "../../address.ts";
import { Predicted } from "../../film/predicted.tsx";
import { Why } from "../../film/why.tsx";
import { ratingOf } from "../../profile/profile.ts";
import { PlaceLink } from "../../router.tsx";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";
import { ScoreParts } from "./score-parts.tsx";

/** How well a film suits the user, and why: from what they say of other films. */
export function ForYouPart({ film }: { film: Film }) {
  const { client, profile } = useSession();
  // Without what they gave this film itself: it would speak for itself.
  const ratings = profile.ratings
    .filter((rated) => rated.film.id !== film.id)
    .map((rated) => ({ id: rated.film.id, rating: rated.rating }));
  const wanted = { ratings, pin: [{ id: film.id, position: 1 }], k: 1, explain: true };
  const key = ratings.length > 0 ? JSON.stringify(wanted) : undefined;
  const answer = useRequest(key, async (signal) => (await client.recommend({ ...wanted, signal })).items[0]);
  const rated = ratingOf(profile, film.id) !== undefined;

  if (ratings.length === 0) {
    return (
      <p class="film-for-you hint">
        <PlaceLink to={addressOf({ name: "rate" })}>Rate a few films</PlaceLink>, and you read here how well this one
        suits you, and why.
      </p>
    );
  }
  const listed = answer.value;
  return (
    <section class="film-for-you" aria-labelledby="for-you-heading" aria-busy={answer.loading}>
      <h3 id="for-you-heading">{rated ? "What your other ratings said" : "For you"}</h3>
      {answer.problem && <p class="hint">{answer.problem.detail}</p>}
      {listed && (
        <>
          <Predicted film={listed} />
          <Why film={listed} />
          {listed.parts && listed.source !== "popular" && (
            <details class="film-why">
              <summary>What speaks for it, part by part</summary>
              <ScoreParts parts={listed.parts} />
            </details>
          )}
        </>
      )}
    </section>
  );
}
