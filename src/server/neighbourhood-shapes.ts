/** The JSON objects of what is asked about the users who rate as somebody does. */
import { Type } from "typebox";
import { listShapes } from "./list-shapes.ts";
import { closedShape, describe, id } from "./schema.ts";

export const neighbourhoodShapes = {
  UserNeighbourhoodRequest: closedShape(
    "UserNeighbourhoodRequest",
    "Whose like is looked for, and which of their films count.",
    {
      ratings: Type.Array(listShapes.RatingOfFilm, {
        maxItems: 10_000,
        description:
          "the user's ratings, at most 10,000; of several ratings of one film, the latest or else the last counts",
      }),
      k: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 100, description: "how many films of `loved`; 10 unless given" }),
      ),
      exclude: Type.Optional(
        Type.Array(id, {
          maxItems: 10_000,
          description: "films to leave out of `loved` besides the rated ones, at most 10,000",
        }),
      ),
      filter: Type.Optional(
        describe(listShapes.RecommendationRequest.properties.filter, "only films that fit, in `loved`"),
      ),
    },
  ),
};
