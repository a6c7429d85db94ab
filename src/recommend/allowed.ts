/** Which films a list may have. */
import type { DatasetInfo, ItemIndex } from "../data/dataset.ts";
import type { FilmFilter, FitFilms } from "./film-filter.ts";
import { checkItem } from "./query.ts";

/** What the films of a list have to be. */
export interface FilmChoice {
  /** Films to leave out, besides those that the user has rated. */
  readonly exclude?: Iterable<ItemIndex>;
  /** Only films that fit. */
  readonly filter?: FilmFilter;
  /** Only films with one of these genres: short for a filter. */
  readonly genres?: readonly string[];
  /** Only films of these years, both included: short for a filter. */
  readonly years?: { readonly from?: number; readonly to?: number };
}

/**
 * 1 for every item that may be listed.
 * @param without items that may not, beside those excluded
 * @throws USAGE for a filter that makes no sense; ITEM_UNKNOWN
 */
export function allowedItems(
  info: DatasetInfo,
  without: Iterable<number>,
  { exclude, filter, genres, years }: FilmChoice,
  fit: FitFilms,
): Uint8Array {
  let kept: Uint8Array | undefined;
  const keep = (which: FilmFilter, place: string) => {
    const fits = fit(which, place);
    if (kept) for (let item = 0; item < kept.length; item++) kept[item] &= fits[item];
    else kept = fits;
  };
  if (filter !== undefined) keep(filter, "filter");
  if (genres) keep({ field: "genre", in: genres }, "genres");
  if (years && (years.from !== undefined || years.to !== undefined)) keep({ field: "year", ...years }, "years");
  const allowed = kept ?? new Uint8Array(info.items.size).fill(1);
  for (const item of without) allowed[item] = 0;
  for (const item of exclude ?? []) {
    checkItem(info, item);
    allowed[item] = 0;
  }
  return allowed;
}
