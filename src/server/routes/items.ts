import { asItemIndex } from "../../data/dataset.ts";
import { topK } from "../../matrix/topk.ts";
import { present } from "../../present.ts";
import { filmOf } from "../../recommend/films.ts";
import { itemDetails } from "../../recommend/item-details.ts";
import { similar } from "../../recommend/similar.ts";
import { operations } from "../operations.ts";
import { byContent } from "./list.ts";
import { type App, addRoute, type RouteContext } from "./route.ts";

export function itemRoutes(app: App, context: RouteContext): void {
  const { turns } = context;

  addRoute(app, context, operations.listFilms, ({ query: { query = "", limit } }, { opened, signal }) =>
    turns.short(signal, () => {
      const { info, search } = opened;
      const found = query.trim() === "" ? topK(Float64Array.from(info.counts), limit) : search.find(query, limit);
      return { items: Array.from(found, (item) => filmOf(info, asItemIndex(item))) };
    }),
  );

  addRoute(app, context, operations.getFilm, ({ params: { id } }, { opened: { info, search } }) =>
    filmOf(info, search.byId(id)),
  );

  addRoute(app, context, operations.getItemDetails, ({ params: { id } }, { opened, users, signal }) =>
    turns.long(signal, (step) =>
      itemDetails(opened, opened.search.byId(id), { step, ...present({ ratings: users?.byUser }) }),
    ),
  );

  addRoute(app, context, operations.listSimilarFilms, async ({ params, query: { k, content } }, caller) => {
    const opened = await byContent(context, caller.opened, content);
    const item = opened.search.byId(params.id);
    return turns.short(caller.signal, () => ({ model: opened.name, items: similar(opened, item, k) }));
  });
}
