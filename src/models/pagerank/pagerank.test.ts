import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { dataFolder, needsData } from "../../../test/helpers/data.ts";
import { filmDataset } from "../../../test/helpers/films.ts";
import { near } from "../../../test/helpers/numbers.ts";
import { datasets, denseRatings, profileOf, scoresOf, similarTo, total } from "../../../test/helpers/small-data.ts";
import { localEngine } from "../../compute/engine.ts";
import { filmGraph } from "../../content/graph.ts";
import { emptyCatalog, labelsFrom, labelsOf } from "../../data/catalog.ts";
import { type Dataset, shapeOf } from "../../data/dataset.ts";
import { readRatings } from "../../data/read.ts";
import { syntheticRatings } from "../../data/synthetic/synthetic-ratings.ts";
import { transpose } from "../../matrix/csr.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import type { Model } from "../model.ts";
import { profileOf as profileOfRow } from "../shared/profiles.ts";
import { chancesOf, sizeOf } from "./chances.ts";
import { type ChooseWalks, quickest } from "./choose.ts";
import { linksOf } from "./links.ts";
import { walksByNodes, walksByRows } from "./matrix.ts";
import { openPagerank, pagerankAlgorithm } from "./pagerank.ts";

const settings = { people: 1, genres: 0.5, tags: 0.25, decades: 0.125, damping: 0.6, beta: 0.4 };

const engine = localEngine(2 ** 27);

const step: ChooseWalks =
  (_, { byStep }) =>
  () =>
    byStep;
const rows: ChooseWalks = (own, { chances, course }) => {
  const walks = walksByRows(own, chances(), course);
  return () => walks;
};
const nodes: ChooseWalks = (own, { chances, course }) => {
  const walks = walksByNodes(own, chances(), course);
  return () => walks;
};
/** With what parts may be off by. */
const waysToWalk = [
  ["step by step", step, 1e-9],
  ["by rows of films", rows, 1e-6],
  ["by nodes", nodes, 1e-6],
] as const;

async function open(data: Dataset, set: Record<string, unknown>, chooseWalks?: ChooseWalks): Promise<Model> {
  return openPagerank((await fit(data, configure("pagerank", set), { engine })).state, engine, chooseWalks);
}

