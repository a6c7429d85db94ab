/** Routes of the server: each operation becomes one of Fastify. */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { Type } from "typebox";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { Retraining } from "../../retraining/schedule.ts";
import type { OnceOnly } from "../../store/store.ts";
import type { Access } from "../access.ts";
import type { Activity } from "../activity.ts";
import { answerInTime } from "../load.ts";
import type { Operation, RequestOf } from "../operation.ts";
import { shapes } from "../shapes.ts";
import type { Visitors } from "../visitors.ts";
import { type App, type Asker, nobody, oneself, type RouteContext, storeOf } from "./route.ts";

/** What the routes of a server work with, besides what every group of routes does. */
export interface ServerContext extends RouteContext {
  /** How it stands says `status`. */
  readonly retraining?: Retraining;
  readonly access: Access;
  readonly activity: Activity;
  /** Visitors without a key, where there are any. */
  readonly visitors?: Visitors;
}

const bodyLimit = 2 ** 20;

/** Of an operation without a query: parameters that it does not have are refused. */
const noQuery = Type.Object({}, { additionalProperties: false });

/** What a file is sent as. It is taken as it comes, and not kept in memory. */
const uploadType = "application/octet-stream";

/** Adds routes to Fastify. */
export function fastifyApp(app: FastifyInstance, context: ServerContext): App {
  const { limits } = context;
  return {
    add(operation, answer) {
      const { method, path, access, ofOneself, params, query, headers, body, upload, response, seconds } =
        operation as Operation;
      const route: RouteOptions = {
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
            const asked = { params, query, body, headers } as unknown as RequestOf<typeof operation>;
            return await answer(asked, { ...askerOf(context, request, reply), signal });
          }),
      };
      if (upload === undefined) app.route(route);
      else {
        app.register(async (own) => {
          own.addContentTypeParser(uploadType, (_request, payload, done) => done(null, payload));
          own.route(route);
        });
      }
    },
  };
}

function askerOf(context: ServerContext, request: FastifyRequest, reply: FastifyReply): Omit<Asker, "signal"> {
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
      const once = onceOf(request, access.keyNameOf(request));
      const onReplay = () => void reply.header("idempotency-replayed", "true");
      return await storeOf(context).write(work, once && { ...once, onReplay });
    },
    header: (name, value) => void reply.header(name, value),
    afterwards: (work) => void reply.raw.once("finish", work),
  };
}

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
