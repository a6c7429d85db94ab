import MiniSearch from "minisearch";
import type { Step } from "../compute/engine.ts";
import { asItemIndex, type DatasetInfo, type ItemIndex } from "../data/dataset.ts";
import {
  articleFirst,
  filmLabel,
  filmName,
  foldLetters,
  looseNameKey,
  nameKey,
  namesIn,
  withoutYear,
  yearOf,
} from "../data/film-title.ts";
import { type Id, idText } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import { finish, finishInSteps } from "../in-steps.ts";

/** Finds films by what users type. */
export interface FilmSearch {
  /** Films whose title fits the words, misspelt or unfinished ones included; best first, well-known ones before others. */
  find(query: string, limit: number): ItemIndex[];
  /**
   * The one film with this title, whatever its letter case, accents and punctuation. The year and the article may be missing,
   * an article may stand first, as in "The Shawshank Redemption", and another name of the film may stand instead.
   * @throws ITEM_UNKNOWN, ITEM_AMBIGUOUS
   */
  byTitle(title: string): ItemIndex;
  /** The film with this id. @throws ITEM_UNKNOWN */
  byId(id: Id): ItemIndex;
  /**
   * The film with this id, or else with this title; "id:2012" and "title:2012" say which is meant.
   * @throws ITEM_UNKNOWN; ITEM_AMBIGUOUS also where the word is one film's id and another's title
   */
  byIdOrTitle(word: string): ItemIndex;
  /**
   * The film with this id, or else all films that have these words in their titles, whatever their letter case, accents and
   * punctuation, by index: "star wars".
   * @throws ITEM_UNKNOWN
   */
  containing(words: string): ItemIndex[];
  /** The films with a name, whatever their year, in the forms in which a name can be compared. */
  named(name: string): NamedFilms;
}

/** The films that have a name, also in brackets of their titles; a film may be in several of these lists. */
export interface NamedFilms {
  /** The same name, whatever its letter case, accents and punctuation, with its article first or last. */
  readonly same: readonly ItemIndex[];
  /** The same but for the article, blanks, and numbers as digits, words or Roman numerals. */
  readonly alike: readonly ItemIndex[];
  /** One of the two names is the other up to a colon or a dash, or from one on. */
  readonly part: readonly ItemIndex[];
}

/** No title needs more words, longer ones, or more letters in all; each word costs a walk over the words of the catalog. */
const [maxWords, maxWordLetters, maxLetters] = [12, 24, 100];
/** What stands between the words of a search, as between those of the index. */
const betweenWords = /[\n\r\p{Z}\p{P}]+/u;

/** The forms of a whole title, the most particular first: as it is, without its year, and as people say it. */
const wholeForms: readonly ((title: string) => string)[] = [
  (title: string) => title,
  withoutYear,
  (title: string) => filmLabel({ title }),
  filmName,
].map((form) => (title) => normalised(form(title)));

/** Films between two steps of making a search. */
const filmsAtOnce = 200;

export function filmSearch(info: DatasetInfo): FilmSearch {
  return finish(makeSearch(info));
}

/** The same, with what `find` makes at its first use. @param step awaited every few milliseconds */
export async function filmSearchInSteps(info: DatasetInfo, step: Step): Promise<FilmSearch> {
  const words = await finishInSteps(indexWords(info), step);
  return finishInSteps(makeSearch(info, words), step);
}

