/**
 * Of MovieLens 100K, first fold: how often ratings lie within the deviations that `bayesian-mf` gives with its predictions, and what models that follow
 * users' drift make of the time of asking.
 */
import assert from "node:assert/strict";
import { it } from "node:test";
import { readRatings } from "../../src/data/read.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { predictAll } from "../../src/models/shared/answers.ts";
import { profileOf } from "../../src/models/shared/profiles.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { splitRatings, splits } from "../../src/split/splits.ts";
import { dataFolder, needsData } from "../helpers/data.ts";

it("bayesian-mf says how far it may be off, on u1", needsData("ml-100k"), async () => {
  const whole = await readRatings(dataFolder("ml-100k"));
  const { train, test } = await splitRatings(whole, splits.movieLens("u1")).split(0);
  using opened = openModel(await fit(train, configure("bayesian-mf"), { seed: 0 }));
  const off: { readonly deviation: number; readonly error: number }[] = [];
  for (let user = 0; user < test.rows; user++) {
    const { items, values } = profileOf(test, user);
    if (items.length === 0) continue;
    const answer = opened.model.ask({ profile: profileOf(train.byUser, user), user });
    const [predicted, deviations] = [new Float32Array(items.length), new Float32Array(items.length)];
    answer.predict!(items, predicted);
    answer.deviate!(items, deviations);
    for (let n = 0; n < items.length; n++) off.push({ deviation: deviations[n], error: values[n] - predicted[n] });
  }
  const shareWithin = (times: number) =>
    off.filter(({ deviation, error }) => Math.abs(error) <= times * deviation).length / off.length;
  assert.deepEqual([shareWithin(1).toFixed(3), shareWithin(2).toFixed(3)], ["0.689", "0.950"]); // of normal numbers .683 and .954

  // Where it says that it may be further off, it is; but the ends differ more than it says.
  off.sort((a, b) => a.deviation - b.deviation);
  const fifths = Array.from({ length: 5 }, (_, n) => off.slice((n * off.length) / 5, ((n + 1) * off.length) / 5));
  const rootMeans = fifths.map((some) =>
    (["deviation", "error"] as const).map((key) => {
      return Math.sqrt(some.reduce((sum, one) => sum + one[key] ** 2, 0) / some.length).toFixed(2);
    }),
  );
  assert.deepEqual(rootMeans, [
    ["0.82", "0.73"],
    ["0.84", "0.80"],
    ["0.86", "0.86"],
    ["0.88", "0.92"],
    ["0.94", "1.09"],
  ]);
});

for (const { model, settings, known, unknown } of [
  { model: "bayesian-mf", settings: { dates: true }, known: "0.875", unknown: "0.889" },
  { model: "time-bias", settings: {}, known: "0.932", unknown: "0.960" },
]) {
  it(`${model} predicts ratings of u1 better where it is told their times`, needsData("ml-100k"), async () => {
    const whole = await readRatings(dataFolder("ml-100k"));
    const { train, test } = await splitRatings(whole, splits.movieLens("u1")).split(0);
    using opened = openModel(await fit(train, configure(model, settings), { seed: 0 }));
    const users = Int32Array.from({ length: test.rows }, (_, user) => user);
    const { times: _, ...timeless } = test;
    const errors: string[] = [];
    for (const wanted of [test, timeless]) {
      const { ratings } = (await predictAll(opened.model, train.byUser, wanted, users))!;
      const squares = ratings.reduce((sum, rating, n) => sum + (rating - test.values[n]) ** 2, 0);
      errors.push(Math.sqrt(squares / ratings.length).toFixed(3));
    }
    assert.deepEqual(errors, [known, unknown]);
  });
}
