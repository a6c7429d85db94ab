/** The operation that tells of the users who rate as somebody does. */
import type { Operation } from "./operation.ts";
import { shapes } from "./shapes.ts";

export const neighbourhoodOperations = {
  describeNeighbourhood: {
    method: "POST",
    path: "/api/v1/neighbourhood",
    access: "read",
    summary: "Tell of the users who rate as somebody does",
    description:
      "How alike they are, what they think of the user's films, and which others they like: of 10 to 25 users together, and of no film that fewer than five of them rated. It names none of them. A server that holds no users' ratings compares with nobody: `compared` is 0.",
    body: shapes.UserNeighbourhoodRequest,
    response: shapes.UserNeighbourhood,
    problems: ["REQUEST_INVALID", "RATING_INVALID", "USAGE"],
    example: {
      model: "item-knn",
      path: "/api/v1/neighbourhood",
      body: { ratings: [{ id: 260, rating: 5 }] },
      response: { compared: 610, neighbours: 0, needed: 4, agreed: [], disagreed: [], loved: [], unknown: [] },
    },
  },
} as const satisfies Record<string, Operation>;
