/** The operation that asks a new user. */
import type { Operation } from "./operation.ts";
import { shapes } from "./shapes.ts";

export const questionOperations = {
  listQuestions: {
    method: "POST",
    path: "/api/v1/questions",
    access: "read",
    summary: "Choose films to ask a new user about",
    description:
      "Films that the user has likely seen, by the answers so far, of many decades and genres. Without answers: the first films to show to anybody. Films of the request are not asked about again.",
    body: shapes.QuestionsRequest,
    response: shapes.QuestionList,
    problems: ["REQUEST_INVALID", "RATING_INVALID"],
    example: {
      model: "item-knn",
      path: "/api/v1/questions",
      body: { ratings: [{ id: 260, rating: 5 }], unseen: [318], k: 1 },
      response: {
        items: [
          {
            id: 2571,
            title: "Matrix, The (1999)",
            year: 1999,
            genres: ["Action", "Sci-Fi", "Thriller"],
            ratings: 278,
          },
        ],
        unknown: [],
      },
    },
  },
} as const satisfies Record<string, Operation>;
