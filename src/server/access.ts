/** Who may ask: by the name that the server is asked by, the page that asks, and the key that is sent. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { MatineeError } from "../errors.ts";
import { type ApiKey, keyFinder } from "./keys.ts";
import type { ServerSettings } from "./options.ts";
import { rateLimiter } from "./rate-limit.ts";
import { varyBy } from "./responses.ts";
import { includesScope, type KeyScope } from "./scopes.ts";

/** What a route asks of who asks: nothing (`open`), or a scope. */
export type RouteAccess = "open" | KeyScope;

/** Decides who may ask. */
export interface Access {
  /**
   * Checks a request before its body is read, and writes what browsers are told of it.
   * @throws HOST_UNKNOWN, ORIGIN_FORBIDDEN, KEY_REQUIRED, SCOPE_MISSING, RATE_LIMITED
   * @returns whether it was a browser's question beforehand (CORS), which needs no answer of a route
   */
  check(request: FastifyRequest, reply: FastifyReply, route: RouteAccess): boolean;
  /** The scope of a checked request. */
  scopeOf(request: FastifyRequest): KeyScope;
  /** Who sent a checked request, for telling one's requests from another's: the name of a key, or nothing. */
  keyNameOf(request: FastifyRequest): string;
}

export function accessOf({ access, keys, hosts, origins, limits }: ServerSettings): Access {
  const findKey = keyFinder(keys);
  const takeOne = rateLimiter(limits.perMinute);
  const callers = new WeakMap<FastifyRequest, Pick<ApiKey, "scope" | "name">>();
  const anyOrigin = origins.includes("*");

  /** Refuses names of others: a page whose own name was made to lead to this machine asks by that name (DNS rebinding). */
  function checkHost(host: string): void {
    if (hosts === undefined) return;
    const name = hostName(host);
    if (name !== undefined && (isLoopbackName(name) || hosts.includes(name))) return;
    throw new MatineeError("HOST_UNKNOWN", "the Host of the request is none that this server answers to");
  }

  function checkOrigin(request: FastifyRequest, reply: FastifyReply, host: string): void {
    if (origins.length > 0) varyBy(reply, "Origin");
    const { origin, "sec-fetch-site": site, "sec-fetch-mode": mode } = request.headers;
    if (origin === undefined) {
      // An image or a script of another site's page sends no Origin.
      if (site === undefined || site === "same-origin" || site === "none" || mode === "navigate") return;
    } else {
      if (isSameOrigin(origin, host)) return;
      if (anyOrigin || origins.includes(origin)) {
        reply.headers({
          "access-control-allow-origin": anyOrigin ? "*" : origin,
          "access-control-expose-headers": "ETag, Retry-After, Idempotency-Replayed",
        });
        return;
      }
    }
    throw new MatineeError("ORIGIN_FORBIDDEN", "the request comes from a page of another site");
  }

  function callerOf(request: FastifyRequest): Pick<ApiKey, "scope" | "name"> | undefined {
    const [, secret] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
    if (secret !== undefined && keys.length > 0) {
      const key = findKey(secret);
      if (!key) throw new MatineeError("KEY_REQUIRED", "the key is not known");
      return key;
    }
    if (access === "trusted") return { scope: "admin", name: "" };
    if (access === "local") {
      if (isLoopbackAddress(request.raw.socket.remoteAddress ?? "")) return { scope: "admin", name: "" };
      throw new MatineeError("KEY_REQUIRED", "the server answers this machine only", {
        fix: "start it with --keys FILE or --public",
      });
    }
    return access === "public" ? { scope: "read", name: "" } : undefined;
  }

  return {
    check(request, reply, route) {
      if (route === "open") return false;
      const host = String(request.headers[":authority"] ?? request.headers.host ?? "");
      checkHost(host);
      checkOrigin(request, reply, host);
      if (request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined) {
        reply.headers({
          "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
          "access-control-allow-headers": "Authorization, Content-Type, If-None-Match, Idempotency-Key",
          "access-control-max-age": "600",
        });
        return true;
      }
      const caller = callerOf(request);
      const byKey = request.headers.authorization !== undefined && keys.length > 0;
      if (access === "public" && !byKey) {
        const wait = takeOne(request.ip);
        if (wait > 0) {
          reply.header("retry-after", String(wait));
          throw new MatineeError("RATE_LIMITED", `one address may ask ${limits.perMinute} times a minute`);
        }
      }
      const suffices = caller !== undefined && includesScope(caller.scope, route);
      if (caller === undefined || (!suffices && !byKey)) {
        reply.header("www-authenticate", "Bearer");
        throw new MatineeError("KEY_REQUIRED", "the request needs a key, and brings none");
      }
      if (!suffices) throw new MatineeError("SCOPE_MISSING", `the request takes a key of the scope ${route}`);
      callers.set(request, caller);
      return false;
    },
    scopeOf: (request) => callers.get(request)?.scope ?? "read",
    keyNameOf: (request) => callers.get(request)?.name ?? "",
  };
}

/** The name in a Host header, without its port and in small letters; undefined where it is none. */
function hostName(host: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::\d{1,5})?$/.exec(host.toLowerCase())?.[1];
}

function isLoopbackName(name: string): boolean {
  return name === "localhost" || name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name);
}

/** Whether an address is one of this machine's own, which no other machine reaches. */
export function isLoopbackAddress(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}

/** Whether a page of an origin was sent by this server. Its scheme is not compared: a proxy may have taken TLS off. */
function isSameOrigin(origin: string, host: string): boolean {
  return /^https?:\/\//.test(origin) && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