function* makeSearch(info: DatasetInfo, words?: MiniSearch): Generator<undefined, FilmSearch> {
  const { titles } = info.catalog;
  function* filmsBy(
    keys: (title: string) => readonly string[],
  ): Generator<undefined, (key: string) => readonly ItemIndex[]> {
    const films = new Map<string, Set<ItemIndex>>();
    for (const [item, title] of titles.entries()) {
      if (item % filmsAtOnce === 0) yield;
      if (title === "") continue;
      for (const key of keys(title)) films.set(key, (films.get(key) ?? new Set()).add(asItemIndex(item)));
    }
    films.delete("");
    return (key) => [...(films.get(key) ?? [])];
  }
  const byWhole: ((key: string) => readonly ItemIndex[])[] = [];
  for (const form of wholeForms) byWhole.push(yield* filmsBy((title) => [form(title)]));
  const byName = yield* filmsBy((title) => namesIn(title).map(nameKey));
  const byLooseName = yield* filmsBy((title) => namesIn(title).map(looseNameKey));
  const byPart = yield* filmsBy((title) => namesIn(title).flatMap(partsOf).map(nameKey));

  function named(name: string): NamedFilms {
    const said = articleFirst(name);
    const key = nameKey(said);
    const shorter = partsOf(said).flatMap((part) => byName(nameKey(part)));
    return { same: byName(key), alike: byLooseName(looseNameKey(said)), part: [...byPart(key), ...shorter] };
  }

  function find(query: string, limit: number): ItemIndex[] {
    words ??= finish(indexWords(info));
    const text = searchWords(query).join(" ");
    let hits = words.search(text);
    if (hits.length === 0) hits = words.search(text, { combineWith: "OR" });
    return hits.slice(0, limit).map((hit) => hit.id as ItemIndex);
  }

  /** The films that have a title in the most particular form in which any has it: those of a later form are not looked for. */
  function findTitled(title: string): readonly ItemIndex[] {
    for (const films of byWhole) {
      const found = films(normalised(title));
      if (found.length > 0) return found;
    }
    const { same, alike } = named(filmName(title));
    const year = yearOf(title);
    const ofYear = (films: readonly ItemIndex[]) =>
      year > 0 ? films.filter((item) => yearOf(titles[item]) === year) : films;
    return [ofYear(same), ofYear(alike)].find((films) => films.length > 0) ?? [];
  }

  function byTitle(title: string): ItemIndex {
    const found = findTitled(title);
    if (found.length === 1) return found[0];
    if (found.length > 1) {
      throw new MatineeError(
        "ITEM_AMBIGUOUS",
        `${found.length} films are called "${title}": ${found.map(idAndTitle).join("; ")}`,
      );
    }
    const near = find(title, 3);
    throw new MatineeError("ITEM_UNKNOWN", `no film is called "${title}"`, {
      fix: near.length === 0 ? "check the title, or use the id" : `did you mean ${near.map(idAndTitle).join("; ")}?`,
    });
  }
  const idAndTitle = (item: ItemIndex) => `${info.items.id(item)} ${titles[item]}`;

  function byId(id: Id): ItemIndex {
    const item = info.items.index(id);
    if (item >= 0) return item;
    throw new MatineeError("ITEM_UNKNOWN", `no film has the id ${idText(id)} in ${info.name}`);
  }

  function byIdOrTitle(word: string): ItemIndex {
    const text = word.trim();
    const item = info.items.index(text);
    const titled = findTitled(text);
    if (item >= 0) {
      const other = titled.find((film) => film !== item);
      if (other === undefined) return item;
      throw new MatineeError(
        "ITEM_AMBIGUOUS",
        `"${text}" is the id of ${titles[item] || "one film"} and the title of ${idAndTitle(other)}`,
        { fix: `write id:${text} or title:${text}` },
      );
    }
    const [, kind, rest] = /^(id|title):(.*)$/s.exec(text) ?? [];
    if (kind === undefined || titled.length > 0) return byTitle(text);
    return kind === "id" ? byId(rest.trim()) : byTitle(rest);
  }

  function containing(text: string): ItemIndex[] {
    const item = info.items.index(text.trim());
    if (item >= 0) return [item];
    const key = nameKey(text);
    const found = titles.flatMap((title, film) =>
      key !== "" && nameKey(title).includes(key) ? [asItemIndex(film)] : [],
    );
    return found.length > 0 ? found : [byIdOrTitle(text)];
  }

  return { find, byTitle, byId, byIdOrTitle, containing, named };
}

/** The words to look for, each once. One that the limit of letters would cut off is left out: a single letter begins thousands. */
export function searchWords(query: string): string[] {
  const typed = query.split(betweenWords).flatMap((word) => (word === "" ? [] : [word.slice(0, maxWordLetters)]));
  let letters = 0;
  const words = new Set<string>();
  for (const word of typed) {
    letters += word.length + 1;
    if (letters > maxLetters || words.size === maxWords) break;
    words.add(word);
  }
  return [...words];
}

/** The words of all titles. */
function* indexWords({ catalog, counts }: DatasetInfo): Generator<undefined, MiniSearch> {
  const index = new MiniSearch<{ id: number; title: string; joined: string }>({
    fields: ["title", "joined"], // joined: "starwars" finds Star Wars
    processTerm: foldLetters,
    searchOptions: {
      // One letter begins thousands of words, and is no word that somebody is still typing unless it is the last.
      prefix: (term, n, terms) => term.length > 1 || n === terms.length - 1,
      fuzzy: (term) => (term.length > 3 ? 0.25 : false),
      combineWith: "AND",
      boostDocument: (item) => Math.log2(2 + counts[item as number]),
    },
  });
  for (const [id, title] of catalog.titles.entries()) {
    if (id % filmsAtOnce === 0) yield;
    if (title !== "") index.add({ id, title, joined: withoutYear(title).replace(/[^\p{L}\p{N}]/gu, "") });
  }
  return index;
}

/** What stands before and after each colon or dash: "Star Wars", "Star Wars: Episode IV", "Episode IV - A New Hope", "A New Hope". */
function partsOf(name: string): string[] {
  return Array.from(name.matchAll(/: | [-–—] /g), ({ 0: mark, index }) => [
    name.slice(0, index),
    name.slice(index + mark.length),
  ]).flat();
}

function normalised(title: string): string {
  return title.normalize("NFKC").trim().toLowerCase();
}
