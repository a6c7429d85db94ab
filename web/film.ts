/** The types of the server's responses; see docs/api.md. */

/** An id as the data set has it. */
export type FilmId = number | string;

export interface Film {
  readonly id: FilmId;
  /** As the data set writes it: "Shawshank Redemption, The (1994)". */
  readonly title: string;
  /** 0: unknown. */
  readonly year: number;
  readonly genres: readonly string[];
  /** Number of ratings. */
  readonly ratings: number;
}

export interface Reason {
  readonly id: FilmId;
  readonly title: string;
  readonly rating: number;
  readonly value: number;
}

export interface Recommendation extends Film {
  readonly score: number;
  /** The predicted rating, where the model predicts one. */
  readonly predicted?: number;
  /** The similar users whose ratings made the score, in models that work by them. */
  readonly neighbours?: { readonly count: number; readonly meanRating: number };
  /** The genres of the film that made the score, strongest first, in models that work by genres. */
  readonly likedGenres?: readonly string[];
  /** The model that answered; "popular" is the fallback. */
  readonly source: string;
  readonly because?: readonly Reason[];
}

export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

export interface DatasetSummary {
  readonly name: string;
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
  readonly scale: Scale;
}

export interface ModelInfo {
  readonly name: string;
  readonly summary: string;
  readonly active: boolean;
  readonly data: DatasetSummary;
}

export interface RatedFilm {
  readonly film: Film;
  readonly rating: number;
}
