/** Operations about the data and the model as a whole: what pictures of them show. */
import { Type } from "typebox";
import { closed, type Operation } from "./operation.ts";
import { shapes } from "./shapes.ts";

/** The operations by their `operationId`. */
export const labOperations = {
  getLabNumbers: {
    method: "GET",
    path: "/api/v1/lab",
    access: "read",
    summary: "Describe the data and the model in numbers",
    description:
      "Histograms of ratings, lengths of vectors, and the losses of training: what the page at `/lab` draws. It tells nothing of a single user.",
    query: Type.Object({}, closed),
    response: shapes.LabNumbers,
    problems: ["REQUEST_INVALID"],
    example: {
      model: "item-knn",
      path: "/api/v1/lab",
      response: {
        model: "item-knn",
        ratings: {
          users: 610,
          items: 9742,
          ratings: 100_836,
          unrated: 18,
          step: 0.5,
          given: [{ from: 0.5, to: 1, n: 1370 }],
          perUser: { least: 20, median: 70.5, most: 2698, bins: [{ from: 20, to: 24, n: 56 }] },
          perItem: { least: 1, median: 3, most: 329, bins: [{ from: 1, to: 2, n: 3446 }] },
        },
        vectors: [],
        losses: [],
        comparesFilms: true,
      },
    },
  },
  compareFilms: {
    method: "POST",
    path: "/api/v1/lab/similarities",
    access: "read",
    summary: "Compare some films with one another",
    description: "A model that does not compare films answers `CAPABILITY_MISSING`, unless `content` counts.",
    body: shapes.FilmsRequest,
    response: shapes.FilmSimilarities,
    problems: ["REQUEST_INVALID", "ITEM_UNKNOWN", "CAPABILITY_MISSING"],
    example: {
      model: "item-knn",
      path: "/api/v1/lab/similarities",
      body: { items: [6, 733] },
      response: { model: "item-knn", similarities: [[1, 0.5227547789911984]] },
    },
  },
  listFilmTerms: {
    method: "POST",
    path: "/api/v1/lab/terms",
    access: "read",
    summary: "List the words that mark some films",
    description: "Of titles, genres and tags, weighed by TF-IDF.",
    body: shapes.TermsRequest,
    response: shapes.FilmTerms,
    problems: ["REQUEST_INVALID", "ITEM_UNKNOWN"],
    example: {
      model: "item-knn",
      path: "/api/v1/lab/terms",
      body: { items: [6, 733] },
      response: {
        items: [{ id: 6, title: "Heat (1995)", terms: [{ term: "heat", weight: 0.7658378877305441 }] }],
      },
    },
  },
} as const satisfies Record<string, Operation>;
