import type { FastifyInstance } from "fastify";
import { MatineeError } from "../../errors.ts";
import type { Json } from "../../models/model.ts";
import { present } from "../../present.ts";
import type { StoredItem, StoreWriter } from "../../store/store.ts";
import { operations } from "../operations.ts";
import { addRoute, type Caller, type RouteContext, storeOf } from "./route.ts";

/** Bytes of a film's attributes as JSON. */
const mostAttributes = 16 * 1024;

/** Routes of the store's catalog. */
export async function catalogRoutes(app: FastifyInstance, context: RouteContext): Promise<void> {
  const { catalog } = context;

  const change = <T extends Json>(caller: Caller, work: (writer: StoreWriter) => Promise<T>): Promise<T> =>
    caller.write(async (writer) => {
      await catalog.touch(writer);
      return work(writer);
    });

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

  addRoute(app, context, operations.listCatalog, async ({ query: { after, limit } }) => {
    const { rows, ...page } = await storeOf(context).listItems({ ...present({ after }), limit });
    return { items: rows, ...page };
  });

  addRoute(app, context, operations.setItem, ({ params: { id }, body }, caller) => {
    const { title, year = 0, genres = [], tags = [], attributes = {} } = body;
    return change(caller, (writer) => put(writer, { id, title, year, genres, tags, attributes }));
  });

  addRoute(app, context, operations.changeItem, ({ params: { id }, body }, caller) =>
    // Read after `touch` has taken its turn, so that of two changes at once the later sees the earlier.
    change(caller, async (writer) => {
      const item = await writer.readItem(id);
      if (!item) throw new MatineeError("ITEM_UNKNOWN", `the catalog has no film with the id "${id}"`);
      return put(writer, { ...item, ...body });
    }),
  );

  addRoute(app, context, operations.deleteItem, ({ params: { id } }, caller) =>
    change(caller, async (writer) => ({ deleted: await writer.deleteItem(id) })),
  );
}
