/** The user neighbours of the first study, on ml-latest-small: neighbours, predictions with their fallbacks, lists, errors. */

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import { type Dataset, datasetFrom } from "../../src/data/dataset.ts";
import { idsFrom } from "../../src/data/ids.ts";
import { readRatings } from "../../src/data/read.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { type Answer, type Model, type Neighbour, predictionRules } from "../../src/models/model.ts";
import { predictAll } from "../../src/models/shared/answers.ts";
import { userKnnAlgorithm } from "../../src/models/user-knn/user-knn.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";

type Row = readonly number[];
interface Prediction {
  userId: number;
  movieId: number;
  prediction: number | null;
  source: "neighbours" | "movie mean" | "user mean" | "global mean (user without ratings)" | "unknown";
  /** userId, rating, similarity, overlap */
  neighbours: Row[];
}
interface List {
  candidates: number;
  /** movieId, prediction, neighbours used */
  top: Row[];
  ties: number[][];
  borderTies: number[];
}
interface HeldOut {
  rows: [userId: number, movieId: number, rating: number, fileRow: number, ...number[]][];
}

const rules = {
  neighbours: "model",
  "movie mean": "item mean",
  "user mean": "user mean",
  "global mean (user without ratings)": "global mean",
};

describe("user-knn gives the study's", needsData("ml-latest-small"), () => {
  let data: Dataset;
  /** Without one rating of each person, and with somebody who rated nothing. */
  let held: Dataset;
  let heldOut: HeldOut["rows"];
  before(async () => {
    data = await readRatings(dataFolder("ml-latest-small"));
    heldOut = golden<HeldOut>("splits/leave-one-out-seed42.json").rows;
    held = without(data, heldOut);
  });

  async function model(train: Dataset, preset: string, set: Record<string, unknown> = {}): Promise<Model> {
    return userKnnAlgorithm.open((await fit(train, configure("user-knn", { preset, ...set }))).state, localEngine());
  }

  it("neighbours: ids, similarities and films in common", async () => {
    const { entries } = golden<{
      entries: { userId: number; neighbours: number[]; similarities: number[]; overlaps: number[] }[];
    }>("userknn/neighbours.json");
    using knn = await model(data, "hybrid");
    assert.ok(entries.length >= 40);
    for (const { userId, neighbours, similarities, overlaps } of entries) {
      const found = knn.ask(queryOfUser(data, userId)).neighbours!();
      assert.deepEqual(
        found.map(({ user }) => data.users.id(user)),
        neighbours,
      );
      assert.deepEqual(
        found.map(({ overlap }) => overlap),
        overlaps,
      );
      for (const [n, { similarity }] of found.entries()) near(similarity, similarities[n], 1e-9);
    }
  });

  it("predictions, whoever or whatever makes them", async () => {
    const expected = golden<{ allRatings: Prediction[]; heldOutMatrix: { rows: Prediction[] } }>(
      "userknn/hybrid-predictions.json",
    );
    const seen = new Set<string>();
    for (const [train, rows] of [
      [data, expected.allRatings],
      [held, expected.heldOutMatrix.rows],
    ] as const) {
      using knn = await model(train, "hybrid");
      for (const { userId, movieId, prediction, source, neighbours } of rows) {
        const item = train.items.index(movieId);
        seen.add(source);
        if (prediction === null || source === "unknown") {
          assert.ok(item < 0 || train.users.index(userId) < 0);
          continue;
        }
        const answer = knn.ask(queryOfUser(train, userId));
        const [value, rule] = predicted(answer, item);
        near(value, prediction, 1e-6);
        assert.equal(rule, rules[source], `${userId}, ${movieId}`);
        const { parts } = answer.explain!(item);
        near(
          parts.reduce((sum, part) => sum + part.value, 0),
          prediction,
          1e-6,
        );
        const used = parts.flatMap((part) => (part.kind === "neighbour" ? [part] : []));
        assert.deepEqual(
          used.map(({ user, rating, overlap }) => [train.users.id(user), rating, overlap]),
          neighbours.map(([id, rating, , overlap]) => [id, rating, overlap]),
        );
        for (const [n, { similarity }] of used.entries()) near(similarity, neighbours[n][2], 1e-9);
      }
    }
    assert.deepEqual([...seen].sort(), [...Object.keys(rules), "unknown"].sort());
  });

  it("lists of films that three or more neighbours rated", async () => {
    type Entry = { userId: number } & Record<`k${number}`, List>;
    const { entries } = golden<{ entries: Entry[] }>("userknn/structured-top5.json");
    for (const k of [5, 10, 20, 30]) {
      using recommender = openModel(await fit(data, configure("user-knn", { preset: "hybrid-lists", k })));
      for (const { userId, [`k${k}` as const]: expected } of entries) {
        const query = queryOfUser(data, userId);
        const scores = new Float32Array(data.items.size);
        recommender.model.ask(query).score(scores);
        for (const item of query.profile.items) scores[item] = -Infinity;
        assert.equal(scores.filter(Number.isFinite).length, expected.candidates);
        const all = await recommend(recommender, query, { k: 5, explain: true });
        const list = all.filter(({ source }) => source === "user-knn");
        assertList(
          list.map(({ id, score, parts }) => [Number(id), score, parts!.length]),
          expected,
          1e-6,
        );
      }
    }
  });

  it("errors and coverage, one rating of each person held out", async () => {
    const { byK, predictions } = golden<{
      byK: Record<string, { predicted: number; of: number; rmse: number; mae: number }>;
      predictions: Record<string, (number | null)[]>;
    }>("userknn/leave-one-out.json");
    const pairs = heldOut.map(([user, movie, rating]) => [held.users.index(user), held.items.index(movie), rating]);
    const wanted = {
      offsets: Int32Array.from({ length: held.users.size + 1 }, (_, user) => Math.min(user, pairs.length)),
      indices: Int32Array.from(pairs, ([, item]) => item),
    };
    assert.ok(pairs.every(([user], n) => user === n));
    const users = Int32Array.from({ length: held.users.size }, (_, user) => user);
    for (const k of [5, 10, 20, 30]) {
      using knn = await model(held, "hybrid", { k });
      const found = (await predictAll(knn, held.byUser, wanted, users))!;
      const own = pairs.flatMap(([, , rating], n) => (found.rules[n] === 0 ? [found.ratings[n] - rating] : []));
      const { predicted: count, of, rmse, mae } = byK[k];
      assert.deepEqual([own.length, pairs.length], [count, of]);
      near(Math.sqrt(own.reduce((sum, error) => sum + error * error, 0) / count), rmse, 1e-6);
      near(own.reduce((sum, error) => sum + Math.abs(error), 0) / count, mae, 1e-6);
      predictions[k]?.forEach((value, n) => {
        assert.equal(value === null, found.rules[n] !== 0);
        if (value !== null) near(found.ratings[n], value, 1e-6);
      });
    }
  });

  it("predictions and lists of the mean-centred variant", async () => {
    const { neighbours, predictions, top5 } = golden<{
      neighbours: { userId: number; mean: number; neighbours: number[]; similarities: number[] }[];
      predictions: [userId: number, movieId: number, prediction: number, raters: number, source: string][];
      top5: ({ userId: number } & Omit<List, "candidates">)[];
    }>("userknn/mean-centred.json");
    using recommender = openModel(await fit(data, configure("user-knn", { preset: "mean-centred" })));
    const { model: knn } = recommender;
    for (const { userId, neighbours: ids, similarities } of neighbours) {
      const found: readonly Neighbour[] = knn.ask(queryOfUser(data, userId)).neighbours!();
      assert.deepEqual(
        found.map(({ user }) => data.users.id(user)),
        ids,
      );
      for (const [n, { similarity }] of found.entries()) near(similarity, similarities[n], 1e-9);
    }
    for (const [userId, movieId, prediction, raters, source] of predictions) {
      const answer = knn.ask(queryOfUser(data, userId));
      const item = data.items.index(movieId);
      assert.equal(predicted(answer, item)[1], source === "neighbours" ? "model" : source);
      const { parts } = answer.explain!(item);
      near(
        parts.reduce((sum, part) => sum + part.value, 0),
        prediction,
        1e-9,
      );
      if (source === "neighbours") assert.equal(parts.length, raters);
    }
    for (const { userId, ...expected } of top5) {
      const list = await recommend(recommender, queryOfUser(data, userId), { k: 5, explain: true });
      const found = list.map(({ id, parts }) => {
        return [Number(id), parts!.reduce((sum, { value }) => sum + value, 0), parts!.length];
      });
      assertList(found, expected, 1e-9);
    }
  });
});

