import type { FastifyInstance } from "fastify";
import { MatineeError } from "../../errors.ts";
import { neighbours, ratedFilms } from "../../recommend/neighbours.ts";
import { predict } from "../../recommend/predict.ts";
import { queryOfUser, type UserRatings } from "../../recommend/query.ts";
import { recommend } from "../../recommend/recommend.ts";
import { operations } from "../operations.ts";
import { addRoute, type RouteContext } from "./route.ts";

/** Routes about the users of the data, by their ids. */
export async function userRoutes(app: FastifyInstance, { recommender, userRatings }: RouteContext): Promise<void> {
  const { name: model, info, search } = recommender;

  function queryOf(id: string) {
    const known = userRatings ?? throwNoUsers();
    const query = queryOfUser(known, id);
    return { query, user: known.users.id(known.users.index(id)) };
  }

  addRoute(app, operations.listUserRatings, ({ params }) => {
    const { user, query } = queryOf(params.user);
    return { user, items: ratedFilms(info, query.profile) };
  });

  addRoute(app, operations.listNeighbours, ({ params, query: { k } }) => {
    const { user, query } = queryOf(params.user);
    return { model, user, neighbours: neighbours(recommender, query, k, user) };
  });

  addRoute(app, operations.predictRating, ({ params }) => {
    const { user, query } = queryOf(params.user);
    const [prediction] = predict(recommender, query, [search.byId(params.item)]);
    return { model: recommender.predictor ?? model, user, ...prediction };
  });

  addRoute(app, operations.recommendToUser, async ({ params, query: options }) => {
    const { user, query } = queryOf(params.user);
    return { model, user, items: await recommend(recommender, query, options) };
  });
}

function throwNoUsers(): UserRatings {
  throw new MatineeError("USER_UNKNOWN", "the server holds no users' ratings: its model was saved without them", {
    fix: "start it with --data beside --artifact, or post the person's ratings to /api/v1/recommendations",
  });
}
