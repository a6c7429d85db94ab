import type { FastifyInstance } from "fastify";
import { MatineeError } from "../../errors.ts";
import { neighbours, ratedFilms } from "../../recommend/neighbours.ts";
import { predict } from "../../recommend/predict.ts";
import { queryOfUser, type UserRatings } from "../../recommend/query.ts";
import { operations } from "../operations.ts";
import { listFor } from "./list.ts";
import { addRoute, type Caller, type RouteContext } from "./route.ts";

/** Routes about the users of the data, by their ids. */
export async function userRoutes(app: FastifyInstance, context: RouteContext): Promise<void> {
  const { turns } = context;

  function queryOf({ users }: Caller, id: string) {
    const known = users ?? throwNoUsers();
    // Without the way out of `queryOfUser`, which says what ids there are.
    if (known.users.index(id) < 0)
      throw new MatineeError("USER_UNKNOWN", `no user has the id "${id}" in ${known.name}`);
    const query = queryOfUser(known, id);
    return { query, user: known.users.id(known.users.index(id)) };
  }

  addRoute(app, context, operations.listUserRatings, ({ params }, caller) => {
    const { user, query } = queryOf(caller, params.user);
    return { user, items: ratedFilms(caller.opened.info, query.profile) };
  });

  addRoute(app, context, operations.listNeighbours, ({ params, query: { k } }, caller) => {
    const { user, query } = queryOf(caller, params.user);
    const { opened, signal } = caller;
    return turns.short(signal, () => {
      return { model: opened.name, user, neighbours: neighbours(opened, query, k, user) };
    });
  });

  addRoute(app, context, operations.predictRating, ({ params }, caller) => {
    const { user, query } = queryOf(caller, params.user);
    const { opened, signal } = caller;
    const item = opened.search.byId(params.item);
    return turns.short(signal, () => {
      const [prediction] = predict(opened, query, [item]);
      return { model: opened.predictor ?? opened.name, user, ...prediction };
    });
  });

  addRoute(app, context, operations.recommendToUser, async ({ params, query: options }, caller) => {
    const { user, query } = queryOf(caller, params.user);
    const size = { ...options, ratings: query.profile.items.length };
    const { items } = await listFor(context, caller, size, () => ({ query, options }));
    return { model: caller.opened.name, user, items };
  });

  addRoute(app, context, operations.listRelatedFilms, async ({ params, query: { k } }, caller) => {
    const { user, query } = queryOf(caller, params.user);
    const session = [caller.opened.search.byId(params.id)];
    const size = { k, ratings: query.profile.items.length };
    const { items } = await listFor(context, caller, size, () => ({ query, options: { k, session } }));
    return { model: caller.opened.name, user, items };
  });
}

function throwNoUsers(): UserRatings {
  throw new MatineeError("USER_UNKNOWN", "the server holds no users' ratings: its model was saved without them", {
    fix: "start it with --data beside --artifact, or post the person's ratings to /api/v1/recommendations",
  });
}
