import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { toyDataset } from "../../test/helpers/toy.ts";
import { localEngine } from "../compute/engine.ts";
import type { OpenEmbedder } from "../content/embedder.ts";
import { emptyCatalog } from "../data/catalog.ts";
import type { Dataset } from "../data/dataset.ts";
import { configure } from "./configure.ts";
import { fit } from "./fit.ts";
import type { Profile } from "./model.ts";
import { textAlgorithm } from "./text.ts";

/** Vectors of length 1 in three dimensions, by how a film's title ends: 1, 2, 3 on the axes, 4 between the first two. */
const axes: Record<string, readonly number[]> = { 1: [1, 0, 0], 2: [0, 1, 0], 3: [0, 0, 1], 4: [0.6, 0.8, 0] };

function embedderOf(asked: string[] = []): OpenEmbedder {
  return async () => ({
    length: 3,
    async embed(texts) {
      asked.push(...texts);
      return Float32Array.from(texts.flatMap((title) => axes[title.at(-1)!]));
    },
  });
}

/** Films of which nothing but the title is known. */
function titled(...titles: string[]): Dataset {
  const data = toyDataset(1, titles.length, [[0, 0, 5]]);
  return { ...data, catalog: { ...emptyCatalog(titles.length), titles } };
}

/** Films 1 to 4, and a fifth without a title, so without a text. */
async function model() {
  const asked: string[] = [];
  const films = titled("Film 1", "Film 2", "Film 3", "Film 4", "");
  const { state } = await fit(films, configure("text"), { embedder: embedderOf(asked) });
  return { asked, state, model: textAlgorithm.open(state, localEngine(2 ** 20)) };
}

function profile(...ratings: [number, number][]): Profile {
  return {
    items: Int32Array.from(ratings, ([item]) => item),
    values: Float32Array.from(ratings, ([, rating]) => rating),
  };
}

async function scores(own: Profile): Promise<number[]> {
  const out = new Float32Array(5);
  (await model()).model.ask({ profile: own }).score(out);
  return [...out];
}

function near(found: readonly number[], expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  for (const [n, value] of expected.entries()) {
    assert.ok(found[n] === value || Math.abs(found[n] - value) < 1e-6, `${n}: ${found[n]}, ${value}`);
  }
}

