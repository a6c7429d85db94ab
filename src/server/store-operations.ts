/** The operations on what the store keeps. A server without a store answers them CAPABILITY_MISSING. */
import { Type } from "typebox";
import type { ErrorCode } from "../errors.ts";
import { markKinds } from "../store/store.ts";
import { closed, itemId, type Operation, userId } from "./operation.ts";
import { storeShapes as shapes } from "./store-shapes.ts";

const ofStore: readonly ErrorCode[] = ["REQUEST_INVALID", "CAPABILITY_MISSING", "STORE_UNAVAILABLE", "STORE_FAILED"];
const ofChange: readonly ErrorCode[] = [...ofStore, "IDEMPOTENCY_CONFLICT"];
const user = Type.String({ ...userId, description: "a user's id; `me` for the visitor who asks" });
const ofUser = Type.Object({ user });
const ofRating = Type.Object({ user, item: itemId });
const ofMark = Type.Object({
  user,
  kind: Type.Enum([...markKinds], { description: "what the mark says" }),
  item: itemId,
});
const noQuery = Type.Object({}, closed);
const once = "Sent again with the same `Idempotency-Key`, it is not carried out again.";

/** Of the examples: when they were asked. */
const time = 1_796_000_000;
const harbour = { id: "900001", title: "Harbour (2026)", year: 2026, genres: ["Drama"], tags: [] };

