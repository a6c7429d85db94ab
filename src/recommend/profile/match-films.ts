/** Which film of the data a film of a personal export is. */
import { labelsOf } from "../../data/catalog.ts";
import { asItemIndex, type DatasetInfo, type ItemIndex } from "../../data/dataset.ts";
import { articleFirst, articleOf, looseNameKey, namesIn, yearOf } from "../../data/film-title.ts";
import { idText } from "../../data/ids.ts";
import type { FilmSearch, NamedFilms } from "../search.ts";
import type { ExportedFilm } from "./exported-film.ts";

/** What is known of a film of an export: the film that it is, those that it may be, or that it is none. */
export type FilmMatch =
  | { readonly film: ExportedFilm; readonly item: ItemIndex; readonly copies: readonly ItemIndex[] }
  | { readonly film: ExportedFilm; readonly item?: undefined; readonly candidates: ItemIndex[]; readonly why: string };

/** A film that was found, by signs of which 0 is the surest; or the reasons why not. */
type Finding =
  | { readonly item: ItemIndex; readonly sign: number; readonly copies?: readonly ItemIndex[] }
  | { readonly item?: undefined; readonly candidates: readonly ItemIndex[]; readonly why: string };

/**
 * Finds each film by its ids of IMDb and TMDB, or else by its title and year. Nothing is guessed: a film is matched where the signs
 * agree and fit no other film, and no other film of the export fits better. Of a film that the data have several times, the most rated
 * is matched, and the others are its `copies`.
 *
 * @returns one match for each film, in their order
 */
export function matchFilms(
  films: readonly ExportedFilm[],
  { info, search }: { readonly info: DatasetInfo; readonly search: FilmSearch },
): FilmMatch[] {
  const find = filmFinder(info, search);
  const findings = films.map((film) => ({ film, finding: find(film) }));
  const claims = new Map<ItemIndex, number[]>();
  for (const { finding } of findings) {
    if (finding.item === undefined) continue;
    claims.set(finding.item, [...(claims.get(finding.item) ?? []), finding.sign]);
  }
  return findings.map(({ film, finding }): FilmMatch => {
    if (finding.item === undefined) return { film, candidates: [...new Set(finding.candidates)], why: finding.why };
    const { item, sign, copies = [] } = finding;
    const others = claims.get(item)!;
    const surest = Math.min(...others);
    const alone = sign === surest && others.filter((other) => other === sign).length === 1;
    if (alone) return { film, item, copies };
    return { film, candidates: [item], why: "another film of the export fits the same one" };
  });
}