describe("text", () => {
  it("scores films by the cosine with the mean of the liked ones, worked by hand", async () => {
    // 1 and 2 are liked, 3 is not: (1, 1, 0) / √2
    const half = Math.SQRT1_2;
    near(await scores(profile([0, 4], [1, 5], [2, 3.5])), [half, half, 0, 1.4 * half, -Infinity]);
    near(await scores(profile([2, 4])), [0, 0, 1, 0, -Infinity]);
  });

  it("takes 4 of 1 to 5 for liked", async () => {
    const data = titled("Film 1", "Film 2", "Film 3", "Film 4");
    const { state } = await fit({ ...data, scale: { min: 1, max: 5, step: 1 } }, configure("text"), {
      embedder: embedderOf(),
    });
    const out = new Float32Array(4);
    const own = profile([0, 4], [1, 3]);
    textAlgorithm
      .open(state, localEngine(2 ** 20))
      .ask({ profile: own })
      .score(out);
    near([...out], [1, 0, 0, 0.6]);
  });

  it("has no scores for somebody who likes nothing, or only films that nothing is said of", async () => {
    const none = new Array(5).fill(-Infinity);
    near(await scores(profile()), none);
    near(await scores(profile([0, 3.5])), none);
    near(await scores(profile([4, 5])), none);
    near(await scores(profile([0, 5], [4, 5])), [1, 0, 0, 0.6, -Infinity]);
  });

  it("explains a score by the films that somebody likes", async () => {
    const own = profile([0, 4], [1, 5], [2, 3], [4, 5]);
    const { parts } = (await model()).model.ask({ profile: own }).explain!(3);
    assert.deepEqual(
      parts.map((part) => [part.kind, "item" in part && part.item, "rating" in part && part.rating]),
      [
        ["rating", 0, 4],
        ["rating", 1, 5],
      ],
    );
    near(
      parts.map(({ value }) => value),
      [0.6 * Math.SQRT1_2, 0.8 * Math.SQRT1_2],
    );
  });

  it("compares films by the cosine of their texts", async () => {
    const out = new Float64Array(5);
    const { model: opened } = await model();
    opened.similarItems!(3, out);
    near([...out], [0.6, 0.8, 0, -Infinity, -Infinity]);
    opened.similarItems!(4, out);
    near([...out], new Array(5).fill(-Infinity));
  });

  it("embeds titles with genres, each film that has a text once, and keeps vectors as long as a multiple of 4", async () => {
    const { asked, state } = await model();
    assert.deepEqual(asked, ["Film 1", "Film 2", "Film 3", "Film 4"]);
    assert.deepEqual(state.tensors.items.shape, [5, 4]);
    assert.deepEqual([...state.tensors.items.data.slice(12)], [Math.fround(0.6), Math.fround(0.8), 0, 0, 0, 0, 0, 0]);
    const texts: string[] = [];
    const embedder: OpenEmbedder = async () => ({
      length: 4,
      embed: async (some) => {
        texts.push(...some);
        return new Float32Array(4 * some.length).fill(0.5);
      },
    });
    await fit(filmDataset(), configure("text"), { embedder });
    assert.equal(texts[2], "Star Voyager (1982), Action, Sci-Fi");
  });

  it("needs an embedder to be trained, told of its model and threads, and none to answer", async () => {
    const data = titled("1", "2", "3", "4", "1");
    await assert.rejects(fit(data, configure("text")), {
      code: "CAPABILITY_MISSING",
      message: /trained with an embedder/,
    });
    const told: unknown[] = [];
    const embedder: OpenEmbedder = (...args) => {
      told.push(...args);
      return embedderOf()(...args);
    };
    await fit(data, configure("text", { model: "some/model" }), { embedder });
    assert.deepEqual(told, ["some/model", 1]);
  });

  it("places later films by the embedder of training, and by no other", async () => {
    const told: unknown[] = [];
    const ofLength =
      (length: number): OpenEmbedder =>
      async (...args) => {
        told.push(args);
        return { length, embed: async (texts) => new Float32Array(length * texts.length).fill(1 / Math.sqrt(length)) };
      };
    const { state } = await fit(filmDataset(), configure("text", { model: "some/model" }), { embedder: ofLength(6) });
    const engine = localEngine(2 ** 20);
    const { placeItems } = textAlgorithm.open(state, engine);
    const items = {
      order: Int32Array.of(0, 1, 2, 3, 4, 5, 8, 6, 7),
      known: Int32Array.of(0, 1, 2, 3, 4, 5, 7, 8),
      catalog: { ...emptyCatalog(1), titles: ["Emma (2009)"] },
    };
    const placed = await placeItems!(state, items, { engine, step: async () => {}, embedder: ofLength(6) });
    assert.deepEqual(told, [
      ["some/model", 1],
      ["some/model", 1],
    ]);
    assert.deepEqual(placed.state.tensors.items.shape, [9, 8]);
    await assert.rejects(placeItems!(state, items, { engine, step: async () => {}, embedder: ofLength(8) }), {
      code: "TEXT_MODEL",
      message: "the embedder gives vectors of 8 numbers, and the model was trained on 6",
    });
    await assert.rejects(placeItems!(state, items, { engine, step: async () => {} }), {
      code: "CAPABILITY_MISSING",
      message: "text places films with an embedder, and none is given",
    });
    const { model: _, length: __, ...facts } = state.facts; // as earlier versions wrote them
    assert.equal(textAlgorithm.open({ ...state, facts }, engine).placeItems, undefined);
  });

  it("refuses vectors of an odd length in a state", async () => {
    const { state } = await model();
    const items = { shape: [4, 5], data: new Float32Array(20) };
    assert.throws(() => textAlgorithm.open({ ...state, tensors: { items } }, localEngine(2 ** 20)), {
      code: "ARTIFACT_CONTENT",
    });
  });
});
