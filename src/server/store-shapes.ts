/** The JSON objects of what the store keeps: of users, their ratings, marks and events, and of the catalog. */
import { Type } from "typebox";
import type { Json } from "../models/model.ts";
import { markKinds } from "../store/store.ts";
import { closedShape, describe, id, shape } from "./schema.ts";

const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });
const item = describe(id, "the film's id");
const time = Type.Number({ description: "seconds since 1970, UTC; may have a fraction" });
const kind = Type.Enum([...markKinds], { description: "what the mark says" });
const counted = {
  ratings: Type.Integer({ minimum: 0 }),
  marks: Type.Integer({ minimum: 0 }),
  events: Type.Integer({ minimum: 0 }),
};

const StoredRating = shape("StoredRating", "A rating that the server keeps.", {
  item: Type.String({ description: "the film's id, as a text" }),
  rating: Type.Number(),
  time,
});
const Mark = shape("Mark", "A film that a user marked.", {
  item: Type.String({ description: "the film's id, as a text" }),
  kind,
  time,
});
const StoredEvent = shape("StoredEvent", "An event that the server keeps.", {
  type: Type.String(),
  item: Type.String({ description: "the film's id, as a text" }),
  value: Type.Number(),
  time,
  recommendation: Type.Optional(
    Type.String({ description: "the `recommendationId` of the list that showed the film" }),
  ),
  model: Type.Optional(Type.String({ description: "the model that made that list" })),
  scenario: Type.Optional(Type.String()),
  group: Type.Optional(Type.String({ description: "the user's group in an A/B test" })),
  position: Type.Optional(Type.Integer({ description: "the film's place in that list, from 1" })),
});

const Event = closedShape("Event", "What a user did with a film, or that it was shown to them.", {
  type: text(50, "the application's word for it, such as `view` or `purchase`; of lists, `impression` and `click`"),
  user: describe(id, "the user's id; `me` for the visitor who asks"),
  item,
  value: Type.Optional(Type.Number({ description: "an amount, such as minutes watched; 1 unless given" })),
  time: Type.Optional(Type.Number({ description: "seconds since 1970, UTC; now unless given, and no later" })),
  recommendationId: Type.Optional(text(500, "that of the list which showed the film")),
  position: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: "the film's place in that list, from 1" }),
  ),
});

const attributes = Type.Record(Type.String({ maxLength: 100 }), Type.Unsafe<Json>({ description: "any JSON" }), {
  description: "whatever else lists are filtered by; at most 16 KiB as JSON",
  maxProperties: 100,
});
const described = {
  title: Type.String({ maxLength: 1000, description: 'as the other films have theirs: `"Heat (1995)"`' }),
  year: Type.Integer({ minimum: 0, maximum: 9999, description: "0 if unknown" }),
  genres: Type.Array(text(100, "a genre"), { maxItems: 100 }),
  tags: Type.Array(text(200, "a tag"), { maxItems: 1000 }),
  attributes,
};
const optional = {
  year: Type.Optional(described.year),
  genres: Type.Optional(described.genres),
  tags: Type.Optional(described.tags),
  attributes: Type.Optional(described.attributes),
};
const CatalogItem = shape("CatalogItem", "A film as the server's catalog has it.", {
  id: Type.String({ description: "its id, as a text" }),
  ...described,
});

/** Their shapes, by name. */
export const storeShapes = {
  StoredRating,
  Mark,
  StoredEvent,
  Event,
  CatalogItem,
  NewRating: closedShape("NewRating", "A rating, on the scale that `GET /api/v1/models` states.", {
    rating: Type.Number(),
    time: Type.Optional(Type.Number({ description: "seconds since 1970, UTC; now unless given, and no later" })),
  }),
  Deleted: shape("Deleted", "Whether there was anything to delete.", { deleted: Type.Boolean() }),
  MarkList: shape("MarkList", "The films that a user marked.", { items: Type.Array(Mark) }),
  EventBatch: closedShape("EventBatch", "Events, which are kept all or none.", {
    events: Type.Array(Event, { minItems: 1, maxItems: 1000 }),
  }),
  EventsAdded: shape("EventsAdded", "That the events are kept.", {
    added: Type.Integer({ minimum: 0 }),
    unknown: Type.Array(id, { description: "films that the model does not know; their events are kept all the same" }),
  }),
  UserToMerge: closedShape("UserToMerge", "The user whose ratings, marks and events are given to another.", {
    from: describe(id, "that user's id; `me` for the visitor who asks"),
  }),
  Changed: shape("Changed", "How much was given to the user, or erased.", counted),
  UserExport: shape("UserExport", "Everything that the server keeps of a user.", {
    user: Type.String(),
    ratings: Type.Array(StoredRating),
    marks: Type.Array(Mark),
    events: Type.Array(StoredEvent),
  }),
  NewItem: closedShape("NewItem", "What is said of a film.", { title: described.title, ...optional }),
  ItemChange: closedShape("ItemChange", "What is to be said of a film from now on; what is left out stays.", {
    title: Type.Optional(described.title),
    ...optional,
  }),
  CatalogPage: shape("CatalogPage", "Films of the server's catalog, by id.", {
    items: Type.Array(CatalogItem),
    next: Type.Optional(Type.String({ description: "where the next page begins, as `after`; absent on the last" })),
  }),
};
