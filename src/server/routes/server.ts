import type { FastifyInstance } from "fastify";
import { MatineeError } from "../../errors.ts";
import { metricsType } from "../metrics.ts";
import { openApiDocument } from "../openapi.ts";
import { operations } from "../operations.ts";
import { fastifyApp, type ServerContext } from "./fastify-app.ts";

/** Routes about the server itself. */
export function serverRoutes(app: FastifyInstance, context: ServerContext): void {
  const { models, store } = context;
  const routes = fastifyApp(app, context);
  const document = openApiDocument(app.prefix);
  routes.add(operations.getHealth, () => ({ status: "ok" }) as const);
  routes.add(operations.getReadiness, async () => {
    await store?.check();
    const { model, since, problem } = models.status();
    if (model === undefined || since === undefined) {
      const why = problem ? `no model answers: ${problem.code}: ${problem.detail}` : "no model answers yet";
      throw new MatineeError("NOT_READY", why);
    }
    return { status: "ready" as const, model, since, ...(problem && { problem }) };
  });
  routes.add(operations.getOpenApi, () => document);
  routes.add(operations.getStatus, () => context.activity.status());
  // No operation of the API: it is text, at the address where such programs look for it.
  app.get("/metrics", { config: { access: "admin" }, exposeHeadRoute: false }, (_request, reply) =>
    reply.type(metricsType).send(context.activity.metrics()),
  );
}
