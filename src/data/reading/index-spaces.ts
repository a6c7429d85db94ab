import { present } from "../../present.ts";
import type { ItemIndex, UserIndex } from "../dataset.ts";
import type { Ids } from "../ids.ts";
import type { ProgressOptions } from "../progress.ts";
import { buildCatalog, emptyCatalogRows, readCatalogRows } from "./catalog-rows.ts";
import { type DataLayout, describeLayout, type TableMapping } from "./layout.ts";
import type { RowsRead } from "./rating-rows.ts";

/** The index spaces and the catalog, once all rows have been read. */
export async function finishIds(
  layout: DataLayout,
  rows: RowsRead,
  name: string,
  { lenient = false, signal, ...options }: TableMapping & ProgressOptions & { readonly lenient?: boolean },
) {
  const { ratings, catalog } = layout;
  const catalogRows = catalog
    ? await readCatalogRows(catalog, rows.items, {
        lenient,
        mapping: options,
        itemName: ratings.item.name,
        ...present({ signal }),
      })
    : emptyCatalogRows(rows.items);
  for (const [item, film] of rows.films) if (!catalogRows.films.get(item)?.title) catalogRows.films.set(item, film);
  const users = rows.users.finish();
  const items = catalogRows.items.finish();
  return {
    /** The index of each number. */
    users: users.indexOf,
    items: items.indexOf,
    // Where the catalog makes texts of the items' numbers, 10 comes before 9.
    ascends: catalogRows.items.kind === rows.items.kind,
    info: {
      name,
      users: users.ids as Ids<UserIndex>,
      items: items.ids as Ids<ItemIndex>,
      catalog: buildCatalog(catalogRows, items.indexOf),
      feedback: ratings.feedback,
    },
    report: {
      rows: rows.rows,
      skipped: rows.skipped + catalogRows.skipped,
      leftOut: rows.leftOut,
      filtered: 0,
      recognised: describeLayout(layout, rows.encoding, catalogRows.remark),
    },
  };
}
