import type { Recommendation } from "../../../src/client.ts";

/** A recommendation for tests. */
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
