/** The user-based lists of the study on ML-100K: deviations of 20 neighbours by centred cosine, and what they are worth. */

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { Model } from "../../src/models/model.ts";
import { userKnnAlgorithm } from "../../src/models/user-knn/user-knn.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { golden, needsData } from "../helpers/data.ts";
import { type Judgement, judged, perUserSeed42 } from "../helpers/ml100k.ts";
import { near } from "../helpers/numbers.ts";

interface Split {
  trainOrder: { items: string; countsPerUser: number[] };
}
interface Golden {
  metrics: Record<string, number>;
  metricsTiesByItemId: Record<string, number>;
  entries: {
    userId: number;
    items: number[];
    scores: number[];
    fixedPositions: number[];
    raters: number[];
    mean: number;
    neighbours: [userId: number, similarity: number][];
    neighbourTies: unknown[];
  }[];
}

describe("user-knn gives the study's lists on ML-100K", needsData("ml-100k"), () => {
  let train: Dataset;
  let expected: Golden;
  let knn: Model;
  let judgement: Judgement;
  /** Train items of each user as the study met them. */
  let order: number[][];
  before(async () => {
    judgement = await perUserSeed42();
    train = judgement.train;
    const split = golden<Split>("splits/ml100k-peruser-seed42.json");
    expected = golden("ml100k/pearson-cf.json");
    const bytes = Buffer.from(split.trainOrder.items, "base64");
    let at = 0;
    order = split.trainOrder.countsPerUser.map((count) =>
      Array.from({ length: count }, () => train.items.index(bytes.readUInt16LE(2 * at++))),
    );
    knn = userKnnAlgorithm.open(
      (await fit(train, configure("user-knn", { preset: "deviation" }))).state,
      localEngine(),
    );
  });

  it("on the same split", () => {
    assert.equal(train.byUser.values.length, 80_367);
    order.forEach((items, user) => {
      assert.deepEqual(
        [...items].sort((a, b) => a - b),
        [...queryOfUser(train, user + 1).profile.items],
      );
    });
  });

  it("scores in place, films outside ties, neighbours and their number", () => {
    assert.equal(expected.entries.length, 105);
    for (const entry of expected.entries) {
      const answer = knn.ask(queryOfUser(train, entry.userId));
      const neighbours = answer.neighbours!();
      for (const [n, { similarity }] of neighbours.entries()) near(similarity, entry.neighbours[n][1], 1e-9);
      if (entry.neighbourTies.length === 0) {
        assert.deepEqual(
          neighbours.map(({ user }) => train.users.id(user)),
          entry.neighbours.map(([id]) => id),
        );
      }
      const list = ranked(entry.userId - 1, 10);
      list.forEach(({ item, score, raters }, n) => {
        near(score, entry.scores[n], 1e-8);
        if (!entry.fixedPositions.includes(n)) return;
        assert.deepEqual([train.items.id(item), raters], [entry.items[n], entry.raters[n]]);
      });
      assert.equal(list.length, 10);
    }
  });

  for (const [name, key, tie] of [
    ["as the study met them", "metrics", undefined],
    ["by id", "metricsTiesByItemId", (a: number, b: number) => a - b],
  ] as const) {
    it(`precision, recall and NDCG, ties ${name}`, () => {
      const names = [5, 10].flatMap((k) => [`precision-all@${k}`, `recall@${k}`, `ndcg-all@${k}`]);
      const found = judged(judgement, names, (user) => ranked(user, 10, tie).map(({ item }) => item));
      for (const [name, { mean }] of Object.entries(found)) {
        near(mean, expected[key][name.replace("-all", "")], 1e-6, name);
      }
    });
  }

  /** The best unseen items by scores in double precision; ties as the study met them, unless compared otherwise. */
  function ranked(user: number, k: number, tie?: (a: number, b: number) => number) {
    const query = queryOfUser(train, user + 1);
    const answer = knn.ask(query);
    const seen = new Set(query.profile.items);
    const met = new Set<number>();
    for (const neighbour of answer.neighbours!()) for (const item of order[neighbour.user]) met.add(item);
    const list = [...met].flatMap((item) => {
      if (seen.has(item)) return [];
      const { parts } = answer.explain!(item);
      const score = parts.reduce((sum, { value }) => sum + value, 0);
      return [{ item, score, raters: parts.length - 1 }];
    });
    // a stable sort; scores that are equal but for rounding are ties
    const rounded = ({ score }: { score: number }) => Math.round(score * 1e9);
    return list.sort((a, b) => rounded(b) - rounded(a) || (tie?.(a.item, b.item) ?? 0)).slice(0, k);
  }
});
