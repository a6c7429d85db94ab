/** Films that come after training: what is said of them, checked, and the larger index space. */
import { checkList, checkNumber, checkOptions, quoteArgument } from "../check-arguments.ts";
import { type Catalog, concatenateCatalogs, labelsFrom } from "../data/catalog.ts";
import type { DatasetInfo, ItemIndex } from "../data/dataset.ts";
import { yearOf } from "../data/film-title.ts";
import { selectCatalog } from "../data/filter.ts";
import { type Id, type Ids, idsFrom, idText, numericId } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import type { NewItems, PlacingContext } from "../models/model.ts";
import { placedVectors } from "../models/shared/placing.ts";
import type { Trained } from "../models/trained.ts";
import { present } from "../present.ts";
import type { OpenModel } from "./open-model.ts";

/** A film that was not in the training data. */
export interface NewFilm {
  /** As the data write ids: a whole number where theirs are numbers. */
  readonly id: Id;
  /** As the data write titles: "Heat (1995)". A year that it lacks is added to it, if those of the data have theirs. */
  readonly title?: string;
  /** That of the title unless given. */
  readonly year?: number;
  readonly genres?: readonly string[];
  /** In any order, as often as they were given. */
  readonly tags?: readonly string[];
  /** IMDb's and TMDB's numbers. */
  readonly imdb?: number;
  readonly tmdb?: number;
}

/** How many films a message names. */
const mostNamed = 3;
/** Links are kept in 32 bits. */
const largestLink = 2 ** 31 - 1;

/**
 * A trained model with more films, which are placed by their content.
 *
 * @throws USAGE for a film that is given twice, that the model has, or of a wrong shape; CAPABILITY_MISSING for one that the model cannot
 *   place; what the embedder throws
 */
export async function withNewFilms(
  { name, info, model }: OpenModel,
  trained: Trained,
  films: unknown,
  context: PlacingContext,
): Promise<Trained> {
  const given = checkFilms(info, films);
  if (!model.placeItems) {
    throw new MatineeError("CAPABILITY_MISSING", `the model ${name} cannot place new films${namesOf(given)}`, {
      fix: "train again with their ratings; or use a model of content (tfidf), a blend with one (hybrid), or als or mf with features",
    });
  }
  const { larger, items } = spaceWithFilms(info, given);
  const { state, unplaced } = await model.placeItems(trained.state, items, context);
  if (unplaced.length > 0) {
    const lost = namesOf(unplaced.map((n) => given[n]));
    throw new MatineeError(
      "CAPABILITY_MISSING",
      `nothing said of some films tells the model ${name} their place${lost}`,
      {
        fix: "give titles, genres or tags in words that the films of the data have; or leave them out until the next training",
      },
    );
  }
  return { ...trained, info: larger, state };
}

/** The index space of a model's films and of others, of which nobody has rated one. @param films as `checkFilms` returns them */
export function spaceWithFilms(
  info: DatasetInfo,
  films: readonly NewFilm[],
): { readonly larger: DatasetInfo; readonly items: NewItems } {
  const { ids, ...items } = spaceWith(info.items, films);
  const catalog = catalogOf(films, info.catalog);
  const larger: DatasetInfo = {
    ...info,
    items: ids,
    catalog: selectCatalog(concatenateCatalogs(info.catalog, catalog), items.order),
    counts: placedVectors(items, info.counts),
    ...present({
      likes: info.likes && placedVectors(items, info.likes),
      coRatings: info.coRatings && {
        ...info.coRatings,
        films: info.coRatings.films.map((item) => items.known[item]),
      },
    }),
  };
  return { larger, items: { ...items, catalog } };
}

