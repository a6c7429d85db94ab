/** Whatever scale ratings are written on, every registered model learns the same from them: r and a·r + b, a > 0. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import { type Dataset, datasetFromCsr, likedFrom, ratingScaleOf } from "../../src/data/dataset.ts";
import { coldStart } from "../../src/evaluate/cold-start/cold-start.ts";
import { compare } from "../../src/evaluate/compare.ts";
import { contender, withReranker } from "../../src/evaluate/contender.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { Model, Profile } from "../../src/models/model.ts";
import { profileOf } from "../../src/models/shared/profiles.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { queryFromRatings, queryOfUser } from "../../src/recommend/query.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { recommendAll } from "../../src/recommend/recommend-all.ts";
import { mmr } from "../../src/recommend/reranking/mmr.ts";
import { makeStandIns } from "../../src/recommend/stand-ins.ts";
import { splits } from "../../src/split/splits.ts";
import { letterEmbedder as embedder } from "../helpers/embedder.ts";
import { sharedLocalEngine } from "../helpers/engines.ts";
import { randomDataset } from "../helpers/toy.ts";
import { variants } from "./variants.ts";

/** r becomes a·r + b. */
type Writing = readonly [a: number, b: number];
const writings: readonly Writing[] = [
  [20, 0],
  [0.2, 0],
  [5, -15],
  [0.37, -2.1],
];

/** The same ratings, written otherwise, with the scale that reading finds. */
function written({ byUser, report, ...data }: Dataset, [a, b]: Writing): Dataset {
  const values = byUser.values.map((rating) => a * rating + b);
  return datasetFromCsr({ ...data, scale: ratingScaleOf(values) }, { ...byUser, values }, report);
}

const half = randomDataset(36, 30, 0.25, 21);
const whole = written(
  { ...half, byUser: { ...half.byUser, values: half.byUser.values.map(Math.ceil) } } as Dataset,
  [1, 0],
);

it("finds scales of 5 and of 10 values, however they are written", () => {
  for (const [data, steps] of [
    [whole, 4],
    [half, 9],
  ] as const) {
    for (const [a, b] of [[1, 0], ...writings] as const) {
      const { scale } = written(data, [a, b]);
      near((scale.max - scale.min) / scale.step, steps, 1e-9, `${a}, ${b}`);
      near(likedFrom({ scale, feedback: "ratings" }), 4 * a + b, 1e-6 * (Math.abs(a) + Math.abs(b)), `${a}, ${b}`);
    }
  }
});

for (const { algorithm, title, set, suited } of variants) {
  describe(title, () => {
    for (const [stars, data] of Object.entries({ whole, half })) {
      const fitted = (ratings: Dataset) =>
        fit(suited(ratings), configure(algorithm.name, set), { seed: 7, embedder, engine: sharedLocalEngine });
      const known = fitted(data);
      for (const writing of writings) {
        const [a, b] = writing;
        it(`learns from ${stars} stars r what it learns from ${a}·r + ${b}`, async () => {
          const other = written(data, writing);
          using standard = openModel(await known, sharedLocalEngine);
          using opened = openModel(await fitted(other), sharedLocalEngine);
          for (const user of [0, 3, 17, 35]) {
            const given = profileOf(data.byUser, user);
            const profiles = [given, { ...given, values: given.values.map((rating) => a * rating + b) }] as const;
            for (const who of [{}, { user }])
              assertAlike(standard.model, opened.model, profiles, who, writing, algorithm.ratingsOnly ?? false);
            const [id, k] = [data.users.id(user), 8];
            const [expected, list] = [
              await recommend(standard, queryOfUser(data, id), { k }),
              await recommend(opened, queryOfUser(other, id), { k }),
            ];
            assert.deepEqual(list.map(outcome), expected.map(outcome));
          }
          const [all, found] = [
            await recommendAll(standard, data, { k: 5, engine: sharedLocalEngine }),
            await recommendAll(opened, other, { k: 5, engine: sharedLocalEngine }),
          ];
          assert.deepEqual(found.items, all.items);
          for (let item = 0; standard.model.similarItems && item < 30; item += 7) {
            const [s, t] = [new Float64Array(30), new Float64Array(30)];
            standard.model.similarItems(item, s);
            opened.model.similarItems!(item, t);
            assertNear(t, s, 1e-6);
          }
          assert.deepEqual(
            opened.model.ratings?.values.map(Math.fround),
            standard.model.ratings && other.byUser.values,
          );
        });
      }
    }
  });
}

/** Film, source and which films were the reason. */
function outcome({ id, source, because = [], likedGenres }: Awaited<ReturnType<typeof recommend>>[number]) {
  return { id, source, because: because.map((reason) => reason.id), likedGenres };
}

