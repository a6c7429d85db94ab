/** Operations about single films. */
import { Type } from "typebox";
import { closed, content, heat, itemId, k, type Operation, theRock } from "./operation.ts";
import { shapes } from "./shapes.ts";

const params = Type.Object({ id: itemId });

/** The operations by their `operationId`. */
export const itemOperations = {
  getFilm: {
    method: "GET",
    path: "/api/v1/items/{id}",
    access: "read",
    summary: "Describe a film",
    params,
    response: shapes.Film,
    problems: ["REQUEST_INVALID", "ITEM_UNKNOWN"],
    example: { model: "item-knn", path: "/api/v1/items/6", response: heat },
  },
  getItemDetails: {
    method: "GET",
    path: "/api/v1/items/{id}/details",
    access: "read",
    summary: "Say what is known of a film",
    description:
      "How people rated it, its tags, and its pages elsewhere. What is not known is absent: the ratings where the server has a model alone, and of data of events.",
    params,
    query: Type.Object({}, closed),
    response: shapes.ItemDetails,
    problems: ["REQUEST_INVALID", "ITEM_UNKNOWN"],
    example: {
      model: "item-knn",
      path: "/api/v1/items/6/details",
      response: {
        film: heat,
        mean: 3.946078431372549,
        histogram: [{ rating: 0.5, count: 0 }],
        links: { imdb: "https://www.imdb.com/title/tt0113277/", tmdb: "https://www.themoviedb.org/movie/949" },
      },
    },
  },
  listSimilarFilms: {
    method: "GET",
    path: "/api/v1/items/{id}/similar",
    access: "read",
    summary: "List the films most similar to a film",
    description:
      "A model that does not compare films answers `CAPABILITY_MISSING`, unless `content` counts. Both similarities are then scaled from 0 to 1 over the other films.",
    params,
    query: Type.Object({ k, content }, closed),
    response: shapes.SimilarFilmList,
    problems: ["REQUEST_INVALID", "ITEM_UNKNOWN", "CAPABILITY_MISSING"],
    example: {
      model: "item-knn",
      path: "/api/v1/items/6/similar?k=1",
      response: {
        model: "item-knn",
        items: [
          {
            ...theRock,
            score: 0.5227547789911984,
          },
        ],
      },
    },
  },
} as const satisfies Record<string, Operation>;
