/** The store's catalog in memory: what lists may hold, and the attributes that they are filtered by. */
import { randomUUID } from "node:crypto";
import { asItemIndex, type DatasetInfo, type ItemIndex } from "../data/dataset.ts";
import type { Json } from "../models/model.ts";
import { present } from "../present.ts";
import type { Store, StoredItem, StoreWriter } from "../store/store.ts";

/** The catalog of a server: that of its store, or none. */
export interface StoreCatalog {
  /** Films of a model that the catalog has not; none where the catalog is empty. */
  missing(info: DatasetInfo): Promise<readonly ItemIndex[]>;
  /** Attributes of a film, by its id; undefined where the catalog has none of it. */
  attributes(): Promise<((id: string) => Readonly<Record<string, Json>> | undefined) | undefined>;
  /** Marks the catalog as changed, for every server of the store. Call it in the write that changes it. */
  touch(writer: StoreWriter): Promise<void>;
}

/** The setting that changes with every change of the catalog. */
const versionSetting = "catalog-version";
const pageSize = 1000;

/** Of a server without a store. */
export const noCatalog: StoreCatalog = {
  missing: async () => [],
  attributes: async () => undefined,
  touch: async () => {},
};

export function catalogOf(store: Store): StoreCatalog {
  let version: Json | undefined;
  let items: Promise<ReadonlyMap<string, StoredItem>> | undefined;
  const missing = new WeakMap<ReadonlyMap<string, StoredItem>, WeakMap<DatasetInfo, readonly ItemIndex[]>>();

  /** The catalog as it is now, whichever server changed it; as it was, while the store does not answer. */
  async function current(): Promise<ReadonlyMap<string, StoredItem>> {
    const now = await store.readSetting(versionSetting).catch((error: unknown) => {
      if (items === undefined) throw error;
      return version;
    });
    if (items === undefined || now !== version) {
      version = now;
      items = readItems(store).catch((error: unknown) => {
        items = undefined;
        throw error;
      });
    }
    return items;
  }

  return {
    async missing(info) {
      const known = await current();
      if (known.size === 0) return [];
      const ofModels = missing.get(known) ?? new WeakMap<DatasetInfo, readonly ItemIndex[]>();
      missing.set(known, ofModels);
      let found = ofModels.get(info);
      if (!found) {
        found = Array.from({ length: info.items.size }, (_, item) => asItemIndex(item)).filter(
          (item) => !known.has(String(info.items.id(item))),
        );
        ofModels.set(info, found);
      }
      return found;
    },
    async attributes() {
      const known = await current();
      return known.size === 0 ? undefined : (id) => known.get(id)?.attributes;
    },
    touch: (writer) => writer.setSetting(versionSetting, randomUUID()),
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
