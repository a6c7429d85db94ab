/** What is asked for the lists of the place: the user's list, their first pick, and the shelves. */
import type {
  FilmFilter,
  Id,
  ModelData,
  Recommendation,
  RecommendationRequest,
  UserNeighbourhood,
  UserNeighbourhoodRequest,
} from "../../../src/client.ts";
import { filmName } from "../../../src/data/film-title.ts";
import { likedFrom } from "../../film/scale.ts";
import { listBasis } from "../../profile/list-basis.ts";
import type { FilmRating, Profile } from "../../profile/profile.ts";
import type { ListControls } from "./controls.ts";

/** Films in a row that scrolls by itself. */
export interface ShelfWish {
  readonly key: string;
  readonly heading: string;
  /** What all of its films have in common. */
  readonly hint: string;
  readonly request: RecommendationRequest;
}

/** A shelf with its films. */
export interface FilledShelf extends Omit<ShelfWish, "request"> {
  readonly films: readonly Recommendation[];
}

/** A list of films that was asked for. */
export interface FilmList {
  readonly key: string;
  readonly films: readonly Recommendation[];
}

/** How many films the user's list begins with, and each further page has. */
export const pageLength = 10;

/** How many films a shelf shows at most. */
export const shelfLength = 12;

/** Films that a shelf is asked for: more than it shows, as some may be on the page already. */
const shelfRequest = 40;
const mostLoved = 2;

/** "Less known" are films that at most one user in so many has rated. */
const knownToOneIn = 20;
const before = 1970;
const different = 0.7;

/** What every list is made from, and only films that fit. */
function basisWith(profile: Profile, filter: FilmFilter): RecommendationRequest {
  const basis = listBasis(profile);
  return { ...basis, filter: basis.filter ? { and: [filter, basis.filter] } : filter };
}

/** The list under the controls. */
export function listRequest(profile: Profile, controls: ListControls): RecommendationRequest {
  const { popularity, variety, content, genre, from, to } = controls;
  return {
    ...listBasis(profile),
    ...(popularity !== 0 && { popularity }),
    ...(variety !== 0 && { diversity: variety }),
    ...(content !== 0 && { content }),
    ...(genre !== undefined && { genres: [genre] }),
    ...((from !== undefined || to !== undefined) && {
      years: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
    }),
  };
}

/** The one film to begin with. */
export function firstPickRequest(profile: Profile): RecommendationRequest {
  return { ...listBasis(profile), k: 1 };
}

/**
 * The shelves in their order. Before the first rating: films that many know, old ones among them.
 *
 * @param like a film of which more are wanted
 */
export function shelfWishes(profile: Profile, data: ModelData, like?: Id): ShelfWish[] {
  const basis = { ...listBasis(profile), k: shelfRequest };
  const shelf = (key: string, heading: string, hint: string, request: RecommendationRequest = {}): ShelfWish => {
    return { key, heading, hint, request: { ...basis, ...request } };
  };
  const old = shelf("old", `Before ${before}`, "Older films", basisWith(profile, { field: "year", to: before - 1 }));
  const first = like === undefined ? [] : [shelf("like", "More like it", "And to your taste", { session: [like] })];
  if (profile.ratings.length === 0) {
    return [...first, shelf("known", "Films many people know", "A place to start"), old];
  }
  const because = lovedFilms(profile, data).map(({ film }) => {
    const heading = `Because you ${data.feedback === "events" ? "chose" : "loved"} ${filmName(film.title)}`;
    return shelf(`because ${film.id}`, heading, "Films like it that suit you", { session: [film.id] });
  });
  const rare: FilmFilter = { field: "ratings", to: Math.ceil(data.users / knownToOneIn) };
  return [
    ...first,
    ...because,
    shelf("rare", "Less known", `Fewer than one in ${knownToOneIn} people has rated these`, {
      ...basisWith(profile, rare),
      popularity: -1,
    }),
    { ...old, hint: "Older films that suit you" },
    shelf("different", "Something different", "Each unlike the ones before it", { diversity: different }),
  ];
}

/** What the shelf of films that people like the user love is made from. */
export function peopleRequest(profile: Profile): UserNeighbourhoodRequest {
  return { ...listBasis(profile), k: shelfRequest };
}

/** The shelves with that of people like the user, if there are any, after those of films that the user loved. */
export function withPeople(shelves: readonly FilledShelf[], people: UserNeighbourhood | undefined): FilledShelf[] {
  if (!people || people.loved.length === 0) return [...shelves];
  const hint = `Loved by the ${people.neighbours} who rate most as you do`;
  const shelf = { key: "people", heading: "With people like you", hint, films: people.loved };
  return shelves.toSpliced(
    shelves.findIndex(({ key }) => key === "rare"),
    0,
    shelf,
  );
}

/** The films that the user rated highest, the newest first among equals. */
function lovedFilms({ ratings }: Profile, { scale }: ModelData): readonly FilmRating[] {
  return ratings
    .filter(({ rating }) => rating >= likedFrom(scale))
    .toReversed()
    .sort((a, b) => b.rating - a.rating)
    .slice(0, mostLoved);
}
