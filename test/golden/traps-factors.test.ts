/** The numbers of docs/traps.md on factorisations, on ml-latest-small. */

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import { createEngine } from "../../src/compute/pool.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { dot } from "../../src/matrix/dense.ts";
import { topK } from "../../src/matrix/topk.ts";
import { alsAlgorithm } from "../../src/models/als/als.ts";
import { alsSettings } from "../../src/models/als/settings.ts";
import { factorise } from "../../src/models/als/train.ts";
import { biasAlgorithm } from "../../src/models/bias.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { MfStart } from "../../src/models/mf/parameters.ts";
import { completeSettings } from "../../src/models/shared/settings.ts";
import { random } from "../../src/random.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";
import { descended, networkDescended, type Predict, type Stage } from "../helpers/descent.ts";
import type { Rating } from "../helpers/mf-twin.ts";
import { near } from "../helpers/numbers.ts";
import { type Mask, maskSeed3 } from "../helpers/study-mask.ts";
import { top1000Half } from "../helpers/top-1000-films.ts";
import { assertTable, decimals, maskOf, mean, ratingsOf, thousands, withRatings } from "../helpers/traps.ts";

interface Curves {
  randomStarts: Record<
    "MF" | "MF_bias" | "CollabFNet",
    Record<"testMsePerStage" | "testMseMismatchedCodesPerStage", { mean: number[]; sd: number[] }>
  >;
}

