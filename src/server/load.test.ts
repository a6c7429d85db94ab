import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { setImmediate, setTimeout } from "node:timers/promises";
import { dataFolder, needsData } from "../../test/helpers/data.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { readRatings } from "../data/read.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import type { Query } from "../models/model.ts";
import { openRecommender, type Recommender } from "../recommend/recommender.ts";
import { createApp } from "./app.ts";
import type { ServerLimits } from "./limits.ts";
import { turnsOf } from "./turns.ts";

const recommendations = "/api/v1/recommendations";

describe("what the server takes on", () => {
  let recommender: Recommender;
  before(async () => {
    recommender = await openRecommender(await fit(filmDataset(), configure("item-knn")));
  });
  after(() => recommender[Symbol.dispose]());

  /** A recommender that takes its time, and counts what it was asked. */
  function slowRecommender(milliseconds: number) {
    const { opened } = recommender;
    const counted = { asked: 0 };
    const ask = (query: Query) => {
      counted.asked++;
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
      return opened.model.ask(query);
    };
    return { counted, recommender: { opened: { ...opened, model: { ...opened.model, ask } } } };
  }

  async function listening(limits: ServerLimits, of: Pick<Recommender, "opened"> = recommender) {
    const app = await createApp(of, { limits });
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    return { app, url, port: Number(new URL(url).port), [Symbol.asyncDispose]: () => app.close() };
  }

  async function begunBody(port: number): Promise<Socket> {
    const socket = connect(port, "127.0.0.1");
    const head = `POST ${recommendations} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n`;
    socket.write(`${head}content-length: 1000\r\n\r\n{`);
    await once(socket, "connect");
    return socket;
  }

  async function status(url: string): Promise<number> {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    for (let n = 0; n < 3000; n++) {
      if (await condition()) return;
      await setTimeout(20);
    }
    assert.fail("it never came to be");
  }

  it("so many open requests at a time, begun bodies among them; of more, 503 and when to ask again", async () => {
    await using server = await listening({ requests: 2 });
    const films = `${server.url}/api/v1/items`;
    const sockets = [await begunBody(server.port), await begunBody(server.port)];
    await until(async () => (await status(films)) === 503);
    const refused = await fetch(films);
    assert.equal(refused.headers.get("retry-after"), "1");
    assert.equal(((await refused.json()) as { code: string }).code, "OVERLOADED");
    assert.equal(await status(`${server.url}/healthz`), 200);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await status(films)) === 200);
  });

  it("no answers for clients that do not read them", async () => {
    await using server = await listening({ sendSeconds: 3, unsentBytes: 200_000, requests: 2000 });
    const socket = connect(server.port, "127.0.0.1").on("error", () => {});
    socket.pause();
    socket.write("GET /api/v1/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(200));
    const films = `${server.url}/api/v1/items`;
    // Whoever takes longer than three seconds to read is cut off, on a busy machine this one too.
    const statusOrCut = () => status(films).catch(() => 0);
    await until(async () => (await statusOrCut()) === 503);
    await until(async () => (await statusOrCut()) === 200);
    socket.resume();
    if (!socket.closed) await once(socket, "close");
  });

  it("sockets, headers, addresses and bodies within bounds", async () => {
    await using server = await listening({});
    const { requestTimeout, headersTimeout, timeout, keepAliveTimeout, maxConnections, maxRequestsPerSocket } =
      server.app.server;
    assert.deepEqual(
      { requestTimeout, headersTimeout, timeout, keepAliveTimeout, maxConnections, maxRequestsPerSocket },
      {
        requestTimeout: 10_000,
        headersTimeout: 5_000,
        timeout: 30_000,
        keepAliveTimeout: 5_000,
        maxConnections: 1_000,
        maxRequestsPerSocket: 10_000,
      },
    );
    assert.equal((await fetch(`${server.url}/healthz`, { headers: { x: "x".repeat(9000) } })).status, 431);
    assert.equal((await fetch(`${server.url}/api/v1/items?query=${"x".repeat(9000)}`)).status, 431);
    const body = { method: "POST", headers: { "content-type": "application/json" }, body: "x".repeat(2 ** 20 + 1) };
    assert.equal((await fetch(server.url + recommendations, body)).status, 413);
  });

  it("no work for HEAD", async () => {
    const { counted, recommender: slow } = slowRecommender(0);
    await using app = await createApp(slow);
    await app.ready();
    const warm = counted.asked;
    for (const url of ["/api/v1/items/10/similar", "/api/v1/users/1/recommendations", recommendations]) {
      assert.equal((await app.inject({ method: "HEAD", url })).statusCode, 405);
    }
    assert.equal((await app.inject({ method: "HEAD", url: "/healthz" })).statusCode, 200);
    assert.equal(counted.asked, warm);
  });

  it("no work for clients that have left", async () => {
    const { counted, recommender: slow } = slowRecommender(150);
    await using server = await listening({}, slow);
    const warm = counted.asked;
    const body = JSON.stringify({ ratings: [{ id: 10, rating: 5 }] });
    const gone = new AbortController();
    const asked = Array.from({ length: 8 }, () =>
      fetch(server.url + recommendations, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        signal: gone.signal,
      }).catch(() => undefined),
    );
    await until(async () => counted.asked > warm);
    gone.abort();
    await Promise.all(asked);
    assert.equal(await status(`${server.url}/api/v1/items/10/similar`), 200); // after those, in its turn
    assert.ok(counted.asked - warm <= 4, `${counted.asked - warm} of 8 were begun`);
  });

  it("no answer that takes longer than it may", async () => {
    const { recommender: slow } = slowRecommender(400);
    await using server = await listening({ answerSeconds: 1 }, slow);
    const ask = () =>
      fetch(server.url + recommendations, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ratings: [] }),
      });
    const answers = await Promise.all(Array.from({ length: 8 }, ask));
    const statuses = answers.map((answer) => answer.status);
    assert.ok(statuses.includes(200) && statuses.includes(503), `${statuses}`);
    assert.match(((await answers[statuses.indexOf(503)].json()) as { detail: string }).detail, /within 1 s/);
  });

  it("no more waiting work than is allowed", async () => {
    const takeTurn = turnsOf(2, setImmediate);
    const { signal } = new AbortController();
    const done: number[] = [];
    const work = (n: number) => takeTurn(signal, () => done.push(n));
    const [first, second, third] = [work(1), work(2), work(3)];
    await assert.rejects(third, { code: "OVERLOADED" });
    await Promise.all([first, second]);
    await work(4);
    assert.deepEqual(done, [1, 2, 4]);
    await assert.rejects(
      takeTurn(AbortSignal.abort(new Error("gone")), () => done.push(5)),
      /gone/,
    );
    assert.equal(done.length, 3);
  });

  it("no more ratings than the model is to be asked with", async () => {
    await using app = await createApp(recommender, { limits: { ratings: 2 } });
    const ratings = [10, 20, 30].map((id) => ({ id, rating: 4 }));
    const ask = async (payload: object) => (await app.inject({ method: "POST", url: recommendations, payload })).json();
    const refused = await ask({ ratings });
    assert.deepEqual(
      [refused.code, refused.fix],
      ["REQUEST_INVALID", "this server takes at most 2 ratings: give the latest"],
    );
    assert.equal((await ask({ ratings: ratings.slice(1) })).items.length, 6);
  });

  it("no explanation of more parts than an answer may have", async () => {
    await using app = await createApp(recommender, { limits: { parts: 10 } });
    const ratings = [10, 20, 30].map((id) => ({ id, rating: 4 }));
    const ask = async (payload: object) => (await app.inject({ method: "POST", url: recommendations, payload })).json();
    const refused = await ask({ ratings, k: 4, explain: true });
    assert.deepEqual([refused.code, refused.status], ["REQUEST_INVALID", 400]);
    assert.match(refused.detail, /4 films for 3 ratings may give 12 parts/);
    assert.equal((await ask({ ratings, k: 3, explain: true })).items.length, 3);
    assert.equal((await ask({ ratings, k: 4 })).items.length, 4);
  });

  describe("beside profiles of 9,000 ratings", needsData("ml-latest-small"), () => {
    it("signs of life, between the pieces of long work", async () => {
      const data = await readRatings(dataFolder("ml-latest-small"));
      const large = await openRecommender(await fit(data, configure("als", { iterations: 1 })), { data });
      await using server = await listening({}, large);
      const ratings = Array.from({ length: 9000 }, (_, n) => ({ id: data.items.id(n), rating: 0.5 + (n % 10) / 2 }));
      const post = { method: "POST", headers: { "content-type": "application/json" } };
      const start = performance.now();
      let finished = 0;
      const lists = Array.from({ length: 4 }, async () => {
        const answer = await fetch(server.url + recommendations, {
          ...post,
          body: JSON.stringify({ ratings, k: 100 }),
        });
        assert.equal(((await answer.json()) as { items: unknown[] }).items.length, 100);
        finished++;
      });
      const waits: number[] = [];
      while (finished < 4) {
        const from = performance.now();
        assert.equal(await status(`${server.url}/healthz`), 200);
        waits.push(performance.now() - from);
      }
      await Promise.all(lists);
      const each = (performance.now() - start) / 4;
      assert.ok(waits.length > 8, `${waits.length} signs of life`);
      const median = waits.sort((a, b) => a - b)[waits.length >> 1];
      assert.ok(median < each / 3, `half of them within ${median} ms, where a list takes ${each} ms`);
    });
  });
});
