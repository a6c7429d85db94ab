import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { present } from "../../present.ts";
import type { OpenModel } from "../../recommend/open-model.ts";
import type { UserRatings } from "../../recommend/query.ts";
import type { Operation, RequestOf, ResponseOf } from "../operations.ts";
import { shapes } from "../shapes.ts";

/** What every group of routes works with. */
export interface RouteContext {
  readonly recommender: OpenModel;
  /** The users whose ratings are at hand, in the index space of the model's films. */
  readonly userRatings?: UserRatings;
}

/** Of an operation without a query: parameters that it does not have are refused. */
const noQuery = Type.Object({}, { additionalProperties: false });

/** Adds the route of an operation. `answer` is given what the operation's schemas allow, and its type must be that of the response. */
export function addRoute<O extends Operation>(
  app: FastifyInstance,
  operation: O,
  answer: (request: RequestOf<O>) => ResponseOf<O> | Promise<ResponseOf<O>>,
): void {
  const { method, path, params, query, body, response } = operation;
  app.route({
    method,
    url: path.replace(/\{(\w+)\}/g, ":$1"),
    schema: {
      ...present({ params, body }),
      querystring: query ?? noQuery,
      response: { 200: response, "4xx": shapes.Problem, "5xx": shapes.Problem },
    },
    // TypeBox's compiler takes a body as it is; the default one would turn "5" into 5 and null into 0.
    ...present({ validatorCompiler: body && TypeBoxValidatorCompiler }),
    handler: (request) => answer(request as RequestOf<O>),
  });
}