/** By their `operationId`. */
export const storeOperations = {
  setRating: {
    method: "PUT",
    path: "/api/v1/users/{user}/ratings/{item}",
    access: "write",
    ofOneself: true,
    summary: "Keep a user's rating of a film",
    description: `The user need not be known. It counts in the user's next list. ${once}`,
    params: ofRating,
    query: noQuery,
    body: shapes.NewRating,
    response: shapes.StoredRating,
    problems: [...ofChange, "RATING_INVALID", "ITEM_UNKNOWN"],
    example: {
      model: "item-knn",
      path: "/api/v1/users/ann/ratings/6",
      body: { rating: 4.5 },
      response: { item: "6", rating: 4.5, time },
    },
  },
  deleteRating: {
    method: "DELETE",
    path: "/api/v1/users/{user}/ratings/{item}",
    access: "write",
    ofOneself: true,
    summary: "Take a user's rating of a film back",
    description: once,
    params: ofRating,
    query: noQuery,
    response: shapes.Deleted,
    problems: ofChange,
    example: { model: "item-knn", path: "/api/v1/users/ann/ratings/6", response: { deleted: true } },
  },
  listMarks: {
    method: "GET",
    path: "/api/v1/users/{user}/marks",
    access: "admin",
    ofOneself: true,
    summary: "List the films that a user marked",
    params: ofUser,
    query: noQuery,
    response: shapes.MarkList,
    problems: ofStore,
    example: { model: "item-knn", path: "/api/v1/users/ann/marks", response: { items: [] } },
  },
  setMark: {
    method: "PUT",
    path: "/api/v1/users/{user}/marks/{kind}/{item}",
    access: "write",
    ofOneself: true,
    summary: "Mark a film for a user",
    description: `A film that does not interest the user (\`not-interested\`) is left out of their lists. ${once}`,
    params: ofMark,
    query: noQuery,
    response: shapes.Mark,
    problems: ofChange,
    example: {
      model: "item-knn",
      path: "/api/v1/users/ann/marks/not-interested/608",
      response: { item: "608", kind: "not-interested", time },
    },
  },
  deleteMark: {
    method: "DELETE",
    path: "/api/v1/users/{user}/marks/{kind}/{item}",
    access: "write",
    ofOneself: true,
    summary: "Take a mark back",
    description: once,
    params: ofMark,
    query: noQuery,
    response: shapes.Deleted,
    problems: ofChange,
    example: {
      model: "item-knn",
      path: "/api/v1/users/ann/marks/not-interested/608",
      response: { deleted: true },
    },
  },
  mergeUsers: {
    method: "POST",
    path: "/api/v1/users/{user}/merge",
    access: "write",
    summary: "Give everything of one user to another",
    description: `For a visitor who has logged in. Of what both have, the later stays. ${once}`,
    params: Type.Object({ user: userId }),
    query: noQuery,
    body: shapes.UserToMerge,
    response: shapes.Changed,
    problems: ofChange,
    example: {
      model: "item-knn",
      path: "/api/v1/users/ann/merge",
      body: { from: "visitor:2b0f8a52-6f0e-4a53-9b9c-3d3a2c1f7c11" },
      response: { ratings: 0, marks: 0, events: 0 },
    },
  },
  exportUser: {
    method: "GET",
    path: "/api/v1/users/{user}/export",
    access: "admin",
    ofOneself: true,
    summary: "Give out everything that is kept of a user",
    params: ofUser,
    query: noQuery,
    response: shapes.UserExport,
    problems: ofStore,
    example: {
      model: "item-knn",
      path: "/api/v1/users/ann/export",
      response: { user: "ann", ratings: [], marks: [], events: [] },
    },
  },
  eraseUser: {
    method: "DELETE",
    path: "/api/v1/users/{user}",
    access: "admin",
    ofOneself: true,
    summary: "Erase everything that is kept of a user",
    description: "Copies of the store, and models that were trained before, may still have it.",
    params: ofUser,
    query: noQuery,
    response: shapes.Changed,
    problems: ofChange,
    example: { model: "item-knn", path: "/api/v1/users/bob", response: { ratings: 0, marks: 0, events: 0 } },
  },
  addEvents: {
    method: "POST",
    path: "/api/v1/events",
    access: "read",
    summary: "Keep events of users",
    description: `Takes the scope \`write\`, but for a visitor's own. ${once}`,
    query: noQuery,
    body: shapes.EventBatch,
    response: shapes.EventsAdded,
    problems: ofChange,
    example: {
      model: "item-knn",
      path: "/api/v1/events",
      body: { events: [{ type: "view", user: "ann", item: 6 }] },
      response: { added: 1, unknown: [] },
    },
  },
  listCatalog: {
    method: "GET",
    path: "/api/v1/catalog",
    access: "write",
    summary: "List the server's catalog, by id",
    query: Type.Object(
      {
        after: Type.Optional(Type.String({ maxLength: 500, description: "the `next` of the page before" })),
        limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: "the length of a page" }),
      },
      closed,
    ),
    response: shapes.CatalogPage,
    problems: ofStore,
    example: { model: "item-knn", path: "/api/v1/catalog?limit=10", response: { items: [] } },
  },
  setItem: {
    method: "PUT",
    path: "/api/v1/items/{id}",
    access: "write",
    summary: "Say what a film is",
    description: `Replaces what the catalog says of it. Once the server has a catalog, lists have no other films. A film that the model was not trained on is placed among films like it within seconds. ${once}`,
    params: Type.Object({ id: itemId }),
    query: noQuery,
    body: shapes.NewItem,
    response: shapes.CatalogItem,
    problems: ofChange,
    example: {
      model: "item-knn",
      path: "/api/v1/items/900001",
      body: { title: "Harbour (2026)", year: 2026, genres: ["Drama"], attributes: { price: 3.99 } },
      response: { ...harbour, attributes: { price: 3.99 } },
    },
  },
  changeItem: {
    method: "PATCH",
    path: "/api/v1/items/{id}",
    access: "write",
    summary: "Change what is said of a film",
    description: once,
    params: Type.Object({ id: itemId }),
    query: noQuery,
    body: shapes.ItemChange,
    response: shapes.CatalogItem,
    problems: [...ofChange, "ITEM_UNKNOWN"],
    example: {
      model: "item-knn",
      path: "/api/v1/items/900001",
      body: { attributes: { price: 2.99 } },
      response: { ...harbour, attributes: { price: 2.99 } },
    },
  },
  deleteItem: {
    method: "DELETE",
    path: "/api/v1/items/{id}",
    access: "write",
    summary: "Take a film out of the catalog",
    description: `It is in no list any more; its ratings and events stay. ${once}`,
    params: Type.Object({ id: itemId }),
    query: noQuery,
    response: shapes.Deleted,
    problems: ofChange,
    example: { model: "item-knn", path: "/api/v1/items/900001", response: { deleted: true } },
  },
} as const satisfies Record<string, Operation>;
