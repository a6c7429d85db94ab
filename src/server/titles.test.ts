import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { brotliDecompressSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { labelsOf } from "../data/catalog.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openRecommender } from "../recommend/recommender.ts";
import { openStore } from "../store/open-store.ts";
import { createApp } from "./app.ts";

describe("all titles at once", () => {
  let app: FastifyInstance;
  // Long enough to be packed.
  const films = filmDataset();
  const long = { ...films.catalog, titles: films.catalog.titles.map((title) => title.padEnd(400, "!")) };
  before(async () => {
    app = await createApp(await openRecommender(await fit({ ...films, catalog: long }, configure("popular"))));
  });
  after(() => app.close());

  it("are those of the data, in columns, with the genres by name", async () => {
    const response = await app.inject("/api/v1/titles");
    const { ids, titles, genreNames, genres, ratings } = response.json();
    assert.equal(response.headers["content-type"], "application/json; charset=utf-8");
    assert.deepEqual(ids, [...films.items.values]);
    assert.deepEqual(titles, long.titles);
    assert.deepEqual(ratings, [...films.counts]);
    const named = genres.map((places: number[]) => places.map((place) => genreNames[place]));
    assert.deepEqual(
      named,
      titles.map((_: string, item: number) => labelsOf(films.catalog.genres, item)),
    );
  });

  it("are packed, and not sent to who has them", async () => {
    const packed = await app.inject({ url: "/api/v1/titles", headers: { "accept-encoding": "br" } });
    assert.equal(packed.headers["content-encoding"], "br");
    const plain = await app.inject("/api/v1/titles");
    assert.equal(String(brotliDecompressSync(packed.rawPayload)), plain.payload);
    const again = await app.inject({ url: "/api/v1/titles", headers: { "if-none-match": `${packed.headers.etag}` } });
    assert.deepEqual([again.statusCode, again.payload], [304, ""]);
    assert.equal(again.headers["cache-control"], "private, no-cache");
  });

  it("have the films that came into the store's catalog after training, once they are placed", async () => {
    await using store = await openStore(join(temporaryFolder(), "store.sqlite"));
    const data = filmDataset();
    await using server = await createApp(await openRecommender(await fit(data, configure("item-knn")), { data }), {
      store,
    });
    const payload = { title: "Silent Harbour (2024)", genres: ["Crime"] };
    await server.inject({ method: "PUT", url: "/api/v1/items/90", payload });
    let titles: string[] = [];
    for (let tries = 0; tries < 1500 && !titles.includes(payload.title); tries++) {
      await setTimeout(20);
      ({ titles } = (await server.inject("/api/v1/titles")).json());
    }
    assert.deepEqual(titles, [...data.catalog.titles, payload.title]);
  });

  it("of other films have another tag", async () => {
    const other = await createApp(await openRecommender(await fit(films, configure("popular"))));
    const tag = (await app.inject("/api/v1/titles")).headers.etag;
    assert.notEqual((await other.inject("/api/v1/titles")).headers.etag, tag);
    await other.close();
  });
});
