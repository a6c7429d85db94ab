/** HitRate and NDCG of the hybrid study, with the standard errors, for models that know of no held-out rating. */

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Dataset } from "../../src/data/dataset.ts";
import { type Contender, contender, customContender } from "../../src/evaluate/contender.ts";
import { evaluate } from "../../src/evaluate/evaluate.ts";
import { dot } from "../../src/matrix/dense.ts";
import { configure } from "../../src/models/configure.ts";
import type { Model, Query } from "../../src/models/model.ts";
import { role, type Splits, splitOf } from "../../src/split/split.ts";
import { alsHalfStep } from "../helpers/als-twin.ts";
import { golden, needsData } from "../helpers/data.ts";
import { top1000Half } from "../helpers/top-1000-films.ts";

interface Row {
  users: number;
  hitRate: number;
  hitRateSem: number;
  ndcg: number;
  ndcgSem: number;
}
type ByK = Record<string, Row>;
interface Golden {
  ks: number[];
  proper: Record<"meanOfItemFactors" | "userFactors" | "popularity", ByK>;
  trainNonZeros: number;
}
const f = 64;

describe("the hybrid study's evaluation", needsData("ml-latest-small"), () => {
  const expected = golden<Golden>("als/evaluation.json");
  let whole: Dataset;
  let splits: Splits;
  before(async () => {
    whole = await top1000Half();
    const { evaluation } = golden<{ evaluation: { heldOutMask: string } }>("splits/top1000-half-seed42.json");
    const mask = Buffer.from(evaluation.heldOutMask, "base64");
    const roles = Uint8Array.from(whole.byUser.values, (_, entry) =>
      (mask[entry >> 3] >> (entry & 7)) & 1 ? role.test : role.train,
    );
    splits = { name: "held out", seed: 42, count: 1, split: () => splitOf(whole, "held out", roles) };
    assert.equal((await splits.split(0)).train.byUser.values.length, expected.trainNonZeros);
  });

  async function near(who: Contender, rows: ByK): Promise<void> {
    const metrics = expected.ks.flatMap((k) => [`hit-rate@${k}`, `ndcg@${k}`]);
    const { evaluation } = await evaluate(whole, [who], splits, { metrics, relevant: whole.scale.min, view: "model" });
    for (const k of expected.ks) {
      const row = rows[k];
      const found = (name: string) => evaluation.models[0].metrics[`${name}@${k}`];
      for (const [name, mean, se] of [
        ["hit-rate", row.hitRate, row.hitRateSem],
        ["ndcg", row.ndcg, row.ndcgSem],
      ] as const) {
        const { n, mean: own, se: ownSe } = found(name);
        assert.equal(n, row.users);
        assert.ok(Math.abs(own - mean) <= 1e-6, `${who.name} ${name}@${k}: ${own}, expected ${mean}`);
        assert.ok(Math.abs(ownSe! - se) <= 1e-6, `${who.name} ± of ${name}@${k}: ${ownSe}, expected ${se}`);
      }
    }
  }

  it("popularity", () => near(contender(configure("popular")), expected.proper.popularity));

  it("models that list better than popularity", async () => {
    const set = { dropout: 0.5, neutral: 0.0625, features: "genres" };
    const contenders = [contender(configure("popular")), contender(configure("ease", set), "ease")];
    const metrics = ["hit-rate@10"];
    const { evaluation } = await evaluate(whole, contenders, splits, { metrics, relevant: whole.scale.min });
    const { mean } = evaluation.models[1].metrics["hit-rate@10"];
    assert.ok(mean >= 0.5, `${mean}`);
    assert.ok(evaluation.versus![0].best === "ease" && evaluation.versus![0].p < 0.01);
  });

  it("exact ALS, by users' own factors and by the mean of their films'", async () => {
    const { train } = await splits.split(0);
    const { users, items } = factorsOf(train);
    const by = (name: string, vector: (query: Query) => Float64Array) =>
      customContender(name, () => factorModel(items, train.items.size, vector));
    await near(
      by("user factors", ({ user }) => users.subarray(user! * f, (user! + 1) * f)),
      expected.proper.userFactors,
    );
    await near(
      by("mean of item factors", ({ profile }) => {
        const mean = new Float64Array(f);
        for (const item of profile.items)
          for (let k = 0; k < f; k++) mean[k] += items[item * f + k] / profile.items.length;
        return mean;
      }),
      expected.proper.meanOfItemFactors,
    );
  });
});

/** 20 iterations in double precision from the golden start. */
function factorsOf({ users, items, byUser, byItem }: Dataset): { users: Float64Array; items: Float64Array } {
  const angle = (n: number) => (Math.floor(n / f) + 1) * ((n % f) + 1);
  const factors = {
    users: Float64Array.from({ length: users.size * f }, (_, n) => 0.01 * Math.sin(angle(n))),
    items: Float64Array.from({ length: items.size * f }, (_, n) => 0.01 * Math.cos(angle(n))),
  };
  const half = { f, base: 0, alpha: 40, weights: new Float64Array(1000).fill(0.1) };
  for (let iteration = 0; iteration < 20; iteration++) {
    alsHalfStep(byUser, factors.items, factors.users, half);
    alsHalfStep(byItem, factors.users, factors.items, half);
  }
  return factors;
}

function factorModel(factors: Float64Array, items: number, vector: (query: Query) => Float64Array): Model {
  return {
    items,
    ask(query) {
      const x = vector(query);
      return {
        score(out) {
          for (let item = 0; item < items; item++) out[item] = dot(x, 0, factors, item * f, f);
        },
      };
    },
    [Symbol.dispose]() {},
  };
}
