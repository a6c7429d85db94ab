import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { dataFolder, needsData } from "../../test/helpers/data.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { near } from "../../test/helpers/numbers.ts";
import { randomDataset, toyDataset } from "../../test/helpers/toy.ts";
import { localEngine } from "../compute/engine.ts";
import { createEngine } from "../compute/pool.ts";
import { emptyCatalog, labelsFrom, labelsOf } from "../data/catalog.ts";
import { type Dataset, shapeOf } from "../data/dataset.ts";
import { readRatings } from "../data/read.ts";
import { fit } from "./fit.ts";
import type { Model, Profile } from "./model.ts";
import { completeSettings } from "./shared/settings.ts";
import { walk } from "./walk.ts";

const pagerank = { method: "pagerank", people: 1, genres: 0.5, tags: 0.25, decades: 0.125, damping: 0.6, beta: 0.4 };

const engine = localEngine(2 ** 27);

async function open(data: Dataset, set: Record<string, unknown>): Promise<Model> {
  return walk.open((await fit(data, "walk", { set, engine })).state, engine);
}

function scoresOf(model: Model, profile: Profile): Float32Array {
  const scores = new Float32Array(model.items);
  model.ask({ profile }).score(scores);
  return scores;
}

function similarTo(model: Model, item: number): Float64Array {
  const out = new Float64Array(model.items);
  model.similarItems!(item, out);
  return out;
}

function profileOf(...ratings: [item: number, rating: number][]): Profile {
  return {
    items: Int32Array.from(ratings, ([item]) => item),
    values: Float32Array.from(ratings, ([, rating]) => rating),
  };
}

/** A handful of ratings, some of them 0, of films with genres, tags and years, some without any. */
const datasets = fc
  .record({
    users: fc.integer({ min: 1, max: 6 }),
    films: fc.array(
      fc.record({
        genres: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { maxLength: 2 }),
        tags: fc.array(fc.constantFrom("x", "y", "X"), { maxLength: 3 }),
        year: fc.constantFrom(0, 1987, 1991, 1999),
      }),
      { minLength: 2, maxLength: 7 },
    ),
  })
  .chain(({ users, films }) => {
    const rating = fc.constantFrom(0, 0.5, 2, 3.5, 5);
    const cell = fc.tuple(fc.nat(users - 1), fc.nat(films.length - 1), rating);
    return fc.array(cell, { minLength: 1, maxLength: 20 }).map((triples) => ({
      ...toyDataset(users, films.length, triples),
      catalog: {
        ...emptyCatalog(films.length),
        years: Int16Array.from(films, ({ year }) => year),
        genres: labelsFrom(films.map(({ genres }) => genres)),
        tags: labelsFrom(films.map(({ tags }) => tags)),
      },
    }));
  });

