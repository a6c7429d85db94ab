/**
 * Implicit matrix factorisation by alternating least squares: Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for
 * implicit feedback datasets", ICDM 2008; conjugate gradient as in G. Takács, I. Pilászy, D. Tikk, RecSys 2011.
 *
 *   minimise Σ_{all u,i} c_ui (p_ui − x_u · y_i)² + Σ_u λ_u |x_u|² + Σ_i λ_i |y_i|²,   p_ui = 1 if rated, else 0
 *   c_ui = α r_ui (as the library implicit has it) or 1 + α r_ui (as in the paper, and Spark); 1 where unrated
 *   λ_u = λ n_u^ν, n_u: ratings of u; likewise for items         ν = 0: plain, ν = 1: as in Spark
 *   score(u, j) = x_u · y_j,   x_u = A⁻¹ Σ_i c_ui y_i,   A = YᵀY + λ_u I + Σ_i (c_ui − 1) y_i y_iᵀ   (equation 4)
 *   part of rating i in score j: c_ui · y_jᵀ A⁻¹ y_i                                            (equation 7)
 *
 * Whoever asks is folded in by equation 4, in the data or not, so the factors of users are not kept.
 * State: items float32 [items × factors] = Y; facts alpha, base (c = base + α r), regularisation, scaling,
 * losses (after each iteration, over the sum of all c).
 */
import { type Static, Type } from "typebox";
import type { Arena, Engine } from "../compute/engine.ts";
import { MatineeError } from "../errors.ts";
import type { Csr } from "../matrix/csr.ts";
import { dot, gramOf, solvePositiveDefinite } from "../matrix/dense.ts";
import { random } from "../random.ts";
import { alsVectors, choleskyScratch } from "./als-vectors.ts";
import type { Algorithm, Answer, FitContext, Part, Profile } from "./model.ts";
import { numberOf, tensorOf } from "./state.ts";

const config = Type.Object({
  factors: Type.Integer({
    default: 64,
    minimum: 8,
    maximum: 512,
    description: "length of the vectors; a multiple of 8",
  }),
  iterations: Type.Integer({ default: 15, minimum: 1, maximum: 1000, description: "passes over users and items" }),
  alpha: Type.Number({ default: 1, minimum: 0.0001, description: "α: how much a rating counts against no rating" }),
  confidence: Type.Enum(["alpha*r", "1+alpha*r"], {
    default: "1+alpha*r",
    description: "c of a rating r: as in the library implicit, or as in the paper and in Spark",
  }),
  regularisation: Type.Number({ default: 10, minimum: 0.000001, description: "λ: draws vectors towards 0" }),
  scaling: Type.Number({
    default: 0,
    minimum: 0,
    maximum: 1,
    description: "ν: regularisation grows with the number of ratings to this power; 0: plain, 1: as in Spark",
  }),
  solver: Type.Enum(["conjugate-gradient", "cholesky"], {
    default: "conjugate-gradient",
    description: "a few steps towards each solution, or the solution itself",
  }),
  steps: Type.Integer({ default: 3, minimum: 1, maximum: 100, description: "steps of conjugate gradient" }),
});
type Config = Static<typeof config>;