function filmFinder({ items, catalog, counts }: DatasetInfo, search: FilmSearch): (film: ExportedFilm) => Finding {
  const byImdb = itemsByNumber(catalog.imdb);
  const byTmdb = itemsByNumber(catalog.tmdb);
  const yearOfItem = (item: ItemIndex) => catalog.years[item] || yearOf(catalog.titles[item]);

  /** How many years lie between a film and an item; NaN where one of the years is not known, 0 where both are not. */
  function yearsBetween({ year }: ExportedFilm, item: ItemIndex): number {
    const other = yearOfItem(item);
    if (year === 0 && other === 0) return 0;
    return year === 0 || other === 0 ? Number.NaN : Math.abs(year - other);
  }

  /** Whether both have ids of a site, and they differ. */
  function idsDiffer({ imdb, tmdb }: ExportedFilm, item: ItemIndex): boolean {
    const differ = (one: number, other: number) => one > 0 && other > 0 && one !== other;
    return differ(imdb, catalog.imdb[item]) || (imdb === 0 && differ(tmdb, catalog.tmdb[item]));
  }

  /** The films that have a name of this one. "The Kid" is not "A Kid"; `close` has those, same ones too, whose article is the same. */
  function namedAs({ names }: ExportedFilm): NamedFilms & { readonly close: readonly ItemIndex[] } {
    const found = names.map((name) => ({ name, ...search.named(name) }));
    /** The articles of the name, and of the item's names that are alike. */
    const articlesOf = (name: string, item: ItemIndex) => {
      const said = articleFirst(name);
      const names = namesIn(catalog.titles[item]).filter((other) => looseNameKey(other) === looseNameKey(said));
      return names.map((other) => [articleOf(said), articleOf(other)] as const);
    };
    const alikeWhere = (fits: (article: string, other: string) => boolean) =>
      found.flatMap(({ name, alike }) =>
        alike.filter((item) => articlesOf(name, item).some(([one, other]) => fits(one, other))),
      );
    const unique = (list: readonly ItemIndex[]) => [...new Set(list)];
    return {
      same: unique(found.flatMap(({ same }) => same)),
      alike: unique(alikeWhere((one, other) => one === other || one === "" || other === "")),
      close: unique(alikeWhere((one, other) => one === other)),
      part: unique(found.flatMap(({ part }) => part)),
    };
  }

  /** By the ids of IMDb and TMDB; undefined where no film has them. */
  function findByIds(film: ExportedFilm): Finding | undefined {
    const imdb = byImdb.get(film.imdb) ?? [];
    const tmdb = byTmdb.get(film.tmdb) ?? [];
    const both = imdb.filter((item) => tmdb.includes(item));
    let found = both.length > 0 ? both : [...imdb, ...tmdb];
    if (found.length === 0) return undefined;
    if (both.length === 0 && imdb.length > 0 && tmdb.length > 0) {
      return { candidates: found, why: "its IMDb id and its TMDB id are those of different films" };
    }
    const { same, alike, part } = namedAs(film);
    const named = (item: ItemIndex) => [same, alike, part].some((list) => list.includes(item));
    if (found.length > 1) {
      const titled = found.filter((item) => same.includes(item) && yearsBetween(film, item) <= 1);
      if (titled.length === 1) found = titled;
    }
    if (found.length > 1) return { candidates: found, why: "several films have its id" };
    const [item] = found;
    if (idsDiffer(film, item)) return { candidates: found, why: "the film with its TMDB id has another IMDb id" };
    const untitled = catalog.titles[item] === "" || film.names.every((name) => name === "");
    if (!untitled && !named(item) && yearsBetween(film, item) > 1) {
      return { candidates: found, why: "the film with its id has another title and another year" };
    }
    return { item, sign: 0 };
  }

  /** Of films with one title and year: the one with the id, or the most rated where the data do not tell them apart; none else. */
  function chooseOne({ id }: ExportedFilm, level: readonly ItemIndex[]): ItemIndex[] {
    const named = level.filter((item) => String(items.id(item)) === id);
    if (named.length > 0) return named;
    const known = new Set(level.map(descriptionOf));
    return known.size === 1 ? [level.reduce((best, item) => (counts[item] > counts[best] ? item : best))] : [];
  }

  /** All that the data say of a film. */
  function descriptionOf(item: ItemIndex): string {
    const { titles, imdb, tmdb, genres } = catalog;
    return [titles[item], yearOfItem(item), imdb[item], tmdb[item], ...labelsOf(genres, item)].join("|");
  }

  const isCopy = (item: ItemIndex, other: ItemIndex) => item !== other && descriptionOf(item) === descriptionOf(other);

  function findByTitle(film: ExportedFilm): Finding {
    const { same, alike, close, part } = namedAs(film);
    const near = (list: readonly ItemIndex[], years: number) =>
      list.filter((item) => yearsBetween(film, item) <= years);
    const levels = [near(same, 0), near(alike, 0), near(close, 1)];
    for (const [sign, level] of levels.entries()) {
      if (level.length === 0) continue;
      const alone = level.length > 1 ? chooseOne(film, level) : level;
      if (alone.length !== 1) return { candidates: level, why: "several films have this title and year" };
      if (idsDiffer(film, alone[0]))
        return { candidates: alone, why: "the film of this title and year has another id" };
      return { item: alone[0], sign: 1 + sign, copies: level.filter((item) => isCopy(item, alone[0])) };
    }
    const undated = same.filter((item) => Number.isNaN(yearsBetween(film, item)));
    if (undated.length > 0) return { candidates: undated, why: "the year is not known" };
    if (same.length > 0) return { candidates: same, why: "the film of this title is of another year" };
    const similar = [...near(alike, 1), ...near(part, 1)];
    if (similar.length > 0) return { candidates: similar, why: "the title is not quite the same" };
    return { candidates: [], why: "no film has this title" };
  }

  return (film) => {
    if (film.id !== undefined) {
      const item = items.index(film.id);
      const [title] = film.names;
      if (item >= 0 && (title === undefined || title === catalog.titles[item])) return { item, sign: 0 };
      if (title === undefined) return { candidates: [], why: `no film has the id ${idText(film.id)}` };
    }
    const found = findByIds(film);
    if (found !== undefined) return found;
    // What is no film has titles of films too.
    if (film.otherKind !== undefined) return { candidates: [], why: `not a film (${film.otherKind})` };
    return findByTitle(film);
  };
}

/** The items by their numbers; those without one are left out. */
function itemsByNumber(numbers: Int32Array): ReadonlyMap<number, readonly ItemIndex[]> {
  const items = new Map<number, ItemIndex[]>();
  for (const [item, number] of numbers.entries()) {
    if (number > 0) items.set(number, [...(items.get(number) ?? []), asItemIndex(item)]);
  }
  return items;
}
