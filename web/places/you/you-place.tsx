import { addressOf } from "../../address.ts";
import { BringYourOwn } from "../../import/bring-your-own.tsx";
import { TakeAlong } from "../../import/take-along.tsx";
import { isEmpty } from "../../profile/profile.ts";
import { count } from "../../profile/wording.ts";
import { PlaceLink } from "../../router.tsx";
import { useSession } from "../../session.ts";
import { useTitle } from "../../use-title.ts";
import { MarkedFilms } from "./marked-films.tsx";
import { PeopleLikeYou } from "./people-like-you.tsx";
import { Taste } from "./taste.tsx";
import { UnknownFilms } from "./unknown-films.tsx";
import { Wishes } from "./wishes.tsx";
import { YourRatings } from "./your-ratings.tsx";

/** What the page knows of the user, to look at, to change, to take along and to forget. */
export function YouPlace() {
  useTitle("You");
  const { profile, change, stored } = useSession();
  return (
    <section class="part you" aria-labelledby="you-heading">
      <div class="you-head">
        <h2 id="you-heading" tabIndex={-1}>
          You
        </h2>
        <p class="hint">
          {stored
            ? "All of this is kept in this browser, nowhere else."
            : "This browser does not let the page keep anything: what you say is gone when you leave."}
        </p>
        <p class="hint">
          <a href={`${location.pathname}#bring-heading`}>Bring your ratings from elsewhere</a>
        </p>
      </div>
      <UnknownFilms />
      <Taste />
      <YourRatings />
      <MarkedFilms
        kind="watchlist"
        heading="Watchlist"
        empty="Films you mean to watch come here: choose “Watchlist” on a film."
        away="Take off"
      />
      <MarkedFilms kind="not-interested" heading="Not interested" away="Allow again" folded />
      <MarkedFilms kind="seen" heading="Seen, without stars" away="Not seen" folded />
      <MarkedFilms kind="unseen" heading="Not seen yet" away="Ask me again" folded />
      <PeopleLikeYou />
      <Wishes />
      <section class="you-section" aria-labelledby="together-heading">
        <h3 id="together-heading">Watching with somebody?</h3>
        <p class="hint">Open their profile beside yours, and see films that suit you both.</p>
        <PlaceLink class="button" to={addressOf({ name: "together" })}>
          Films for both of you
        </PlaceLink>
      </section>
      <BringYourOwn />
      <TakeAlong />
      {!isEmpty(profile) && (
        <section class="you-section" aria-labelledby="forget-heading">
          <h3 id="forget-heading">Start over</h3>
          <p class="hint">
            Forgets your {count(profile.ratings.length, "rating")} and all else on this page. You can undo it until you
            leave.
          </p>
          <button
            type="button"
            class="button"
            onClick={() => {
              document.getElementById("you-heading")?.focus({ preventScroll: true });
              scrollTo(0, 0);
              change({ type: "start-over" });
            }}
          >
            Forget everything
          </button>
        </section>
      )}
    </section>
  );
}
