/** What is told of a film, by its outside id. */
import { labelsOf } from "../data/catalog.ts";
import type { DatasetInfo, ItemIndex } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";

/** A film by its outside id. */
export interface Film {
  readonly id: Id;
  readonly title: string;
  /** 0 where unknown. */
  readonly year: number;
  readonly genres: readonly string[];
  /** How many users rated it. */
  readonly ratings: number;
}

/** A film and what orders it in a list. */
export interface ScoredFilm extends Film {
  readonly score: number;
}

/** The film of an index. */
export function filmOf(info: DatasetInfo, item: ItemIndex): Film {
  const { catalog, items, counts } = info;
  return {
    id: items.id(item),
    title: catalog.titles[item],
    year: catalog.years[item],
    genres: labelsOf(catalog.genres, item),
    ratings: counts[item],
  };
}
