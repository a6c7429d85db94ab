/** What a personal export says of a film. */
import type { Id } from "../../data/ids.ts";
import { parseDecimal } from "../../data/reading/values.ts";
import { MatineeError } from "../../errors.ts";

/** What a person says of a film that they do not rate: that they saw it, mean to see it, do not want it, or have not seen it. */
export type FilmMark = "seen" | "watchlist" | "not-interested" | "unseen";

/** A film of a personal export, whose ids are those of IMDb and TMDB. */
export interface ExportedFilm {
  /** The same film has the same key everywhere in the export. */
  readonly key: string;
  /** The title, and after it further ones; none in files of Matinee that have ids alone. */
  readonly names: readonly string[];
  /** 0 where unknown. */
  readonly year: number;
  /** 0 where unknown. */
  readonly imdb: number;
  readonly tmdb: number;
  /** The id of the film in some data, which has to agree with the title. */
  readonly id?: Id;
  /** What it is, where it is no film: "TV Series". */
  readonly otherKind?: string;
  /** As the export has it, on a scale up to `highest`; absent where the film is not rated. */
  readonly rating?: number;
  /** 0 where ratings are on the scale of the data. */
  readonly highest: number;
  /** What is said of it besides; what is neither rated nor marked stands in a list that says nothing. */
  readonly mark?: FilmMark;
}

/** A rating above 0, or undefined for a blank or 0, which is no rating. @throws DATA_ROW */
export function parseRating(text: string, highest: number, place: string): number | undefined {
  const value = text === "" ? 0 : parseDecimal(text.replace(",", "."));
  if (value >= 0 && value <= highest) return value === 0 ? undefined : value;
  throw new MatineeError("DATA_ROW", `${place}: rating ${JSON.stringify(text)} is not a number up to ${highest}`, {
    fix: "correct it, or export the file again",
  });
}

/** The number in an id of IMDb or TMDB: "tt0113277", "0113277" or 949; 0 where there is none. */
export function parseExternalId(id: unknown): number {
  const digits = /^(?:tt)?0*(\d{1,10})$/.exec(String(id ?? "").trim())?.[1];
  const value = Number(digits ?? 0);
  return value < 2 ** 31 ? value : 0;
}

/** A year; 0 where there is none. */
export function parseYear(year: unknown): number {
  return /^\d{4}$/.test(String(year ?? "").trim()) ? Number(year) : 0;
}
