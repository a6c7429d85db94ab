import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createEngine } from "../../compute/pool.ts";
import type { Dataset } from "../../data/dataset.ts";
import { syntheticRatings } from "../../data/synthetic/synthetic-ratings.ts";
import { entryAt } from "../../matrix/csr.ts";
import type { Profile } from "../../models/model.ts";
import { profileOf } from "../../models/shared/profiles.ts";
import { random } from "../../random.ts";
import { role, type Splits, splitOf } from "../../split/split.ts";
import { parseSplitter, splitRatings } from "../../split/splits.ts";
import { customContender } from "../contender.ts";
import type { Measurements } from "../measure.ts";
import type { Trial, TuningResult } from "./result.ts";
import { readSearchSpace, type SettingValues } from "./search-space.ts";
import { type TuneCandidateOptions, type TuningCandidate, tuneCandidate, tuningCandidate } from "./tune.ts";

const whole = await syntheticRatings({ users: 400, items: 150, ratings: 12_000, seed: 2 });
const usual = splitRatings(whole, parseSplitter("per-user:0.8"), 1);
const knn = tuningCandidate("item-knn", "k=1~100;shrinkage=0:50");
const deaf = () => {};
const quick: TuneCandidateOptions = { trials: 8, metric: "ndcg@5", seed: 3 };

function withoutTimes({ final, usual, best, trials, ...rest }: TuningResult): string {
  const drop = (key: string, value: unknown) => (["seconds", "kept"].includes(key) ? undefined : value);
  return JSON.stringify([rest, usual, best, trials, final], drop);
}

/** Scores films by how often they were rated, to a power that is tuned; tells of all it is given. */
function watched(heard: (what: "fit" | "ask", data: Dataset | Profile) => void): TuningCandidate {
  const model = (values: SettingValues = {}) =>
    customContender(`watched ${JSON.stringify(values)}`, (train) => {
      heard("fit", train);
      return {
        items: train.items.size,
        ask({ profile }) {
          heard("ask", profile);
          return { score: (out) => out.set(train.counts.map((count) => count ** Number(values.alpha ?? 1))) };
        },
        [Symbol.dispose]() {},
      };
    });
  return { model: "watched", space: readSearchSpace("als", "alpha=0.1~3"), contender: model };
}

