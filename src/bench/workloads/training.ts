/** Workloads that train models. */

import { alsSettings } from "../../models/als/settings.ts";
import { factorise } from "../../models/als/train.ts";
import { configure } from "../../models/configure.ts";
import { fit } from "../../models/fit.ts";
import { mfSettings } from "../../models/mf/settings.ts";
import { trainMf } from "../../models/mf/train.ts";
import { completeSettings } from "../../models/shared/settings.ts";
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

const easeSettings = { lambda: 500, values: "binary" };

export const easeWorkload: Workload = {
  name: "ease-ml-1m",
  shape: "ml-1m",
  unit: "a fit, 3,706 films, on 0/1",
  flops: ({ items, byUser }) => items.size ** 3 + sumOfSquares(byUser.offsets),
  async time(data, engine) {
    return { seconds: await timeRepeatedly(3, () => fit(data, configure("ease", easeSettings), { engine })) };
  },
  async result(data, engine) {
    return arraysOf((await fit(data, configure("ease", easeSettings), { engine })).state);
  },
};
