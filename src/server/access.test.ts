import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fastify, { type InjectOptions } from "fastify";
import { filmDataset } from "../../test/helpers/films.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openRecommender, type Recommender } from "../recommend/recommender.ts";
import { type AppOptions, createApp } from "./app.ts";
import { makeApiKey } from "./keys.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { matinee } from "./plugin.ts";
import { rateLimiter } from "./rate-limit.ts";

const models = "/api/v1/models";
const list = { method: "POST", url: "/api/v1/recommendations", payload: { ratings: [{ id: 10, rating: 5 }] } } as const;

describe("who may ask", () => {
  let recommender: Recommender;
  before(async () => {
    recommender = await openRecommender(
      await fit(filmDataset(), configure("user-knn", { minOverlap: 1, minNeighbours: 1 })),
    );
  });
  after(() => recommender[Symbol.dispose]());

  /** Status and code of answers of an app with these options. */
  async function ask(options: AppOptions, requests: readonly InjectOptions[]) {
    await using app = await createApp(recommender, options);
    const answers = [];
    for (const request of requests) {
      const response = await app.inject(request);
      const body = response.body.startsWith("{") ? response.json() : {};
      answers.push({ status: response.statusCode, code: body.code, headers: response.headers, body });
    }
    return answers;
  }
  const codes = (answers: { status: number; code: unknown }[]) => answers.map(({ status, code }) => code ?? status);
  const asked = (headers: Record<string, string>, url = models) => ({ url, headers });

  it("this machine by its own names alone, so that no page's name can be made to lead here (DNS rebinding)", async () => {
    const hosts = [
      "evil.example",
      "evil.example:7070",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "a b",
      "1.2.3.4",
    ];
    for (const url of [models, "/api/v1/users/1/ratings", "/", "/nothing"]) {
      const refused = await ask(
        {},
        hosts.map((host) => asked({ host }, url)),
      );
      assert.deepEqual(
        codes(refused),
        hosts.map(() => "HOST_UNKNOWN"),
        url,
      );
      assert.equal(refused[0].status, 421);
    }
    const own = ["localhost", "localhost:7070", "127.0.0.1:7070", "127.9.9.9", "[::1]:7070", "LOCALHOST."];
    assert.deepEqual(
      codes(
        await ask(
          {},
          own.map((host) => asked({ host })),
        ),
      ),
      own.map(() => 200),
    );
    const named = await ask({ hosts: ["films.example"] }, [
      asked({ host: "films.example:443" }),
      asked({ host: "evil.example" }),
    ]);
    assert.deepEqual(codes(named), [200, "HOST_UNKNOWN"]);
    assert.deepEqual(codes(await ask({}, [asked({ host: "evil.example" }, "/healthz")])), [200]);
  });

  it("this machine alone, whatever the Host says", async () => {
    const remoteAddress = "192.0.2.7";
    assert.deepEqual(codes(await ask({}, [{ url: models, remoteAddress }])), ["KEY_REQUIRED"]);
  });

  it("pages of this origin, and of those that are allowed (CORS)", async () => {
    const host = "127.0.0.1:7070";
    const origins = ["https://evil.example", "null", "http://127.0.0.1:3000", "http://localhost:7070", "file://"];
    for (const request of [{ url: models }, { ...list }]) {
      const refused = await ask(
        {},
        origins.map((origin) => ({ ...request, headers: { host, origin } })),
      );
      assert.deepEqual(
        codes(refused),
        origins.map(() => "ORIGIN_FORBIDDEN"),
      );
      assert.ok(refused.every(({ headers }) => headers["access-control-allow-origin"] === undefined));
    }
    const own = asked({ host, origin: "http://127.0.0.1:7070", "sec-fetch-site": "same-origin" });
    const image = asked({ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" });
    const link = asked({ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }, "/");
    assert.deepEqual(codes(await ask({}, [own, image, link])), [200, "ORIGIN_FORBIDDEN", 200]);

    const origin = "https://films.example";
    const preflight = {
      ...list,
      method: "OPTIONS",
      headers: { host, origin, "access-control-request-method": "POST" },
    };
    const [answer, before, other] = await ask({ origins: [origin] }, [
      asked({ host, origin }),
      preflight as InjectOptions,
      asked({ host, origin: "https://evil.example" }),
    ]);
    assert.deepEqual([answer.status, before.status, other.code], [200, 204, "ORIGIN_FORBIDDEN"]);
    assert.equal(answer.headers["access-control-allow-origin"], origin);
    assert.match(String(answer.headers.vary), /Origin/);
    assert.match(String(before.headers["access-control-allow-headers"]), /Authorization/);
  });

  it("who has no key yet, with the page at /admin and its files, and with no other page", async () => {
    const { apiKey } = makeApiKey("shop", "read");
    await using open = await createApp(recommender);
    await using app = await createApp(recommender, { keys: [apiKey] });
    const filesOf = (html: string) => Array.from(html.matchAll(/="\.(\/assets\/[^"]+)"/g), ([, path]) => path);
    const page = await app.inject("/admin");
    assert.equal(page.statusCode, 200);
    assert.match(String(page.headers["content-security-policy"]), /script-src 'self'; style-src 'self'/);
    const own = filesOf(page.body);
    assert.ok(own.some((path) => path.endsWith(".js")) && own.some((path) => path.endsWith(".css")));
    for (const path of own) assert.equal((await app.inject(path)).statusCode, 200, path);
    const others = filesOf((await open.inject("/")).body).filter((path) => !own.includes(path));
    assert.ok(others.length > 0);
    for (const path of ["/", "/index.html", ...others]) assert.equal((await app.inject(path)).statusCode, 401, path);
  });

  it("who has a key, as far as it reaches; the server knows its hash alone, and logs none", async () => {
    const [read, admin] = [makeApiKey("shop", "read"), makeApiKey("me", "admin")];
    assert.ok(!JSON.stringify(read.apiKey).includes(read.secret));
    const bearer = (secret: string, url = models) =>
      asked({ host: "films.example", authorization: `Bearer ${secret}` }, url);
    const users = "/api/v1/users/1/ratings";
    const told: string[] = [];
    const answers = await ask({ keys: [read.apiKey, admin.apiKey], log: { write: (line) => told.push(line) } }, [
      asked({}),
      bearer("matinee_wrong"),
      bearer(read.apiKey.hash),
      bearer(read.secret),
      bearer(read.secret, users),
      bearer(admin.secret, users),
      asked({}, "/healthz"),
      asked({}, "/"),
      asked({}, "/nothing"),
    ]);
    const refused = "KEY_REQUIRED";
    assert.deepEqual(codes(answers), [refused, refused, refused, 200, "SCOPE_MISSING", 200, 200, refused, refused]);
    assert.equal(answers[0].headers["www-authenticate"], "Bearer");
    const failing = {
      opened: { ...recommender.opened, model: { ...recommender.opened.model, ask: () => assert.fail("broken") } },
    };
    await using app = await createApp(failing, { keys: [read.apiKey], log: { write: (line) => told.push(line) } });
    await app.inject({ ...list, headers: { authorization: `Bearer ${read.secret}` } });
    assert.ok(told.length > 0 && !told.join("").includes(read.secret));
  });

  it("anybody, where it is public, of films and of their own ratings, and not as often as they like", async () => {
    const users = ["ratings", "recommendations", "neighbours", "predictions/10"].map((of) => `/api/v1/users/1/${of}`);
    const host = { host: "films.example" };
    const refused = await ask(
      { access: "public" },
      users.map((url) => asked(host, url)),
    );
    assert.deepEqual(
      codes(refused),
      users.map(() => "KEY_REQUIRED"),
    );
    const explained = { ...list, payload: { ...list.payload, explain: true } };
    const [open] = await ask({ access: "public" }, [{ ...explained, headers: host }]);
    const [local] = await ask({}, [explained]);
    assert.equal(local.body.items[0].parts[1].kind, "neighbour");
    assert.deepEqual([open.status, open.body.items[0].id], [200, local.body.items[0].id]);
    assert.ok(!JSON.stringify(open.body).includes('"user"'));

    const limits = { perMinute: 4 };
    const many = await ask(
      { access: "public", limits },
      [1, 2, 3, 4].map(() => asked(host)),
    );
    assert.deepEqual(codes(many), [200, 200, "RATE_LIMITED", "RATE_LIMITED"]);
    assert.equal(many[2].headers["retry-after"], "15");
    const { secret, apiKey } = makeApiKey("me", "admin");
    const known = asked({ ...host, authorization: `Bearer ${secret}` }, users[0]);
    assert.deepEqual(
      codes(await ask({ access: "public", limits, keys: [apiKey] }, [known, known, known])),
      [200, 200, 200],
    );
  });

  it("whom the app around lets through, where that is said", async () => {
    await using app = fastify();
    app.addHook("onRequest", async (request, reply) =>
      request.headers.user === "me" ? undefined : reply.code(401).send(),
    );
    await app.register(matinee, { recommender, prefix: "/films", access: "trusted" });
    const url = "/films/api/v1/users/1/ratings";
    const statuses = [{ user: "me", host: "films.example" }, { host: "films.example" }].map(
      async (headers) => (await app.inject({ url, headers, remoteAddress: "192.0.2.7" })).statusCode,
    );
    assert.deepEqual(await Promise.all(statuses), [200, 401]);
  });

  it("tells nobody which users there are", async () => {
    const [{ status, body }] = await ask({}, [{ url: "/api/v1/users/7/ratings" }]);
    assert.deepEqual([status, body.code], [404, "USER_UNKNOWN"]);
    assert.doesNotMatch(JSON.stringify(body), /run from|6 users|1 to 6/);
  });

  it("refuses options that are unknown or would open more than they say", async () => {
    const { apiKey } = makeApiKey("me", "read");
    const wrong: [unknown, RegExp][] = [
      [{ acces: "public" }, /no option "acces"/],
      [{ limits: { request: 3 } }, /no option "request"/],
      [{ limits: { requests: 0 } }, /requests is 0/],
      [{ access: "open" }, /access is "open"/],
      [{ access: "keys" }, /keys has no key/],
      [{ access: "local", keys: [apiKey] }, /access is "local"/],
      [{ keys: [{ ...apiKey, hash: "1234" }] }, /a key is an object/],
      [{ keys: [{ ...apiKey, scope: "all" }] }, /a key is an object/],
      [{ origins: ["*"] }, /origins is "\*"/],
      [{ origins: ["https://films.example/"] }, /origins is/],
    ];
    for (const [options, message] of wrong) {
      await assert.rejects(createApp(recommender, options as AppOptions), { code: "USAGE", message });
    }
    await assert.rejects(async () => fastify().register(matinee, {} as never), {
      code: "USAGE",
      message: /no recommender/,
    });
  });
});

describe("the operations", () => {
  const all = Object.values<Operation>(operations);

  it("every operation states who may ask; those that name a user are for write and admin", () => {
    for (const { method, path, access } of all) {
      if (path.includes("{user}")) assert.match(access, /^(write|admin)$/, path);
      else if (path.startsWith("/api/v1/models/")) assert.equal(access, "admin", path);
      else if (method !== "GET" && path.includes("{id}")) assert.equal(access, "write", path);
    }
    const open = all.filter(({ access }) => access === "open").map(({ path }) => path);
    assert.deepEqual(open, ["/healthz", "/readyz"]);
  });

  it("no request makes the server ask another", () => {
    const taken = all.flatMap(({ params, query, body }) =>
      [params, query, body].flatMap((part) => Object.keys((part as { properties?: object })?.properties ?? {})),
    );
    assert.deepEqual([...new Set(taken)].sort(), [
      "after",
      "attributes",
      "blend",
      "boost",
      "content",
      "diversity",
      "events",
      "exclude",
      "explain",
      "filter",
      "from",
      "genres",
      "id",
      "item",
      "items",
      "k",
      "kind",
      "limit",
      "model",
      "name",
      "next",
      "pin",
      "popularity",
      "profiles",
      "query",
      "rating",
      "ratings",
      "requests",
      "rotation",
      "rule",
      "scenario",
      "seen",
      "session",
      "share",
      "shown",
      "tags",
      "time",
      "title",
      "unseen",
      "user",
      "year",
      "years",
    ]);
  });
});

describe("the rate limit", () => {
  it("fills evenly, for each address and each network of IPv6", () => {
    let now = 0;
    const wait = rateLimiter(60, () => now);
    for (let n = 0; n < 30; n++) assert.equal(wait("192.0.2.1"), 0);
    assert.equal(wait("192.0.2.1"), 1);
    assert.equal(wait("192.0.2.2"), 0);
    now = 1000;
    assert.deepEqual([wait("192.0.2.1"), wait("192.0.2.1")], [0, 1]);
    for (let n = 0; n < 30; n++) assert.equal(wait(`2001:db8::${n}`), 0);
    assert.deepEqual([wait("2001:db8:0:0:1::7"), wait("2001:db8:0:1::7")], [1, 0]);
  });

  it("forgets the addresses that have not asked for longest", () => {
    const wait = rateLimiter(2, () => 0);
    assert.deepEqual([wait("a"), wait("a")], [0, 30]);
    for (let n = 0; n < 10_000; n++) wait(`b${n}`);
    assert.equal(wait("a"), 0);
  });
});
