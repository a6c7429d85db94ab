/** The search over an objective whose best is known. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareRuns } from "./coverage.ts";
import type { Trial, TrialRun } from "./result.ts";
import { type SearchOptions, searchSettings } from "./search.ts";
import { readSearchSpace, type SettingValues } from "./search-space.ts";

const space = readSearchSpace("als", "regularisation=0.001~1000;alpha=1:40;confidence=alpha*r,1+alpha*r;factors=8:128");
const options: SearchOptions = {
  space,
  method: "model",
  trials: 40,
  seed: 0,
  compare: compareRuns("higher"),
  budgets: [1],
};

/** Highest, 0, for a regularisation of 1, α of 30, the second confidence and 32 factors. */
function height({ regularisation, alpha, confidence, factors }: SettingValues): number {
  return (
    -((Math.log10(Number(regularisation)) / 3) ** 2) -
    ((Number(alpha) - 30) / 40) ** 2 -
    (confidence === "1+alpha*r" ? 0 : 0.3) -
    ((Number(factors) - 32) / 128) ** 2
  );
}

/** Smaller budgets measure with an error that is the same for the same settings. */
function measured(values: SettingValues, budget: number): TrialRun {
  const error = (1 - budget) * 0.05 * Math.sin(1000 * Number(values.alpha));
  return { budget, value: height(values) + error, seconds: budget };
}

function highest(trials: readonly Trial[]): number {
  return Math.max(...trials.flatMap(({ runs }) => runs.filter(({ budget }) => budget === 1).map(({ value }) => value)));
}

function spent(trials: readonly Trial[]): number {
  return trials.flatMap(({ runs }) => runs).reduce((sum, { budget }) => sum + budget, 0);
}

const run = (more: Partial<SearchOptions> = {}) =>
  searchSettings({ ...options, ...more }, async (values, budget) => measured(values, budget));

const seeds = Array.from({ length: 12 }, (_, seed) => seed);

