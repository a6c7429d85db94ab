import type { Id } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { neighbours, ratedFilms } from "../../recommend/neighbours.ts";
import { predict } from "../../recommend/predict.ts";
import { possibleRatings } from "../../recommend/query.ts";
import type { Recommendation } from "../../recommend/recommend.ts";
import { operations } from "../operations.ts";
import { recommendationIdOf } from "../recommendation-id.ts";
import { checkTimesSent } from "../times-sent.ts";
import { listFor } from "./list.ts";
import { type App, addRoute, type Caller, type RouteContext, storeOf } from "./route.ts";

/** Routes about users, by their ids: those of the data, or those of the store. */
export function userRoutes(app: App, context: RouteContext): void {
  const { turns } = context;

  async function queryOf(caller: Caller, id: string) {
    return context.profiles.queryOf(caller, await caller.userOf(id));
  }

  addRoute(app, context, operations.listUserRatings, async ({ params }, caller) => {
    const { user, query } = await queryOf(caller, params.user);
    return { user, items: ratedFilms(caller.opened.info, query.profile) };
  });

  addRoute(app, context, operations.listNeighbours, async ({ params, query: { k } }, caller) => {
    const { user, query } = await queryOf(caller, params.user);
    const { opened, signal } = caller;
    return turns.short(signal, () => {
      return { model: opened.name, user, neighbours: neighbours(opened, query, k, user) };
    });
  });

  addRoute(app, context, operations.predictRating, async ({ params, query: { time } }, caller) => {
    const { user, query } = await queryOf(caller, params.user);
    const { opened, signal } = caller;
    const item = opened.search.byId(params.item);
    return turns.short(signal, () => {
      const [prediction] = predict(opened, { ...query, ...present({ time }) }, [item]);
      return { model: opened.predictor ?? opened.name, user, ...prediction };
    });
  });

  addRoute(app, context, operations.recommendToUser, async ({ params, query: options }, caller) => {
    const { user, query, unwanted } = await queryOf(caller, params.user);
    const size = { ...options, ratings: query.profile.items.length };
    const { items } = await listFor(context, caller, size, () => ({
      query,
      options,
      unwanted,
    }));
    return listed(caller, user, items);
  });

  addRoute(app, context, operations.listRelatedFilms, async ({ params, query: { k } }, caller) => {
    const { user, query, unwanted } = await queryOf(caller, params.user);
    const session = [caller.opened.search.byId(params.id)];
    const size = { k, ratings: query.profile.items.length };
    const { items } = await listFor(context, caller, size, () => ({
      query,
      options: { k, session },
      unwanted,
    }));
    return listed(caller, user, items);
  });

  addRoute(app, context, operations.setRating, async ({ params, body: { rating, time = now() } }, caller) => {
    checkRating(caller, rating);
    checkTimesSent()(time, "the rating");
    const user = await caller.userOf(params.user, true);
    const stored = { item: params.item, rating, time };
    return caller.write(async (writer) => {
      await writer.setRatings(user, [stored]);
      return stored;
    });
  });

  addRoute(app, context, operations.deleteRating, async ({ params }, caller) => {
    const user = await caller.userOf(params.user);
    return caller.write(async (writer) => ({ deleted: await writer.deleteRating(user, params.item) }));
  });

  addRoute(app, context, operations.listMarks, async ({ params }, caller) => {
    const { marks } = await storeOf(context).readUser(await caller.userOf(params.user), { events: false });
    return { items: marks };
  });

  addRoute(app, context, operations.setMark, async ({ params: { user: id, item, kind } }, caller) => {
    const user = await caller.userOf(id, true);
    const mark = { item, kind, time: now() };
    return caller.write(async (writer) => {
      await writer.setMark(user, mark);
      return mark;
    });
  });

  addRoute(app, context, operations.deleteMark, async ({ params: { user: id, item, kind } }, caller) => {
    const user = await caller.userOf(id);
    return caller.write(async (writer) => ({ deleted: await writer.deleteMark(user, item, kind) }));
  });

  addRoute(app, context, operations.mergeUsers, async ({ params, body }, caller) => {
    const [from, into] = [await caller.userOf(body.from), await caller.userOf(params.user)];
    return caller.write((writer) => writer.mergeUsers(from, into));
  });

  addRoute(app, context, operations.exportUser, async ({ params }, caller) => {
    const user = await caller.userOf(params.user);
    const { ratings, marks, events } = await storeOf(context).readUser(user);
    return { user, ratings, marks, events: events.map(({ user: _, ...event }) => event) };
  });

  addRoute(app, context, operations.eraseUser, async ({ params }, caller) => {
    const user = await caller.userOf(params.user);
    return caller.write((writer) => writer.eraseUser(user));
  });
}

function listed({ name, group, opened }: Caller, user: Id, items: readonly Recommendation[]) {
  return { model: opened.name, recommendationId: recommendationIdOf({ model: name, group }), user, items };
}

/** Seconds since 1970. */
function now(): number {
  return Date.now() / 1000;
}

/** @throws RATING_INVALID for one that the model that answers could not make use of */
function checkRating({ opened: { info } }: Caller, rating: number): void {
  if (info.feedback === "events" || possibleRatings(info)(rating)) return;
  const { min, max } = info.scale;
  throw new MatineeError("RATING_INVALID", `rating ${rating} is outside ${min}–${max}`);
}
