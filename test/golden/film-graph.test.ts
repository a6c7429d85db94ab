/** The studies on ML-100K that read genres: films by liked genres, and by a walk over the graph of films and genres; `rp3beta` and `pagerank` beside them. */

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { filmGraph, graphSize } from "../../src/content/graph.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { topK } from "../../src/matrix/topk.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { Query } from "../../src/models/model.ts";
import type { ScorePart } from "../../src/recommend/explanation.ts";
import { type OpenModel, openModel } from "../../src/recommend/open-model.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { tasteOf } from "../../src/recommend/taste.ts";
import { golden, needsData } from "../helpers/data.ts";
import { firstFold, type Judgement, judged, perUserSeed42 } from "../helpers/ml100k.ts";
import { near } from "../helpers/numbers.ts";
import { decimals } from "../helpers/traps.ts";

interface Entry {
  userId: number;
  items: number[];
}
interface Overlaps {
  metrics: Record<string, number>;
  usersWithoutLikedGenre: number[];
  entries: (Entry & { likedGenres: number; overlapAndPopularity: [number, number][] })[];
}
interface Walks {
  nodes: number;
  edges: number;
  metrics: Record<string, number>;
  usersWithoutProfile: number[];
  entries: (Entry & { candidates: number; scores: number[]; profile?: Record<string, number> })[];
}

describe("models over the film graph of ML-100K", needsData("ml-100k"), () => {
  let perUser: Judgement;
  let fold: Judgement;
  before(async () => {
    perUser = await perUserSeed42();
    fold = await firstFold();
  });

  it("the graph has as many nodes and edges as the study's, and its two films of unknown genre share none without", () => {
    const { nodes, edges } = golden<Walks>("ml100k/graph-retrieval.json");
    const { catalog } = fold.train;
    assert.deepEqual(graphSize(filmGraph(catalog, ["genre"], { placeholders: true })), { nodes, edges });
    assert.deepEqual(graphSize(filmGraph(catalog, ["genre"])), { nodes: nodes - 1, edges: edges - 2 });
  });

  describe("genre-overlap gives the study's lists", () => {
    let train: Dataset;
    let expected: Overlaps;
    let recommender: OpenModel;
    before(async () => {
      expected = golden("ml100k/genre-kg.json");
      train = perUser.train;
      recommender = openModel(await fit(train, configure("genre-overlap", { placeholders: true })));
    });

    it("film by film, with liked genres and numbers of ratings", async () => {
      assert.equal(expected.entries.length, 105);
      for (const entry of expected.entries) {
        const list = await recommend(recommender, queryOfUser(train, entry.userId), { explain: true });
        assert.deepEqual(idsOf(list), entry.items);
        const told = list.map(({ parts, ratings }) => [genresOf(parts!).length, ratings]);
        assert.deepEqual(told, entry.overlapAndPopularity);
        const liked = new Set(await everyGenre(recommender, train, entry.userId));
        assert.equal(liked.size, entry.likedGenres);
      }
    });

    it("the most rated films to whoever likes nothing", async () => {
      for (const user of expected.usersWithoutLikedGenre) {
        const query = queryOfUser(train, user);
        using popular = openModel(await fit(train, configure("popular")));
        assert.deepEqual(idsOf(await recommend(recommender, query)), idsOf(await recommend(popular, query)));
      }
    });

    it("precision, recall and NDCG", async () => {
      const found = await metricsOf(perUser, true, listsOf(recommender, train));
      for (const [name, value] of Object.entries(found)) near(value, expected.metrics[name], 1e-9);
      assert.equal(Object.keys(found).length, 6);
    });
  });

  describe("taste-graph gives the study's lists", () => {
    let train: Dataset;
    let expected: Walks;
    let recommender: OpenModel;
    before(async () => {
      expected = golden("ml100k/graph-retrieval.json");
      train = fold.train;
      recommender = openModel(await fit(train, configure("taste-graph", { placeholders: true })));
    });

    it("film by film, with scores, from as many candidates", async () => {
      assert.equal(expected.entries.length, 105);
      for (const entry of expected.entries) {
        const query = queryOfUser(train, entry.userId);
        const ranked = await recommend(recommender, query, { explain: true });
        const list = ranked.filter(({ source }) => source === "taste-graph");
        assert.deepEqual(idsOf(list), entry.items);
        // The parts are in double precision, the scores themselves in single.
        list.forEach(({ parts, score }, n) => {
          const sum = parts!.reduce((total, { value }) => total + value, 0);
          near(sum, entry.scores[n], 1e-9);
          assert.equal(score, Math.fround(sum));
        });
        assert.equal(tasteOf(recommender, query).reached, entry.candidates);
      }
    });

    it("profiles: what each genre adds", () => {
      const told = expected.entries.filter(({ profile }) => profile);
      assert.ok(told.length > 0);
      for (const { userId, profile } of told) {
        const { genres } = tasteOf(recommender, queryOfUser(train, userId));
        assert.deepEqual(Object.fromEntries(genres.map(({ genre, weight }) => [genre, weight])), profile);
      }
    });

    it("no film to whoever likes nothing, so that the most rated stand in", async () => {
      for (const user of expected.usersWithoutProfile) {
        const list = await recommend(recommender, queryOfUser(train, user));
        assert.ok(list.every(({ source }) => source === "popular"));
      }
    });

    it("precision, recall and NDCG", async () => {
      const found = await metricsOf(fold, false, listsOf(recommender, train));
      for (const [name, value] of Object.entries(found)) near(value, expected.metrics[name], 1e-9);
      assert.equal(Object.keys(found).length, 6);
    });
  });

  describe("on the first fold, ranked over all unseen films", () => {
    for (const [model, set, expected] of [
      ["rp3beta", { dislike: 0 }, [".4127", ".4287"]],
      ["rp3beta", { beta: 0, dislike: 0 }, [".3675", ".3763"]],
      ["pagerank", { dislike: 0 }, [".3956", ".4086"]],
      ["pagerank", { decades: 0.03, dislike: 0 }, [".3961", ".4105"]],
      ["pagerank", { genres: 0, tags: 0, decades: 0, dislike: 0 }, [".3934", ".4076"]],
      ["spectral", { dislike: 0 }, [".4316", ".4460"]],
      ["item-knn", { dislike: 0 }, [".3943", ".3973"]],
      ["popular", {}, [".2202", ".2451"]],
    ] as const) {
      it(`${model} ${JSON.stringify(set)} reaches P@5 and NDCG@10 of ${expected}`, async () => {
        using recommender = openModel(await fit(fold.train, configure(model, set)));
        const scores = new Float32Array(fold.train.items.size);
        // Without reasons, each of which takes PageRank another walk.
        const found = await metricsOf(fold, false, (query) => {
          recommender.model.ask(query).score(scores);
          for (const item of query.profile.items) scores[item] = -Infinity;
          return topK(scores, 10);
        });
        assert.deepEqual([decimals(found["precision@5"], 4), decimals(found["ndcg@10"], 4)], expected);
      });
    }
  });
});

