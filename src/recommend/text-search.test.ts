import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { letterEmbedder } from "../../test/helpers/embedder.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { near } from "../../test/helpers/numbers.ts";
import type { OpenEmbedder } from "../content/embedder.ts";
import { labelsFrom } from "../data/catalog.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openRecommender } from "./recommender.ts";
import { textSearch } from "./text-search.ts";

const films = filmDataset();
const tags = labelsFrom([["harbour"], ["Crime"], [], ["sequel"], [], [], [], []]);
const data = { ...films, catalog: { ...films.catalog, tags } };

/** Embeds the texts of a table, each by its cosine with the words that are looked for; all others are unlike. */
function embedderOf(cosines: Readonly<Record<string, number>>): { embedder: OpenEmbedder; asked: string[][] } {
  const asked: string[][] = [];
  const embedder: OpenEmbedder = async () => ({
    length: 2,
    async embed(texts) {
      asked.push([...texts]);
      return Float32Array.from(
        texts.flatMap((text) => {
          const cosine = text === "wanted" ? 1 : (cosines[text] ?? 0);
          return [cosine, Math.sqrt(1 - cosine * cosine)];
        }),
      );
    },
  });
  return { embedder, asked };
}

describe("a search by words", () => {
  it("adds up what a film's text, its genres and its tags say", async () => {
    const cosines = {
      "Night Harbour (1991), Crime, Drama": 0.65,
      harbour: 0.86,
      Crime: 0.44,
      Comedy: 0.2,
      Romance: 0.29,
    };
    const { embedder } = embedderOf(cosines);
    const found = await textSearch(data, { embedder }).find("wanted");
    assert.deepEqual(
      found.map(({ id, by }) => ({ id, by })),
      [
        { id: 10, by: ["harbour", "Crime"] },
        { id: 20, by: ["Crime"] },
      ],
    );
    // Chances of a half, four fifths and a fifth; the tag Crime is the genre's.
    near(found[0].score, 1 - 0.5 * 0.2 * 0.8, 1e-6);
    near(found[1].score, 0.2, 1e-6);
  });

  it("puts films of equal score in the order of their texts, then of their ids", async () => {
    const { embedder } = embedderOf({ Romance: 0.65, "Emma (2020), Comedy, Romance": 0.29, Action: 0.65 });
    const found = await textSearch(data, { embedder }).find("wanted", 3);
    assert.deepEqual(
      found.map(({ id }) => id),
      [60, 30, 40],
    );
  });

  it("goes by the ten names that fit best", async () => {
    const names = Array.from({ length: 12 }, (_, n) => `sign ${n}`);
    const marked = {
      ...films.catalog,
      tags: labelsFrom([[names[0]], [names[11]], names.slice(1, 11), [], [], [], [], []]),
    };
    const { embedder } = embedderOf(Object.fromEntries(names.map((name, n) => [name, 0.5 + n / 100])));
    const found = await textSearch({ ...films, catalog: marked }, { embedder }).find("wanted");
    assert.deepEqual(
      found.map(({ id, by }) => [id, by.length]),
      [
        [30, 9],
        [20, 1],
      ],
    );
  });

  it("reads the catalog once, and again where that failed", async () => {
    const { embedder, asked } = embedderOf({ Crime: 0.9 });
    let failing = true;
    const search = textSearch(data, {
      embedder: async (model, threads) => {
        if (failing) throw new Error("no network");
        return embedder(model, threads);
      },
    });
    await assert.rejects(search.find("wanted"), /no network/);
    failing = false;
    await search.find("wanted");
    await search.find(" wanted ");
    assert.deepEqual(
      asked.map((texts) => texts.length),
      [8 + 6 + 2, 1, 1],
    );
    assert.ok(asked[0].includes("Night Harbour (1991), Crime, Drama"));
  });

  it("is asked by a recommender, and refuses what makes no sense", async () => {
    const trained = await fit(films, configure("popular"));
    using recommender = await openRecommender(trained, { data: films, embedder: letterEmbedder });
    const [{ id, score }] = await recommender.search("Star Voyager (1982), Action, Sci-Fi", { k: 1 });
    assert.equal(id, 30);
    near(score, 1, 1e-6);
    await assert.rejects(recommender.search("  "), { code: "USAGE", message: /what to look for/ });
    await assert.rejects(recommender.search("star", { k: 0 }), { code: "USAGE" });
    using without = await openRecommender(trained, { data: films });
    await assert.rejects(without.search("star"), { code: "CAPABILITY_MISSING", message: /with an embedder/ });
  });
});
