/** What the page's unit tests have in the place of a server's answers. */
import type { Film, ModelData, Recommendation, UserNeighbourhood } from "../../src/client.ts";

/** Of ratings from half a star to five. */
export const pageData: ModelData = {
  name: "small",
  users: 2,
  items: 8,
  ratings: 3,
  scale: { min: 0.5, max: 5, step: 0.5 },
  feedback: "ratings",
  madeUp: false,
};

export const heat: Film = { id: 6, title: "Heat (1995)", year: 1995, genres: ["Crime"], ratings: 102 };
export const fargo: Film = { id: 608, title: "Fargo (1996)", year: 1996, genres: ["Crime"], ratings: 181 };

/** A recommendation of a film that there is not. */
export function madeUpFilm(id: number, more: Partial<Recommendation> = {}): Recommendation {
  return {
    id,
    title: `Film ${id} (1990)`,
    year: 1990,
    genres: ["Drama"],
    ratings: 100,
    score: 1,
    confidence: { level: "likely", probability: 0.8 },
    source: "ease",
    ...more,
  };
}

/** An answer about people who rate as the user does, where too few do. */
export const noNeighbours: UserNeighbourhood = {
  compared: 610,
  neighbours: 0,
  needed: 1,
  agreed: [],
  disagreed: [],
  loved: [],
  unknown: [],
};
