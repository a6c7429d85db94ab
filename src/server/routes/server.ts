import type { FastifyInstance } from "fastify";
import { openApiDocument } from "../openapi.ts";
import { operations } from "../operations.ts";
import { addRoute } from "./route.ts";

/** Routes about the server itself. */
export async function serverRoutes(app: FastifyInstance): Promise<void> {
  const document = openApiDocument();
  addRoute(app, operations.getHealth, () => ({ status: "ok" }) as const);
  addRoute(app, operations.getOpenApi, () => document);
}