/** Scores place by place; ids and numbers of neighbours outside ties. */
function assertList(found: Row[], { top, ties, borderTies }: Omit<List, "candidates">, tolerance: number): void {
  assert.equal(found.length, top.length);
  found.forEach(([id, score, used], n) => {
    near(score, top[n][1], tolerance);
    const tie = ties.find((group) => group.includes(n));
    if (!tie) assert.deepEqual([id, used], [top[n][0], top[n][2]]);
    else assert.ok([...tie.map((m) => top[m][0]), ...borderTies].includes(id), `${id} in a tie`);
  });
}

function predicted(answer: Answer, item: number): [rating: number, rule: string] {
  const [out, ruled] = [new Float32Array(1), new Uint8Array(1)];
  answer.predict!(Int32Array.of(item), out, ruled);
  return [out[0], predictionRules[ruled[0]]];
}

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
}

/** The same films and people without some ratings, and a person 9999 who rated nothing. */
function without({ byUser, users, items, catalog, scale }: Dataset, pairs: HeldOut["rows"]): Dataset {
  const left = new Map<number, number>(pairs.map(([user, movie]) => [users.index(user), items.index(movie)]));
  const triples = Array.from({ length: byUser.rows }, (_, user) => user).flatMap((user) =>
    Array.from(byUser.indices.subarray(byUser.offsets[user], byUser.offsets[user + 1]), (item, n) => {
      return [user, item, byUser.values[byUser.offsets[user] + n]];
    }).filter(([, item]) => left.get(user) !== item),
  );
  return datasetFrom({
    name: "held out",
    users: idsFrom(Float64Array.of(...Array.from({ length: users.size }, (_, user) => Number(users.id(user))), 9999)),
    items,
    catalog,
    scale,
    ratings: {
      userOf: Int32Array.from(triples, ([user]) => user),
      itemOf: Int32Array.from(triples, ([, item]) => item),
      values: Float32Array.from(triples, ([, , value]) => value),
    },
  });
}