describe("tuning", () => {
  it("returns the best of its trials, and evaluates it once beside the settings as they were", async () => {
    const result = await tuneCandidate(whole, knn, usual, quick);
    const { trials, best, final, validation, budgets } = result;
    assert.deepEqual(
      [result.model, result.metric, result.better, result.method],
      ["item-knn", "ndcg@5", "higher", "model"],
    );
    assert.deepEqual([result.space, trials.length], [{ k: "1~100", shrinkage: "0:50" }, 8]);
    assert.deepEqual(budgets, [0.25, 1]);
    const full = trials.flatMap(({ runs }) => runs.filter(({ budget }) => budget === 1).map(({ value }) => value));
    assert.ok(full.length >= 1 && full.length < 8);
    assert.equal(best.run.value, Math.max(...full, result.usual.value));
    assert.equal(final.models.length, 2);
    assert.deepEqual(final.models[0].config, best.config);
    assert.deepEqual([final.models[1].name, final.models[1].config.k], ["item-knn", 50]);
    assert.equal(final.versus?.length, 1);
    const outer = await usual.split(0);
    assert.deepEqual(final.split.fingerprints, [outer.fingerprint]);
    assert.equal(validation.name, "per-user:0.8");
    assert.notEqual(validation.seed, 3);
    assert.equal(validation.train + validation.test, outer.train.byUser.values.length);
  });

  it("leaves out settings that do nothing in a trial, given for all trials or searched", async () => {
    const candidate = tuningCandidate("als", "solver=conjugate-gradient,cholesky;steps=1,2", { factors: 8 });
    const { trials } = await tuneCandidate(whole, candidate, usual, { ...quick, method: "grid" });
    assert.deepEqual(
      trials.map(({ values, failed }) => [Object.keys(values).length, failed]),
      [
        [2, undefined],
        [2, undefined],
        [1, undefined],
      ],
    );
    const fixed = tuningCandidate("als", "solver=conjugate-gradient,cholesky", { steps: 5 });
    assert.equal(fixed.contender({ solver: "cholesky" }).name, "als solver=cholesky");
    assert.equal(fixed.contender().config.steps, 5);
  });

  for (const method of ["model", "random", "grid"] as const) {
    it(`never lets a trial see the test part (${method})`, async () => {
      const { test, train } = await usual.split(0);
      let fits: { size: number; asked: number; leaked: number }[] = [];
      const heard = (what: "fit" | "ask", data: Dataset | Profile) => {
        if (what === "fit") fits.push({ size: (data as Dataset).byUser.values.length, asked: 0, leaked: 0 });
        else fits.at(-1)!.asked++;
        if (what === "ask") return;
        const { byUser } = data as Dataset;
        for (let user = 0; user < byUser.rows; user++) {
          for (const item of profileOf(byUser, user).items) {
            if (entryAt(test, user, item) >= 0 || entryAt(train.byUser, user, item) < 0) fits.at(-1)!.leaked++;
          }
        }
      };
      const options = { ...quick, method, trials: 6 };
      const { trials, final, validation } = await tuneCandidate(whole, watched(heard), usual, options);
      assert.ok(fits.every(({ leaked, asked }) => leaked === 0 && asked > 0));
      const last = fits.slice(-final.models.length);
      assert.ok(last.every(({ size }) => size === train.byUser.values.length));
      fits = fits.slice(0, -final.models.length);
      assert.ok(fits.every(({ size }) => size <= validation.train));
      assert.equal(fits.length, 1 + trials.flatMap(({ runs }) => runs).length);

      // the same search whatever is held out
      const { roles } = await usual.split(0);
      const half = roles.map((own, entry) => (own === role.test && entry % 2 === 0 ? role.unused : own));
      const elsewhere: Splits = { ...usual, split: () => splitOf(whole, usual.name, half) };
      const again = await tuneCandidate(whole, watched(deaf), elsewhere, options);
      const outcomes = (all: readonly Trial[]) =>
        all.map(({ values, runs }) => [values, runs.map(({ budget, value, se }) => [budget, value, se])]);
      assert.deepEqual(outcomes(again.trials), outcomes(trials));
      assert.notDeepEqual(again.final.models[0].metrics, final.models[0].metrics);
    });
  }

  it("resumes where it was stopped, and measures nothing twice", async () => {
    const kept = new Map<string, Measurements>();
    const journal = {
      read: async (key: string) => kept.get(key),
      write: async (key: string, measurements: Measurements) => void kept.set(key, measurements),
    };
    const stop = new AbortController();
    let fits = 0;
    const counted: TuningCandidate = {
      ...knn,
      contender(values) {
        const { fit, ...own } = knn.contender(values);
        return {
          ...own,
          fit: (...args) => {
            if (++fits === 5) stop.abort();
            return fit(...args);
          },
        };
      },
    };
    const options = { ...quick, journal };
    await assert.rejects(tuneCandidate(whole, counted, usual, { ...options, signal: stop.signal }), {
      code: "CANCELLED",
    });
    assert.equal(kept.size, 4);
    const resumed = await tuneCandidate(whole, counted, usual, options);
    const total = 1 + resumed.trials.flatMap(({ runs }) => runs).length + resumed.final.models.length;
    assert.equal(fits, total + 1, "the one that was stopped is fitted again");
    const again = await tuneCandidate(whole, counted, usual, options);
    assert.equal(withoutTimes(again), withoutTimes(resumed));
    assert.ok([again.usual, again.best.run, ...again.final.models].every((measured) => measured.kept !== undefined));
    assert.equal(fits, total + 1);
    assert.equal(withoutTimes(resumed), withoutTimes(await tuneCandidate(whole, knn, usual, quick)));
  });

  it("is the same for any number of threads", async () => {
    const seen = new Set<string>();
    for (const threads of [1, 3]) {
      using engine = await createEngine({ threads });
      seen.add(withoutTimes(await tuneCandidate(whole, knn, usual, { ...quick, trials: 5, engine })));
    }
    assert.equal(seen.size, 1);
  });

  it("keeps the settings as they were where no trial is better, and reports trials that fail", async () => {
    const { best, final } = await tuneCandidate(whole, tuningCandidate("item-knn", "k=1"), usual, quick);
    assert.deepEqual(best.values, {});
    assert.deepEqual(
      final.models.map(({ name }) => name),
      ["item-knn"],
    );
    const mute = customContender("mute", ({ items }) => ({
      items: items.size,
      ask: () => ({ score: (out) => out.fill(-Infinity) }),
      [Symbol.dispose]() {},
    }));
    const half = { ...knn, contender: (values?: SettingValues) => (values ? mute : knn.contender()) };
    const { trials, best: kept } = await tuneCandidate(whole, half, usual, { ...quick, trials: 3 });
    assert.deepEqual(
      [kept.values, trials.map(({ failed }) => /lists nothing/.test(failed!))],
      [{}, [true, true, true]],
    );
  });

  it("advises the best trial only where it is better on the test part by more than chance", async () => {
    const search = async (usualScore: (item: number, noisy: number) => number) => {
      const candidate: TuningCandidate = {
        ...knn,
        space: readSearchSpace("item-knn", "k=1,2,3,4,5,6,7,8"),
        contender: ({ k = 0 }: SettingValues = {}) =>
          customContender(`k=${k}`, ({ items, counts }) => {
            const drawn = random(Number(k));
            const scores = Float32Array.from(counts, (count, item) => {
              const noisy = count * (1 + (k === 0 ? 0.2 : 0.1) * drawn.float());
              return k === 0 ? usualScore(item, noisy) : noisy;
            });
            return { items: items.size, ask: () => ({ score: (out) => out.set(scores) }), [Symbol.dispose]() {} };
          }),
      };
      return tuneCandidate(whole, candidate, usual, { ...quick, method: "grid" });
    };
    const clear = await search((item) => item);
    assert.deepEqual(clear.advised.values, clear.best.values);
    assert.equal(clear.advised.name, clear.final.models[0].name);
    assert.ok(clear.final.versus![0].p < 0.05);
    const chance = await search((_item, noisy) => noisy);
    assert.notDeepEqual(chance.best.values, {});
    assert.ok(chance.final.versus![0].p >= 0.05);
    assert.deepEqual([chance.advised.values, chance.advised.name], [{}, "k=0"]);
  });

  it("splits the training part as the data were split, and measures every trial on all users where there are few", async () => {
    const options = { ...quick, trials: 2 };
    const time = await tuneCandidate(whole, knn, splitRatings(whole, parseSplitter("time:0.7")), options);
    assert.equal(time.validation.name, "time:0.7");
    const strong = await tuneCandidate(whole, knn, splitRatings(whole, parseSplitter("strong:0.8")), options);
    assert.deepEqual([strong.validation.name, strong.budgets], ["strong:0.8", [1]]);
    const files = await tuneCandidate(whole, knn, { ...usual, name: "u1" }, options);
    assert.equal(files.validation.name, "per-user:0.8");
  });

  it("refuses several parts, and metrics of lists or without a better direction", async () => {
    const refuses = (message: RegExp, who: TuningCandidate, splits: Splits, metric: string, code = "USAGE") =>
      assert.rejects(tuneCandidate(whole, who, splits, { ...quick, metric }), { code, message });
    await refuses(/kfold:5 has 5 parts/, knn, splitRatings(whole, parseSplitter("kfold:5")), "ndcg@5");
    await refuses(/catalogue-coverage@5 is of all lists/, knn, usual, "catalogue-coverage@5");
    await refuses(/neither way is better of novelty@5/, knn, usual, "novelty@5");
    await refuses(/als predicts no ratings/, tuningCandidate("als", "factors=8"), usual, "rmse", "CAPABILITY_MISSING");
    await refuses(/no metric/, knn, usual, "ngdc@5", "METRIC_UNKNOWN");
  });
});
