import type { Film, QuestionsRequest } from "../../../src/client.ts";
import { isMarked, type Profile, ratingOf } from "../../profile/profile.ts";

/** How many films are asked for at a time: as many as an answer may have. */
const asked = 100;

/** By what the films to rate are chosen, the most telling first. Whoever means to watch a film has hardly seen it. */
export function questionsBy({ ratings, marks }: Profile): QuestionsRequest {
  const ids = (films: readonly Film[]) => films.map(({ id }) => id);
  return {
    ratings: ratings.map(({ film, rating }) => ({ id: film.id, rating })),
    seen: ids(marks.seen),
    unseen: ids(marks.unseen),
    exclude: ids([...marks["not-interested"], ...marks.watchlist]),
    k: asked,
  };
}

/** Whether the user has said of a film what asking them to rate it asks: a rating, that there is none, or that they want none of its kind. */
export function isAnswered(profile: Profile, { id, genres }: Film): boolean {
  return (
    ratingOf(profile, id) !== undefined ||
    (["seen", "unseen", "not-interested"] as const).some((kind) => isMarked(profile, kind, id)) ||
    genres.some((genre) => profile.wishes.neverGenres.includes(genre))
  );
}
