import { Type } from "typebox";
import { MatineeError } from "../../errors.ts";
import { neighbours, ratedFilms } from "../../recommend/neighbours.ts";
import { predict } from "../../recommend/predict.ts";
import { queryOfUser, type UserRatings } from "../../recommend/query.ts";
import { recommend } from "../../recommend/recommend.ts";
import type { App, RouteContext } from "./context.ts";

const params = Type.Object({ user: Type.String() });
const filmParams = Type.Object({ user: Type.String(), item: Type.String() });
const k = Type.Integer({ minimum: 1, maximum: 100, default: 10 });

/** Routes about the users of the data, by their ids. */
export async function userRoutes(app: App, { recommender, userRatings }: RouteContext): Promise<void> {
  const { name: model, info, search } = recommender;

  function queryOf(id: string) {
    const known = userRatings ?? throwNoUsers();
    const query = queryOfUser(known, id);
    return { query, user: known.users.id(known.users.index(id)) };
  }

  const none = Type.Object({}, { additionalProperties: false });
  app.get("/users/:user/ratings", { schema: { params, querystring: none } }, ({ params }) => {
    const { user, query } = queryOf(params.user);
    return { user, items: ratedFilms(info, query.profile) };
  });

  const neighboursQuery = Type.Object({ k }, { additionalProperties: false });
  app.get(
    "/users/:user/neighbours",
    { schema: { params, querystring: neighboursQuery } },
    ({ params, query: options }) => {
      const { user, query } = queryOf(params.user);
      return { model, user, neighbours: neighbours(recommender, query, options.k, user) };
    },
  );

  const filmRoute = { schema: { params: filmParams, querystring: none } };
  app.get("/users/:user/predictions/:item", filmRoute, ({ params }) => {
    const { user, query } = queryOf(params.user);
    const [prediction] = predict(recommender, query, [search.byId(params.item)]);
    return { model, user, ...prediction };
  });

  const listQuery = Type.Object({ k, explain: Type.Boolean({ default: false }) }, { additionalProperties: false });
  app.get(
    "/users/:user/recommendations",
    { schema: { params, querystring: listQuery } },
    async ({ params, query: options }) => {
      const { user, query } = queryOf(params.user);
      return { model, user, items: await recommend(recommender, query, options) };
    },
  );
}

function throwNoUsers(): UserRatings {
  throw new MatineeError("USER_UNKNOWN", "the server holds no users' ratings: its model was saved without them", {
    fix: "start it with --data beside --artifact, or post the person's ratings to /api/v1/recommendations",
  });
}
