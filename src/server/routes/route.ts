import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
import type { Id } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import type { Json } from "../../models/model.ts";
import { present } from "../../present.ts";
import type { Retraining } from "../../retraining/schedule.ts";
import type { OnceOnly, Store, StoreWriter } from "../../store/store.ts";
import type { Access } from "../access.ts";
import type { Activity } from "../activity.ts";
import { type CatalogNow, noFilms, type StoreCatalog } from "../catalog.ts";
import type { KeyScope } from "../keys.ts";
import type { LaterFilms } from "../later-films.ts";
import { answerInTime, type TakeTurn } from "../load.ts";
import type { HeldModel, Models } from "../models/models.ts";
import type { Shadows } from "../models/shadow.ts";
import type { Operation, RequestOf, ResponseOf } from "../operation.ts";
import type { ServerSettings } from "../options.ts";
import type { Profiles } from "../profiles.ts";
import { shapes } from "../shapes.ts";
import { oneself, type Visitors } from "../visitors.ts";

/** What every group of routes works with. */
export interface RouteContext {
  readonly models: Models;
  readonly shadows: Shadows;
  readonly store?: Store;
  /** How it stands says `status`. */
  readonly retraining?: Retraining;
  readonly profiles: Profiles;
  readonly catalog: StoreCatalog;
  readonly laterFilms: LaterFilms;
  readonly scenarios: ServerSettings["scenarios"];
  readonly limits: ServerSettings["limits"];
  readonly access: Access;
  readonly activity: Activity;
  /** Visitors without a key, where there are any. */
  readonly visitors?: Visitors;
  /** Turns of work that takes a few milliseconds, and of work that may take longer. */
  readonly turns: { readonly short: TakeTurn; readonly long: TakeTurn };
}

/** Who waits for an answer. */
export interface Asker {
  /** Aborted once nobody waits any more. */
  readonly signal: AbortSignal;
  readonly scope: KeyScope;
  /**
   * The user that an id of a request means: of `me`, the visitor who asks.
   * @param make whether a visitor who is not known yet becomes one
   * @throws CAPABILITY_MISSING where the server has no visitors
   */
  userOf(id: Id, make?: boolean): Promise<string>;
  /** Changes the store, once for each `Idempotency-Key`. @throws CAPABILITY_MISSING where there is no store; what it throws */
  write<T extends Json>(work: (writer: StoreWriter) => Promise<T>): Promise<T>;
}

/** Who waits for an answer, and the model that it is made by, which stays the same until the answer's work has ended. */
export interface Caller extends Asker, Omit<HeldModel, typeof Symbol.dispose> {
  /** The store's catalog. It is rejected with what the store throws. */
  readonly catalog: Promise<CatalogNow>;
}

/** The store of the server. @throws CAPABILITY_MISSING where it has none */
export function storeOf({ store }: RouteContext): Store {
  if (store) return store;
  throw new MatineeError("CAPABILITY_MISSING", "the server keeps nothing of users and items", {
    fix: "start it with --store",
  });
}

const bodyLimit = 2 ** 20;

/** Of an operation without a query: parameters that it does not have are refused. */
const noQuery = Type.Object({}, { additionalProperties: false });

/**
 * Adds the route of an operation that a model answers. `answer` is given what the operation's schemas allow, and its type must be that of the
 * response. Of a user in an A/B test it is always the same model.
 */
export function addRoute<O extends Operation>(
  app: FastifyInstance,
  context: RouteContext,
  operation: O,
  answer: (request: RequestOf<O>, caller: Caller) => ResponseOf<O> | Promise<ResponseOf<O>>,
): void {
  const { models, shadows, laterFilms } = context;
  addServerRoute(app, context, operation, async (request, asker, reply) => {
    const catalog = context.catalog.read();
    const now = await catalog.catch(() => noFilms);
    const answerBy = ({ group, ...held }: HeldModel, signal: AbortSignal) => {
      const { name, opened, users } = laterFilms.addTo(held, now);
      return answer(request, { ...asker, signal, catalog, name, opened, group, ...present({ users }) });
    };
    using held = models.hold(present({ user: await userIn(request, asker) }));
    const made = await answerBy(held, asker.signal);
    if (operation.shadowed) shadows.compare(reply, made, async (held, signal) => await answerBy(held, signal));
    return made;
  });
}