describe("searching", () => {
  it("by a model comes nearer to the best than at random, with as many trials and for most seeds", async () => {
    const pairs = await Promise.all(
      seeds.map(async (seed) => [highest(await run({ seed })), highest(await run({ seed, method: "random" }))]),
    );
    assert.ok(pairs.filter(([model, chance]) => model > chance).length >= 9, JSON.stringify(pairs));
    const [model, chance] = [0, 1].map((at) => pairs.reduce((sum, pair) => sum + pair[at], 0) / pairs.length);
    assert.ok(model > chance / 3, `${model} and ${chance}`);
  });

  it("stops bad trials early, and comes nearer to the best than at random with the same total budget", async () => {
    const pairs = await Promise.all(
      seeds.map(async (seed) => {
        const early = await run({ seed, trials: 80, budgets: [0.25, 1] });
        assert.equal(early.length, 80);
        const whole = early.filter(({ runs }) => runs.length === 2).length;
        assert.ok(whole >= 20 && whole <= 60, `${whole} of 80 at the whole budget`);
        const trials = Math.round(spent(early));
        return [highest(early), highest(await run({ seed, method: "random", trials }))];
      }),
    );
    assert.ok(pairs.filter(([model, chance]) => model > chance).length >= 9, JSON.stringify(pairs));
    const [model, chance] = [0, 1].map((at) => pairs.reduce((sum, pair) => sum + pair[at], 0) / pairs.length);
    assert.ok(model > chance / 2, `${model} and ${chance}`);
  });

  it("continues only the best quarter", async () => {
    const trials = await run({ method: "model", trials: 16, budgets: [1 / 16, 1 / 4, 1] });
    for (const rung of [0, 1]) {
      const there = trials.filter(({ runs }) => runs.length > rung);
      const on = there.filter(({ runs }) => runs.length > rung + 1);
      const best = Math.max(...there.map(({ runs }) => runs[rung].value));
      assert.ok(on.some(({ runs }) => runs[rung].value === best));
    }
    assert.ok(trials.filter(({ runs }) => runs.length === 1).length >= 8);
  });

  it("measures at least one trial at the full budget, however few there are", async () => {
    const trials = await run({ trials: 2, budgets: [1 / 16, 1 / 4, 1] });
    const [best] = trials.toSorted((a, b) => b.runs[0].value - a.runs[0].value);
    assert.deepEqual(
      best.runs.map(({ budget }) => budget),
      [1 / 16, 1 / 4, 1],
    );
    assert.equal(spent(trials), 1 / 16 + 1 / 16 + 1 / 4 + 1);
  });

  it("is the same for the same seed, different for another, and reversed where lower is better", async () => {
    for (const method of ["random", "model"] as const) {
      const [one, again, other] = [await run({ method }), await run({ method }), await run({ method, seed: 1 })];
      assert.deepEqual(one, again);
      assert.notDeepEqual(one, other);
    }
    const negated = await searchSettings({ ...options, compare: compareRuns("lower") }, async (values, budget) => {
      const { value, ...rest } = measured(values, budget);
      return { ...rest, value: -value };
    });
    const [values, expected] = [negated, await run()].map((trials) => trials.map((trial) => trial.values));
    assert.deepEqual(values, expected);
  });

  it("tries every point of a grid once, as fine as the trials allow", async () => {
    const grid = readSearchSpace("als", "regularisation=0.01~100;iterations=1,2");
    const trials = await run({ space: grid, method: "grid", trials: 11, budgets: [0.25, 1] });
    const expected = [0.01, 0.1, 1, 10, 100].flatMap((regularisation) =>
      [1, 2].map((iterations) => ({ regularisation, iterations })),
    );
    assert.deepEqual(
      trials.map(({ values }) => values),
      expected,
    );
    assert.ok(trials.every(({ runs }) => runs.length === 1 && runs[0].budget === 1));
    await assert.rejects(run({ space: grid, method: "grid", trials: 3 }), {
      code: "USAGE",
      message: /at least 4 points, for 3 trials/,
    });
    const few = await run({ space: readSearchSpace("als", "iterations=1:3"), method: "grid", trials: 50 });
    assert.equal(few.length, 3);
  });

  it("leaves settings out of trials in which they do nothing", async () => {
    const space = readSearchSpace("mf", "optimiser=sgd,als,adam;rate=0.01,0.02;batch=512,1024");
    const expected = [
      { optimiser: "sgd", rate: 0.01 },
      { optimiser: "sgd", rate: 0.02 },
      { optimiser: "als" },
      { optimiser: "adam", rate: 0.01, batch: 512 },
      { optimiser: "adam", rate: 0.01, batch: 1024 },
      { optimiser: "adam", rate: 0.02, batch: 512 },
      { optimiser: "adam", rate: 0.02, batch: 1024 },
    ];
    const measure = async (values: SettingValues, budget: number) => ({
      budget,
      value: Number(values.rate ?? 0),
      seconds: 0,
    });
    for (const method of ["grid", "random", "model"] as const) {
      const trials = await searchSettings({ ...options, space, method, trials: 40, budgets: [1] }, measure);
      const tried = trials.map(({ values }) => values);
      if (method === "grid") assert.deepEqual(tried, expected);
      else
        assert.deepEqual(
          new Set(tried.map((one) => JSON.stringify(one))),
          new Set(expected.map((one) => JSON.stringify(one))),
        );
      assert.equal(tried.length, expected.length);
    }
  });

  it("tries nothing twice, and ends when the space is exhausted", async () => {
    for (const method of ["random", "model"] as const) {
      const trials = await run({ space: readSearchSpace("als", "iterations=1:5;factors=8,16"), method });
      const tried = trials.map(({ values }) => JSON.stringify(values));
      assert.equal(tried.length, 10);
      assert.equal(new Set(tried).size, 10);
    }
  });

  it("avoids settings like those that could not be measured", async () => {
    const trials = await searchSettings({ ...options, trials: 60 }, async (values, budget) =>
      values.confidence === "alpha*r" ? "it cannot be" : measured(values, budget),
    );
    const failed = trials.filter((trial) => trial.failed === "it cannot be");
    assert.ok(failed.length > 0 && failed.length < 20, `${failed.length} of 60`);
    assert.ok(failed.every(({ runs }) => runs.length === 0));
    const none = await searchSettings({ ...options, trials: 5, budgets: [0.25, 1] }, async () => "never");
    assert.ok(none.every(({ failed }) => failed === "never"));
  });
});
