import type { FastifyInstance } from "fastify";
import { openApiDocument } from "../openapi.ts";
import { operations } from "../operations.ts";
import { addRoute, type RouteContext } from "./route.ts";

/** Routes about the server itself. */
export async function serverRoutes(app: FastifyInstance, context: RouteContext): Promise<void> {
  const document = openApiDocument(app.prefix);
  addRoute(app, context, operations.getHealth, () => ({ status: "ok" }) as const);
  addRoute(app, context, operations.getOpenApi, () => document);
}
