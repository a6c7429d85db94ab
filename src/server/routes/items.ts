import { Type } from "typebox";
import { asItemIndex } from "../../data/dataset.ts";
import { topK } from "../../matrix/topk.ts";
import { filmOf } from "../../recommend/films.ts";
import { similar } from "../../recommend/similar.ts";
import type { App, RouteContext } from "./context.ts";

/** Longest list of films in one answer. */
const most = 100;

const params = Type.Object({ id: Type.String() });

export async function itemRoutes(app: App, { recommender }: RouteContext): Promise<void> {
  const { name, info, search } = recommender;

  const listQuery = Type.Object(
    {
      query: Type.Optional(Type.String({ maxLength: 200 })),
      limit: Type.Integer({ minimum: 1, maximum: most, default: 20 }),
    },
    { additionalProperties: false },
  );
  app.get("/items", { schema: { querystring: listQuery } }, ({ query: { query = "", limit } }) => {
    const found = query.trim() === "" ? topK(Float64Array.from(info.counts), limit) : search.find(query, limit);
    return { items: Array.from(found, (item) => filmOf(info, asItemIndex(item))) };
  });

  app.get("/items/:id", { schema: { params } }, ({ params: { id } }) => filmOf(info, search.byId(id)));

  const similarQuery = Type.Object(
    { k: Type.Integer({ minimum: 1, maximum: most, default: 10 }) },
    { additionalProperties: false },
  );
  app.get(
    "/items/:id/similar",
    { schema: { params, querystring: similarQuery } },
    ({ params: { id }, query: { k } }) => ({
      model: name,
      items: similar(recommender, search.byId(id), k),
    }),
  );
}