describe("docs/traps.md, on factorisations", needsData("ml-latest-small"), () => {
  let mask: Mask;
  before(async () => {
    mask = await maskSeed3();
  });

  it("codes made twice", async () => {
    const itemOfCode = new Int32Array(mask.codes.length);
    for (const [item, code] of mask.codes.entries()) itemOfCode[code] = item;
    const mismatched = mask.mismatched.map(([user, code, value]): Rating => [user, itemOfCode[code], value]);
    const { randomStarts } = golden<Curves>("embedding-models/curves.json");
    const stage = (epochs: number, rate: number, decay: number): Stage => ({ epochs, rate, decay });
    const factorised = async (biases: "none" | "user+item", stages: Stage[]) => {
      const { float } = random(1);
      const start: MfStart = (_side, _row, k) => (k < 100 ? 0.05 * float() : 0.02 * float() - 0.01);
      return (await descended(mask.train, { factors: 100, biases }, stages, start)).predict;
    };
    const row = (name: keyof Curves["randomStarts"], title: string, printed: string, predict: Predict) => {
      const [wrong, right] = [errorOf(predict, mismatched), errorOf(predict, mask.known)];
      const { testMsePerStage, testMseMismatchedCodesPerStage } = randomStarts[name];
      near(right, testMsePerStage.mean[2], 4 * testMsePerStage.sd[2], name);
      near(wrong, testMseMismatchedCodesPerStage.mean[2], 4 * testMseMismatchedCodesPerStage.sd[2], name);
      return [title, printed, decimals(wrong, 3), `**${decimals(right, 3)}**`];
    };
    const plain = [stage(10, 0.1, 0), stage(15, 0.1, 0), stage(15, 0.01, 0)];
    const biased = [stage(10, 0.05, 1e-5), stage(10, 0.01, 1e-5), stage(10, 0.001, 1e-5)];
    const deep = [stage(15, 0.05, 1e-6), stage(10, 0.01, 1e-6), stage(10, 0.001, 1e-6)];
    const network = await networkDescended(mask.train, { embedding: 100, hidden: 10, dropout: 0.1 }, deep, 1);
    assertTable("Codes made twice", [
      row("MF", "products of vectors", "1.4054", await factorised("none", plain)),
      row("MF_bias", "with biases", "1.2160", await factorised("user+item", biased)),
      row("CollabFNet", "a network", "1.0497", network),
    ]);
  });

  it("a training loss as the result", async () => {
    const train = ratingsOf(mask.train);
    const centre = mean(train.map(([, , value]) => value));
    const row = async (title: string, factors: number, lambda: number, rate: number, deviation: number) => {
      const { normal } = random(1);
      const start: MfStart = (_side, _row, k) => (k === factors && deviation < 1 ? 0 : deviation * normal());
      const settings = { factors, biases: "mean+user+item" } as const;
      const stages = [{ epochs: 30, rate, decay: 0 }];
      const { loss, predict } = await descended(mask.train, settings, stages, start, lambda);
      return [title, decimals(loss, 3), decimals(errorOf(predict, mask.known), 3)];
    };
    using engine = localEngine();
    using damped = biasAlgorithm.open((await fit(mask.train, configure("bias"), { engine })).state, engine);
    const biased: Predict = (user, item) => {
      const out = new Float32Array(1);
      damped.ask(queryOfUser(mask.train, mask.train.users.id(user))).predict!(Int32Array.of(item), out);
      return out[0];
    };
    const constant: Predict = () => centre;
    assertTable("A training loss as the result", [
      await row("20 factors from a start of N(0, .01)", 20, 0.01, 0.05, 0.01),
      await row("32 factors from a start of N(0, 1)", 32, 1e-4, 0.005, 1),
      ["always the mean", decimals(errorOf(constant, train), 3), decimals(errorOf(constant, mask.known), 3)],
      ["**`bias`**", decimals(errorOf(biased, train), 3), `**${decimals(errorOf(biased, mask.known), 3)}**`],
    ]);
  });

  it("a list for somebody else", async () => {
    const data = await readRatings(dataFolder("ml-latest-small"));
    // Rows as the golden start counts them: the films that were rated.
    const rated = [...data.counts.keys()].filter((item) => data.counts[item] > 0);
    const codes = new Map(rated.map((item, code) => [item, code]));
    const start: MfStart = (side, row, k) => {
      const code = side === "users" ? row : codes.get(row)!;
      if (k === 20) return 0;
      return 0.01 * (side === "users" ? Math.sin((code + 1) * (k + 1)) : Math.cos((code + 1) * (k + 1)));
    };
    const settings = { factors: 20, biases: "mean+user+item" } as const;
    const stages = [{ epochs: 30, rate: 0.05, decay: 0 }];
    const { predict } = await descended(data, settings, stages, start, 0.01);
    const best = (row: number, seen: ReadonlySet<number>) => {
      const scores = Float64Array.from({ length: data.items.size }, (_, item) =>
        seen.has(item) || data.counts[item] === 0 ? -Infinity : predict(row, item),
      );
      return [...topK(scores, 10)];
    };
    const { runs } = golden<{ runs: { product: { topUnseen: { userId: number; movieIds: number[] }[] } } }>(
      "biased-mf/adam.json",
    );
    const seenBy = (user: number) => new Set(queryOfUser(data, data.users.id(user)).profile.items);
    for (const { userId, movieIds } of runs.product.topUnseen) {
      const user = data.users.index(userId);
      const list = best(user, seenBy(user)).map((item) => data.items.id(item));
      assert.deepEqual(list, movieIds);
    }
    // The study looked up the id at position `id` and used it as a row: two rows too far.
    const [inCommon, seen] = [[], []] as number[][];
    for (let user = 0; user + 2 < data.users.size; user++) {
      const [own, rated, study] = [best(user, seenBy(user)), seenBy(user), best(user + 2, new Set())];
      inCommon.push(study.filter((item) => own.includes(item)).length);
      seen.push(best(user, new Set()).filter((item) => rated.has(item)).length);
    }
    const printed = [7832, 1694, 5577, 4050, 5686, 5103, 6174, 1099, 3711, 8574];
    printed.push(1516, 7318, 7433, 266, 6334, 3137, 6505, 4751, 3116, 6960);
    printed.push(9302, 3540, 9097, 7361, 8884, 9494, 2165, 2739, 1596, 3857);
    const known = printed.filter((id) => data.items.index(id) >= 0).length;
    assertTable("A list for somebody else", [
      ["films of the asker's own list, of ten", decimals(mean(inCommon), 2), "**10**"],
      ["films that the asker has rated, of ten", decimals(mean(seen), 2), "**0**"],
      ["numbers printed as films that are films, of 30", String(known), "**30**"],
    ]);
  });
});