/** Rows of a half-step that one thread takes at a time, and rows of a partial sum of YᵀY. */
const blockRows = 128;
const gramRows = 1024;
/** Bytes of the fixed side's factors that stay in a core's cache beside a block's own vectors. */
const tileBytes = 2 ** 19;

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
      bytes: 4 * f * (rows + items) + 16 * ratings + 16 * rows + 4 * f * f * partials,
      operations: iterations * (2 * ratings * 4 * f * passes + rows * 2 * f * f * passes),
    };
  },

  async fit({ byUser, byItem }, settings, context) {
    const { factors: f, alpha, regularisation, scaling } = settings;
    if (f % 8 !== 0) {
      throw new MatineeError("CONFIG_INVALID", `als: factors is ${f}`, { fix: "it takes a multiple of 8" });
    }
    const { float } = random(context.seed);
    const { items, losses } = await factorise(byUser, byItem, settings, () => (float() - 0.5) / f, context);
    return {
      algorithm: "als",
      facts: { alpha, base: baseOf(settings), regularisation, scaling, losses },
      tensors: { items: { shape: [byItem.rows, f], data: items } },
    };
  },

  open(state) {
    const y = tensorOf(state, "items", Float32Array, undefined, undefined);
    const [items, f] = state.tensors.items.shape;
    const [alpha, base] = [numberOf(state, "alpha"), numberOf(state, "base")];
    const [regularisation, scaling] = [numberOf(state, "regularisation"), numberOf(state, "scaling")];
    const gram = gramOf(y, items, f);
    const norms = Float64Array.from({ length: items }, (_, item) => Math.sqrt(dot(y, item * f, y, item * f, f)));
    const confidence = (rating: number) => base + alpha * rating;

    /** A of somebody's ratings, f × f. */
    function systemOf({ items: rated, values }: Profile): Float64Array {
      const a = gram.slice();
      const weight = regularisation * rated.length ** scaling;
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
      vectors: (engine, arena) => alsVectors(engine, arena, { y, f, gram, base, alpha, regularisation, scaling }),
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
  byItem: Csr,
  settings: Config,
  start: (side: "users" | "items", row: number, k: number) => number,
  { engine, step }: Pick<FitContext, "engine" | "step">,
): Promise<{ items: Float32Array; losses: number[] }> {
  const { factors: f, iterations } = settings;
  using arena = engine.arena();
  const users = side(arena, byUser, settings);
  const items = side(arena, byItem, settings);
  for (let n = 0; n < users.factors.length; n++) users.factors[n] = start("users", Math.floor(n / f), n % f);
  for (let n = 0; n < items.factors.length; n++) items.factors[n] = start("items", Math.floor(n / f), n % f);
  const all = totalConfidence(byUser, settings);
  const losses: number[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const half = (from: number, free: Side): FitContext["step"] => {
      return (done) => step(2 * iteration + from + effort(free, done, f) / effort(free, free.rows, f), 2 * iterations);
    };
    await halfStep(engine, users, items, settings, half(0, users));
    await halfStep(engine, items, users, settings, half(1, items));
    losses.push((sum(items.losses) + penalty(users, f)) / all);
  }
  return { items: new Float32Array(items.factors), losses };
}

/** One side of the factorisation: its sparse rows and its factors, in the engine's memory. */
interface Side {
  readonly rows: number;
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
  /** float32 [rows × f] */
  readonly factors: Float32Array;
  /** λ of each row. */
  readonly weights: Float32Array;
  /** Loss of each row after its half-step. */
  readonly losses: Float64Array;
  /** Room for YᵀY of these factors, and for its partial sums. */
  readonly gram: Float32Array;
  readonly partials: Float32Array;
}

function side(
  arena: Arena,
  { rows, offsets, indices, values }: Csr,
  { factors: f, regularisation, scaling }: Config,
): Side {
  const weights = arena.float32(rows);
  for (let row = 0; row < rows; row++) weights[row] = regularisation * (offsets[row + 1] - offsets[row]) ** scaling;
  return {
    rows,
    offsets: arena.place(offsets),
    indices: arena.place(indices),
    values: arena.place(values),
    factors: arena.float32(rows * f),
    weights,
    losses: arena.float64(rows),
    gram: arena.float32(f * f),
    partials: arena.float32(Math.ceil(rows / gramRows) * f * f),
  };
}

/** What the first `done` rows of a half-step cost, in ratings: a row costs as much as f / 4 of them. */
function effort({ offsets }: Side, done: number, f: number): number {
  return offsets[done] + (f / 4) * done;
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
  const { offsets, indices, values, factors, losses, weights } = free;
  const system = [
    offsets,
    indices,
    values,
    fixed.factors,
    fixed.gram,
    factors,
    losses,
    weights,
    f,
    baseOf(settings),
    alpha,
  ];
  const work = { rows: free.rows, blockRows };
  if (solver === "cholesky") {
    await engine.run("alsCholesky", { ...work, scratch: choleskyScratch(f), args: system }, step);
  } else {
    const columns = fixed.rows;
    const tile = tileRows(free, columns, f);
    const scratch = 4 * (3 * f + 3) * blockRows;
    await engine.run("alsConjugate", { ...work, scratch, args: [...system, steps, columns, tile] }, step);
  }
}

/**
 * How many rows of the fixed side a block of rows goes through together: what a cache holds, if then each row still has
 * several ratings in a tile; all of them otherwise.
 */
function tileRows({ rows, indices }: Side, columns: number, f: number): number {
  const tile = Math.floor(tileBytes / (4 * f));
  const ratingsInTile = ((indices.length / rows) * tile) / columns;
  return ratingsInTile >= 8 ? tile : columns;
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

/** c = base + α r */
function baseOf({ confidence }: Config): number {
  return confidence === "alpha*r" ? 0 : 1;
}

/** Σ c over all cells. */
function totalConfidence({ rows, columns, values }: Csr, settings: Config): number {
  return rows * columns - values.length + baseOf(settings) * values.length + settings.alpha * sum(values);
}

/** Σ λ_u |x_u|² */
function penalty({ rows, factors, weights }: Side, f: number): number {
  let total = 0;
  for (let row = 0; row < rows; row++) total += weights[row] * dot(factors, row * f, factors, row * f, f);
  return total;
}

function sum(values: Float32Array | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
