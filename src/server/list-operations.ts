/** Operations that answer lists for what a request brings. */
import { Type } from "typebox";
import { closed, fargo, itemId, k, listId, type Operation, ratedHeat, starWars, theRock, userId } from "./operation.ts";
import { shapes } from "./shapes.ts";

/** The operations by their `operationId`. */
export const listOperations = {
  recommend: {
    shadowed: true,
    method: "POST",
    path: "/api/v1/recommendations",
    access: "read",
    summary: "Recommend films for given ratings, or for the films of a session",
    description:
      'The user need not be in the data. The body is JSON of at most 1 MiB, and its values are not converted: `"5"` is not a rating. Without ratings and session, the list is that of the most rated films.',
    body: shapes.RecommendationRequest,
    response: shapes.NewUserRecommendations,
    problems: ["REQUEST_INVALID", "RATING_INVALID", "USAGE", "CAPABILITY_MISSING"],
    example: {
      model: "item-knn",
      path: "/api/v1/recommendations",
      body: {
        ratings: [
          { id: 260, rating: 5 },
          { id: 6, rating: 4.5 },
        ],
        k: 1,
        exclude: [1196],
        genres: ["Crime"],
        years: { from: 1990, to: 1999 },
        filter: { not: { field: "ratings", to: 50 } },
        explain: true,
      },
      response: {
        model: "item-knn",
        recommendationId: listId,
        items: [
          {
            ...fargo,
            score: 5.058353900909424,
            predicted: 4.786410808563232,
            rule: "model",
            confidence: { level: "likely", probability: 0.87 },
            source: "item-knn",
            because: [starWars, ratedHeat],
            parts: [
              { kind: "rating", ...ratedHeat },
              { kind: "rating", ...starWars },
            ],
          },
        ],
        unknown: [],
        next: "WzEsWzYwOF1d",
      },
    },
  },
  recommendBatch: {
    method: "POST",
    path: "/api/v1/recommendations/batch",
    access: "read",
    summary: "Answer up to 100 requests for lists at once",
    description:
      "Each request is one of `POST /api/v1/recommendations`, and each answer a list or a problem: one that fails leaves the others as they are. All requests together have no more ratings, and with `explain` parts, than one may have.",
    body: shapes.RecommendationBatch,
    response: shapes.BatchRecommendations,
    problems: ["REQUEST_INVALID"],
    example: {
      model: "item-knn",
      path: "/api/v1/recommendations/batch",
      body: { requests: [{ ratings: [{ id: 260, rating: 9 }] }, { session: [6], k: 1 }] },
      response: {
        answers: [
          {
            type: "urn:matinee:error:RATING_INVALID",
            title: "The rating is not on the scale",
            status: 400,
            code: "RATING_INVALID",
            detail: "rating 9 of film 260 is outside 0.5–5",
            fix: "use a rating on the scale",
          },
          {
            model: "item-knn",
            recommendationId: listId,
            items: [
              {
                ...theRock,
                score: 0.5227547883987427,
                predicted: 3.640495777130127,
                rule: "item mean",
                confidence: { level: "guess", probability: 0.59 },
                source: "item-knn",
              },
            ],
            unknown: [],
            next: "WzEsWzczM11d",
          },
        ],
      },
    },
  },
  recommendTogether: {
    method: "POST",
    path: "/api/v1/recommendations/together",
    access: "read",
    summary: "Recommend films for several people together",
    description:
      "The list has films that none of them has rated or excluded. Each person's scores are brought to one scale, from 0 to 1 over the films that the list might have; whoever has no ratings goes by the most rated films. With `least-misery` nobody gets what they like little; with `average` one may have to, where the others like it much.",
    body: shapes.TogetherRequest,
    response: shapes.GroupRecommendations,
    problems: ["REQUEST_INVALID", "RATING_INVALID", "USAGE"],
    example: {
      model: "item-knn",
      path: "/api/v1/recommendations/together",
      body: {
        profiles: [{ ratings: [{ id: 260, rating: 5 }] }, { ratings: [{ id: 6, rating: 4.5 }], exclude: [733] }],
        rule: "least-misery",
        k: 1,
      },
      response: {
        model: "item-knn",
        recommendationId: listId,
        rule: "least-misery",
        items: [
          {
            id: 780,
            title: "Independence Day (a.k.a. ID4) (1996)",
            year: 1996,
            genres: ["Action", "Adventure", "Sci-Fi", "Thriller"],
            ratings: 202,
            score: 0.6912821460660329,
            people: [
              { share: 0.6912821460660329, predicted: 4.214468955993652, rule: "model" },
              { share: 0.8835066229508317, predicted: 3.9994661808013916, rule: "model" },
            ],
            limitedBy: 0,
          },
        ],
        unknown: [],
      },
    },
  },
  listRelatedFilms: {
    shadowed: true,
    method: "GET",
    path: "/api/v1/items/{id}/related-for/{user}",
    access: "write",
    ofOneself: true,
    summary: "List films like one film, ordered for a user",
    description:
      "Similarity to the film and the scores for the user count alike; films that the user rated are left out. A model that does not compare films answers `CAPABILITY_MISSING`.",
    params: Type.Object({ id: itemId, user: userId }),
    query: Type.Object({ k }, closed),
    response: shapes.UserRecommendations,
    problems: ["REQUEST_INVALID", "USER_UNKNOWN", "ITEM_UNKNOWN", "CAPABILITY_MISSING"],
    example: {
      model: "item-knn",
      path: "/api/v1/items/6/related-for/1?k=1",
      response: {
        model: "item-knn",
        recommendationId: listId,
        user: 1,
        items: [
          {
            id: 32,
            title: "Twelve Monkeys (a.k.a. 12 Monkeys) (1995)",
            year: 1995,
            genres: ["Mystery", "Sci-Fi", "Thriller"],
            ratings: 177,
            score: 0.8836640119552612,
            predicted: 4.387003421783447,
            rule: "model",
            confidence: { level: "likely", probability: 0.88 },
            source: "item-knn",
          },
        ],
      },
    },
  },
} as const satisfies Record<string, Operation>;
