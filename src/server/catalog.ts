/** The store's catalog in memory: what lists may hold, and the attributes that they are filtered by. */
import { asItemIndex, type DatasetInfo, type ItemIndex } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import type { Json } from "../models/model.ts";
import { present } from "../present.ts";
import { itemsVersion, type Store, type StoredItem } from "../store/store.ts";

/** A store's catalog as it is now. */
export interface CatalogNow {
  /** All that it has. */
  readonly films: readonly StoredItem[];
  has(id: Id): boolean;
  /** Films of a model that the catalog has not; none where the catalog is empty. */
  missing(info: DatasetInfo): readonly ItemIndex[];
  /** Attributes of a film, by its id; absent where the catalog is empty. */
  readonly attributes?: (id: Id) => Readonly<Record<string, Json>> | undefined;
}

/** The catalog of a server: that of its store, or none. */
export interface StoreCatalog {
  read(): Promise<CatalogNow>;
}

const pageSize = 1000;
/** Of a server without a store, and of a store that has none. */
export const noFilms: CatalogNow = { films: [], has: () => false, missing: () => [] };

/** Of a server without a store. */
export const noCatalog: StoreCatalog = { read: async () => noFilms };

export function catalogOf(store: Store): StoreCatalog {
  let version: Json | undefined;
  let kept: Promise<CatalogNow> | undefined;
  return {
    /** As it is, whichever server changed it; as it was, while the store does not answer. */
    async read() {
      const now = await store.readSetting(itemsVersion).catch((error: unknown) => {
        if (kept === undefined) throw error;
        return version;
      });
      if (kept === undefined || now !== version) {
        version = now;
        kept = readItems(store).then(catalogNow, (error: unknown) => {
          kept = undefined;
          throw error;
        });
      }
      return kept;
    },
  };
}

function catalogNow(items: ReadonlyMap<string, StoredItem>): CatalogNow {
  if (items.size === 0) return noFilms;
  const missing = new WeakMap<DatasetInfo, readonly ItemIndex[]>();
  return {
    films: [...items.values()],
    has: (id) => items.has(String(id)),
    missing(info) {
      let found = missing.get(info);
      if (!found) {
        const all = Array.from({ length: info.items.size }, (_, item) => asItemIndex(item));
        found = all.filter((item) => !items.has(String(info.items.id(item))));
        missing.set(info, found);
      }
      return found;
    },
    attributes: (id) => items.get(String(id))?.attributes,
  };
}

async function readItems(store: Store): Promise<ReadonlyMap<string, StoredItem>> {
  const items = new Map<string, StoredItem>();
  for (let after: string | undefined; ; ) {
    const { rows, next } = await store.listItems({ ...present({ after }), limit: pageSize });
    for (const item of rows) items.set(item.id, item);
    if (next === undefined) return items;
    after = next;
  }
}
