import fastify, { type FastifyInstance } from "fastify";
import { present } from "../present.ts";
import type { Recommender } from "../recommend/recommender.ts";
import { addPageRoutes } from "./page.ts";
import { problemOf, replyWithProblem } from "./problem.ts";
import { itemRoutes } from "./routes/items.ts";
import { modelRoutes } from "./routes/models.ts";
import { recommendationRoutes } from "./routes/recommendations.ts";
import { serverRoutes } from "./routes/server.ts";
import { userRoutes } from "./routes/users.ts";

/** Options of `createApp`. */
export interface AppOptions {
  /** Where internal errors are logged, one JSON line each; nowhere unless given. */
  readonly log?: { write(line: string): void };
}

/**
 * Makes the server, which does not listen yet: the API under /api/v1 and the page at /. The routes of users answer for those of the
 * recommender. Close the server before the recommender is disposed of.
 *
 * @example
 * import { createApp } from "matinee/server";
 * const app = await createApp(recommender);
 * await app.close();
 */
export async function createApp(
  { opened: recommender, users: userRatings }: Pick<Recommender, "opened" | "users">,
  { log }: AppOptions = {},
): Promise<FastifyInstance> {
  const app = fastify({
    ...present({ logger: log && { level: "error", stream: log } }),
    ajv: { customOptions: { removeAdditional: false } },
    frameworkErrors: (error, _request, reply) => void replyWithProblem(reply, problemOf(error)),
    routerOptions: { maxParamLength: 500 },
    forceCloseConnections: true,
  });
  // A response keeps every key and number that it was given: a serializer made from its schema would drop what the schema lacks.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.code === "INTERNAL") request.log.error(error);
    return replyWithProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) =>
    replyWithProblem(
      reply,
      problemOf({ code: "NOT_FOUND", message: `nothing answers ${request.method} ${request.url}` }),
    ),
  );
  for (const routes of [serverRoutes, modelRoutes, itemRoutes, recommendationRoutes, userRoutes]) {
    await app.register(routes, { recommender, ...present({ userRatings }) });
  }
  addPageRoutes(app);
  return app;
}
