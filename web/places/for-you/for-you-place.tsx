import { useEffect, useState } from "preact/hooks";
import type { Id, Recommendation } from "../../../src/client.ts";
import { addressOf } from "../../address.ts";
import { FilmSheet } from "../../film/film-sheet.tsx";
import { useGenres } from "../../film/genres.ts";
import { Shelf } from "../../film/shelf.tsx";
import { ProblemNote } from "../../frame/problem-note.tsx";
import { PlaceLink, useRouter } from "../../router.tsx";
import { useSession } from "../../session.ts";
import { useTitle } from "../../use-title.ts";
import type { ListControls } from "./controls.ts";
import { FilmListPart } from "./film-list.tsx";
import { FirstPick } from "./first-pick.tsx";
import { useLists } from "./use-lists.ts";

interface Opened {
  readonly film: Recommendation;
  readonly list: string;
  readonly index: number;
  readonly why: string;
}

/** The films that suit the user: one to begin with, the list, and shelves of others. No film is here twice. */
export function ForYouPlace({ controls }: { controls: ListControls }) {
  const { profile } = useSession();
  const { go } = useRouter();
  const lists = useLists(controls);
  const { pick, films, shelves = [] } = lists.shown ?? {};
  const [opened, setOpened] = useState<Opened>();
  const genres = useGenres([...(films ?? []), ...shelves.flatMap((shelf) => shelf.films)], profile.ratings.length > 0);

  const change = (changed: ListControls) => go(addressOf({ name: "for-you", controls: changed }), true);
  const showMore = ({ id }: { id: Id }) => go(addressOf({ name: "for-you", controls: { ...controls, like: id } }));
  useTitle("For you");
  useShelfInSight(controls.like, shelves[0]?.key === "like");

  return (
    <div class="part for-you" id="for-you">
      <h2 class="visually-hidden">For you</h2>
      {lists.problem && <ProblemNote problem={lists.problem} onRetry={lists.retry} />}
      {profile.ratings.length === 0 && <FirstRatings />}
      {pick && <FirstPick film={pick} onChange={() => lists.hold(pick, "pick", 0)} onMore={() => showMore(pick)} />}
      {profile.ratings.length > 0 && !lists.shown && !lists.problem && <div class="first-pick is-awaited" />}
      {pick && (
        <p class="with-others">
          Not watching alone?
          <PlaceLink class="button" to={addressOf({ name: "together" })}>
            Films for both of you
          </PlaceLink>
        </p>
      )}
      {profile.ratings.length > 0 && (lists.shown || lists.problem) && (
        <FilmListPart
          lists={lists}
          controls={controls}
          genres={genres}
          onControls={change}
          onChange={(film, index) => lists.hold(film, "list", index)}
          onMore={showMore}
        />
      )}
      {shelves.map(({ key, heading, hint, films: onShelf }) => (
        <Shelf
          key={key}
          id={key === "like" ? "more-like" : undefined}
          heading={heading}
          hint={hint}
          films={onShelf}
          undoable
          onOpen={(film, index) => setOpened({ film: film as Recommendation, list: key, index, why: heading })}
        >
          {key === "like" && (
            <button type="button" class="quiet-button" onClick={() => change(withoutLike(controls))}>
              Close
            </button>
          )}
        </Shelf>
      ))}
      {opened && (
        <FilmSheet
          film={opened.film}
          why={opened.why}
          onChange={() => lists.hold(opened.film, opened.list, opened.index)}
          onMore={() => showMore(opened.film)}
          onClose={() => setOpened(undefined)}
        />
      )}
    </div>
  );
}

/** Brings the shelf of films like one into sight, once it is there. */
function useShelfInSight(film: Id | undefined, there: boolean): void {
  useEffect(() => {
    if (film === undefined || !there) return;
    const shelf = document.getElementById("more-like");
    shelf?.scrollIntoView({ block: "center" });
    shelf?.querySelector("h3")?.focus({ preventScroll: true });
  }, [film, there]);
}

function withoutLike({ like: _, ...controls }: ListControls): ListControls {
  return controls;
}

function FirstRatings() {
  return (
    <div class="invitation">
      <p class="invitation-title">Which films do you love?</p>
      <p>Rate ten or so, and this page fills with films for you.</p>
      <PlaceLink class="button is-filled" to={addressOf({ name: "rate" })}>
        Rate films
      </PlaceLink>
    </div>
  );
}
