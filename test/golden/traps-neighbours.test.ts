/** The numbers of docs/traps.md on neighbours and their errors, one rating of each person of ml-latest-small held out. */

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { Model, Query } from "../../src/models/model.ts";
import { algorithmNamed } from "../../src/models/registry.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";
import type { Rating } from "../helpers/mf-twin.ts";
import { near } from "../helpers/numbers.ts";
import { assertTable, decimals, mean, ratingsOf, rms, thousands, withRatings } from "../helpers/traps.ts";

interface HeldOut {
  rows: [userId: number, movieId: number, rating: number, ...number[]][];
}
/** Predicted less given, and whether the model's own rule predicted it. */
interface Miss {
  readonly error: number;
  readonly own: boolean;
}

describe("docs/traps.md, on neighbours", needsData("ml-latest-small"), () => {
  let data: Dataset;
  let train: Dataset;
  let asked: Rating[];
  before(async () => {
    data = await readRatings(dataFolder("ml-latest-small"));
    asked = golden<HeldOut>("splits/leave-one-out-seed42.json").rows.map(([user, movie, rating]) => [
      data.users.index(user),
      data.items.index(movie),
      rating,
    ]);
    const left = new Map(asked.map(([user, item]) => [user, item]));
    const kept = ratingsOf(data).filter(([user, item]) => left.get(user) !== item);
    train = withRatings(data, kept);
    assert.deepEqual([asked.length, kept.length], [610, 100_226]);
  });

  it("test rows in the index", async () => {
    const set = { preset: "mean-centred" };
    using right = await model("user-knn", set);
    using leaking = await model("user-knn", set, data);
    const stranger = ({ profile }: Query): Query => ({ profile });
    const rmse = (list: Miss[]) => decimals(rms(list.map(({ error }) => error)), 3);
    assertTable("Test rows in the index", [
      ["matrix of all ratings, and the asker among their own neighbours", rmse(missesOf(leaking, data, stranger))],
      ["matrix of all ratings", rmse(missesOf(leaking, data))],
      ["**matrix of the training rows**", `**${rmse(missesOf(right, train))}**`],
    ]);
  });

  it("unrated as zero", async () => {
    using knn = await model("user-knn", {
      similarity: "cosine",
      k: 5,
      minOverlap: 1,
      minNeighbours: 1,
      prediction: "deviation",
    });
    const rated = train.counts.filter((count) => count > 0).length;
    const means = [0, 1].map((zeros) =>
      train.users.values.map((_, user) => {
        const { values } = queryOfUser(train, train.users.id(user)).profile;
        return values.reduce((sum, value) => sum + value, 0) / (zeros ? rated : values.length);
      }),
    );
    const [ownMean, zeroMean] = means as [Float64Array, Float64Array];
    const errors = { zeros: [], misaligned: [], inverse: [], right: [] } as Record<string, number[]>;
    for (const [user, item, rating] of asked) {
      const five = knn.ask(queryOfUser(train, train.users.id(user))).neighbours!();
      const given = five.map((neighbour) => ratingOf(neighbour.user, item));
      const raters = five.flatMap((neighbour, n) => {
        return given[n] > 0 ? [{ ...neighbour, deviation: given[n] - ownMean[neighbour.user] }] : [];
      });
      if (raters.length === 0) continue;
      const all = five.map((neighbour, n) => ({ ...neighbour, deviation: given[n] - zeroMean[neighbour.user] }));
      const predict = (base: number, list: typeof raters, weight: (n: number) => number) => {
        const weights = list.map((_, n) => weight(n));
        const sum = list.reduce((total, { deviation }, n) => total + weights[n] * deviation, 0);
        return Math.min(5, Math.max(1, base + sum / weights.reduce((a, b) => a + b)));
      };
      const inverse = (n: number) => 1 / (five[n].similarity + 1e-10);
      errors.zeros.push(predict(zeroMean[user], all, inverse) - rating);
      errors.misaligned.push(predict(ownMean[user], raters, inverse) - rating);
      errors.inverse.push(predict(ownMean[user], raters, (n) => 1 / raters[n].similarity) - rating);
      errors.right.push(predict(ownMean[user], raters, (n) => raters[n].similarity) - rating);
    }
    assert.equal(errors.right.length, golden<ByK>("userknn/leave-one-out.json").byK[5].predicted);
    const rmse = (name: string) => decimals(rms(errors[name]), 3);
    assertTable("Unrated as zero, and weights upside down", [
      ["unrated = 0, weights 1 / similarity (as the study ran)", rmse("zeros"), decimals(mean(errors.zeros), 2)],
      ["raters only, weights 1 / similarity of others", rmse("misaligned"), decimals(mean(errors.misaligned), 2)],
      ["raters only, weights 1 / similarity", rmse("inverse"), decimals(mean(errors.inverse), 2)],
      ["**raters only, weights = similarity**", `**${rmse("right")}**`, `**${decimals(mean(errors.right), 2)}**`],
    ]);
  });

  it("a fallback that always answers", async () => {
    using five = await model("user-knn", {
      similarity: "cosine",
      k: 5,
      minOverlap: 1,
      minNeighbours: 1,
      prediction: "mean",
    });
    using own = await model("user-knn");
    const overall = mean(ratingsOf(train).map(([, , value]) => value));
    const always = asked.map(([, , rating]) => overall - rating);
    const misses = missesOf(five, train);
    const intended = misses.map(({ error, own }, n) => (own ? error : always[n]));
    const defaults = missesOf(own, train);
    const count = (list: Miss[]) => thousands(list.filter(({ own }) => own).length);
    assertTable("A fallback that always answers", [
      ["mean of all ratings, whoever asks for whatever", decimals(rms(always), 3), "0"],
      ["mean of five neighbours, else of all ratings", decimals(rms(intended), 3), count(misses)],
      ["**`user-knn`**", `**${decimals(rms(defaults.map(({ error }) => error)), 3)}**`, `**${count(defaults)}**`],
    ]);
  });

  it("errors over few rows", async () => {
    const { byK } = golden<ByK>("userknn/leave-one-out.json");
    const rows: string[][] = [];
    const row = (name: string, errors: number[]) =>
      rows.push([name, thousands(errors.length), decimals(rms(errors), 3)]);
    for (const k of [5, 20] as const) {
      using knn = await model("user-knn", { preset: "hybrid", k });
      const misses = missesOf(knn, train);
      const own = misses.filter(({ own }) => own).map(({ error }) => error);
      near(rms(own), byK[k].rmse, 1e-6);
      row(`${k} neighbours, where any can predict`, own);
      if (k === 20)
        row(
          "20 neighbours, a mean elsewhere",
          misses.map(({ error }) => error),
        );
    }
    using bias = await model("bias");
    row(
      "**`bias`: no neighbours at all**",
      missesOf(bias, train).map(({ error }) => error),
    );
    rows.at(-1)!.splice(
      1,
      2,
      ...rows
        .at(-1)!
        .slice(1)
        .map((cell) => `**${cell}**`),
    );
    assertTable("The rows that could be predicted", rows);

    using centred = await model("user-knn", { preset: "mean-centred" });
    const errors = missesOf(centred, train).map(({ error }) => error);
    const tens = Array.from({ length: 61 }, (_, n) => rms(errors.slice(10 * n, 10 * n + 10)));
    assertTable("Ten rows called a hundred", [
      ["61 times ten", `${decimals(Math.min(...tens), 2)} to ${decimals(Math.max(...tens), 2)}`],
      ["**all 610**", `**${decimals(rms(errors), 2)}**`],
    ]);
  });

  async function model(name: string, set = {}, ratings = train): Promise<Model> {
    const engine = localEngine();
    const { state } = await fit(ratings, configure(name, set), { engine });
    return algorithmNamed(name).open(state, engine);
  }

  /** How far a model is off the ratings held out, asked with the ratings of `from`. */
  function missesOf(knn: Model, from: Dataset, as = (query: Query) => query): Miss[] {
    return asked.map(([user, item, rating]) => {
      const [out, rule] = [new Float32Array(1), new Uint8Array(1)];
      knn.ask(as(queryOfUser(from, from.users.id(user)))).predict!(Int32Array.of(item), out, rule);
      return { error: out[0] - rating, own: rule[0] === 0 };
    });
  }

  /** 0 where unrated. */
  function ratingOf(user: number, item: number): number {
    const { items, values } = queryOfUser(train, train.users.id(user)).profile;
    const at = items.indexOf(item);
    return at < 0 ? 0 : values[at];
  }
});

interface ByK {
  byK: Record<5 | 20, { predicted: number; rmse: number }>;
}
