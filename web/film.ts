/** The shapes the server answers with; see docs/api.md. */

/** An id as the data set has it. */
export type FilmId = number | string;

export interface Film {
  readonly id: FilmId;
  /** As the data set writes it: "Shawshank Redemption, The (1994)". */
  readonly title: string;
  /** 0: unknown. */
  readonly year: number;
  readonly genres: readonly string[];
  /** How many people rated it. */
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
  /** Expected stars, where the model predicts them. */
  readonly predicted?: number;
  /** People of like taste whose ratings made the score, where that is how the model works. */
  readonly neighbours?: { readonly count: number; readonly meanRating: number };
  /** Genres of the film that made the score, the strongest first, where that is how the model works. */
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

export interface DataSet {
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
  readonly data: DataSet;
}

export interface RatedFilm {
  readonly film: Film;
  readonly rating: number;
}
