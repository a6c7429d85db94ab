import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { StoredItem, StoreWriter } from "../../store/store.ts";
import { operations } from "../operations.ts";
import { type App, type RouteContext, storeOf } from "./route.ts";

/** Bytes of a film's attributes as JSON. */
const mostAttributes = 16 * 1024;

/** Routes of the store's catalog. */
export function catalogRoutes(app: App, context: RouteContext): void {
  const put = async (writer: StoreWriter, item: StoredItem) => {
    const { length } = JSON.stringify(item.attributes);
    if (length > mostAttributes) {
      throw new MatineeError("REQUEST_INVALID", `the attributes take ${length} characters as JSON`, {
        fix: `give at most ${mostAttributes}`,
      });
    }
    await writer.putItems([item]);
    return { ...item };
  };

  app.add(operations.listCatalog, async ({ query: { after, limit } }) => {
    const { rows, ...page } = await storeOf(context).listItems({ ...present({ after }), limit });
    return { items: rows, ...page };
  });

  app.add(operations.setItem, ({ params: { id }, body }, caller) => {
    const { title, year = 0, genres = [], tags = [], attributes = {} } = body;
    return caller.write((writer) => put(writer, { id, title, year, genres, tags, attributes }));
  });

  app.add(operations.changeItem, ({ params: { id }, body }, caller) =>
    caller.write(async (writer) => {
      const item = await writer.readItem(id);
      if (!item) throw new MatineeError("ITEM_UNKNOWN", `the catalog has no film with the id "${id}"`);
      return put(writer, { ...item, ...body });
    }),
  );

  app.add(operations.deleteItem, ({ params: { id } }, caller) =>
    caller.write(async (writer) => ({ deleted: await writer.deleteItem(id) })),
  );
}
