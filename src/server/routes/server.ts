import type { FastifyInstance } from "fastify";
import { metricsType } from "../metrics.ts";
import { openApiDocument } from "../openapi.ts";
import { operations } from "../operations.ts";
import { addRoute, type RouteContext } from "./route.ts";

/** Routes about the server itself. */
export async function serverRoutes(app: FastifyInstance, context: RouteContext): Promise<void> {
  const document = openApiDocument(app.prefix);
  addRoute(app, context, operations.getHealth, () => ({ status: "ok" }) as const);
  addRoute(app, context, operations.getOpenApi, () => document);
  addRoute(app, context, operations.getStatus, () => context.activity.status());
  // No operation of the API: it is text, at the address where such programs look for it.
  app.get("/metrics", { config: { access: "admin" }, exposeHeadRoute: false }, (_request, reply) =>
    reply.type(metricsType).send(context.activity.metrics()),
  );
}
