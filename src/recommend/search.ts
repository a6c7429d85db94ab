import MiniSearch from "minisearch";
import { asItemIndex, type DatasetInfo, type ItemIndex } from "../data/dataset.ts";
import { filmLabel, filmName, withoutYear } from "../data/film-title.ts";
import { type Id, idText } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";

/** Finds films by what users type. */
export interface FilmSearch {
  /** Films whose title fits the words, misspelt or unfinished ones included; best first, well-known ones before others. */
  find(query: string, limit: number): ItemIndex[];
  /**
   * The one film with this title, letter case apart. The year may be missing, and an article may stand first, as in "The
   * Shawshank Redemption".
   * @throws ITEM_UNKNOWN, ITEM_AMBIGUOUS
   */
  byTitle(title: string): ItemIndex;
  /** The film with this id. @throws ITEM_UNKNOWN */
  byId(id: Id): ItemIndex;
  /** The film with this id, or else with this title. @throws ITEM_UNKNOWN, ITEM_AMBIGUOUS */
  byIdOrTitle(word: string): ItemIndex;
}

/** No title needs more; each misspelt word costs a walk over all words of the catalog. */
const maxWords = 12;

/** The forms of a title, the most particular first: a film that has the title in one form hides those that have it in a later one. */
const titleForms = [
  (title: string) => title,
  withoutYear,
  (title: string) => filmLabel({ title }),
  (title: string) => filmName(title),
];

export function filmSearch(info: DatasetInfo): FilmSearch {
  const { titles } = info.catalog;
  const index = new MiniSearch<{ id: number; title: string; joined: string }>({
    fields: ["title", "joined"], // joined: "starwars" finds Star Wars
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
  const byForm = titleForms.map((form) => Map.groupBy(titled, (item) => normalised(form(titles[item]))));

  function find(query: string, limit: number): ItemIndex[] {
    const words = query.split(/\s+/, maxWords).join(" ");
    let hits = index.search(words);
    if (hits.length === 0) hits = index.search(words, { combineWith: "OR" });
    return hits.slice(0, limit).map((hit) => hit.id as ItemIndex);
  }

  function byTitle(title: string): ItemIndex {
    const key = normalised(title);
    const found = byForm.find((films) => films.has(key))?.get(key) ?? [];
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

  return {
    find,
    byTitle,
    byId(id) {
      const item = info.items.index(id);
      if (item >= 0) return item;
      throw new MatineeError("ITEM_UNKNOWN", `no film has the id ${idText(id)} in ${info.name}`);
    },
    byIdOrTitle(word) {
      const item = info.items.index(word.trim());
      return item >= 0 ? item : byTitle(word);
    },
  };
}

function normalised(title: string): string {
  return title.normalize("NFKC").trim().toLowerCase();
}
