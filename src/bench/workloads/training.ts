/** Workloads that train models. */
import type { Engine } from "../../compute/engine.ts";
import { fillGram, invertTiles, type Precision, tilesIn } from "../../compute/inverse.ts";
import { ceilingProduct, productFlops } from "../../compute/kernels/ceiling.ts";
import { type Dataset, shapeOf } from "../../data/dataset.ts";
import { alsSettings } from "../../models/als/settings.ts";
import { factorise } from "../../models/als/train.ts";
import { bayesianMfAlgorithm } from "../../models/bayesian-mf/bayesian-mf.ts";
import { drawSamples } from "../../models/bayesian-mf/chain.ts";
import { bayesianMfSettings } from "../../models/bayesian-mf/settings.ts";
import { configure } from "../../models/configure.ts";
import { fit } from "../../models/fit.ts";
import { mfSettings } from "../../models/mf/settings.ts";
import { trainMf } from "../../models/mf/train.ts";
import { completeSettings } from "../../models/shared/settings.ts";
import { svdppAlgorithm, svdppSettings } from "../../models/svdpp/svdpp.ts";
import { random } from "../../random.ts";
import { type ShapeName, sumOfSquares } from "../data-shapes.ts";
import { arraysOf, stopwatch, timeRepeatedly, type Workload } from "../workload.ts";

const factors = 64;
const steps = 3;

export function alsWorkload(shape: ShapeName, solver: "conjugate-gradient" | "cholesky", iterations: number): Workload {
  const exact = solver === "cholesky";
  const common = { factors, iterations, alpha: 40, confidence: "alpha*r", regularisation: 0.1, scaling: 0, solver };
  const set = exact ? common : { ...common, steps };
  return {
    name: exact ? `als-cholesky-${shape}` : `als-${shape}`,
    shape,
    unit: `one iteration, ${factors} factors, ${exact ? "exact" : `${steps} steps of conjugate gradient`}`,
    flops({ users, items, byUser }) {
      const [rows, ratings, f] = [users.size + items.size, byUser.values.length, factors];
      if (exact) return 2 * ratings * (f * f + 2 * f) + rows * (f ** 3 / 3 + 2 * f * f);
      return (steps + 1) * (2 * ratings * 4 * f + rows * 2 * f * f) + rows * f * f;
    },
    async time({ byUser }, engine) {
      const config = completeSettings("als", alsSettings, set);
      const { float } = random(1);
      const { step, seconds } = stopwatch(iterations);
      await factorise(byUser, config, () => (float() - 0.5) / factors, { engine, step });
      return { seconds: seconds() };
    },
    async result(data, engine) {
      return arraysOf((await fit(data, configure("als", { ...set, iterations: 1 }), { engine })).state);
    },
  };
}

const mfSet = {
  factors: 100,
  biases: "mean+user+item",
  optimiser: "sgd",
  regularisation: 0.02,
  scaling: 1,
  rate: 0.005,
};

export const mfWorkload: Workload = {
  name: "mf-ml-1m",
  shape: "ml-1m",
  unit: "one epoch of SGD with biases, 100 factors",
  // for each rating a product, and two rows that change by two terms each
  flops: ({ byUser }) => 8 * mfSet.factors * byUser.values.length,
  async time(data, engine) {
    using arena = engine.arena();
    const epochs = 8;
    const { step, seconds } = stopwatch(epochs);
    await trainMf(data, completeSettings("mf", mfSettings, { ...mfSet, epochs }), arena, { engine, seed: 0, step });
    return { seconds: seconds() };
  },
  async result(data, engine) {
    return arraysOf((await fit(data, configure("mf", { ...mfSet, epochs: 1 }), { engine })).state);
  },
};

const bayesianMfSet = { factors: 16, samples: 6, burnIn: 0, kept: 2, implicit: "both" };

export function bayesianMfWorkload(shape: ShapeName): Workload {
  return {
    name: `bayesian-mf-${shape}`,
    shape,
    unit: "one sample, 16 factors, implicit feedback on both sides",
    flops(data) {
      const { samples, ...set } = bayesianMfSet;
      const one = completeSettings("bayesian-mf", bayesianMfSettings, { ...set, samples: 1 });
      return bayesianMfAlgorithm.estimate(shapeOf(data), one).operations;
    },
    async time(data, engine) {
      using arena = engine.arena();
      const set = completeSettings("bayesian-mf", bayesianMfSettings, bayesianMfSet);
      const { step, seconds } = stopwatch(set.samples);
      await drawSamples(data, set, arena, { engine, seed: 0, step });
      return { seconds: seconds() };
    },
    async result(data, engine) {
      return arraysOf((await fit(data, configure("bayesian-mf", bayesianMfSet), { engine })).state);
    },
  };
}

const svdppSet = { factors: 20, rate: 0.007, decay: 1, regularisation: 0.02 };

export const svdppWorkload: Workload = {
  name: "svdpp-ml-1m",
  shape: "ml-1m",
  unit: "one epoch of SGD, 20 factors",
  // for each rating a product, two rows that change by two terms each, a row that is added up, and one that changes by a term
  flops: ({ byUser }) => 12 * svdppSet.factors * byUser.values.length,
  async time(data, engine) {
    const epochs = 8;
    const { step, seconds } = stopwatch(epochs);
    const set = completeSettings("svdpp", svdppSettings, { ...svdppSet, epochs });
    await svdppAlgorithm.fit(data, set, { engine, seed: 0, step });
    return { seconds: seconds() };
  },
  async result(data, engine) {
    return arraysOf((await fit(data, configure("svdpp", { ...svdppSet, epochs: 1 }), { engine })).state);
  },
};

const easeSettings = { lambda: 500, values: "binary" };

export const easeWorkload: Workload = {
  name: "ease-ml-1m",
  shape: "ml-1m",
  unit: "a fit, 3,706 films, on 0/1",
  flops: ({ items, byUser }) => items.size ** 3 + sumOfSquares(byUser.offsets),
  async time(data, engine) {
    const seconds = await timeRepeatedly(3, () => fit(data, configure("ease", easeSettings), { engine }));
    const remarks = [await inverseAlone(data, engine, "single"), await inverseAlone(data, engine, "double")];
    return { seconds, remark: remarks.join("; ") };
  },
  async result(data, engine) {
    return arraysOf((await fit(data, configure("ease", easeSettings), { engine })).state);
  },
};

/** How long the inverse takes by itself, and the share of its n³ flops in those that products of tiles in the cache make meanwhile. */
async function inverseAlone({ byItem, byUser }: Dataset, engine: Engine, precision: Precision): Promise<string> {
  using arena = engine.arena();
  const n = byItem.rows;
  const tiles = tilesIn(arena, n, precision);
  await fillGram(engine, tiles, byItem, byUser, easeSettings.lambda);
  const rounds = Math.ceil(n ** 3 / productFlops / 4);
  const multiply = () => ceilingProduct(engine, { rounds, double: precision === "double" });
  const inverses: number[] = [];
  const products: number[] = [];
  // Each inverse is that of the one before, which takes as long. In turns, since a machine is not equally fast at all times.
  for (let n = 0; n < 4; n++) {
    products.push(...(await timeRepeatedly(1, multiply, 0)));
    inverses.push(...(await timeRepeatedly(1, () => invertTiles(engine, tiles), 0)));
  }
  const seconds = Math.min(...inverses);
  const share = n ** 3 / seconds / ((rounds * productFlops) / Math.min(...products));
  return `inverse in ${precision} precision ${seconds.toPrecision(3)} s, ${Math.round(100 * share)} % of a product's rate`;
}
