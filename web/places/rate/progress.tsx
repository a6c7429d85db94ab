import { addressOf } from "../../address.ts";
import { PlaceLink } from "../../router.tsx";
import { useSession } from "../../session.ts";

/** So many ratings make a good start. */
const goodStart = 10;

/** How far the user is on the way to lists that know their taste. */
export function Progress() {
  const { profile } = useSession();
  const count = profile.ratings.length;
  const done = count >= goodStart;
  return (
    <div class="progress">
      <p>
        {done ? (
          <>
            <strong>{count} rated.</strong> <PlaceLink to={addressOf({ name: "for-you" })}>See your films</PlaceLink>,
            or go on: each rating makes them better.
          </>
        ) : (
          <>
            <strong>
              {count} of {goodStart}
            </strong>{" "}
            {count === 0 ? "Tap a film you know and give it stars. Ten make a good start." : words(goodStart - count)}
          </>
        )}
      </p>
      <div class="progress-row" aria-hidden="true">
        {Array.from({ length: goodStart }, (_, n) => (
          <span key={n} class={n < count ? "progress-step is-done" : "progress-step"} />
        ))}
      </div>
    </div>
  );
}

function words(left: number): string {
  if (left === 1) return "One more, and your list stands on firm ground.";
  return left <= 5 ? "Nearly there: keep going." : "Good. Your list takes shape below.";
}
