import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import fastify from "fastify";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { readMetrics } from "../../test/helpers/metrics.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openRecommender } from "../recommend/recommender.ts";
import { openStore } from "../store/open-store.ts";
import { type AppOptions, createApp } from "./app.ts";
import { makeApiKey } from "./keys.ts";
import { latencyRing } from "./latencies.ts";
import { matinee } from "./plugin.ts";

const data = filmDataset();

const recommender = async () => openRecommender(await fit(data, configure("item-knn")), { data });

async function appWith(options: AppOptions = {}) {
  return createApp(await recommender(), options);
}

const list = { method: "POST", url: "/api/v1/recommendations", payload: { ratings: [{ id: 10, rating: 5 }] } } as const;

describe("GET /metrics", () => {
  it("counts requests by method, pattern and status, and their time by pattern", async () => {
    await using store = await openStore(join(temporaryFolder(), "store.sqlite"));
    const app = await appWith({ store });
    for (const url of ["/api/v1/items/10", "/api/v1/items/30", "/api/v1/items/999", "/nothing/999", "/healthz"]) {
      await app.inject(url);
    }
    await app.inject(list);
    await app.inject({ method: "PUT", url: "/api/v1/users/ann/ratings/10", payload: { rating: 4 } });
    const response = await app.inject("/metrics");
    assert.equal(response.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    const metrics = readMetrics(response.body);
    const requests = new Map(
      metrics
        .get("matinee_requests_total")!
        .samples.map(({ labels: { method, route, status }, value }) => [`${method} ${route} ${status}`, value]),
    );
    assert.equal(requests.get("GET /api/v1/items/{id} 200"), 2);
    assert.equal(requests.get("GET /api/v1/items/{id} 404"), 1);
    assert.equal(requests.get("GET none 404"), 1);
    assert.equal(requests.get("GET /healthz 200"), 1);
    assert.equal(requests.get("POST /api/v1/recommendations 200"), 1);
    const counts = metrics.get("matinee_request_seconds")!.samples.filter(({ name }) => name.endsWith("_count"));
    assert.equal(counts.find(({ labels }) => labels.route === "/api/v1/items/{id}")?.value, 3);
    const one = (name: string) => metrics.get(name)!.samples[0];
    assert.equal(one("matinee_open_requests").value, 1, "this one");
    assert.equal(one("matinee_unsent_bytes").value, 0);
    assert.equal(one("matinee_model_age_seconds").labels.model, "item-knn");
    assert.equal(one("matinee_store_writes_total").value, 1);
    assert.equal(one("matinee_store_commits_total").value, 1);
    assert.equal(one("matinee_store_waiting_writes").value, 0);
    assert.ok(one("process_resident_memory_bytes").value > 1e7);
    assert.ok(one("process_cpu_seconds_total").value > 0);
    assert.deepEqual(
      metrics.get("matinee_event_loop_delay_seconds")!.samples.map(({ labels }) => labels.quantile),
      ["0.5", "0.99"],
    );
    await app.close();
  });

  it("counts patterns without the prefix of a plugin", async () => {
    await using app = fastify();
    await app.register(matinee, { recommender: await recommender(), prefix: "/films" });
    await app.inject("/films/api/v1/items/10");
    const { samples } = readMetrics((await app.inject("/films/metrics")).body).get("matinee_requests_total")!;
    assert.deepEqual(samples, [
      {
        name: "matinee_requests_total",
        labels: { method: "GET", route: "/api/v1/items/{id}", status: "200" },
        value: 1,
      },
    ]);
  });

  it("stays as small for any addresses that are made up", async () => {
    const app = await appWith();
    await app.inject("/api/v1/items/1");
    const series = async () => (await app.inject("/metrics")).body.split("\n").length;
    await app.inject("/nothing");
    await series();
    const before = await series();
    for (let n = 0; n < 50; n++) {
      await app.inject(`/nothing/${n}`);
      await app.inject(`/api/v1/items/9${n}`);
    }
    assert.equal(await series(), before);
    await app.close();
  });

  it("is for keys of the scope admin, as the status is", async () => {
    const [reader, admin] = [makeApiKey("shop", "write"), makeApiKey("us", "admin")];
    const app = await appWith({ keys: [reader.apiKey, admin.apiKey] });
    for (const url of ["/metrics", "/api/v1/status"]) {
      const ask = async (secret?: string) => {
        const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
        return (await app.inject({ url, headers })).statusCode;
      };
      assert.deepEqual([await ask(), await ask(reader.secret), await ask(admin.secret)], [401, 403, 200], url);
    }
    await app.close();
    const open = await appWith({ access: "public" });
    assert.equal((await open.inject("/metrics")).statusCode, 401);
    await open.close();
  });
});

describe("GET /api/v1/status", () => {
  it("tells requests, lists, the model, the store and what is wrong", async () => {
    const place = join(temporaryFolder(), "store.sqlite");
    const store = await openStore(place);
    const app = await appWith({ store });
    const status = async () => (await app.inject("/api/v1/status")).json();
    const before = await status();
    assert.deepEqual(before.lists, { count: 0, seconds: 300 });
    assert.deepEqual(before.problems, []);
    assert.deepEqual(
      { ...before.store },
      {
        kind: "sqlite",
        users: 0,
        ratings: 0,
        events: 0,
        items: 0,
        eventsOfLastHour: 0,
        eventsOfLastDay: 0,
        waitingWrites: 0,
      },
    );
    for (let n = 0; n < 3; n++) await app.inject(list);
    await app.inject("/api/v1/items/999");
    const after = await status();
    assert.equal(after.lists.count, 3);
    assert.ok(after.lists.p50 > 0 && after.lists.p50 <= after.lists.p90 && after.lists.p90 <= after.lists.p99);
    assert.deepEqual(after.requests.byStatus, { "2xx": 4, "3xx": 0, "4xx": 1, "5xx": 0 });
    assert.equal(after.requests.answered, 5);
    assert.equal(after.model.name, "item-knn");
    assert.ok(Math.abs(after.model.since - Date.now() / 1000) < 60);
    await app.close();
    await store[Symbol.asyncDispose]();
  });

  it("goes on where the store does not answer, and says so without naming its place", async () => {
    const store = await openStore(join(temporaryFolder(), "secret-place.sqlite"));
    const app = await appWith({ store });
    await store[Symbol.asyncDispose]();
    const response = await app.inject("/api/v1/status");
    assert.equal(response.statusCode, 200);
    assert.equal(response.json().store, undefined);
    assert.match(response.json().problems[0].detail, /store does not answer/);
    assert.ok(!response.body.includes("secret-place"));
    await app.close();
  });
});

describe("latencies", () => {
  it("have quantiles over the last five minutes", () => {
    let now = 1000;
    const ring = latencyRing(() => now);
    assert.deepEqual(ring.summary(), { count: 0, seconds: 300 });
    for (let value = 1; value <= 100; value++) ring.add(101 - value);
    assert.deepEqual(ring.summary(), { count: 100, seconds: 300, p50: 50, p90: 90, p99: 99 });
    now += 200;
    ring.add(1000);
    now += 101;
    assert.deepEqual(ring.summary(), { count: 1, seconds: 300, p50: 1000, p90: 1000, p99: 1000 });
  });

  it("are those of the last requests, where there were very many", () => {
    let now = 0;
    const ring = latencyRing(() => now);
    for (let n = 0; n < 20_000; n++) {
      now += 0.001;
      ring.add(n < 15_000 ? 1 : 2);
    }
    const { count, seconds, p50, p90 } = ring.summary();
    assert.deepEqual([count, Math.round(seconds), p50, p90], [16_384, 16, 1, 2]);
  });
});

describe("the log of requests", () => {
  const lines: string[] = [];
  const log = { write: (line: string) => lines.push(line) };

  it("has a line for each, and nothing of who asked or of what", async () => {
    await using store = await openStore(join(temporaryFolder(), "store.sqlite"));
    const { secret, apiKey } = makeApiKey("the-shop-key", "admin");
    const app = await appWith({ store, keys: [apiKey], log, logRequests: true });
    const address = await app.listen({ port: 0, host: "127.0.0.1" });
    const headers = { authorization: `Bearer ${secret}`, cookie: "secret-cookie=1", "user-agent": "secret-agent" };
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(`${address}${path}`, { ...init, headers: { ...headers, ...(init.headers as object) } });
    const json = { "content-type": "application/json" };
    await ask("/api/v1/items?query=secret-title");
    await ask("/api/v1/items/secret-id");
    await ask("/secret-path?secret-query=1");
    await ask("/%E0%A4%A/secret-encoding");
    await ask("/api/v1/users/secret-user/recommendations");
    const body = JSON.stringify({ rating: 4 });
    await ask("/api/v1/users/secret-user/ratings/10", { method: "PUT", body, headers: json });
    await ask("/api/v1/recommendations", { method: "POST", body: '{"ratings":"secret-body', headers: json });
    await fetch(`${address}/api/v1/items`, { headers: { authorization: "Bearer secret-wrong-key" } });
    await app.close();
    const all = lines.join("");
    assert.ok(!/secret-|the-shop-key|127\.0\.0\.1/.test(all.replaceAll(address, "")), all);
    assert.ok(!all.includes(secret) && !all.includes(apiKey.hash));
    const told = lines.map((line) => JSON.parse(line)).filter(({ route }) => route !== undefined);
    assert.deepEqual(
      told.map(({ method, route, status }) => `${method} ${route} ${status}`),
      [
        "GET /api/v1/items 200",
        "GET /api/v1/items/{id} 404",
        "GET none 404",
        "GET /api/v1/users/{user}/recommendations 200",
        "PUT /api/v1/users/{user}/ratings/{item} 200",
        "POST /api/v1/recommendations 400",
        "GET /api/v1/items 401",
      ],
    );
    assert.ok(told.every(({ milliseconds, bytes, request }) => milliseconds > 0 && bytes > 0 && /^req-/.test(request)));
    assert.equal(lines.length, told.length, "no other lines");
  });

  it("is empty unless it is asked for", async () => {
    lines.length = 0;
    const app = await appWith({ log });
    await app.inject("/api/v1/items");
    await app.close();
    assert.deepEqual(lines, []);
    await assert.rejects(appWith({ logRequests: true }), /logRequests has no log/);
  });
});