function idsOf(list: readonly { readonly id: number | string }[]) {
  return list.map(({ id }) => id);
}

function genresOf(parts: readonly ScorePart[]): string[] {
  return parts.flatMap((part) => (part.kind === "genre" ? [part.genre] : []));
}

/** Every genre that counts for somebody. */
async function everyGenre(recommender: OpenModel, train: Dataset, user: number): Promise<string[]> {
  const list = await recommend(recommender, queryOfUser(train, user), { k: train.items.size, explain: true });
  return list.flatMap(({ parts }) => genresOf(parts!));
}

type List = (query: Query) => ArrayLike<number> | Promise<ArrayLike<number>>;

function listsOf(recommender: OpenModel, { items }: Dataset): List {
  return async (query) => idsOf(await recommend(recommender, query)).map((id) => items.index(id));
}

/** As the study averages them: precision and NDCG over everybody, or like recall over those who like a film of the test rows. */
async function metricsOf(judgement: Judgement, everybody: boolean, listOf: List) {
  const { train, relevant } = judgement;
  const lists: number[][] = [];
  for (const [user, wanted] of relevant.entries()) {
    lists.push(wanted.size === 0 ? [] : Array.from(await listOf(queryOfUser(train, train.users.id(user)))));
  }
  const all = everybody ? "-all" : "";
  const names = [5, 10].flatMap((k) => [`precision${all}@${k}`, `recall@${k}`, `ndcg${all}@${k}`]);
  const found = judged(judgement, names, (user) => lists[user]);
  return Object.fromEntries(names.map((name) => [name.replace("-all", ""), found[name].mean]));
}
