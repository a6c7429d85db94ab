import type { Recommendation, ScoredFilm } from "../../src/client.ts";

/** A film of any list: with what a recommendation tells besides, where it is one. */
export type ListedFilm = ScoredFilm & Partial<Omit<Recommendation, keyof ScoredFilm>>;
