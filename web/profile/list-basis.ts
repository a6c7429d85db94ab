import type { RecommendationRequest, UserNeighbourhoodRequest } from "../../src/client.ts";
import { hiddenFilms, type Profile } from "./profile.ts";

/** What every list for the user is made from: their ratings, films to leave out, and genres that never come up. */
export function listBasis(profile: Profile): RecommendationRequest & Omit<UserNeighbourhoodRequest, "k"> {
  const { neverGenres } = profile.wishes;
  return {
    ratings: profile.ratings.map(({ film, rating }) => ({ id: film.id, rating })),
    exclude: hiddenFilms(profile).map(({ id }) => id),
    ...(neverGenres.length > 0 && { filter: { not: { field: "genre", in: neverGenres } } }),
  };
}