describe("pagerank", () => {
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
        const share = settings[kind] / total(kinds.map((other) => settings[other]));
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
    const sum = at.map((value) => (1 - settings.damping) * value);
    const step = () => {
      at = at.map((_, to) => total(at.map((amount, from) => amount * p[from][to])));
    };
    for (let t = 1; t <= steps; t++) {
      step();
      step();
      at.forEach((value, n) => {
        sum[n] += (1 - settings.damping) * settings.damping ** t * value;
      });
    }
    return sum.slice(0, x.length);
  }

  for (const [how, chooseWalks, precision] of waysToWalk) {
    it(`is the definition, and explains it film by film: ${how}`, async () => {
      await fc.assert(
        fc.asyncProperty(datasets, async (data) => {
          const model = await open(data, settings, chooseWalks);
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
          const expected = walked(p, x, steps).map((value, j) => value / everybody[j] ** settings.beta);
          const answer = model.ask({ profile });
          scoresOf(model, profile).forEach((score, j) => {
            if (expected[j] === 0) {
              assert.equal(score, -Infinity);
              return;
            }
            near(score, expected[j], 1e-6 * expected[j]);
            const { parts } = answer.explain!(j);
            near(total(parts.map(({ value }) => value)), expected[j], precision * expected[j]);
          });
          similarTo(model, 0).forEach((similarity, j) => {
            const one = walked(
              p,
              Array.from(x, (_, item) => (item === 0 ? 1 : 0)),
              steps,
            );
            if (j === 0 || one[j] === 0) assert.equal(similarity, -Infinity);
            else near(similarity, one[j] / everybody[j] ** settings.beta, precision);
          });
        }),
        { numRuns: 60 },
      );
    });
  }

  it("ends walks at films that came after training, and starts there, alike by all ways", async () => {
    const data = await syntheticRatings({ users: 20, items: 60, ratings: 500, seed: 3 });
    const { state } = await fit(data, configure("pagerank", settings), { engine });
    const marks = Uint8Array.from({ length: 60 }, (_, film) => (film % 4 === 1 ? 1 : 0));
    const placed = { ...state, tensors: { ...state.tensors, placed: { shape: [60], data: marks } } };
    const profile = profileOf([1, 5], [2, 4], [7, 1], [8, 2]);
    const [byStep, ...others] = waysToWalk.map(([, chooseWalks]) => openPagerank(placed, engine, chooseWalks));
    const expected = scoresOf(byStep, profile);
    const unlike = scoresOf(openPagerank(state, engine), profile);
    assert.ok(expected.some((score, film) => Math.abs(score - unlike[film]) > 1e-3 * score));
    for (const model of others) {
      for (const [film, score] of scoresOf(model, profile).entries()) {
        near(score, expected[film], 1e-6 * expected[film]);
        const { parts } = model.ask({ profile }).explain!(film);
        near(total(parts.map(({ value }) => value)), score, 1e-6 * score);
      }
    }
  });

  for (const [users, items, films] of [
    [300, 200, "few"],
    [60, 4200, "many"],
  ] as const) {
    it(`takes no step for an answer with ${films} films, and gives the same bytes whatever was asked before`, async () => {
      const data = await syntheticRatings({ users, items, ratings: 6000, seed: 5 });
      const { state } = await fit(data, configure("pagerank", {}), { engine });
      const refuse = (): never => assert.fail("a walk was taken step by step");
      const withoutSteps: ChooseWalks = (own, walking) =>
        quickest(own, { ...walking, byStep: { from: refuse, endingAt: refuse } });
      const profile = profileOfRow(data.byUser, 7);
      const film = items - 1;
      const answersOf = (model: Model) => {
        const scores = scoresOf(model, profile);
        return { scores, similar: similarTo(model, 3), parts: model.ask({ profile }).explain!(film).parts };
      };
      const used = openPagerank(state, engine, withoutSteps);
      for (let user = 0; user < 7; user++) scoresOf(used, profileOfRow(data.byUser, user));
      const found = answersOf(used);
      assert.deepEqual(found, answersOf(openPagerank(state, engine, withoutSteps)));
      const byStep = scoresOf(openPagerank(state, engine, step), profile);
      found.scores.forEach((score, item) => {
        near(score, byStep[item], 1e-6 * byStep[item]);
      });
    });
  }

  it("is one node where tags lead to the same film alone", () => {
    const data = filmDataset();
    const tags = labelsFrom([["only", "here", "shared"], ["shared"], ["there"], [], [], [], [], []]);
    const { relations } = filmGraph({ ...data.catalog, tags }, ["tag"]);
    const links = linksOf(relations, () => 1, undefined);
    const { arriving, leaving } = chancesOf(links);
    assert.deepEqual(sizeOf(links), { films: 8, nodes: 3, edges: 5 });
    assert.deepEqual([...arriving.offsets, ...arriving.indices], [0, 1, 3, 4, 0, 0, 1, 2]);
    assert.deepEqual([...arriving.values], [2 / 3, 1 / 3, 1, 1].map(Math.fround));
    assert.deepEqual([...leaving.values], [1, 0.5, 0.5, 1]);
  });

  it("is, but for a factor and what is left out, PageRank where every edge may end a walk", () => {
    const p = stepsOf(filmDataset());
    const x = [4, 0, 0, 2, 0, 0, 0, 0];
    const go = Math.sqrt(settings.damping);
    let rank = new Array<number>(p.length).fill(0);
    for (let n = 0; n < 400; n++) {
      rank = rank.map(
        (_, to) => (1 - go) * (x[to] ?? 0) + go * total(rank.map((amount, from) => amount * p[from][to])),
      );
    }
    walked(p, x, 19).forEach((value, film) => {
      near(((1 - settings.damping) / (1 - go)) * rank[film], value, 1e-4 * total(x));
    });
  });

  it("says what the likeliest path goes through", async () => {
    const data = filmDataset();
    const tags = labelsFrom([["noir"], ["Noir", "noir"], ["space"], [], [], [], [], []]);
    const tagged = { ...data, catalog: { ...data.catalog, tags } };
    const throughOf = async (set: Record<string, unknown>, rated: number, film: number) => {
      const model = await open(tagged, { ...settings, ...set });
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
    const model = await open({ ...data, catalog: { ...data.catalog, tags } }, settings);
    assert.ok(scoresOf(model, profileOf([0, 5]))[7] > 0);
    assert.ok(scoresOf(model, unseen)[0] > 0);
    const bare = { ...data, catalog: emptyCatalog(8) };
    const scores = scoresOf(await open(bare, settings), unseen);
    assert.deepEqual([...scores].map(Number.isFinite), [false, false, false, false, false, false, false, true]);
  });

  it("stays at the film where no edge leads on", async () => {
    const zeros = { ...filmDataset().byUser, values: filmDataset().byUser.values.map(() => 0) };
    const data = { ...filmDataset(), byUser: zeros, byItem: transpose(zeros), catalog: emptyCatalog(8) };
    for (const [how, chooseWalks] of waysToWalk) {
      const scores = scoresOf(await open(data, settings, chooseWalks), profileOf([2, 5]));
      assert.deepEqual(
        [...scores].map(Number.isFinite),
        [...scores].map((_, film) => film === 2),
        how,
      );
      near(scores[2], (0.4 * 5) / (0.4 * data.counts[2]) ** 0.4, 1e-6);
    }
  });

  it("takes no decade unless it is asked to: a film that shares nothing else is not listed", async () => {
    const data = filmDataset();
    const [genres, tags] = [
      labelsFrom(Array.from({ length: 8 }, () => [])),
      labelsFrom(Array.from({ length: 8 }, () => [])),
    ];
    const bare = { ...data, catalog: { ...data.catalog, genres, tags, years: data.catalog.years.map(() => 1975) } };
    const scores = scoresOf(await open(bare, {}), profileOf([7, 5])); // film 7 has no other rating
    assert.equal(scores.filter(Number.isFinite).length, 1);
    const asked = scoresOf(await open(bare, { decades: 0.03 }), profileOf([7, 5]));
    assert.equal(asked.filter(Number.isFinite).length, 8);
  });

  it("wants a kind of node to go through", async () => {
    const nothing = { people: 0, genres: 0, tags: 0, decades: 0 };
    await assert.rejects(fit(filmDataset(), configure("pagerank", nothing)), { code: "CONFIG_INVALID" });
  });

  it("estimates its memory within 15 %", needsData("ml-100k", "ml-latest-small"), async () => {
    for (const [name, set] of [
      ["ml-100k", {}],
      ["ml-latest-small", {}],
      ["ml-latest-small", { decades: 0.03 }],
    ] as const) {
      const data = await readRatings(dataFolder(name));
      const { state, record } = await fit(data, configure("pagerank", set));
      const bytesOf = (names: string[]) => names.reduce((sum, name) => sum + state.tensors[name].data.byteLength, 0);
      const edges = Object.keys(state.tensors).filter((key) => /^(genre|tag|decade)(Nodes|Weights)/.test(key));
      const measured = bytesOf(Object.keys(state.tensors)) + bytesOf(edges);
      near(pagerankAlgorithm.estimate(shapeOf(data), record.config as never).bytes / measured, 1, 0.15, name);
    }
  });
});