/** The user whom a request is about; undefined of nobody, and of a visitor who is not known yet. */
async function userIn({ params, body }: RequestOf<Operation>, asker: Asker): Promise<string | undefined> {
  const id: Id | undefined = Object(params).user ?? Object(body).user;
  const user = id === undefined ? nobody : await asker.userOf(id);
  return user === nobody ? undefined : user;
}

/** Adds the route of an operation that the server answers by itself, whether it has a model or not. */
export function addServerRoute<O extends Operation>(
  app: FastifyInstance,
  context: RouteContext,
  operation: O,
  answer: (request: RequestOf<O>, asker: Asker, reply: FastifyReply) => ResponseOf<O> | Promise<ResponseOf<O>>,
): void {
  const { limits } = context;
  const { method, path, access, ofOneself, params, query, headers, body, response, seconds } = operation as Operation;
  app.route({
    method,
    url: path.replace(/\{(\w+)\}/g, ":$1"),
    config: { access, ofOneself },
    bodyLimit,
    exposeHeadRoute: access === "open", // elsewhere it would do the work of GET
    schema: {
      ...present({ params, body, headers }),
      querystring: query ?? noQuery,
      response: { 200: response, "4xx": shapes.Problem, "5xx": shapes.Problem },
    },
    handler: (request, reply) =>
      answerInTime(reply, seconds ?? limits.answerSeconds, async (signal) => {
        const { params, query, body, headers } = request;
        const asked = { params, query, body, headers } as unknown as RequestOf<O>;
        return await answer(asked, { ...askerOf(context, request, reply), signal }, reply);
      }),
  });
}

function askerOf(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Omit<Asker, "signal"> {
  const { access, visitors } = context;
  /** Of a visitor who is not known yet, one id, however often the request names them. */
  let visitor: Promise<string> | undefined;
  return {
    scope: access.scopeOf(request),
    async userOf(id, make = false) {
      if (id !== oneself) return String(id);
      if (!visitors) {
        throw new MatineeError("CAPABILITY_MISSING", "the server tells no visitors apart", {
          fix: "give the user's id; visitors are for servers with a store that asks for no key",
        });
      }
      if (make) visitor ??= visitors.findOrMake(request, reply);
      return (await (visitor ?? visitors.find(request))) ?? nobody;
    },
    async write(work) {
      const store = storeOf(context);
      let carriedOut = false;
      const answer = await store.write(
        (writer) => {
          carriedOut = true;
          return work(writer);
        },
        onceOf(request, access.keyNameOf(request)),
      );
      if (!carriedOut) reply.header("idempotency-replayed", "true");
      return answer;
    },
  };
}

/** A user of whom nothing is kept. */
const nobody = "visitor:nobody";
const longestKey = 200;

/** The request as one to be carried out once, where it names itself. @throws REQUEST_INVALID */
function onceOf({ headers, method, url, body }: FastifyRequest, name: string): OnceOnly | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || key === "" || key.length > longestKey) {
    throw new MatineeError("REQUEST_INVALID", "the Idempotency-Key is not 1 to 200 characters", {
      fix: "give each request a random UUID",
    });
  }
  const who = `${name}\n${headers.cookie ?? ""}`;
  return { key: digestOf(`${who}\n${key}`), request: digestOf(`${method} ${url}\n${JSON.stringify(body ?? null)}`) };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

type Check = (value: unknown) => { value: unknown } | { error: ReturnType<ReturnType<typeof Compile>["Errors"]> };

/** Takes a body as it is, where "5" is no 5 and null no 0. Texts of an address are turned into what the schema has. */
export function compileCheck(schema: TSchema, part: string | undefined): Check {
  const check = Compile(schema);
  return (given) => {
    const value = part === "body" ? given : fromTexts(schema, given as Readonly<Record<string, unknown>>);
    return check.Check(value) ? { value } : { error: check.Errors(value) };
  };
}

/** The values that an address means, with defaults for those that it lacks. */
function fromTexts(schema: TSchema, texts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string; default?: unknown }> };
  const found: Record<string, unknown> = { ...texts };
  for (const [name, { type, default: otherwise }] of Object.entries(properties)) {
    const text = texts[name];
    if (text === undefined && otherwise !== undefined) found[name] = otherwise;
    else if (type === "integer" && typeof text === "string" && /^-?\d+$/.test(text)) found[name] = Number(text);
    else if (type === "number" && typeof text === "string" && /^-?\d+(\.\d+)?$/.test(text)) found[name] = Number(text);
    else if (type === "boolean" && (text === "true" || text === "false")) found[name] = text === "true";
  }
  return found;
}