function assertAlike(
  standard: Model,
  other: Model,
  [profile, theirs]: readonly [Profile, Profile],
  who: { user?: number },
  [a, b]: Writing,
  scoresRatings: boolean,
): void {
  const { items } = standard;
  const [before, after] = [standard.ask({ profile, ...who }), other.ask({ profile: theirs, ...who })];
  const [s, t] = [new Float32Array(items), new Float32Array(items)];
  before.score(s);
  after.score(t);
  assertNear(t, scoresRatings ? s.map((score) => a * score + b) : s, scoresRatings ? 5 * a : 1);
  assert.equal(after.predict === undefined, before.predict === undefined);
  const ratings = new Map(Array.from(theirs.items, (item, n) => [item, theirs.values[n]]));
  for (const [explain, total] of [
    [after.explain, t],
    [after.explainRating, undefined],
  ] as const) {
    for (let item = 0; explain && item < items; item += 3) {
      if (total?.[item] === -Infinity) continue;
      const { parts } = explain(item);
      const sum = parts.reduce((all, part) => all + part.value, 0);
      if (total) near(sum, total[item], 1e-5 * (1 + Math.abs(total[item])), `the parts of item ${item}`);
      for (const part of parts) if (part.kind === "rating") assert.equal(part.rating, ratings.get(part.item));
    }
  }
  if (before.predict) {
    const all = Int32Array.from({ length: items }, (_, item) => item);
    const [p, q] = [new Float32Array(items), new Float32Array(items)];
    const rules = [new Uint8Array(items), new Uint8Array(items)];
    before.predict(all, p, rules[0]);
    after.predict!(all, q, rules[1]);
    assertNear(
      q,
      p.map((rating) => a * rating + b),
      5 * a,
    );
    assert.deepEqual(rules[1], rules[0]);
  }
  assert.deepEqual(after.neighbours?.(), before.neighbours?.());
}

/** Within rounding to single precision. @param length of the scale that the values are on */
function assertNear(actual: Float32Array | Float64Array, expected: Float32Array | Float64Array, length: number): void {
  for (const [n, value] of expected.entries()) {
    if (actual[n] !== value) near(actual[n], value, 2e-5 * Math.max(length, Math.abs(value)), `item ${n}`);
  }
}

function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}

describe("evaluation of ratings that are written otherwise", () => {
  const models = variants.filter(({ algorithm, title }) => title === algorithm.name);
  const contenders = [
    ...models.map(({ algorithm, set }) => contender(configure(algorithm.name, set), algorithm.name)),
    withReranker(contender(configure("ease", { lambda: 1 })), mmr({ lambda: 0.7 })),
  ];
  const metrics = ["rmse", "mae", "ndcg@5", "recall@5", "catalogue-coverage@5"] as const;
  const [a, b] = [5, -15];

  it("gives every model the same lists, and errors of a times the size", async () => {
    const measured = (data: Dataset) => compare(data, contenders, splits.perUser(0.7), { metrics, embedder });
    const [before, after] = [await measured(half), await measured(written(half, [a, b]))];
    for (const [n, { name, metrics: found }] of after.evaluation.models.entries()) {
      const expected = before.evaluation.models[n].metrics;
      assert.deepEqual(Object.keys(found), Object.keys(expected), name);
      for (const [metric, { mean }] of Object.entries(found)) {
        const factor = metric === "rmse" || metric === "mae" ? a : 1;
        near(mean, factor * expected[metric].mean, 1e-5 * factor, `${name} ${metric}`);
      }
    }
  });

  it("measures the same learning curves of new users", async () => {
    const data = randomDataset(40, 80, 0.5, 5);
    const chosen = [configure("als", { factors: 8 }), configure("bias")];
    const measured = (ratings: Dataset) => coldStart(ratings, chosen, { metrics: ["ndcg@10", "rmse"] });
    const [before, after] = [await measured(data), await measured(written(data, [a, b]))];
    after.models.forEach(({ name, curves }, m) => {
      curves.forEach(({ points }, c) => {
        points.forEach(({ metrics: found }, p) => {
          for (const [metric, { mean }] of Object.entries(found)) {
            const factor = metric === "rmse" ? a : 1;
            const expected = before.models[m].curves[c].points[p].metrics[metric].mean;
            near(mean, factor * expected, 1e-5 * factor, `${name} ${metric}`);
          }
        });
      });
    });
  });

  it("gives the stand-ins the same answers", async () => {
    const other = written(half, [a, b]);
    const found = [];
    for (const data of [half, other]) {
      using engine = localEngine();
      using opened = openModel(await fit(data, configure("popular")), engine);
      using standIns = makeStandIns(opened, data, engine);
      const query = queryOfUser(data, data.users.id(3));
      const out = new Float32Array(30);
      const items = Int32Array.from(out.keys());
      standIns.modelFor("predict").model.ask(query).predict!(items, out);
      found.push({ out, neighbours: standIns.modelFor("neighbours").model.ask(query).neighbours!() });
    }
    assert.deepEqual(found[1].neighbours, found[0].neighbours);
    assertNear(
      found[1].out,
      found[0].out.map((rating) => a * rating + b),
      5 * a,
    );
    assert.throws(() => queryFromRatings(other, [[other.items.index(1)!, 10.1]]), { code: "RATING_INVALID" });
  });
});
