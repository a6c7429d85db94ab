import MiniSearch from "minisearch";
import { yearOf } from "../data/catalog.ts";
import type { DatasetInfo, ItemIndex } from "../data/dataset.ts";
import { type Id, idText } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";

/** Films by what people type. */
export interface FilmSearch {
  /** Films whose title fits the words, misspelt or unfinished ones included; best first, well-known ones before others. */
  find(query: string, limit: number): ItemIndex[];
  /** The one film with this title (with or without its year, letter case apart). Throws ITEM_UNKNOWN or ITEM_AMBIGUOUS. */
  titled(title: string): ItemIndex;
  /** The film with this id; throws ITEM_UNKNOWN. */
  identified(id: Id): ItemIndex;
}

/** No title needs more; each misspelt word costs a walk over all words of the catalog. */
const mostWords = 12;

export function filmSearch(space: DatasetInfo): FilmSearch {
  const { titles } = space.catalog;
  const index = new MiniSearch<{ id: number; title: string; joined: string }>({
    fields: ["title", "joined"], // joined: "starwars" finds Star Wars
    searchOptions: {
      prefix: true,
      fuzzy: (term) => (term.length > 3 ? 0.25 : false),
      combineWith: "AND",
      boostDocument: (item) => Math.log2(2 + space.counts[item as number]),
    },
  });
  index.addAll(
    titles.flatMap((title, id) =>
      title === "" ? [] : [{ id, title, joined: bare(title).replace(/[^\p{L}\p{N}]/gu, "") }],
    ),
  );
  const named = [...titles.keys()].filter((item) => titles[item] !== "");
  const byTitle = Map.groupBy(named, (item) => plain(titles[item]));
  const byBareTitle = Map.groupBy(named, (item) => plain(bare(titles[item])));

  function find(query: string, limit: number): ItemIndex[] {
    const words = query.split(/\s+/, mostWords).join(" ");
    let hits = index.search(words);
    if (hits.length === 0) hits = index.search(words, { combineWith: "OR" });
    return hits.slice(0, limit).map((hit) => hit.id as ItemIndex);
  }
  const name = (item: ItemIndex) => `${space.items.id(item)} ${titles[item]}`;

  return {
    find,
    titled(title) {
      const found = byTitle.get(plain(title)) ?? byBareTitle.get(plain(title)) ?? [];
      if (found.length === 1) return found[0];
      if (found.length > 1) {
        throw new MatineeError(
          "ITEM_AMBIGUOUS",
          `${found.length} films are called "${title}": ${found.map(name).join("; ")}`,
        );
      }
      const near = find(title, 3);
      throw new MatineeError("ITEM_UNKNOWN", `no film is called "${title}"`, {
        fix: near.length === 0 ? "check the title, or use the id" : `did you mean ${near.map(name).join("; ")}?`,
      });
    },
    identified(id) {
      const item = space.items.index(id);
      if (item >= 0) return item;
      throw new MatineeError("ITEM_UNKNOWN", `no film has the id ${idText(id)} in ${space.name}`);
    },
  };
}

/** A title without its year: "Heat (1995)" → "Heat". */
function bare(title: string): string {
  return yearOf(title) === 0 ? title : title.slice(0, title.lastIndexOf("(")).trimEnd();
}

function plain(title: string): string {
  return title.normalize("NFKC").trim().toLowerCase();
}
