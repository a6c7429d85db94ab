import MiniSearch from "minisearch";
import { asItemIndex, type DatasetInfo, type ItemIndex } from "../data/dataset.ts";
import {
  filmLabel,
  filmName,
  foldLetters,
  titleNames,
  withoutArticle,
  withoutYear,
  yearOf,
} from "../data/film-title.ts";
import { type Id, idText } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";

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
}

/** No title needs more; each misspelt word costs a walk over all words of the catalog. */
const maxWords = 12;

/** The keys by which a film is known; the query has those of its own words. */
type TitleForm = (title: string) => readonly string[];

/**
 * The forms of a title, the most particular first: a film that has the title in one form hides those that have it in a later
 * one. First the words as they are, then without accents and punctuation, by any of the film's names, and last without articles.
 */
const titleForms: readonly { readonly film: TitleForm; readonly query: TitleForm }[] = [
  ...[
    (title: string) => title,
    withoutYear,
    (title: string) => filmLabel({ title }),
    (title: string) => filmName(title),
  ].map((form) => ({
    film: (title: string) => [normalised(form(title))],
    query: (text: string) => [normalised(text)],
  })),
  ...[(name: string) => name, withoutArticle].flatMap((form) => {
    const namesOf = (names: readonly string[]) => names.map((name) => folded(form(name))).filter((name) => name !== "");
    const films = (title: string) => namesOf(titleNames(title));
    const query = (text: string) => namesOf([filmName(text)]);
    const dated = (names: TitleForm) => (text: string) => names(text).map((name) => `${name} ${yearOf(text)}`);
    return [
      { film: dated(films), query: dated(query) },
      { film: films, query: (text: string) => (yearOf(text) > 0 ? [] : query(text)) },
    ];
  }),
];

export function filmSearch(info: DatasetInfo): FilmSearch {
  const { titles } = info.catalog;
  const index = new MiniSearch<{ id: number; title: string; joined: string }>({
    fields: ["title", "joined"], // joined: "starwars" finds Star Wars
    processTerm: foldLetters,
    searchOptions: {
      prefix: true,
      fuzzy: (term) => (term.length > 3 ? 0.25 : false),
      combineWith: "AND",
      boostDocument: (item) => Math.log2(2 + info.counts[item as number]),
    },
  });
  index.addAll(
    titles.flatMap((title, id) =>
      title === "" ? [] : [{ id, title, joined: withoutYear(title).replace(/[^\p{L}\p{N}]/gu, "") }],
    ),
  );
  const titled = Array.from(titles.keys(), asItemIndex).filter((item) => titles[item] !== "");
  const byForm = titleForms.map(({ film }) => {
    const films = new Map<string, Set<ItemIndex>>();
    for (const item of titled) {
      for (const key of film(titles[item])) films.set(key, (films.get(key) ?? new Set()).add(item));
    }
    return films;
  });

  function find(query: string, limit: number): ItemIndex[] {
    const words = query.split(/\s+/, maxWords).join(" ");
    let hits = index.search(words);
    if (hits.length === 0) hits = index.search(words, { combineWith: "OR" });
    return hits.slice(0, limit).map((hit) => hit.id as ItemIndex);
  }

  /** The films that have a title in the most particular form in which any has it. */
  function findTitled(title: string): ItemIndex[] {
    for (const [n, { query }] of titleForms.entries()) {
      for (const key of query(title)) {
        const found = key === "" ? undefined : byForm[n].get(key);
        if (found !== undefined) return [...found];
      }
    }
    return [];
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

  return { find, byTitle, byId, byIdOrTitle };
}

function folded(name: string): string {
  return foldLetters(name)
    .replace(/['’]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function normalised(title: string): string {
  return title.normalize("NFKC").trim().toLowerCase();
}
