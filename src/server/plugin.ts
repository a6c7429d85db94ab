import { setImmediate } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { checkOptions } from "../check-arguments.ts";
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import { accessOf, type RouteAccess } from "./access.ts";
import { countActivity } from "./activity.ts";
import { catalogOf, noCatalog } from "./catalog.ts";
import { compileCheck } from "./check-request.ts";
import { laterFilms } from "./later-films.ts";
import { openRequests } from "./load.ts";
import type { Models } from "./models/models.ts";
import { exchangeableModel } from "./models/one-model.ts";
import { shadowsOf } from "./models/shadow.ts";
import { operations } from "./operations.ts";
import { type MatineeOptions, type ServerSettings, serverOptionNames, serverSettings } from "./options.ts";
import { addPageRoutes } from "./page.ts";
import { problemOf, replyWithProblem } from "./problem.ts";
import { profilesOfData, profilesOfStore } from "./profiles.ts";
import { leastToPack, pack, packingFor, protectBrowsers, tagAnswer, tagOf, varyBy } from "./responses.ts";
import { catalogRoutes } from "./routes/catalog.ts";
import { eventRoutes } from "./routes/events.ts";
import { fastifyApp, type ServerContext } from "./routes/fastify-app.ts";
import { itemRoutes } from "./routes/items.ts";
import { labRoutes } from "./routes/lab.ts";
import { modelRoutes } from "./routes/models.ts";
import { neighbourhoodRoutes } from "./routes/neighbourhood.ts";
import { questionRoutes } from "./routes/questions.ts";
import { recommendationRoutes } from "./routes/recommendations.ts";
import { oneself } from "./routes/route.ts";
import { serverRoutes } from "./routes/server.ts";
import { titleRoutes } from "./routes/titles.ts";
import { userRoutes } from "./routes/users.ts";
import { turnsOf } from "./turns.ts";
import { visitorsOf } from "./visitors.ts";
import { warmUp } from "./warm-up.ts";

/**
 * The server as a plugin of your own Fastify app: the API and the page, under a prefix if you like. What it checks, limits and sends holds
 * below the prefix alone. The time-outs of sockets are those of your app.
 *
 * @throws USAGE for options that are unknown or make no sense
 * @example
 * import fastify from "fastify";
 * import { matinee } from "matinee/server";
 * const app = fastify();
 * await app.register(matinee, { recommender, prefix: "/films" });
 * (await app.inject("/films/api/v1/items?query=heat")).json().items;
 * await app.close();
 */
