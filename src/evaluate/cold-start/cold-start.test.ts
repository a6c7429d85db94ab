import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toyDataset } from "../../../test/helpers/toy.ts";
import { createEngine } from "../../compute/pool.ts";
import { syntheticRatings } from "../../data/synthetic/synthetic-ratings.ts";
import { type ErrorCode, MatineeError } from "../../errors.ts";
import { configure } from "../../models/configure.ts";
import type { Profile } from "../../models/model.ts";
import { profileOf } from "../../models/shared/profiles.ts";
import { present } from "../../present.ts";
import { parseSplitter, splitRatings } from "../../split/splits.ts";
import { type Contender, contender, customContender } from "../contender.ts";
import type { MetricName } from "../metrics.ts";
import { coldStart } from "./cold-start.ts";
import { questionCounts, questionWays, wayByWorth } from "./question-ways.ts";
import type { ColdStartResult } from "./result.ts";

const films = 100;
/** How much every user likes a film. */
const ratingOf = (film: number) => 1 + (film % 9) / 2;
const whole = toyDataset(
  30,
  films,
  Array.from({ length: 30 * films }, (_, n) => [Math.floor(n / films), n % films, ratingOf(n % films)] as const),
);
const strong = splitRatings(whole, parseSplitter("strong:0.8"), 3);

/** After n answers it knows the order of films whose index has a remainder below n by 20, and rates all 1/(1 + n) too low. */
function oracle(heard: (profile: Profile, user?: number) => void = () => {}) {
  return customContender("oracle", () => ({
    items: films,
    ask({ profile, user }) {
      heard(profile, user);
      const n = profile.items.length;
      return {
        score(out) {
          for (let film = 0; film < films; film++) out[film] = film % 20 < n ? ratingOf(film) : -Infinity;
        },
        predict(wanted, out) {
          wanted.forEach((film, at) => {
            out[at] = ratingOf(film) - 1 / (1 + n);
          });
        },
      };
    },
    [Symbol.dispose]() {},
  }));
}

/** NDCG@10 of the oracle's lists, by definition: all ratings but those that may be asked about are held out. */
async function expectedGain(n: number): Promise<number> {
  const { test } = await strong.split(0);
  const gains: number[] = [];
  for (let user = 0; user < test.rows; user++) {
    const held = Array.from(profileOf(test, user).items);
    if (held.length === 0) continue;
    const liked = (film: number) => ratingOf(film) >= 4;
    const list = held.filter((film) => film % 20 < n).sort((a, b) => ratingOf(b) - ratingOf(a) || a - b);
    const at = (places: readonly boolean[]) =>
      places.reduce((sum, hit, place) => sum + (hit ? 1 / Math.log2(place + 2) : 0), 0);
    gains.push(at(list.slice(0, 10).map(liked)) / at(held.filter(liked).slice(0, 10).map(liked)));
  }
  return gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
}

function pointsOf({ models: [{ curves }] }: ColdStartResult, metric: string): number[][] {
  return curves.map(({ points }) => points.map(({ metrics }) => metrics[metric].mean));
}

