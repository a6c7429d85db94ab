/**
 * Implicit matrix factorisation by alternating least squares: Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for
 * implicit feedback datasets", ICDM 2008; conjugate gradient as in G. Takács, I. Pilászy, D. Tikk, RecSys 2011.
 *
 *   minimise Σ_{all u,i} c_ui (p_ui − x_u · y_i)² + Σ_u λ_u |x_u|² + Σ_i λ_i |y_i|²,   p_ui = 1 if rated, else 0
 *   c_ui = α r_ui (as the library implicit has it) or 1 + α r_ui (as in the paper, and Spark); 1 where unrated
 *   λ_u = λ m_u^ν, likewise for items; ν = 0: plain
 *   m_u = n_u, the ratings of u (with ν = 1 as in Spark), or m_u = Σ_i c_ui over all items, which for ratings of 1 is, up to a
 *   factor, the |I_u| + α₀ |I| of S. Rendle, W. Krichene, L. Zhang, Y. Koren, "Revisiting the performance of iALS on item
 *   recommendation benchmarks", RecSys 2022, with α = 1 / α₀
 *   score(u, j) = x_u · y_j,   x_u = A⁻¹ Σ_i c_ui y_i,   A = YᵀY + λ_u I + Σ_i (c_ui − 1) y_i y_iᵀ   (equation 4)
 *   part of rating i in score j: c_ui · y_jᵀ A⁻¹ y_i                                            (equation 7)
 *
 * Whoever asks is folded in by equation 4, in the data or not, so the factors of users are not kept.
 * State: items float32 [items × factors] = Y; facts alpha, base (c = base + α r), regularisation, scaling,
 * scaledBy, losses (after each iteration, over the sum of all c).
 */
import { type Static, Type } from "typebox";
import type { Engine } from "../compute/engine.ts";
import type { Csr } from "../matrix/csr.ts";
import { dot, gramOf, solvePositiveDefinite, sum } from "../matrix/dense.ts";
import { random } from "../random.ts";
import { blockRows, gramRows, placesOf, type Side, sidesOf, type Weigh } from "./als-sides.ts";
import { alsVectors, choleskyScratch } from "./als-vectors.ts";
import type { Algorithm, Answer, FitContext, Part, Profile } from "./model.ts";
import { choiceOf, numberOf, tensorOf } from "./state.ts";

const masses = ["ratings", "confidence"] as const;

const config = Type.Object({
  factors: Type.Integer({
    default: 64,
    minimum: 8,
    maximum: 512,
    multipleOf: 8,
    tune: "16,32,64,128",
    description: "length of the vectors",
  }),
  iterations: Type.Integer({
    default: 15,
    minimum: 1,
    maximum: 1000,
    tune: "5~30",
    description: "passes over users and items",
  }),
  alpha: Type.Number({
    default: 1,
    minimum: 0.0001,
    tune: "0.1~40",
    description: "α: how much a rating counts against no rating",
  }),
  confidence: Type.Enum(["alpha*r", "1+alpha*r"], {
    default: "1+alpha*r",
    description: "c of a rating r: as in the library implicit, or as in the paper and in Spark",
  }),
  regularisation: Type.Number({
    default: 10,
    minimum: 0.000001,
    tune: "0.1~300",
    description: "λ: draws vectors towards 0",
  }),
  scaling: Type.Number({
    default: 0,
    minimum: 0,
    maximum: 1,
    description: "ν: regularisation grows with a row's mass to this power; 0: plain, 1: as in Spark",
  }),
  scaledBy: Type.Enum(masses, {
    default: "ratings",
    description: "the mass of a row: its number of ratings, or its confidence summed over all cells",
  }),
  solver: Type.Enum(["conjugate-gradient", "cholesky"], {
    default: "conjugate-gradient",
    description: "a few steps towards each solution, or the solution itself",
  }),
  steps: Type.Integer({ default: 3, minimum: 1, maximum: 100, description: "steps of conjugate gradient" }),
});
type Config = Static<typeof config>;

