import type { Engine } from "../compute/engine.ts";
import type { Dataset } from "../data/dataset.ts";
import { als, factorise } from "../models/als.ts";
import { completeConfig } from "../models/config.ts";
import { random } from "../random.ts";

/** Sizes of the made-up ratings that workloads run on, after the sets that people know. */
export const shapes = {
  "ml-1m": { users: 6_040, items: 3_706, ratings: 1_000_209 },
  "ml32m-top1000": { users: 200_758, items: 1_000, ratings: 9_439_196 },
} as const;
export type ShapeName = keyof typeof shapes;

/** A piece of work that is timed, and whose peers are timed under the same name (bench/peers/peers.py). */
export interface Workload {
  readonly name: string;
  readonly shape: ShapeName;
  /** What the seconds are for. */
  readonly unit: string;
  /** Floating-point operations of one unit; multiply and add count as two. */
  flops(data: Dataset): number;
  /** Runs it once and returns the seconds of each unit in it, the first ones (warm-up) left out. */
  run(data: Dataset, engine: Engine): Promise<number[]>;
}

const factors = 64;
const steps = 3;

function alsIterations(shape: ShapeName, solver: "conjugate-gradient" | "cholesky", iterations: number): Workload {
  return {
    name: solver === "cholesky" ? `als-cholesky-${shape}` : `als-${shape}`,
    shape,
    unit: `one iteration, ${factors} factors, ${solver === "cholesky" ? "exact" : `${steps} steps of conjugate gradient`}`,
    flops({ users, items, byUser }) {
      const [rows, ratings, f] = [users.size + items.size, byUser.values.length, factors];
      if (solver === "cholesky") return 2 * ratings * (f * f + 2 * f) + rows * (f ** 3 / 3 + 2 * f * f);
      return (steps + 1) * (2 * ratings * 4 * f + rows * 2 * f * f) + rows * f * f;
    },
    async run({ byUser, byItem }, engine) {
      const set = { factors, iterations, alpha: 40, confidence: "alpha*r", regularisation: 0.1, solver, steps };
      const config = completeConfig("als", als.config, set) as Parameters<typeof factorise>[2];
      const { float } = random(1);
      const ends: number[] = [];
      const step = async (done: number) => {
        if (Number.isInteger(done / 2)) ends[done / 2] = performance.now();
      };
      await factorise(byUser, byItem, config, () => (float() - 0.5) / factors, { engine, step });
      return ends.flatMap((end, n) => (n > 1 ? [(end - ends[n - 1]) / 1000] : []));
    },
  };
}

export const workloads: readonly Workload[] = [
  alsIterations("ml-1m", "conjugate-gradient", 8),
  alsIterations("ml32m-top1000", "conjugate-gradient", 5),
  alsIterations("ml32m-top1000", "cholesky", 3),
];
