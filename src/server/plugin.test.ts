import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import fastify from "fastify";
import { filmDataset } from "../../test/helpers/films.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openRecommender, type Recommender } from "../recommend/recommender.ts";
import { createApp } from "./app.ts";
import { matinee } from "./plugin.ts";

let recommender: Recommender;
before(async () => {
  recommender = await openRecommender(await fit(filmDataset(), configure("item-knn")), { data: filmDataset() });
});
after(() => recommender[Symbol.dispose]());

describe("the plugin", () => {
  it("goes into an app with a life of its own, below a prefix, and leaves the rest of it alone", async () => {
    await using app = fastify();
    app.get("/", async () => ({ own: true }));
    app.post("/own", async (request) => ({ got: request.body }));
    await app.register(matinee, { recommender, prefix: "/films" });
    const own = await app.inject("/?a=1");
    assert.deepEqual(own.json(), { own: true });
    assert.equal(own.headers["content-security-policy"], undefined);
    assert.equal((await app.inject({ url: "/", headers: { host: "shop.example" } })).statusCode, 200);
    assert.equal((await app.inject({ method: "POST", url: "/own", payload: { a: "1" } })).json().got.a, "1");
    assert.equal((await app.inject("/nothing")).json().code, undefined);

    const alone = await createApp(recommender);
    for (const path of ["/healthz", "/api/v1/items?limit=2", "/api/v1/users/2/recommendations?explain=true", "/"]) {
      const [below, same] = [await app.inject(`/films${path}`), await alone.inject(path)];
      const bodies = [below.body, same.body].map((body) => body.replace(/"recommendationId":"[^"]+"/, ""));
      assert.deepEqual([below.statusCode, bodies[0]], [200, bodies[1]], path);
    }
    await alone.close();
    assert.equal((await app.inject("/films/api/v1/items?wrong=1")).json().code, "REQUEST_INVALID");
    assert.equal((await app.inject("/films/nothing")).json().code, "NOT_FOUND");
    assert.equal((await app.inject({ url: "/films/api/v1/items", headers: { host: "evil.example" } })).statusCode, 421);
    assert.deepEqual((await app.inject("/films/api/v1/openapi.json")).json().servers, [{ url: "/films" }]);
    const bare = await app.inject("/films");
    assert.deepEqual([bare.statusCode, bare.headers.location], [308, "/films/"]);
  });

  it("reads bodies as JSON alone, whatever the app around reads", async () => {
    await using app = fastify();
    const nothing = async () => ({ ratings: [] });
    for (const type of ["text/plain", "application/json"]) {
      if (app.hasContentTypeParser(type)) app.removeContentTypeParser(type);
      app.addContentTypeParser(type, { parseAs: "string" }, nothing);
    }
    await app.register(matinee, { recommender, prefix: "/films" });
    const post = (type: string) =>
      app.inject({
        method: "POST",
        url: "/films/api/v1/recommendations",
        headers: { "content-type": type },
        payload: '{"ratings":[{"id":10,"rating":5}],"k":1}',
      });
    assert.equal((await post("text/plain")).statusCode, 415); // what a form of another site may send unasked
    assert.equal((await post("application/json")).json().items[0].id, 20);
  });

  it("is there twice, with two recommenders", async () => {
    const popular = await openRecommender(await fit(filmDataset(), configure("popular")));
    await using app = fastify();
    await app.register(matinee, { recommender, prefix: "/a" });
    await app.register(matinee, { recommender: popular, prefix: "/b" });
    const names = ["a", "b"].map(
      async (prefix) => (await app.inject(`/${prefix}/api/v1/models`)).json().models[0].name,
    );
    assert.deepEqual(await Promise.all(names), ["item-knn", "popular"]);
  });
});

describe("answers", () => {
  const jsonUrl = "/api/v1/openapi.json";

  it("protect browsers", async () => {
    await using app = await createApp(recommender);
    const page = await app.inject("/");
    for (const url of ["/", "/healthz", "/api/v1/items", "/api/v1/items/999", "/nothing"]) {
      const { headers } = await app.inject(url);
      assert.match(String(headers["content-security-policy"]), /default-src 'none'.*frame-ancestors 'none'/);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["cross-origin-resource-policy"], "same-origin");
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["x-powered-by"] ?? headers.server, undefined);
    }
    const policy = String(page.headers["content-security-policy"]);
    assert.match(policy, /script-src 'self'; style-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|data:|\*/);
  });

  it("are packed as the client takes them", async () => {
    await using app = await createApp(recommender);
    const [, script] = /src="\.(\/assets\/[^"]+\.js)"/.exec((await app.inject("/")).body)!;
    for (const url of [jsonUrl, script]) {
      const plain = await app.inject(url);
      assert.equal(plain.headers["content-encoding"], undefined);
      for (const [accepted, name, unpack] of [
        ["gzip, deflate, br", "br", brotliDecompressSync],
        ["gzip;q=1.0, br;q=0", "gzip", gunzipSync],
      ] as const) {
        const packed = await app.inject({ url, headers: { "accept-encoding": accepted } });
        assert.equal(packed.headers["content-encoding"], name);
        assert.equal(packed.headers.vary, "Accept-Encoding");
        assert.ok(packed.rawPayload.length < plain.rawPayload.length / 2);
        assert.equal(Number(packed.headers["content-length"]), packed.rawPayload.length);
        assert.equal(unpack(packed.rawPayload).toString(), plain.body);
      }
    }
    const small = await app.inject({ url: "/healthz", headers: { "accept-encoding": "br" } });
    assert.equal(small.headers["content-encoding"], undefined);
  });

  it("have tags, and are not sent to who has them", async () => {
    await using app = await createApp(recommender);
    for (const url of [jsonUrl, "/api/v1/items?limit=2", "/"]) {
      const first = await app.inject(url);
      const etag = String(first.headers.etag);
      for (const known of [etag, `"other", ${etag}`, etag.replace("W/", ""), "*"]) {
        const again = await app.inject({ url, headers: { "if-none-match": known, "accept-encoding": "br" } });
        assert.deepEqual([again.statusCode, again.body, again.headers.etag], [304, "", etag], `${url} ${known}`);
      }
      assert.equal((await app.inject({ url, headers: { "if-none-match": '"other"' } })).statusCode, 200);
    }
    assert.equal((await app.inject("/api/v1/items/999")).headers.etag, undefined);
    const url = "/api/v1/recommendations";
    const posted = await app.inject({ method: "POST", url, payload: { ratings: [] } });
    assert.deepEqual([posted.headers.etag, posted.headers["cache-control"]], [undefined, "no-store"]);
  });

  it("are kept by browsers where their name changes with their content", async () => {
    await using app = await createApp(recommender);
    const page = await app.inject("/");
    assert.equal(page.headers["cache-control"], "no-cache");
    const [, script] = /src="\.(\/assets\/[^"]+\.js)"/.exec(page.body)!;
    assert.match(String((await app.inject(script)).headers["cache-control"]), /immutable/);
    assert.equal((await app.inject("/api/v1/models")).headers["cache-control"], "private, no-cache");
  });
});