/** Those of some films that the data could hold, and do not; each id once. */
export function placeableFilms(info: DatasetInfo, films: Iterable<NewFilm>): readonly NewFilm[] {
  const placeable = new Map<Id, NewFilm>();
  for (const film of films) {
    try {
      const [own] = checkFilms(info, [film]);
      placeable.set(own.id, own);
    } catch (error) {
      if (!(error instanceof MatineeError)) throw error;
    }
  }
  return [...placeable.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** `: 9001 "Dune (2021)", 9002 and 3 more`; nothing where there are none. */
function namesOf(films: readonly NewFilm[]): string {
  if (films.length === 0) return "";
  const named = films
    .slice(0, mostNamed)
    .map(({ id, title = "" }) => [idText(id), ...(title === "" ? [] : [JSON.stringify(title)])].join(" "));
  const others = films.length - named.length;
  return `: ${named.join(", ")}${others > 0 ? ` and ${others} more` : ""}`;
}

/** The ids of all films, and where the new ones stand among them. Ids ascend, so the order of the list makes no difference. */
function spaceWith(
  before: Ids,
  films: readonly NewFilm[],
): Pick<NewItems, "order" | "known"> & { ids: Ids<ItemIndex> } {
  const all: Id[] = [...before.values, ...films.map(({ id }) => id)];
  const order = Int32Array.from(all.keys()).sort((a, b) => (all[a] < all[b] ? -1 : 1));
  const known = new Int32Array(before.size);
  for (const [item, at] of order.entries()) if (at < before.size) known[at] = item;
  const sorted = Array.from(order, (at) => all[at]);
  const numeric = before.values instanceof Float64Array;
  return { order, known, ids: idsFrom(numeric ? Float64Array.from(sorted as number[]) : (sorted as string[])) };
}

/** What is said of the new films, their labels numbered after those of the catalog. */
function catalogOf(films: readonly NewFilm[], { genres, tags }: Catalog): Catalog {
  return {
    titles: films.map(({ title = "" }) => title),
    years: Int16Array.from(films, ({ year = 0 }) => year),
    genres: labelsFrom(
      films.map((film) => film.genres ?? []),
      genres.names,
    ),
    tags: labelsFrom(
      films.map((film) => film.tags ?? []),
      tags.names,
    ),
    imdb: Int32Array.from(films, ({ imdb = 0 }) => imdb),
    tmdb: Int32Array.from(films, ({ tmdb = 0 }) => tmdb),
  };
}

/** The films as the data would write them, by ascending id. @throws USAGE */
function checkFilms(info: DatasetInfo, films: unknown): readonly NewFilm[] {
  if (typeof films !== "object" || films === null || !(Symbol.iterator in films)) {
    throw new MatineeError("USAGE", `withItems takes a list of films, not ${quoteArgument(films)}`, {
      fix: 'write withItems([{ id: 193610, title: "Dune (2021)", genres: ["Sci-Fi"] }])',
    });
  }
  const places = new Map<Id, number>();
  const checked = Array.from(films as Iterable<unknown>, (film, n) => {
    const own = checkFilm(info, film, `withItems: film ${n + 1}`);
    const earlier = places.get(own.id);
    if (earlier !== undefined) {
      throw new MatineeError("USAGE", `withItems: films ${earlier} and ${n + 1} both have the id ${idText(own.id)}`, {
        fix: "give each film once",
      });
    }
    places.set(own.id, n + 1);
    return own;
  });
  return checked.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function checkFilm(info: DatasetInfo, film: unknown, place: string): NewFilm {
  checkOptions(place, film, ["id", "title", "year", "genres", "tags", "imdb", "tmdb"]);
  const given = film as Readonly<Record<keyof NewFilm, unknown>>;
  const id = checkId(info, given.id, place);
  const named = `${place} (id ${idText(id)})`;
  for (const [name, most] of [
    ["year", 9999] as const,
    ["imdb", largestLink] as const,
    ["tmdb", largestLink] as const,
  ]) {
    checkNumber(named, name, given[name], { least: 1, most, whole: true });
  }
  const { year, imdb, tmdb } = given as NewFilm;
  return {
    id,
    ...checkTitle(info, given.title, year, named),
    genres: [...new Set(checkTexts(given.genres, "genres", named))],
    tags: checkTexts(given.tags, "tags", named),
    ...present({ imdb, tmdb }),
  };
}

/** The id as the data would write it: 193610 also where "193610" is given. */
function checkId({ items, name }: DatasetInfo, id: unknown, place: string): Id {
  const numeric = items.values instanceof Float64Array;
  const known = typeof id === "number" || typeof id === "string";
  const own = known && (numeric ? numericId(id) : String(id));
  const fits = numeric ? Number.isSafeInteger(own) : typeof own === "string" && own.trim() !== "";
  if (!fits) {
    throw new MatineeError("USAGE", `${place} has the id ${quoteArgument(id)}`, {
      fix: `the films of ${name} have ${numeric ? "whole numbers" : "texts"} as ids, such as ${items.size > 0 ? idText(items.id(0)) : 1}`,
    });
  }
  if (items.index(own as Id) < 0) return own as Id;
  throw new MatineeError("USAGE", `${place} has the id ${idText(own as Id)}, which ${name} has already`, {
    fix: "leave it out: the model has learnt of this film",
  });
}

/** Title and year, as the data write them. */
function checkTitle(
  { catalog: { titles } }: DatasetInfo,
  title: unknown,
  year: number | undefined,
  place: string,
): Pick<NewFilm, "title" | "year"> {
  if (title === undefined) return present({ year });
  if (typeof title !== "string") {
    throw new MatineeError("USAGE", `${place}: title is ${quoteArgument(title)}`, { fix: "give a text" });
  }
  const own = title.trim();
  const inTitle = yearOf(own);
  if (year !== undefined && inTitle > 0 && inTitle !== year) {
    throw new MatineeError(
      "USAGE",
      `${place}: the year is ${year}, and ${inTitle} in the title ${quoteArgument(own)}`,
      {
        fix: "give one of them",
      },
    );
  }
  const lacksYear = own !== "" && year !== undefined && inTitle === 0 && titles.some((other) => yearOf(other) > 0);
  return { title: lacksYear ? `${own} (${year})` : own, year: year ?? inTitle };
}

function checkTexts(list: unknown, property: "genres" | "tags", place: string): string[] {
  checkList(place, property, list);
  return Array.from((list ?? []) as Iterable<unknown>, (text) => {
    if (typeof text === "string" && text.trim() !== "") return text.trim();
    throw new MatineeError("USAGE", `${place}: one of its ${property} is ${quoteArgument(text)}`, {
      fix: "give texts, or leave it out",
    });
  });
}
