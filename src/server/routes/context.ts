import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { OpenModel } from "../../recommend/open-model.ts";
import type { UserRatings } from "../../recommend/query.ts";

/** An app whose handlers get their types from their schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What every group of routes works with. */
export interface RouteContext {
  readonly recommender: OpenModel;
  /** The users whose ratings are at hand, in the index space of the model's films. */
  readonly userRatings?: UserRatings;
}
