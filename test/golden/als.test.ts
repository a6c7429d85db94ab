/** ALS of the hybrid study, on the thousand most rated films of ml-latest-small and half of their ratings. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { createEngine } from "../../src/compute/pool.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { dot } from "../../src/matrix/dense.ts";
import { topK } from "../../src/matrix/topk.ts";
import { alsSettings } from "../../src/models/als/settings.ts";
import { factorise } from "../../src/models/als/train.ts";
import { completeSettings } from "../../src/models/shared/settings.ts";
import { alsHalfStep } from "../helpers/als-twin.ts";
import { golden, needsData } from "../helpers/data.ts";
import { top1000Half } from "../helpers/top-1000-films.ts";

interface Run {
  lossPerIteration: number[];
  userFactorsSquaredNorm: number;
  itemFactorsSquaredNorm: number;
  itemNeighbours: { movieId: number; neighbours: number[]; similarities: number[] }[];
  recommendations: { userId: number; movieIds: number[]; scores: number[] }[];
}
interface Golden {
  users: number;
  movies: number;
  nonZeros: number;
  iterations: number;
  cholesky: Run;
  cg3: Run;
}
const f = 64;
const start = (side: "users" | "items", row: number, k: number) =>
  0.01 * (side === "users" ? Math.sin((row + 1) * (k + 1)) : Math.cos((row + 1) * (k + 1)));

describe("als gives the study's losses, neighbours and lists", needsData("ml-latest-small"), () => {
  let data: Dataset;
  let expected: Golden;
  before(async () => {
    expected = golden("als/als.json");
    data = await top1000Half();
    assert.deepEqual(
      [data.users.size, data.items.size, data.byUser.values.length],
      [expected.users, expected.movies, expected.nonZeros],
    );
  });

  for (const [solver, tolerance, regularisation] of [
    ["cholesky", { loss: 1e-8, cosine: 1e-5, score: 1e-5 }, 0.1],
    ["cg3", { loss: 1e-7, cosine: 1e-3, score: 1e-3 }, Math.fround(0.1)],
  ] as const) {
    it(`in double precision, by the formulas of the kernels (${solver})`, () => {
      const run = expected[solver];
      const users = Float64Array.from({ length: data.users.size * f }, (_, n) =>
        start("users", Math.floor(n / f), n % f),
      );
      const items = Float64Array.from({ length: data.items.size * f }, (_, n) =>
        start("items", Math.floor(n / f), n % f),
      );
      const half = {
        f,
        base: 0,
        alpha: 40,
        weights: new Float64Array(1000).fill(regularisation),
        ...(solver === "cg3" ? { steps: 3 } : {}),
      };
      const all = total(data);
      for (let iteration = 0; iteration < expected.iterations; iteration++) {
        alsHalfStep(data.byUser, items, users, half);
        const losses = alsHalfStep(data.byItem, users, items, half);
        const loss = (losses.reduce((sum, value) => sum + value, 0) + Math.fround(0.1) * squared(users)) / all;
        near(loss, run.lossPerIteration[iteration], tolerance.loss, `loss ${iteration}`);
      }
      near(squared(users) / run.userFactorsSquaredNorm, 1, 1e-6, "users");
      for (const { movieId, neighbours, similarities } of run.itemNeighbours) {
        const list = neighboursOf(items, data.items.index(movieId));
        for (const [n, _] of neighbours.entries())
          near(list[n].cosine, similarities[n], tolerance.cosine, `${movieId}, place ${n}`);
      }
      for (const { userId, scores } of run.recommendations) {
        const user = data.users.index(userId);
        const list = unseen(users.subarray(user * f, (user + 1) * f), items, user);
        for (const [n, score] of scores.entries()) near(list[n], score, tolerance.score, `${userId}, place ${n}`);
      }
    });
  }

  for (const [solver, run, arithmetic] of [
    ["cholesky", "cholesky", "strict"],
    ["cholesky", "cholesky", "relaxed"],
    ["conjugate-gradient", "cg3", "strict"],
    ["conjugate-gradient", "cg3", "relaxed"],
  ] as const) {
    it(`in single precision, by the kernels, as near as single precision comes (${solver}, ${arithmetic})`, async () => {
      using engine = await createEngine({ arithmetic });
      const set = {
        factors: f,
        iterations: expected.iterations,
        alpha: 40,
        confidence: "alpha*r",
        regularisation: 0.1,
        scaling: 0,
        solver,
      };
      const config = completeSettings("als", alsSettings, set);
      const { losses, items } = await factorise(data.byUser, config, start, {
        engine,
        step: async () => {},
      });
      for (const [n, loss] of losses.entries()) near(loss, expected[run].lossPerIteration[n], 1e-6, `loss ${n}`);
      const cosine = run === "cg3" ? 0.03 : 1e-3;
      for (const { movieId, similarities } of expected[run].itemNeighbours) {
        const list = neighboursOf(Float64Array.from(items), data.items.index(movieId));
        for (const [n, similarity] of similarities.entries())
          near(list[n].cosine, similarity, cosine, `${movieId}, place ${n}`);
      }
    });
  }

  function total({ users, items, byUser }: Dataset): number {
    return users.size * items.size - byUser.values.length + 40 * byUser.values.reduce((sum, value) => sum + value, 0);
  }

  function neighboursOf(items: Float64Array, item: number) {
    const norm = (other: number) => Math.sqrt(dot(items, other * f, items, other * f, f));
    const cosines = Float64Array.from({ length: data.items.size }, (_, other) =>
      other === item ? -Infinity : dot(items, item * f, items, other * f, f) / (norm(item) * norm(other)),
    );
    return Array.from(topK(cosines, 10), (other) => ({ other, cosine: cosines[other] }));
  }

  function unseen(x: Float64Array, items: Float64Array, user: number): number[] {
    const seen = new Set(data.byUser.indices.subarray(data.byUser.offsets[user], data.byUser.offsets[user + 1]));
    const scores = Float64Array.from({ length: data.items.size }, (_, item) =>
      seen.has(item) ? -Infinity : dot(x, 0, items, item * f, f),
    );
    return Array.from(topK(scores, 10), (item) => scores[item]);
  }
});

function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}

function squared(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