export async function matinee(app: FastifyInstance, options: MatineeOptions): Promise<void> {
  const { prefix: _, logLevel: __, ...given } = options as MatineeOptions & Readonly<Record<string, unknown>>;
  checkOptions("matinee", given, ["recommender", "models", ...serverOptionNames]);
  const models = modelsOf(options);
  const settings = serverSettings("matinee", options);
  const access = accessOf(settings);
  const open = openRequests(settings);
  const shadows = shadowsOf(models, () => open.any);

  app.setValidatorCompiler(({ schema, httpPart }) => compileCheck(schema as never, httpPart));
  // An answer keeps every key and number that it was given: a serializer made from its schema would drop what the schema lacks.
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, app.getDefaultJsonParser("error", "error"));
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.code === "INTERNAL") request.log.error(error);
    if (problem.status === 503) reply.header("retry-after", "1");
    return replyWithProblem(reply, problem);
  });
  app.setNotFoundHandler(refuseUnanswered); // where the app around has its own hooks alone
  app.addHook("onRequest", async (request, reply) => {
    protectBrowsers(reply);
    const route = accessTo(request, hasVisitors(settings));
    const answered = access.check(request, reply, route);
    if (route !== "open") {
      open.begin(reply);
      shadows.giveWay();
    }
    if (answered) return reply.code(204).send();
    if (request.is404) refuseUnanswered(request, reply);
    return undefined;
  });
  app.addHook<unknown>("onSend", async (request, reply, payload) => {
    if (typeof payload !== "string" && !Buffer.isBuffer(payload)) return payload;
    let content = payload;
    if (typeof content === "string") {
      if (request.method === "GET" && reply.statusCode === 200 && tagAnswer(request, reply, tagOf(content))) {
        reply.code(304).removeHeader("content-type");
        return null;
      }
      reply.header("cache-control", request.method === "GET" ? "private, no-cache" : "no-store");
      if (content.length >= leastToPack) {
        varyBy(reply, "Accept-Encoding");
        const packing = packingFor(request);
        if (packing) {
          content = await pack(content, packing);
          reply.header("content-encoding", packing);
        }
      }
    }
    open.send(request, reply, content.length);
    return content;
  });
  app.addHook("onReady", async () => {
    // A folder's models are warm already.
    if (models.folder) return;
    using held = models.hold();
    // A model that fails does so for who asks.
    await warmUp(held.opened).catch((error) => app.log.error(error));
  });

  const { store, retraining, limits, events, scenarios } = settings;
  if (retraining) app.addHook("onClose", () => retraining.stop());
  const turns = { short: turnsOf(limits.waiting, setImmediate), long: turnsOf(limits.waiting, setImmediate) };
  const context: ServerContext = {
    models,
    shadows,
    ...present({ store, retraining }),
    profiles: store ? profilesOfStore(store, events) : profilesOfData,
    catalog: store ? catalogOf(store) : noCatalog,
    laterFilms: laterFilms((error) => app.log.error(error)),
    scenarios,
    limits,
    access,
    activity: countActivity(app, { models, store, open, turns }),
    ...present({ visitors: store && hasVisitors(settings) ? visitorsOf(store, `${app.prefix}/`) : undefined }),
    turns,
    giveWay: setImmediate,
  };
  serverRoutes(app, context);
  titleRoutes(app, context);
  const routes = fastifyApp(app, context);
  for (const addRoutes of [
    modelRoutes,
    itemRoutes,
    recommendationRoutes,
    questionRoutes,
    neighbourhoodRoutes,
    labRoutes,
    userRoutes,
    eventRoutes,
    catalogRoutes,
  ]) {
    addRoutes(routes, context);
  }
  addPageRoutes(app, settings.access === "keys");
}

/** The models that answer: those that are given, or the one of the recommender. @throws USAGE */
function modelsOf({ models, recommender }: MatineeOptions): Models {
  if (models && !recommender) return models;
  if (recommender?.opened === undefined || models) {
    const what = models ? "there are a recommender and models" : "there is no recommender";
    throw new MatineeError("USAGE", `matinee: ${what}`, {
      fix: "give what train or loadRecommender returns, { recommender }, or what openModels returns, { models }",
    });
  }
  const { opened, users } = recommender;
  return exchangeableModel({ name: opened.name, opened, ...present({ users }) });
}

/** Answers what no route does, before a body is read. @throws NOT_FOUND, METHOD_NOT_ALLOWED */
function refuseUnanswered({ method, url, server }: FastifyRequest, reply: FastifyReply): never {
  const path = url.slice(server.prefix.length).replace(/\?.*$/s, "");
  const methods = addresses.flatMap((address) => (address.path.test(path) ? [address.method] : []));
  if (methods.length === 0) throw new MatineeError("NOT_FOUND", `nothing answers ${method} ${url}`);
  reply.header("allow", [...new Set(methods)].join(", "));
  throw new MatineeError("METHOD_NOT_ALLOWED", `${method} is no method of ${path}`);
}

/** The addresses of the API, without the prefix, and how each is asked. */
const addresses = Object.values(operations).map(({ method, path }) => {
  return { method, path: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`) };
});

/** What a request asks of who asks. Of themselves, visitors may ask more. */
function accessTo(request: FastifyRequest, visitors: boolean): RouteAccess {
  const { access = "read", ofOneself } = request.routeOptions.config as { access?: RouteAccess; ofOneself?: boolean };
  return visitors && ofOneself && (request.params as { user?: string }).user === oneself ? "read" : access;
}

/** Whether those who bring no key are told apart by cookies. */
function hasVisitors({ access }: ServerSettings): boolean {
  return access === "local" || access === "public";
}
