import type { FastifyInstance, FastifySchemaCompiler } from "fastify";
import { type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
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
    ...present({ validatorCompiler: body && compileBodyCheck }),
    handler: (request) => answer(request as RequestOf<O>),
  });
}

/** Takes a body as it is; the default check would turn "5" into 5 and null into 0. */
const compileBodyCheck: FastifySchemaCompiler<TSchema> = ({ schema }) => {
  const check = Compile(schema);
  return (value) => (check.Check(value) ? { value } : { error: check.Errors(value) });
};