/** r_ui, dense; 0 where nobody rated. */
function denseRatings({ byUser }: Dataset): number[][] {
  return Array.from({ length: byUser.rows }, (_, user) => {
    const row = new Array<number>(byUser.columns).fill(0);
    for (let n = byUser.offsets[user]; n < byUser.offsets[user + 1]; n++) row[byUser.indices[n]] = byUser.values[n];
    return row;
  });
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe("walk (rp3beta)", () => {
  it("goes from a film by a person to another film", async () => {
    const data = toyDataset(2, 4, [
      [0, 0, 5],
      [0, 1, 5],
      [1, 1, 4],
      [1, 2, 2],
    ]);
    const model = await open(data, { alpha: 1, beta: 1 });
    // From 0 to its only person, who gave half of all points to 1; from 1 to the second person, 4 of 9, and to 2, 2 of 6.
    const none = -Infinity;
    const expected = [(5 / 9) * 0.5, 0.25, (4 / 9) * (1 / 3), none];
    assert.deepEqual(scoresOf(model, profileOf([0, 4])), Float32Array.of(none, 4 * expected[1], none, none));
    const both = scoresOf(model, profileOf([0, 4], [1, 3], [3, 5]));
    assert.deepEqual(both, Float32Array.of(3 * expected[0], 1, 3 * expected[2], none));
    assert.deepEqual(
      [...similarTo(model, 1)].map(Math.fround),
      [expected[0], none, expected[2], none].map(Math.fround),
    );
    const [part, ...others] = model.ask({ profile: profileOf([0, 4], [1, 3]) }).explain!(1).parts;
    assert.deepEqual([part, others], [{ kind: "rating", item: 0, rating: 4, value: part.value }, []]);
    near(part.value, 1, 1e-12);
  });

  it("is the definition, with the k films that each film reaches best", async () => {
    const settings = fc.record({
      alpha: fc.constantFrom(0.5, 1, 1.7),
      beta: fc.constantFrom(0, 0.6, 1),
      k: fc.constantFrom(1, 2, 50),
    });
    await fc.assert(
      fc.asyncProperty(datasets, settings, async (data, { alpha, beta, k }) => {
        const model = await open(data, { alpha, beta, k });
        const r = denseRatings(data);
        const [ofUser, ofItem] = [r.map(total), r[0].map((_, i) => total(r.map((row) => row[i])))];
        const w = ofItem.map((_, i) =>
          ofItem.map((_, j) => {
            if (i === j) return 0;
            const chances = r.map((row, v) => {
              return row[i] * row[j] === 0 ? 0 : (row[i] / ofItem[i]) ** alpha * (row[j] / ofUser[v]) ** alpha;
            });
            return total(chances) / Math.max(1, data.counts[j]) ** beta;
          }),
        );
        const kept = w.map((row, i) => {
          const found = similarTo(model, i);
          const most = [...row].filter((value) => value > 0).sort((a, b) => b - a);
          const values = [...found].filter((value) => value > -Infinity).sort((a, b) => b - a);
          assert.equal(values.length, Math.min(k, most.length));
          values.forEach((value, n) => {
            near(value, most[n], 1e-9 * most[n]);
          });
          found.forEach((value, j) => {
            if (value > -Infinity) near(value, row[j], 1e-9 * row[j]);
          });
          return found;
        });
        const asker = Array.from({ length: model.items }, (_, i): [number, number] => [i, i % 2 === 0 ? 3 : 4.5]);
        scoresOf(model, profileOf(...asker)).forEach((score, j) => {
          const parts = asker.map(([i, rating]) => (kept[i][j] > 0 ? rating ** alpha * kept[i][j] : 0));
          const expected = total(parts);
          if (expected === 0) assert.equal(score, -Infinity);
          else near(score, expected, 1e-6 * expected);
        });
      }),
      { numRuns: 100 },
    );
  });

  for (const [users, items] of [
    [600, 900],
    [2000, 300],
  ]) {
    it(`takes the memory it said it would (${users} users, ${items} items)`, async () => {
      using engine = await createEngine();
      const data = randomDataset(users, items, 0.1, 3);
      const { state, record } = await fit(data, "walk", { set: { k: 20 }, engine });
      const returned = Object.values(state.tensors).reduce((sum, tensor) => sum + tensor.data.byteLength, 0);
      const lengths = 8 * (users + 2 * items);
      const said = walk.estimate(shapeOf(data), record.config as never).bytes;
      near(said / (engine.peak + returned + lengths), 1, 0.15);
    });
  }
});

describe("walk (pagerank)", () => {
  /** Chances of a step between all nodes: films, people, and then what the catalog names. */
  function stepsOf(data: Dataset): number[][] {
    const { catalog, items } = data;
    const r = denseRatings(data);
    const spelt = (list: string[]) => list.map((tag) => tag.toLowerCase());
    const edges = Array.from({ length: items.size }, (_, film) => ({
      people: r.map((row, user): [string, number] => [`user ${user}`, row[film]]),
      genres: labelsOf(catalog.genres, film).map((genre): [string, number] => [`genre ${genre}`, 1]),
      tags: spelt(labelsOf(catalog.tags, film)).map((tag): [string, number] => [`tag ${tag}`, 1]),
      decades: (catalog.years[film] > 0 ? [catalog.years[film]] : []).map((year): [string, number] => {
        return [`decade ${Math.floor(year / 10)}`, 1];
      }),
    }));
    const names = [
      ...new Set(edges.flatMap((own) => Object.values(own).flatMap((list) => list.map(([name]) => name)))),
    ];
    const size = items.size + names.length;
    const p = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    const back = names.map(() => new Array<number>(items.size).fill(0));
    edges.forEach((own, film) => {
      const kinds = (["people", "genres", "tags", "decades"] as const).filter((kind) => {
        return total(own[kind].map(([, weight]) => weight)) > 0;
      });
      for (const kind of kinds) {
        const share = pagerank[kind] / total(kinds.map((other) => pagerank[other]));
        const weights = total(own[kind].map(([, weight]) => weight));
        for (const [name, weight] of own[kind]) {
          p[film][items.size + names.indexOf(name)] += (share * weight) / weights;
          back[names.indexOf(name)][film] += weight;
        }
      }
    });
    back.forEach((weights, n) => {
      if (total(weights) > 0)
        for (const [film, weight] of weights.entries()) p[items.size + n][film] = weight / total(weights);
    });
    return p;
  }

  /** (1 − d) Σ_t d^t x P^(2t) up to T, of films. */
  function walked(p: number[][], x: number[], steps: number): number[] {
    let at = [...x, ...new Array<number>(p.length - x.length).fill(0)];
    const sum = at.map((value) => (1 - pagerank.damping) * value);
    const step = () => {
      at = at.map((_, to) => total(at.map((amount, from) => amount * p[from][to])));
    };
    for (let t = 1; t <= steps; t++) {
      step();
      step();
      at.forEach((value, n) => {
        sum[n] += (1 - pagerank.damping) * pagerank.damping ** t * value;
      });
    }
    return sum.slice(0, x.length);
  }

  it("is the definition, and explains it film by film", async () => {
    await fc.assert(
      fc.asyncProperty(datasets, async (data) => {
        const model = await open(data, pagerank);
        const p = stepsOf(data);
        const steps = 19; // 0.6¹⁹ < 1e-4 < 0.6¹⁸
        const everybody = walked(
          p,
          Array.from(data.counts, (count) => Math.max(1, count)),
          steps,
        );
        const asker = [[0, 4.5] as const, [1, 0] as const, [model.items - 1, 2] as const];
        const x = new Array<number>(model.items).fill(0);
        for (const [item, rating] of asker) x[item] = rating;
        const profile = profileOf(
          ...x.flatMap((rating, item): [number, number][] => (item < 2 || rating > 0 ? [[item, rating]] : [])),
        );
        const expected = walked(p, x, steps).map((value, j) => value / everybody[j] ** pagerank.beta);
        const answer = model.ask({ profile });
        scoresOf(model, profile).forEach((score, j) => {
          if (expected[j] === 0) {
            assert.equal(score, -Infinity);
            return;
          }
          near(score, expected[j], 1e-6 * expected[j]);
          const { parts } = answer.explain!(j);
          near(total(parts.map(({ value }) => value)), expected[j], 1e-9 * expected[j]);
        });
        similarTo(model, 0).forEach((similarity, j) => {
          const one = walked(
            p,
            Array.from(x, (_, item) => (item === 0 ? 1 : 0)),
            steps,
          );
          if (j === 0 || one[j] === 0) assert.equal(similarity, -Infinity);
          else near(similarity, one[j] / everybody[j] ** pagerank.beta, 1e-9);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("is, but for a factor and what is left out, PageRank where every edge may end a walk", () => {
    const p = stepsOf(filmDataset());
    const x = [4, 0, 0, 2, 0, 0, 0, 0];
    const go = Math.sqrt(pagerank.damping);
    let rank = new Array<number>(p.length).fill(0);
    for (let n = 0; n < 400; n++) {
      rank = rank.map(
        (_, to) => (1 - go) * (x[to] ?? 0) + go * total(rank.map((amount, from) => amount * p[from][to])),
      );
    }
    walked(p, x, 19).forEach((value, film) => {
      near(((1 - pagerank.damping) / (1 - go)) * rank[film], value, 1e-4 * total(x));
    });
  });

  it("says what the likeliest path goes through", async () => {
    const data = filmDataset();
    const tags = labelsFrom([["noir"], ["Noir", "noir"], ["space"], [], [], [], [], []]);
    const tagged = { ...data, catalog: { ...data.catalog, tags } };
    const throughOf = async (set: Record<string, unknown>, rated: number, film: number) => {
      const model = await open(tagged, { ...pagerank, ...set });
      const [part] = model.ask({ profile: profileOf([rated, 5]) }).explain!(film).parts;
      return part.kind === "rating" ? part.through : assert.fail(part.kind);
    };
    assert.deepEqual(await throughOf({ people: 0, genres: 0.1, tags: 9 }, 0, 1), { kind: "tag", node: 0 });
    assert.deepEqual(await throughOf({ people: 0, genres: 9, tags: 0.1 }, 0, 1), { kind: "genre", node: 0 });
    assert.deepEqual(await throughOf({ people: 0, genres: 0, tags: 0, decades: 1 }, 0, 1), {
      kind: "decade",
      node: 199,
    });
    assert.deepEqual(await throughOf({ people: 9, genres: 0.1, tags: 0.1 }, 0, 1), { kind: "user", count: 2 });
    // From Emma to Silent Witness only by way of another film.
    assert.equal(await throughOf({ decades: 0 }, 5, 1), undefined);
  });

  it("reaches films that nobody rated, from films that nobody rated", async () => {
    const data = filmDataset();
    const tags = labelsFrom([[], [], [], [], [], [], [], []]);
    const unseen = profileOf([7, 5]);
    const model = await open({ ...data, catalog: { ...data.catalog, tags } }, pagerank);
    assert.ok(scoresOf(model, profileOf([0, 5]))[7] > 0);
    assert.ok(scoresOf(model, unseen)[0] > 0);
    const bare = { ...data, catalog: emptyCatalog(8) };
    const scores = scoresOf(await open(bare, pagerank), unseen);
    assert.deepEqual([...scores].map(Number.isFinite), [false, false, false, false, false, false, false, true]);
  });

  it("wants a kind of node to go through", async () => {
    const nothing = { method: "pagerank", people: 0, genres: 0, tags: 0, decades: 0 };
    await assert.rejects(fit(filmDataset(), "walk", { set: nothing }), { code: "CONFIG_INVALID" });
  });

  it("estimates its memory within 15 %", needsData("ml-100k", "ml-latest-small"), async () => {
    for (const name of ["ml-100k", "ml-latest-small"]) {
      const data = await readRatings(dataFolder(name));
      const { state } = await fit(data, "walk", { set: { method: "pagerank" } });
      const bytesOf = (names: string[]) => names.reduce((sum, name) => sum + state.tensors[name].data.byteLength, 0);
      const edges = Object.keys(state.tensors).filter((key) => /^(genre|tag|decade)(Nodes|Weights)/.test(key));
      const config = completeSettings("walk", walk.settings, { method: "pagerank" });
      const measured = bytesOf(Object.keys(state.tensors)) + bytesOf(edges);
      near(walk.estimate(shapeOf(data), config as never).bytes / measured, 1, 0.15, name);
    }
  });
});
