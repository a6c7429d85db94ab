/** docs/operations/nginx.conf in a real nginx, with TLS, in front of the server. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { FastifyInstance } from "fastify";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { openRecommender, type Recommender } from "../../src/recommend/recommender.ts";
import { createApp } from "../../src/server/app.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";
import { type NginxProxy, needsNginx, type ProxyRequest, startNginx } from "../helpers/nginx.ts";

describe("behind nginx", needsNginx, () => {
  let recommender: Recommender;
  let store: Store;
  let app: FastifyInstance;
  let nginx: NginxProxy;
  before(async () => {
    recommender = await openRecommender(await fit(filmDataset(), configure("item-knn")));
    const folder = temporaryFolder();
    store = await openStore(join(folder, "store.sqlite"));
    app = await createApp(recommender, {
      store,
      access: "public",
      trustProxy: ["127.0.0.1"],
      hosts: ["films.example"],
      limits: { perMinute: 20 },
    });
    const address = await app.listen({ host: "127.0.0.1", port: 0 });
    nginx = await startNginx("nginx.conf", ["http://127.0.0.1:7070", address]);
  });
  after(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await app?.close();
    await store?.[Symbol.asyncDispose]();
    recommender?.[Symbol.dispose]();
  });

  /** Asks from an address of this machine. */
  const ask = (method: string, path: string, how: ProxyRequest = {}) =>
    nginx.ask(method, path, { from: "127.0.0.1", ...how });

  it("pages and lists come over TLS, with what browsers are told", async () => {
    const answer = await ask("POST", "/api/v1/recommendations", { body: JSON.stringify({ k: 3 }), from: "127.0.0.2" });
    assert.deepEqual([answer.status, JSON.parse(answer.body).items.length], [200, 3]);
    assert.equal(answer.headers["strict-transport-security"], "max-age=31536000");
    assert.match(String(answer.headers["content-security-policy"]), /default-src/);
  });

  it("visitors have a cookie for TLS alone, and pages of this origin may write", async () => {
    const own = { origin: "https://films.example" };
    const put = { body: JSON.stringify({ rating: 5 }), headers: own, from: "127.0.0.3" };
    const kept = await ask("PUT", "/api/v1/users/me/ratings/10", put);
    assert.equal(kept.status, 200, kept.body);
    assert.match(String(kept.headers["set-cookie"]), /; Secure$/);
    const other = await ask("PUT", "/api/v1/users/me/ratings/10", {
      ...put,
      headers: { origin: "https://evil.example" },
    });
    assert.equal(JSON.parse(other.body).code, "ORIGIN_FORBIDDEN");
  });

  it("each visitor is counted alone, whatever they say of their address", async () => {
    const statuses = async (from: string, count: number) =>
      Promise.all(
        Array.from({ length: count }, async (_, n) => {
          const headers = { "x-forwarded-for": `203.0.113.${n}` };
          return (await ask("GET", "/api/v1/items?limit=1", { headers, from })).status;
        }),
      );
    const many = await statuses("127.0.0.4", 30);
    assert.ok(many.includes(429) && many.includes(200), `${many}`);
    assert.deepEqual(await statuses("127.0.0.5", 3), [200, 200, 200]);
  });

  it("another name is none that the server answers to", async () => {
    const answer = await ask("GET", "/api/v1/models", { headers: { host: "evil.example" }, from: "127.0.0.6" });
    assert.equal(answer.status, 421);
  });
});
