import fastify, { type FastifyInstance, LogController } from "fastify";
import { checkOptions } from "../check-arguments.ts";
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import type { Recommender } from "../recommend/recommender.ts";
import { answeredRequest } from "./activity.ts";
import type { Models } from "./models/models.ts";
import { type ServerOptions, serverOptionNames } from "./options.ts";
import { matinee } from "./plugin.ts";
import { problemOf, replyWithProblem } from "./problem.ts";

/** Options of `createApp`. */
export interface AppOptions extends ServerOptions {
  /** Where internal errors are logged, one JSON line each; nowhere unless given. */
  readonly log?: { write(line: string): void };
  /**
   * Whether requests are logged there as well, once they have been answered: method, pattern of the address, status, milliseconds, bytes, and a
   * number for each request. No line says who asked, or of what.
   */
  readonly logRequests?: boolean;
  /** Addresses of proxies in front of the server, whose X-Forwarded-For is believed; none unless given. */
  readonly trustProxy?: readonly string[];
}

/** Seconds that a server which is closed gives requests to end. */
const closeSeconds = 10;

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
  checkOptions("createApp", options, ["log", "logRequests", "trustProxy", ...serverOptionNames]);
  const { log, logRequests = false, trustProxy, ...server } = options;
  if (logRequests && !log) {
    throw new MatineeError("USAGE", "createApp: logRequests has no log", { fix: "give log, an object with write" });
  }
  const app = fastify({
    ...present({
      logger: log && { level: "error", stream: log },
      trustProxy: trustProxy && [...trustProxy],
    }),
    frameworkErrors: (error, _request, reply) => void replyWithProblem(reply, problemOf(error)),
    routerOptions: { maxParamLength: 500 },
    logController: new LogController({ disableRequestLogging: true }), // Fastify's lines have addresses
    forceCloseConnections: "idle",
    return503OnClosing: false, // who is connected already is answered
    http: { maxHeaderSize: 8192, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 },
    requestTimeout: 10_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 5_000,
    maxRequestsPerSocket: 10_000,
  });
  app.server.maxConnections = mostConnections;
  closeInTime(app);
  if (logRequests) logAnswers(app);
  await app.register(matinee, {
    ...("hold" in answering ? { models: answering } : { recommender: answering }),
    ...server,
  });
  return app;
}

/** A server that is closed takes no new connections, and ends those that are left after a while. */
function closeInTime(app: FastifyInstance): void {
  let timer: NodeJS.Timeout | undefined;
  app.addHook("onSend", async (_request, reply) => {
    if (timer) reply.header("connection", "close"); // or its client would use the connection again
  });
  app.addHook("preClose", async () => {
    timer = setTimeout(() => app.server.closeAllConnections(), 1000 * closeSeconds);
  });
  app.addHook("onClose", async () => clearTimeout(timer));
}

/** Logs each request once it has been answered, by a logger of its own: Fastify's other lines of that level have addresses. */
function logAnswers(app: FastifyInstance): void {
  const log = app.log.child({}, { level: "info" });
  app.addHook("onResponse", async (request, reply) => {
    const { milliseconds, ...answered } = answeredRequest(request, reply);
    log.info({ request: request.id, ...answered, milliseconds: Math.round(1000 * milliseconds) / 1000 });
  });
}