export const als: Algorithm<Config> = {
  name: "als",
  summary: "Implicit matrix factorisation: what was rated, not how high, weighs most.",
  config,
  foldIn: "exact",

  estimate({ users, items, ratings }, { factors: f, iterations, solver, steps }) {
    const rows = users + items;
    const passes = solver === "cholesky" ? f / 4 : steps + 1;
    const partials = Math.ceil(users / gramRows) + Math.ceil(items / gramRows) + 2;
    return {
      // Of ratings on a scale of halves or wholes; others take twice as much.
      bytes: 4 * f * (rows + items) + 8 * ratings + 16 * rows + 4 * f * f * partials,
      operations: iterations * (2 * ratings * 4 * f * passes + rows * 2 * f * f * passes),
    };
  },

  async fit({ byUser }, settings, context) {
    const { factors: f, alpha, regularisation, scaling, scaledBy } = settings;
    const { float } = random(context.seed);
    const { items, losses } = await factorise(byUser, settings, () => (float() - 0.5) / f, context);
    return {
      algorithm: "als",
      facts: { alpha, base: baseOf(settings), regularisation, scaling, scaledBy, losses },
      tensors: { items: { shape: [byUser.columns, f], data: items } },
    };
  },

  open(state) {
    const y = tensorOf(state, "items", Float32Array, undefined, undefined);
    const [items, f] = state.tensors.items.shape;
    const [alpha, base] = [numberOf(state, "alpha"), numberOf(state, "base")];
    const [regularisation, scaling] = [numberOf(state, "regularisation"), numberOf(state, "scaling")];
    const scaledBy = choiceOf(state, "scaledBy", masses);
    const weigh = weighing(items, { alpha, base, regularisation, scaling, scaledBy });
    const gram = gramOf(y, items, f);
    const norms = Float64Array.from({ length: items }, (_, item) => Math.sqrt(dot(y, item * f, y, item * f, f)));
    const confidence = (rating: number) => base + alpha * rating;

    /** A of somebody's ratings, f × f. */
    function systemOf({ items: rated, values }: Profile): Float64Array {
      const a = gram.slice();
      const weight = weigh(values.length, sum(values));
      for (let k = 0; k < f; k++) a[k * f + k] += weight;
      for (let n = 0; n < rated.length; n++) {
        const row = rated[n] * f;
        const excess = confidence(values[n]) - 1;
        for (let k = 0; k < f; k++) {
          const factor = excess * y[row + k];
          for (let l = 0; l <= k; l++) a[k * f + l] += factor * y[row + l];
        }
      }
      return a;
    }

    return {
      items,
      ask({ profile }): Answer {
        const { items: rated, values } = profile;
        const system = systemOf(profile);
        const x = new Float64Array(f);
        for (let n = 0; n < rated.length; n++) {
          for (let k = 0; k < f; k++) x[k] += confidence(values[n]) * y[rated[n] * f + k];
        }
        solvePositiveDefinite(system, f, x);
        const known = x.some((value) => value !== 0);
        return {
          score(out) {
            for (let item = 0; item < items; item++) {
              out[item] = known && norms[item] > 0 ? dot(x, 0, y, item * f, f) : -Infinity;
            }
          },
          explain(item) {
            const w = Float64Array.from({ length: f }, (_, k) => y[item * f + k]);
            solvePositiveDefinite(systemOf(profile), f, w);
            const parts = Array.from(rated, (other, n): Part => {
              const value = confidence(values[n]) * dot(w, 0, y, other * f, f);
              return { kind: "rating", item: other, rating: values[n], value };
            });
            return { parts };
          },
        };
      },
      similarItems(item, out) {
        for (let other = 0; other < items; other++) {
          const length = norms[item] * norms[other];
          out[other] = other === item || length === 0 ? -Infinity : dot(y, item * f, y, other * f, f) / length;
        }
      },
      vectors: (engine, arena) => alsVectors(engine, arena, { y, f, gram, base, alpha, weigh }),
      [Symbol.dispose]() {},
    };
  },
};

/**
 * Alternates half-steps, users first, from the start given.
 *
 * @param start the first value of factor `k` of a row, users' rows before items', asked for in order
 * @returns the factors of items, and after each iteration the loss over the sum of all c (of 1 where unrated)
 */
