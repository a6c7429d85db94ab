/** Visitors of the page: people without a key, whom a signed cookie tells apart. */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { makeOnce } from "../make-once.ts";
import type { Store } from "../store/store.ts";

const cookieName = "matinee_visitor";
const secondsKept = 365 * 86_400;
const secretSetting = "visitor-secret";

/** Tells visitors apart. Their ids in the store are `visitor:` and a random UUID. */
export interface Visitors {
  /** The visitor who asks; undefined where no cookie, or none of this server's, says who. */
  find(request: FastifyRequest): Promise<string | undefined>;
  /** The visitor who asks; one who is not known yet is given a cookie. */
  findOrMake(request: FastifyRequest, reply: FastifyReply): Promise<string>;
}

/** @param path below which the cookie is sent */
export function visitorsOf(store: Store, path: string): Visitors {
  const secretOf = makeOnce(() => readSecret(store));

  function signed(id: string, secret: Buffer): string {
    return `${id}.${createHmac("sha256", secret).update(id).digest("base64url")}`;
  }

  async function find(request: FastifyRequest): Promise<string | undefined> {
    const value = cookiesOf(request).find(([name]) => name === cookieName)?.[1];
    const [, id] = /^([0-9a-f-]{36})\.[\w-]{43}$/.exec(value ?? "") ?? [];
    if (value === undefined || id === undefined) return undefined;
    const own = signed(id, await secretOf());
    return timingSafeEqual(Buffer.from(own), Buffer.from(value)) ? `visitor:${id}` : undefined;
  }

  return {
    find,
    async findOrMake(request, reply) {
      const known = await find(request);
      if (known !== undefined) return known;
      const id = randomUUID();
      const secure = request.protocol === "https" ? "; Secure" : "";
      const value = signed(id, await secretOf());
      reply.header(
        "set-cookie",
        `${cookieName}=${value}; Path=${path}; Max-Age=${secondsKept}; HttpOnly; SameSite=Lax${secure}`,
      );
      return `visitor:${id}`;
    },
  };
}

function cookiesOf(request: FastifyRequest): string[][] {
  return (request.headers.cookie ?? "").split(/; */).map((cookie) => cookie.split("=", 2));
}

/** The secret of the store, made by the first server that asks for it. */
async function readSecret(store: Store): Promise<Buffer> {
  let secret = await store.readSetting(secretSetting);
  secret ??= await store.write(
    async (writer) => {
      const made = randomBytes(32).toString("base64url");
      await writer.setSetting(secretSetting, made);
      return made;
    },
    { key: secretSetting, request: secretSetting }, // so that two servers that start at once agree
  );
  return Buffer.from(String(secret), "base64url");
}
