/** The JSON objects of questions to a new user. */
import { Type } from "typebox";
import { listShapes } from "./list-shapes.ts";
import { id } from "./schema.ts";

const ids = (description: string) => Type.Optional(Type.Array(id, { maxItems: 10_000, description }));

export const questionShapes = {
  QuestionsRequest: Type.Object(
    {
      ratings: Type.Optional(
        Type.Array(listShapes.RatingOfFilm, {
          maxItems: 10_000,
          description: "the user's ratings so far, at most 10,000; none unless given",
        }),
      ),
      seen: ids("films that the user has seen and not rated, at most 10,000"),
      unseen: ids("films that the user has not seen, at most 10,000"),
      exclude: ids("other films that the user is not asked about, at most 10,000"),
      k: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: "how many films; 10 unless given" })),
    },
    {
      title: "QuestionsRequest",
      description: "What a new user has said of films so far.",
      additionalProperties: false,
    },
  ),
};
