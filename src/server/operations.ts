/** Every operation of the HTTP API: what it takes, what it answers, and which errors it has. */
import { Type } from "typebox";
import type { ErrorCode } from "../errors.ts";
import { itemOperations } from "./item-operations.ts";
import { labOperations } from "./lab-operations.ts";
import { listOperations } from "./list-operations.ts";
import { modelOperations } from "./model-operations.ts";
import { modelShapes } from "./model-shapes.ts";
import { neighbourhoodOperations } from "./neighbourhood-operations.ts";
import { closed, fargo, heat, itemId, k, listId, type Operation, userId } from "./operation.ts";
import { questionOperations } from "./question-operations.ts";
import { shapes } from "./shapes.ts";
import { statusOperations } from "./status-operations.ts";
import { storeOperations } from "./store-operations.ts";
import { titlesOperations } from "./titles-operations.ts";

/** Of every operation that is not open to all. */
export const commonProblems: readonly ErrorCode[] = [
  "KEY_REQUIRED",
  "SCOPE_MISSING",
  "ORIGIN_FORBIDDEN",
  "HOST_UNKNOWN",
  "RATE_LIMITED",
  "OVERLOADED",
];

const userParams = Type.Object({ user: userId });

/** The operations by their `operationId`. */
export const operations = {
  getHealth: {
    method: "GET",
    path: "/healthz",
    access: "open",
    summary: "Say that the server is up",
    response: shapes.Health,
    problems: [],
    example: { model: "item-knn", path: "/healthz", response: { status: "ok" } },
  },
  getReadiness: {
    method: "GET",
    path: "/readyz",
    access: "open",
    summary: "Say whether the server answers, and by which model",
    description:
      "It does not answer yet while no model is loaded (`NOT_READY`), or while the store cannot be reached. A model that should answer and cannot be loaded is its `problem`: the one before it goes on.",
    response: modelShapes.Readiness,
    problems: ["NOT_READY", "STORE_UNAVAILABLE", "STORE_FAILED"],
  },
  getOpenApi: {
    method: "GET",
    path: "/api/v1/openapi.json",
    access: "read",
    summary: "Describe this API as OpenAPI 3.1",
    response: shapes.OpenApiDocument,
    problems: [],
  },
  ...modelOperations,
  listFilms: {
    method: "GET",
    path: "/api/v1/items",
    access: "read",
    summary: "Find films by title, or list the most rated",
    description: "Finds misspelt and unfinished titles too, best match first. Without `query`: the most rated films.",
    query: Type.Object(
      {
        query: Type.Optional(
          Type.String({ maxLength: 200, description: "words of a title, at most 200 characters", examples: ["heat"] }),
        ),
        limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: "the length of the list" }),
      },
      closed,
    ),
    response: shapes.FilmList,
    problems: ["REQUEST_INVALID"],
    example: { model: "item-knn", path: "/api/v1/items?query=fargp&limit=1", response: { items: [fargo] } },
  },
  ...titlesOperations,
  ...itemOperations,
  ...listOperations,
  ...questionOperations,
  ...neighbourhoodOperations,
  listUserRatings: {
    method: "GET",
    path: "/api/v1/users/{user}/ratings",
    access: "admin",
    ofOneself: true,
    summary: "List the films that a user rated",
    params: userParams,
    query: Type.Object({}, closed),
    response: shapes.RatedFilmList,
    problems: ["REQUEST_INVALID", "USER_UNKNOWN"],
    example: {
      model: "item-knn",
      path: "/api/v1/users/1/ratings",
      response: {
        user: 1,
        items: [
          {
            id: 47,
            title: "Seven (a.k.a. Se7en) (1995)",
            year: 1995,
            genres: ["Mystery", "Thriller"],
            ratings: 203,
            rating: 5,
            time: 964983815,
          },
        ],
      },
    },
  },
  recommendToUser: {
    shadowed: true,
    method: "GET",
    path: "/api/v1/users/{user}/recommendations",
    access: "write",
    ofOneself: true,
    summary: "Recommend films to a user",
    params: userParams,
    query: Type.Object(
      {
        k,
        explain: Type.Boolean({ default: false, description: "whether each film comes with every part of its score" }),
      },
      closed,
    ),
    response: shapes.UserRecommendations,
    problems: ["REQUEST_INVALID", "USER_UNKNOWN"],
    example: {
      model: "item-knn",
      path: "/api/v1/users/10/recommendations?k=1",
      response: {
        model: "item-knn",
        recommendationId: listId,
        user: 10,
        items: [
          {
            id: 5418,
            title: "Bourne Identity, The (2002)",
            year: 2002,
            genres: ["Action", "Mystery", "Thriller"],
            ratings: 112,
            score: 31.26204490661621,
            predicted: 3.338423490524292,
            rule: "model",
            confidence: { level: "possible", probability: 0.62 },
            source: "item-knn",
            because: [{ id: 49272, title: "Casino Royale (2006)", rating: 5, value: 3.0456926086207234 }],
          },
        ],
      },
    },
  },
  predictRating: {
    method: "GET",
    path: "/api/v1/users/{user}/predictions/{item}",
    access: "write",
    ofOneself: true,
    summary: "Predict a user's rating of a film",
    description:
      "A film that the user has rated is predicted from their other ratings. A model that does not predict ratings answers `CAPABILITY_MISSING`.",
    params: Type.Object({ user: userId, item: itemId }),
    query: Type.Object(
      {
        time: Type.Optional(
          Type.Number({
            description:
              "the time that the prediction is for, in seconds since 1970, for models that tell times apart; for no time in particular unless given",
          }),
        ),
      },
      closed,
    ),
    response: shapes.UserPrediction,
    problems: ["REQUEST_INVALID", "USER_UNKNOWN", "ITEM_UNKNOWN", "CAPABILITY_MISSING"],
    example: {
      model: "bias",
      path: "/api/v1/users/1/predictions/6",
      response: {
        model: "bias",
        user: 1,
        ...heat,
        predicted: 4.616501331329346,
        rule: "model",
        rated: 4,
        parts: [
          { kind: "global mean", value: 3.501556983616962 },
          { kind: "user bias", value: 0.7579271018604294 },
          { kind: "item bias", value: 0.35701722575645545 },
        ],
      },
    },
  },
  listNeighbours: {
    method: "GET",
    path: "/api/v1/users/{user}/neighbours",
    access: "admin",
    summary: "List the users most similar to a user",
    description: "A model that does not compare users answers `CAPABILITY_MISSING`.",
    params: userParams,
    query: Type.Object({ k }, closed),
    response: shapes.UserNeighbours,
    problems: ["REQUEST_INVALID", "USER_UNKNOWN", "CAPABILITY_MISSING"],
    example: {
      model: "user-knn",
      path: "/api/v1/users/1/neighbours?k=1",
      response: {
        model: "user-knn",
        user: 1,
        neighbours: [
          {
            user: 266,
            similarity: 0.3574077096032742,
            overlap: 67,
            liked: [
              { id: 608, title: "Fargo (1996)", rating: 5, theirs: 5 },
              { id: 1080, title: "Monty Python's Life of Brian (1979)", rating: 5, theirs: 5 },
              { id: 1089, title: "Reservoir Dogs (1992)", rating: 5, theirs: 5 },
            ],
          },
        ],
      },
    },
  },
  ...labOperations,
  ...storeOperations,
  ...statusOperations,
} as const satisfies Record<string, Operation>;
