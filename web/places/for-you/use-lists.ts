import { useEffect, useState } from "preact/hooks";
import type { Id, NewUserRecommendations, Recommendation } from "../../../src/client.ts";
import type { FilmRating } from "../../profile/profile.ts";
import { type PageClient, useSession } from "../../session.ts";
import { changeWords } from "./change-words.ts";
import type { ListControls } from "./controls.ts";
import { type Held, holdFilm, isCurrent } from "./held-film.ts";
import { type Move, movesOf, ratingBetween, withoutRepeats } from "./layout.ts";
import { moveFilms } from "./move-films.ts";
import { type FilledShelf, listRequest, shelfLength } from "./requests.ts";
import { type LongList, useList } from "./use-list.ts";
import { type ShelvesAndPick, useShelves } from "./use-shelves.ts";

/** What the place shows. */
interface Shown {
  readonly pick: Recommendation | undefined;
  /** Undefined before the first rating. */
  readonly films: readonly Recommendation[] | undefined;
  /** Without those that are empty. */
  readonly shelves: readonly FilledShelf[];
  /** How films moved with the last change of the list, and what the last rating did to it, in a sentence. */
  readonly moves: ReadonlyMap<Id, Move>;
  readonly changed: string | undefined;
  /** What it was made from. */
  readonly answer: NewUserRecommendations | undefined;
  readonly ratings: readonly FilmRating[];
}

/** What was shown last, for who comes back from a film: it is there at once, and the page is as long as it was. */
const shownLast = new WeakMap<PageClient, Shown>();

export interface Lists extends Pick<LongList, "loading" | "more" | "loadingMore" | "problem" | "retry"> {
  /** Undefined where there is no answer yet. */
  readonly shown: Shown | undefined;
  /** Keeps a film where it is while it is rated or marked there. */
  readonly hold: (film: Recommendation, list: string, index: number) => void;
}

/**
 * All lists of the place, asked for again with each change of the profile or of the controls. What is shown changes when all answers to a change
 * are there, so that nothing moves twice.
 */
export function useLists(controls: ListControls): Lists {
  const { client, profile } = useSession();
  const [held, setHeld] = useState<Held>();
  const [shown, setShown] = useState(() => shownLast.get(client));
  const shelves = useShelves(controls.like);
  const list = useList(profile.ratings.length === 0 ? undefined : listRequest(profile, controls), shown?.films?.length);
  const loading = shelves.loading || list.loading;

  useEffect(() => {
    if (loading || (!shelves.value && !list.films)) return;
    const placed = layOut(shelves.value, list.films, held && isCurrent(held, profile) ? held : undefined);
    moveFilms(() => setShown((before) => withChanges(before, placed, list.answer, profile.ratings)));
  }, [shelves.value, list.films, loading]);

  useEffect(() => {
    if (shown) shownLast.set(client, shown);
  }, [client, shown]);

  return {
    shown,
    loading,
    more: list.more,
    loadingMore: list.loadingMore,
    problem: list.problem ?? shelves.problem,
    retry: () => {
      if (list.problem) list.retry();
      if (shelves.problem) shelves.retry();
    },
    hold: (film, key, index) => setHeld(holdFilm(film, key, index, profile)),
  };
}

type Placed = Pick<Shown, "pick" | "films" | "shelves">;

/** The films of all lists, each in one of them. */
function layOut(
  { pick, shelves }: ShelvesAndPick = { pick: [], shelves: [] },
  films: readonly Recommendation[] | undefined,
  held: Held | undefined,
): Placed {
  const lists = [{ key: "pick", films: pick }, { key: "list", films: films ?? [] }, ...shelves];
  const most = (key: string) => (key === "pick" ? 1 : key === "list" ? Infinity : shelfLength);
  const [first, own, ...rest] = withoutRepeats(lists, most, held);
  return {
    pick: first.films[0],
    films: films && own.films,
    shelves: shelves.map((shelf, n) => ({ ...shelf, films: rest[n].films })).filter((shelf) => shelf.films.length > 0),
  };
}

/** What is shown next, with how it differs. Further pages of a list are no change of those before them. */
function withChanges(
  before: Shown | undefined,
  placed: Placed,
  answer: NewUserRecommendations | undefined,
  ratings: readonly FilmRating[],
): Shown {
  const next = { ...placed, answer, ratings };
  if (before && before.answer === answer) return { ...next, moves: before.moves, changed: before.changed };
  if (!before?.films || !placed.films) return { ...next, moves: new Map(), changed: undefined };
  const cause = ratingBetween(before.ratings, ratings);
  return {
    ...next,
    moves: movesOf(before.films, placed.films),
    changed: cause && changeWords(cause, before.films, placed.films),
  };
}
