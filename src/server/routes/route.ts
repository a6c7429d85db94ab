import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { Store } from "../../store/store.ts";
import { answerInTime, type TakeTurn } from "../load.ts";
import type { HeldModel, Models } from "../models/models.ts";
import type { Shadows } from "../models/shadow.ts";
import type { Operation } from "../operation.ts";
import type { RequestOf, ResponseOf } from "../operations.ts";
import type { ServerSettings } from "../options.ts";
import { shapes } from "../shapes.ts";

/** What every group of routes works with. */
export interface RouteContext {
  readonly models: Models;
  readonly shadows: Shadows;
  readonly store?: Store;
  readonly limits: ServerSettings["limits"];
  /** Whether a request may see the users of the data. */
  seesUsers(request: FastifyRequest): boolean;
  /** Turns of work that takes a few milliseconds, and of work that may take longer. */
  readonly turns: { readonly short: TakeTurn; readonly long: TakeTurn };
}

/** Who waits for an answer. */
export interface Asker {
  /** Aborted once nobody waits any more. */
  readonly signal: AbortSignal;
  /** Whether they may see the users of the data. */
  readonly seesUsers: boolean;
}

/** Who waits for an answer, and the model that it is made by, which stays the same until the answer's work has ended. */
export interface Caller extends Asker, Omit<HeldModel, typeof Symbol.dispose> {}

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
  const { models, shadows } = context;
  addServerRoute(app, context, operation, async (request, asker, reply) => {
    const answerBy = (held: HeldModel, signal: AbortSignal) => {
      const { name, opened, group, users } = held;
      return answer(request, { ...asker, signal, name, opened, group, ...present({ users }) });
    };
    using held = models.hold(present({ user: userIn(request) }));
    const made = await answerBy(held, asker.signal);
    if (operation.shadowed) shadows.compare(reply, made, async (held, signal) => await answerBy(held, signal));
    return made;
  });
}

/** The user whom a request is about. */
function userIn({ params, body }: RequestOf<Operation>): string | undefined {
  const user: unknown = Object(params).user ?? Object(body).user;
  return user === undefined ? undefined : String(user);
}

/** Adds the route of an operation that the server answers by itself, whether it has a model or not. */
export function addServerRoute<O extends Operation>(
  app: FastifyInstance,
  { limits, seesUsers }: Pick<RouteContext, "limits" | "seesUsers">,
  operation: O,
  answer: (request: RequestOf<O>, asker: Asker, reply: FastifyReply) => ResponseOf<O> | Promise<ResponseOf<O>>,
): void {
  const { method, path, access, params, query, headers, body, response, seconds = limits.answerSeconds } = operation;
  app.route({
    method,
    url: path.replace(/\{(\w+)\}/g, ":$1"),
    config: { access },
    bodyLimit,
    exposeHeadRoute: access === "open", // elsewhere it would do the work of GET
    schema: {
      ...present({ params, body, headers }),
      querystring: query ?? noQuery,
      response: { 200: response, "4xx": shapes.Problem, "5xx": shapes.Problem },
    },
    handler: (request, reply) =>
      answerInTime(reply, seconds, async (signal) => {
        const { params, query, body, headers } = request;
        return await answer(
          { params, query, body, headers } as unknown as RequestOf<O>,
          { signal, seesUsers: seesUsers(request) },
          reply,
        );
      }),
  });
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
    else if (type === "boolean" && (text === "true" || text === "false")) found[name] = text === "true";
  }
  return found;
}