describe("docs/traps.md, on als", needsData("ml-latest-small"), () => {
  const f = 64;
  const settings = {
    factors: f,
    alpha: 40,
    confidence: "alpha*r",
    regularisation: 0.1,
    scaling: 0,
    solver: "cholesky",
  };
  const product = (side: string, row: number, k: number) => 0.01 * wave(side, (row + 1) * (k + 1));
  const linear = (side: string, row: number, k: number) => 0.01 * wave(side, 1 + row * f + k);
  const wave = (side: string, angle: number) => (side === "users" ? Math.sin(angle) : Math.cos(angle));
  let data: Dataset;
  let train: Dataset;
  let test: Dataset;
  before(async () => {
    data = await top1000Half();
    const { evaluation } = golden<{ evaluation: { heldOutMask: string } }>("splits/top1000-half-seed42.json");
    const held = maskOf(evaluation.heldOutMask);
    const ratings = ratingsOf(data);
    train = withRatings(
      data,
      ratings.filter((_, n) => !held(n)),
    );
    test = withRatings(
      data,
      ratings.filter((_, n) => held(n)),
    );
  });

  it("fitted on what it is judged on", async () => {
    const golds = golden<{
      notebook: Record<10, { hitRate: number }>;
      proper: Record<"meanOfItemFactors" | "popularity", Record<10, { hitRate: number }>>;
    }>("als/evaluation.json");
    const [leaking, fair] = [await factors(data, product, 20), await factors(train, product, 20)];
    const own = alsAlgorithm.open(
      {
        algorithm: "als",
        facts: { alpha: 40, base: 0, regularisation: 0.1, scaling: 0, scaledBy: "ratings" },
        tensors: { items: { shape: [data.items.size, f], data: fair } },
      },
      localEngine(),
    );
    const leak = hitRate(byMean(leaking), 500);
    const right = hitRate(byMean(fair));
    const popular = hitRate((_, out) => out.set(train.counts));
    near(leak, golds.notebook[10].hitRate, 1e-6);
    near(right, golds.proper.meanOfItemFactors[10].hitRate, 1e-6);
    near(popular, golds.proper.popularity[10].hitRate, 1e-6);
    const folded = hitRate((user, out) => own.ask(queryOfUser(train, train.users.id(user))).score(out));
    assertTable("Fitted on what it is judged on", [
      ["fitted on all ratings, mean of the vectors of the training films", decimals(leak, 3)],
      ["**fitted on the training rows**, the same", `**${decimals(right, 3)}**`],
      ["**fitted on the training rows**, asked as `als` is", `**${decimals(folded, 3)}**`],
      ["**`popular`**", `**${decimals(popular, 3)}**`],
    ]);
  });

  it("zeros that are still stored", () => {
    const all = ratingsOf(data);
    const [inTest, inTrain] = [test, train].map((part) => new Set(ratingsOf(part).map(([u, i]) => `${u} ${i}`)));
    const stored = (part: Set<string>) => all.map(([u, i, value]): Rating => [u, i, part.has(`${u} ${i}`) ? value : 0]);
    const people = (ratings: readonly Rating[]) => thousands(new Set(ratings.map(([user]) => user)).size);
    const count = (ratings: readonly Rating[]) => thousands(ratings.length);
    const [zeroTrain, zeroTest] = [stored(inTrain), stored(inTest)];
    const [realTrain, realTest] = [zeroTrain, zeroTest].map((part) => part.filter(([, , value]) => value !== 0));
    assert.deepEqual([realTrain.length, realTest.length], [train.byUser.values.length, test.byUser.values.length]);
    const printed = 9_439_196;
    assertTable("Zeros that are still stored", [
      ["training ratings, 32M as printed", thousands(printed), `**${thousands(printed - Math.floor(0.2 * printed))}**`],
      ["test ratings, 32M as printed", thousands(printed), `**${thousands(Math.floor(0.2 * printed))}**`],
      ["training ratings, small set", count(zeroTrain), `**${count(realTrain)}**`],
      ["test ratings, small set", count(zeroTest), `**${count(realTest)}**`],
      ["people with something to find, small set", people(zeroTest), `**${people(realTest)}**`],
    ]);
  });

  it("a start in two dimensions", async () => {
    const change = async (start: typeof product) => {
      const moved = (side: string, row: number, k: number) => start(side, row, k) * (1 + 1e-6 * Math.cos(row * f + k));
      const [a, b] = [cosines(await factors(data, start, 5)), cosines(await factors(data, moved, 5))];
      const largest = a.reduce((most, value, n) => Math.max(most, Math.abs(value - b[n])), 0);
      // how large it is where rounding decides depends on the rounding
      return largest < 1e-4 ? "below .0001" : largest > 1 ? "above 1" : largest.toFixed(4);
    };
    assertTable("A start in two dimensions", [
      ["sin(1 + 64 row + k), cos(1 + 64 row + k)", String(rankOf(linear)), await change(linear)],
      ["**sin((row + 1)(k + 1)), cos((row + 1)(k + 1))**", `**${rankOf(product)}**`, `**${await change(product)}**`],
    ]);
  });

  async function factors({ byUser }: Dataset, start: typeof product, iterations: number) {
    using engine = await createEngine({ arithmetic: "strict" });
    const config = completeSettings("als", alsSettings, { ...settings, iterations });
    return (await factorise(byUser, config, start, { engine, step: async () => {} })).items;
  }

  /** Of the first so many people with a held-out film, the share who have one among their ten best unseen. */
  function hitRate(score: (user: number, out: Float32Array) => void, people = data.users.size): number {
    const hits: number[] = [];
    for (let user = 0; user < people; user++) {
      const [seen, wanted] = [train, test].map((part) => queryOfUser(part, part.users.id(user)).profile.items);
      if (wanted.length === 0) continue;
      const scores = new Float32Array(data.items.size);
      score(user, scores);
      for (const item of seen) scores[item] = -Infinity;
      hits.push(topK(scores, 10).some((item) => wanted.includes(item)) ? 1 : 0);
    }
    return mean(hits);
  }

  function byMean(items: Float32Array) {
    return (user: number, out: Float32Array) => {
      const x = new Float64Array(f);
      for (const item of queryOfUser(train, train.users.id(user)).profile.items) {
        for (let k = 0; k < f; k++) x[k] += items[item * f + k];
      }
      for (let item = 0; item < out.length; item++) out[item] = dot(x, 0, items, item * f, f);
    };
  }

  function cosines(items: Float32Array): Float64Array {
    const n = data.items.size;
    const lengths = Float64Array.from({ length: n }, (_, item) => Math.sqrt(dot(items, item * f, items, item * f, f)));
    return Float64Array.from({ length: n * n }, (_, at) => {
      const [a, b] = [Math.floor(at / n), at % n];
      return dot(items, a * f, items, b * f, f) / (lengths[a] * lengths[b]);
    });
  }

  /** Of the films' start: columns that the others do not add up to. */
  function rankOf(start: typeof product): number {
    const basis: Float64Array[] = [];
    for (let k = 0; k < f; k++) {
      const column = Float64Array.from({ length: data.items.size }, (_, row) => start("items", row, k));
      const length = Math.hypot(...column);
      for (const other of [...basis, ...basis]) {
        const along = dot(column, 0, other, 0, column.length);
        for (let n = 0; n < column.length; n++) column[n] -= along * other[n];
      }
      const left = Math.hypot(...column);
      if (left > 1e-9 * length) basis.push(column.map((value) => value / left));
    }
    return basis.length;
  }
});

function errorOf(predict: Predict, ratings: readonly Rating[]): number {
  return mean(ratings.map(([user, item, value]) => (predict(user, item) - value) ** 2));
}
