import type { Film } from "../../../src/client.ts";
import { isMarked, type MarkKind, type Profile, ratingOf } from "../../profile/profile.ts";
import type { Session } from "../../session.ts";

/** How many films are asked for at a time. */
const asked = 100;

/** The films to ask the user about next, the most telling first, without those that they have answered about. */
export async function filmsToRate(
  { client, profile }: Pick<Session, "client" | "profile">,
  signal: AbortSignal,
): Promise<readonly Film[]> {
  const { items } = await client.questions({ ...answersOf(profile), k: asked, signal });
  const unwanted = new Set(profile.wishes.neverGenres);
  return items.filter((film) => !film.genres.some((genre) => unwanted.has(genre)));
}

/** What `filmsToRate` depends on: the films are asked for anew when it changes. */
export function filmsToRateKey(profile: Profile): string {
  return JSON.stringify([answersOf(profile), profile.wishes]);
}

function answersOf({ ratings, marks }: Profile) {
  const idsOf = (kind: MarkKind) => marks[kind].map(({ id }) => id);
  return {
    ratings: ratings.map(({ film, rating }) => ({ id: film.id, rating })),
    seen: idsOf("seen"),
    unseen: idsOf("unseen"),
    exclude: idsOf("not-interested"),
  };
}

/** Whether the user has said of a film what asking them to rate it asks: a rating, or that there is none. */
export function isAnswered(profile: Profile, { id }: Film): boolean {
  return (
    ratingOf(profile, id) !== undefined ||
    (["seen", "unseen", "not-interested"] as const).some((kind) => isMarked(profile, kind, id))
  );
}
