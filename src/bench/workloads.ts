import type { Engine } from "../compute/engine.ts";
import { prepareNeighbours, profileRow } from "../compute/neighbours.ts";
import { panelsOf, topKOfAll } from "../compute/topk.ts";
import type { Dataset } from "../data/dataset.ts";
import { als, factorise } from "../models/als.ts";
import { completeConfig } from "../models/config.ts";
import { fit } from "../models/fit.ts";
import { random } from "../random.ts";

/** Sizes of the made-up ratings that workloads run on, after the sets that people know. */
export const shapes = {
  "ml-1m": { users: 6_040, items: 3_706, ratings: 1_000_209 },
  "ml25m-active": { users: 9_713, items: 7_984, ratings: 8_305_815 },
  "ml32m-top1000": { users: 200_758, items: 1_000, ratings: 9_439_196 },
} as const;
export type ShapeName = keyof typeof shapes;

/** A piece of work that is timed, and whose peers are timed under the same name (bench/peers/peers.py). */
export interface Workload {
  readonly name: string;
  readonly shape: ShapeName;
  /** What the seconds are for. */
  readonly unit: string;
  /** Floating-point operations of one unit; multiply and add count as two. Absent where the work is of another kind. */
  flops?(data: Dataset): number;
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

/** A fit from ratings in memory to a State, `runs` times after one that is not counted. */
function fits(name: string, unit: string, model: string, set: Record<string, unknown>, runs: number): Workload {
  return {
    name,
    shape: "ml-1m",
    unit,
    run: (data, engine) => repeated(runs, () => fit(data, model, { set, engine })),
  };
}

const easeFit: Workload = {
  ...fits("ease-ml-1m", "a fit, 3,706 films, on 0/1", "ease", { lambda: 500, values: "binary" }, 3),
  flops: ({ items, byUser }) => items.size ** 3 + sumOfSquares(byUser.offsets),
};

const userQueries: Workload = {
  name: "userknn-ml25m-active",
  shape: "ml25m-active",
  unit: "one exact query by cosine, k = 20, mean of 200",
  async run({ byUser }, engine) {
    using prepared = prepareNeighbours(engine, byUser, { similarity: "cosine", shrinkage: 0 });
    const { int } = random(0);
    const askers = Array.from({ length: 200 }, () => int(byUser.rows));
    const ask = async (asker: number) => {
      const row = [byUser.offsets[asker], byUser.offsets[asker + 1]] as const;
      const profile = profileRow(byUser.columns, byUser.indices.subarray(...row), byUser.values.subarray(...row));
      await prepared.neighboursOf(profile, 20, Int32Array.of(asker));
    };
    const passes = await repeated(3, async () => {
      for (const asker of askers) await ask(asker);
    });
    return passes.map((seconds) => seconds / askers.length);
  },
};

const topTen: Workload = {
  name: "topk-ml32m-top1000",
  shape: "ml32m-top1000",
  unit: "top 10 unseen of 1,000 films for 200,758 people, 64 factors",
  flops: ({ users, items }) => 2 * users.size * items.size * factors,
  async run({ byUser, users, items }, engine) {
    using arena = engine.arena();
    const { normal } = random(2);
    const fill = (array: Float32Array) => array.map(() => normal());
    const panels = panelsOf(arena, fill(new Float32Array(items.size * factors)), factors);
    const people = {
      rows: users.size,
      vectors: arena.place(fill(new Float32Array(users.size * factors))),
      offsets: arena.place(byUser.offsets),
      indices: arena.place(byUser.indices),
    };
    const best = { k: 10, items: arena.int32(users.size * 10), scores: arena.float32(users.size * 10) };
    return await repeated(3, () => topKOfAll(engine, people, panels, best)); // the arena goes at the return
  },
};

async function repeated(runs: number, work: () => Promise<unknown>): Promise<number[]> {
  const seconds: number[] = [];
  for (let n = 0; n <= runs; n++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds.slice(1);
}

/** Σ n_u²: flops of XᵀX of a sparse X by its rows, one triangle. */
function sumOfSquares(offsets: Int32Array): number {
  let sum = 0;
  for (let n = 1; n < offsets.length; n++) sum += (offsets[n] - offsets[n - 1]) ** 2;
  return sum;
}

export const workloads: readonly Workload[] = [
  alsIterations("ml-1m", "conjugate-gradient", 8),
  alsIterations("ml32m-top1000", "conjugate-gradient", 5),
  alsIterations("ml32m-top1000", "cholesky", 3),
  fits("mf-ml-1m", "ten epochs of SGD with biases, 100 factors", "mf", { factors: 100, epochs: 10 }, 3),
  fits("itemknn-ml-1m", "top 20 of all 3,706 films by cosine", "item-knn", { k: 20 }, 5),
  userQueries,
  easeFit,
  topTen,
];
