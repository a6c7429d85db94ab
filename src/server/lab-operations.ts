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
    problems: [],
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
  },
} as const satisfies Record<string, Operation>;