describe("a cold start", () => {
  it("measures lists after every number of questions, in every way to ask", async () => {
    const result = await coldStart(whole, [oracle()], { splitter: strong, view: "model" });
    assert.deepEqual(result.questions, [0, 1, 2, 3, 5, 10, 15, 20]);
    assert.deepEqual(
      result.ways.map(({ name }) => name),
      ["random", "popular", "varied", "most-rated", "chosen"],
    );
    assert.deepEqual([result.split.people, result.split.left, result.split.test], [6, 0, 120]);
    const gains: number[] = [];
    for (const n of questionCounts) gains.push(await expectedGain(n));
    assert.equal(gains[0], 0);
    assert.ok(new Set(gains).size >= 4, `${gains}`);
    assert.ok(gains.every((gain, n) => n === 0 || gain >= gains[n - 1]));
    assert.equal(gains.at(-1), 1);
    for (const curve of pointsOf(result, "ndcg@10")) {
      for (const [n, gain] of curve.entries())
        assert.ok(Math.abs(gain - gains[n]) < 1e-12, `${questionCounts[n]} answers`);
    }
    for (const curve of pointsOf(result, "rmse")) {
      for (const [n, error] of curve.entries()) assert.ok(Math.abs(error - 1 / (1 + questionCounts[n])) < 1e-6);
    }
    const [{ curves }] = result.models;
    // Everybody knows every film, so that every question is answered, and no way is better than another.
    for (const { points } of curves)
      assert.deepEqual(
        points.map(({ answers }) => answers),
        [...questionCounts],
      );
    const [{ versus }] = result.models;
    assert.equal(versus.length, 2 * 7);
    assert.ok(versus.every(({ difference, p }) => difference === 0 && p === 1));
    assert.ok(curves[0].points[5].metrics["ndcg@10"].se! > 0);
    assert.equal(curves[0].points[5].metrics["ndcg@10"].n, 6);
  });

  it("asks new users, with more and more of the same films, none of which is in the test", async () => {
    const { profiles, test } = await strong.split(0);
    const asked: Profile[] = [];
    await coldStart(
      whole,
      [
        oracle((profile, user) => {
          assert.equal(user, undefined);
          asked.push(profile);
        }),
      ],
      { splitter: strong, metrics: ["rmse"] },
    );
    const users = Array.from({ length: test.rows }, (_, user) => user).filter(
      (user) => test.offsets[user + 1] > test.offsets[user],
    );
    // without answers; then, in five ways, after seven numbers of questions
    assert.equal(asked.length, users.length * (1 + 5 * 7));
    for (const [n, { items, values }] of asked.entries()) {
      const [round, row] = [Math.floor(n / users.length), n % users.length];
      assert.equal(items.length, round === 0 ? 0 : questionCounts[1 + ((round - 1) % 7)]);
      const pool = profileOf(profiles, users[row]).items;
      assert.ok(items.every((film, at) => pool.includes(film) && values[at] === ratingOf(film)));
      if (round === 0 || (round - 1) % 7 === 0) continue;
      const before = asked[n - users.length].items;
      assert.ok(before.every((film) => items.includes(film)));
    }
  });

  it("is level where a model learns nothing from answers, and 0 where it needs one and nothing else fills its lists", async () => {
    const data = await syntheticRatings({ users: 120, items: 200, ratings: 4500, seed: 4 });
    const splits = splitRatings(data, parseSplitter("strong:0.7"));
    const contenders = [
      contender(configure("popular")),
      configure("item-knn"),
      contender(configure("als", { factors: 8 })),
    ];
    const result = await coldStart(data, contenders, { splitter: splits, view: "model" });
    const shipped = await coldStart(data, contenders, { splitter: splits });
    assert.deepEqual([result.view, shipped.view], ["model", "shipped"]);
    const [popular, knn, als] = result.models;
    for (const { points } of popular.curves) {
      assert.ok(points[0].metrics["ndcg@10"].mean > 0);
      for (const { metrics } of points) assert.deepEqual(metrics, points[0].metrics);
    }
    assert.match(popular.missing.rmse, /popular predicts no ratings/);
    for (const [n, { curves }] of [popular, knn, als].entries()) {
      for (const [way, { points }] of curves.entries()) {
        const filled = shipped.models[n].curves[way].points;
        assert.deepEqual(filled[0].metrics["ndcg@10"], popular.curves[0].points[0].metrics["ndcg@10"]);
        assert.ok(points.every(({ metrics }, at) => filled[at].metrics["ndcg@10"].mean >= metrics["ndcg@10"].mean));
        if (n > 0) assert.equal(points[0].metrics["ndcg@10"].mean, 0);
        assert.ok(points[6].metrics["ndcg@10"].mean > 0);
      }
    }
    assert.ok(result.split.left > 0 && knn.curves[0].points[0].metrics["ndcg@10"].n < result.split.people);
    assert.ok("rmse" in knn.curves[0].points[0].metrics);
  });

  it("tests ways to ask about any films against each other, and says how many of the films people know", async () => {
    const data = await syntheticRatings({ users: 120, items: 200, ratings: 4500, seed: 4 });
    const splitter = splitRatings(data, parseSplitter("strong:0.7"));
    const rarest = wayByWorth("rarest", "the least rated first", ({ counts }) =>
      Float64Array.from(counts, (count) => -count),
    );
    const ways = [rarest, ...questionWays.filter(({ anyFilm }) => anyFilm)];
    const result = await coldStart(data, [contender(configure("item-knn"))], { splitter, ways, metrics: ["ndcg@10"] });
    const [{ curves, versus }] = result.models;
    const last = curves.map(({ points }) => points.at(-1)!);
    assert.ok(last[0].answers < last[1].answers && last[1].answers < 20);
    for (const { points } of curves) {
      assert.equal(points[0].answers, 0);
      points.forEach(({ questions, answers }, n) => {
        assert.ok(answers <= questions && (n === 0 || answers >= points[n - 1].answers));
      });
    }
    assert.equal(versus.length, 7 * 2);
    for (const { questions, best, name, difference, p } of versus) {
      const gainOf = (way: string) =>
        curves.find((curve) => curve.way === way)!.points.find((point) => point.questions === questions)!.metrics[
          "ndcg@10"
        ].mean;
      assert.ok(Math.abs(gainOf(best) - gainOf(name) - difference) < 1e-12);
      assert.ok(difference >= 0 && p > 0 && p <= 1);
    }
    assert.ok(versus.some(({ difference }) => difference > 0));
  });

  it("marks a contender that fails, and finishes the others, unless the failure is a leak or that of all", async () => {
    const broken = (code: ErrorCode, name = "broken") =>
      customContender(name, () => {
        throw new MatineeError(code, "it broke");
      });
    const { models } = await coldStart(whole, [broken("NOT_FINITE"), oracle()], { splitter: strong });
    const [{ name, failed, curves, missing }, other] = models;
    assert.deepEqual([name, failed?.code, failed?.message, curves], ["broken", "NOT_FINITE", "it broke", []]);
    assert.deepEqual(missing, { "ndcg@10": "broken failed: it broke", rmse: "broken failed: it broke" });
    assert.equal(other.failed, undefined);
    assert.equal(other.curves.length, 5);
    const ends = (code: ErrorCode, ...contenders: Contender[]) =>
      assert.rejects(coldStart(whole, contenders, { splitter: strong }), { code });
    await ends("LEAK", broken("LEAK"), oracle());
    await ends("MEMORY", broken("MEMORY"), broken("NOT_FINITE", "broken too"));
  });

  it("is the same for any number of threads, and different for another seed", async () => {
    const data = await syntheticRatings({ users: 120, items: 200, ratings: 4500, seed: 4 });
    const seen = new Set<string>();
    const run = async (threads: number, seed: number) => {
      using engine = await createEngine({ threads });
      const result = await coldStart(
        data,
        [contender(configure("als", { factors: 8 })), contender(configure("item-knn"))],
        {
          splitter: splitRatings(data, parseSplitter("strong:0.7")),
          engine,
          seed,
        },
      );
      seen.add(JSON.stringify(result, (key, value: unknown) => (key === "seconds" ? undefined : value)));
    };
    for (const threads of [1, 2, 3]) await run(threads, 1);
    assert.equal(seen.size, 1);
    await run(1, 2);
    assert.equal(seen.size, 2);
  });

  it("refuses users of the training data, metrics of lists, and users with too few ratings", async () => {
    const refuses = (splits: typeof strong, code: string, message: RegExp, metrics?: MetricName[]) =>
      assert.rejects(coldStart(whole, [oracle()], { splitter: splits, ...present({ metrics }) }), { code, message });
    await refuses(
      splitRatings(whole, parseSplitter("per-user:0.8")),
      "USAGE",
      /the people that per-user:0.8 asks are in the training data/,
    );
    await refuses(strong, "USAGE", /catalogue-coverage@5 is of all lists/, ["catalogue-coverage@5"]);
    const small = toyDataset(
      20,
      20,
      Array.from({ length: 400 }, (_, n) => [Math.floor(n / 20), n % 20, 4] as const),
    );
    await assert.rejects(
      coldStart(small, [contender(configure("popular"))], { splitter: parseSplitter("strong:0.8") }),
      {
        code: "METRIC_EMPTY",
        message: /nobody out who could tell of 20 films/,
      },
    );
    await assert.rejects(coldStart(whole, [], { splitter: strong }), { code: "USAGE" });
  });
});
