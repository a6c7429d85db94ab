import fastify, { type FastifyInstance } from "fastify";
import { checkOptions } from "../check-arguments.ts";
import { present } from "../present.ts";
import type { Recommender } from "../recommend/recommender.ts";
import type { Models } from "./models/models.ts";
import { type ServerOptions, serverOptionNames } from "./options.ts";
import { matinee } from "./plugin.ts";
import { problemOf, replyWithProblem } from "./problem.ts";

/** Options of `createApp`. */
export interface AppOptions extends ServerOptions {
  /** Where internal errors are logged, one JSON line each; nowhere unless given. */
  readonly log?: { write(line: string): void };
  /** Addresses of proxies in front of the server, whose X-Forwarded-For is believed; none unless given. */
  readonly trustProxy?: readonly string[];
}

/** Connections at one time. */
const mostConnections = 1000;

/**
 * Makes the server, which does not listen yet: the API under /api/v1 and the page at /, as the plugin `matinee` has them, with limits for
 * sockets. It answers this machine only, unless `access` or `keys` say otherwise. The routes of users answer for those of the recommender.
 * Close the server before the recommender is disposed of.
 *
 * @param answering a recommender, or models that can be exchanged (`openModels`)
 *
 * @throws USAGE for options that are unknown or make no sense
 * @example
 * import { createApp } from "matinee/server";
 * const app = await createApp(recommender);
 * await app.close();
 */
export async function createApp(
  answering: Pick<Recommender, "opened" | "users"> | Models,
  options: AppOptions = {},
): Promise<FastifyInstance> {
  checkOptions("createApp", options, ["log", "trustProxy", ...serverOptionNames]);
  const { log, trustProxy, ...server } = options;
  const app = fastify({
    ...present({
      logger: log && { level: "error", stream: log },
      trustProxy: trustProxy && [...trustProxy],
    }),
    frameworkErrors: (error, _request, reply) => void replyWithProblem(reply, problemOf(error)),
    routerOptions: { maxParamLength: 500 },
    forceCloseConnections: true,
    http: { maxHeaderSize: 8192, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 },
    requestTimeout: 10_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 5_000,
    maxRequestsPerSocket: 10_000,
  });
  app.server.maxConnections = mostConnections;
  await app.register(matinee, {
    ...("hold" in answering ? { models: answering } : { recommender: answering }),
    ...server,
  });
  return app;
}