export async function factorise(
  byUser: Csr,
  settings: Config,
  start: (side: "users" | "items", row: number, k: number) => number,
  { engine, step }: Pick<FitContext, "engine" | "step">,
): Promise<{ items: Float32Array; losses: number[] }> {
  const { factors: f, iterations, solver } = settings;
  using arena = engine.arena();
  const base = baseOf(settings);
  const weigh = {
    users: weighing(byUser.columns, { ...settings, base }),
    items: weighing(byUser.rows, { ...settings, base }),
  };
  const { users, items } = sidesOf(arena, byUser, f, solver === "conjugate-gradient", weigh);
  const begin = (name: "users" | "items", { order, factors }: Side) => {
    placesOf(order).forEach((at, row) => {
      for (let k = 0; k < f; k++) factors[at * f + k] = start(name, row, k);
    });
  };
  begin("users", users);
  begin("items", items);
  const { length } = byUser.values;
  const all = confidenceOf(byUser.rows * byUser.columns, length, sum(byUser.values), base, settings.alpha);
  const losses: number[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const half = (from: number, free: Side): FitContext["step"] => {
      return (done) => step(2 * iteration + from + effort(free, done, f) / effort(free, free.rows, f), 2 * iterations);
    };
    await halfStep(engine, users, items, settings, half(0, users));
    await halfStep(engine, items, users, settings, half(1, items));
    losses.push((sum(items.losses) + penalty(users, f)) / all);
  }
  const factors = new Float32Array(items.rows * f);
  for (const [row, item] of items.order.entries()) {
    factors.set(items.factors.subarray(row * f, (row + 1) * f), item * f);
  }
  return { items: factors, losses };
}

/** What the first `done` rows of a half-step cost, in ratings: a row costs as much as f / 4 of them. */
function effort({ blocks, visits }: Side, done: number, f: number): number {
  return visits[blocks[Math.ceil(done / blockRows)]] + (f / 4) * done;
}

/** Finds the factors of `free` anew, those of `fixed` as they are. */
async function halfStep(
  engine: Engine,
  free: Side,
  fixed: Side,
  settings: Config,
  step: FitContext["step"],
): Promise<void> {
  const { factors: f, alpha, solver, steps } = settings;
  await sumGram(engine, fixed, f);
  const { visits, blocks, entries, values, shift, unit, factors, losses, weights } = free;
  const sparse = [visits, entries, values, shift, unit];
  const system = [...sparse, fixed.factors, fixed.gram, factors, losses, weights, f, baseOf(settings), alpha];
  const work = { rows: free.rows, blockRows };
  if (solver === "cholesky") {
    await engine.run("alsCholesky", { ...work, scratch: choleskyScratch(f), args: system }, step);
  } else {
    const scratch = 4 * (3 * f + 1) * blockRows;
    await engine.run("alsConjugate", { ...work, scratch, args: [...system, steps, blocks, blockRows] }, step);
  }
}

/** YᵀY of one side: partial sums by blocks, added in the order of blocks in double precision. */
async function sumGram(engine: Engine, { rows, factors, gram, partials }: Side, f: number): Promise<void> {
  await engine.run("gram", { rows, blockRows: gramRows, scratch: 0, args: [factors, partials, f, gramRows] });
  for (let i = 0; i < f; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let n = i * f + j; n < partials.length; n += f * f) sum += partials[n];
      gram[i * f + j] = sum;
      gram[j * f + i] = sum;
    }
  }
}

/** λ of a row with so many cells. */
function weighing(
  cells: number,
  {
    base,
    alpha,
    regularisation,
    scaling,
    scaledBy,
  }: Pick<Config, "alpha" | "regularisation" | "scaling" | "scaledBy"> & { base: number },
): Weigh {
  if (scaledBy === "ratings") return (count) => regularisation * count ** scaling;
  return (count, total) => regularisation * confidenceOf(cells, count, total, base, alpha) ** scaling;
}

/** c = base + α r */
function baseOf({ confidence }: Config): number {
  return confidence === "alpha*r" ? 0 : 1;
}

/** Σ c over so many cells, `count` of which have ratings of the sum `total`. */
function confidenceOf(cells: number, count: number, total: number, base: number, alpha: number): number {
  return cells + (base - 1) * count + alpha * total;
}

/** Σ λ_u |x_u|² */
function penalty({ rows, factors, weights }: Side, f: number): number {
  let total = 0;
  for (let row = 0; row < rows; row++) total += weights[row] * dot(factors, row * f, factors, row * f, f);
  return total;
}
