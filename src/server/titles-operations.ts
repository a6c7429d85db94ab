/** The operation that tells all titles at once. */
import { Type } from "typebox";
import { closed, type Operation } from "./operation.ts";
import { shapes } from "./shapes.ts";

export const titlesOperations = {
  listTitles: {
    method: "GET",
    path: "/api/v1/titles",
    access: "read",
    summary: "List the titles of all films",
    description:
      "For programs that look for films themselves, as the page does with a personal export, of which nothing is sent. The answer is packed once and has an `ETag`: ask with `If-None-Match`, as browsers do, and it is sent again only when the films have changed.",
    query: Type.Object({}, closed),
    response: shapes.Titles,
    problems: ["REQUEST_INVALID"],
    example: {
      model: "item-knn",
      path: "/api/v1/titles",
      response: {
        ids: [1, 2],
        titles: ["Toy Story (1995)", "Jumanji (1995)"],
        years: [1995, 1995],
        ratings: [215, 110],
        genreNames: ["Adventure", "Animation", "Children", "Comedy", "Fantasy"],
        genres: [
          [0, 1, 2, 3, 4],
          [0, 2, 4],
        ],
        imdb: [114709, 113497],
        tmdb: [862, 8844],
      },
    },
  },
} as const satisfies Record<string, Operation>;
