/**
 * EASE: H. Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019.
 *
 *   B = argmin ‖X − XB‖² + λ‖B‖²  with diag(B) = 0              X: users × items
 *   P = (XᵀX + λI)⁻¹,   B_ij = −P_ij / P_jj for i ≠ j            (equation 8)
 *   score(u, j) = Σ_i x_ui B_ij                                x_ui = r_ui − origin, or 1
 *
 * The inverse is taken on the smaller side. With fewer users than items, by Woodbury's identity,
 *
 *   P = (I − XᵀW) / λ,   W = (XXᵀ + λI)⁻¹ X                      W: users × items
 *   d_j = λ P_jj = 1 − Σ_u x_uj w_uj,   B_ij = Σ_u x_ui w_uj / d_j for i ≠ j
 *
 * so that 610 users × 9,724 items need a 610 × 610 inverse and no items × items matrix at all. Both are the same model;
 * they differ by rounding: scores by less than 1e-5 at λ = 1, and less above.
 *
 * State, over items: weights float32 [items × items] = B, diagonal float64 [items] = P_jj. Over users: w float32 [users × items] =
 * W, slack float64 [items] = d, and X by item: offsets int32 [items + 1], raters int32 and values float32 [ratings]. In both:
 * rated uint8 [items], 1 where somebody rated the item; facts lambda, values, and
 * origin = neutral · highest rating.
 */
import { type Static, Type } from "typebox";
import type { ItemIndex } from "../data/dataset.ts";
import type { Csr } from "../matrix/csr.ts";
import { invertPositiveDefinite } from "../matrix/inverse.ts";
import type { Algorithm, Answer, FitContext, Model, Part, State, Tensors } from "./model.ts";
import { checkLists, numberOf, tensorOf } from "./state.ts";

const config = Type.Object({
  lambda: Type.Number({
    default: 2000,
    minimum: 1,
    description: "λ: regularisation; higher trusts only what many people agree on",
  }),
  values: Type.Enum(["ratings", "binary"], {
    default: "ratings",
    description: "what X holds: the ratings, or 1 for every film rated",
  }),
  neutral: Type.Number({
    default: 0.3,
    minimum: 0,
    maximum: 1,
    description:
      "share of the highest rating that is subtracted from ratings, so that lower ones speak against a film; 0 as in the paper",
  }),
});
type Config = Static<typeof config>;

export const ease: Algorithm<Config> = {
  name: "ease",
  summary: "A linear model in closed form: how much each film rated speaks for each other film.",
  config,
  foldIn: "exact",

  estimate({ users, items, ratings }) {
    const side = Math.min(users, items);
    const inverse = 8 * side * side;
    return {
      bytes: inverse + (users < items ? 4 * users * items + 8 * items + 12 * ratings : 4 * items * items),
      operations: 2 * side ** 3 + (users < items ? 2 * ratings * users : (2 * ratings * ratings) / Math.max(1, users)),
    };
  },

  async fit(train, { lambda, values, neutral }, context) {
    const origin = neutral * train.scale.max;
    const x = (csr: Csr): Csr => ({ ...csr, values: csr.values.map(entryOf(values, origin)) });
    const [byUser, byItem] = [x(train.byUser), x(train.byItem)];
    const tensors =
      train.users.size < train.items.size
        ? await fitOverUsers(byUser, byItem, lambda, context)
        : await fitOverItems(byUser, byItem, lambda, context);
    return { algorithm: "ease", facts: { lambda, values, origin }, tensors };
  },

  open(state) {
    const weights = "weights" in state.tensors ? itemWeights(state) : userWeights(state);
    return model(weights, entryOf(state.facts.values as Config["values"], numberOf(state, "origin")));
  },
};

/** What both forms offer: B by its rows, columns and entries. */
interface Weights {
  readonly items: number;
  /** Items somebody rated; the others cannot be scored. */
  readonly rated: Uint8Array;
  /** out_j = Σ_i x_i B_ij in double precision. */
  multiply(items: Int32Array, x: Float32Array, out: Float64Array): void;
  /** B_ij for each i of `items`: `out[n]` for `items[n]`. */
  column(items: Int32Array, j: ItemIndex, out: Float64Array): void;
  /** −P_ij / √(P_ii P_jj) for every j: the partial correlation of i and j given all other items. */
  partialCorrelation(i: ItemIndex, out: Float64Array): void;
}

/** x of a rating, the same for training and for whoever asks. */
function entryOf(values: Config["values"], origin: number): (rating: number) => number {
  return values === "binary" ? () => 1 : (rating) => rating - origin;
}

function model(weights: Weights, toValue: (rating: number) => number): Model {
  const { items, rated } = weights;
  return {
    items,
    ask({ profile }): Answer {
      const x = profile.values.map(toValue);
      const known = profile.items.some((item, n) => rated[item] === 1 && x[n] !== 0);
      return {
        score(out) {
          if (!known) {
            out.fill(-Infinity);
            return;
          }
          const sums = new Float64Array(items);
          weights.multiply(profile.items, x, sums);
          for (let j = 0; j < items; j++) out[j] = rated[j] ? sums[j] : -Infinity;
        },
        explain(j) {
          const column = new Float64Array(profile.items.length);
          weights.column(profile.items, j, column);
          const parts = Array.from(
            profile.items,
            (item, n): Part => ({ kind: "rating", item, rating: profile.values[n], value: x[n] * column[n] }),
          );
          return { parts: parts.filter((part) => part.value !== 0) };
        },
      };
    },
    similarItems(item, out) {
      if (rated[item]) weights.partialCorrelation(item, out);
      for (let j = 0; j < items; j++) if (!rated[item] || !rated[j] || j === item) out[j] = -Infinity;
    },
    [Symbol.dispose]() {},
  };
}

// Over items: B as it stands in the paper.

async function fitOverItems(byUser: Csr, byItem: Csr, lambda: number, { step }: FitContext): Promise<Tensors> {
  const n = byItem.rows;
  const p = new Float64Array(n * n);
  await gram(byItem, byUser, lambda, p, phase(step, 0, 0.25));
  await invertPositiveDefinite(p, n, phase(step, 0.25, 1));
  const weights = new Float32Array(n * n);
  const diagonal = new Float64Array(n);
  for (let j = 0; j < n; j++) diagonal[j] = p[j * n + j];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) weights[i * n + j] = i === j ? 0 : -p[i * n + j] / diagonal[j];
  }
  return {
    weights: { shape: [n, n], data: weights },
    diagonal: { shape: [n], data: diagonal },
    rated: { shape: [n], data: ratedItems(byItem) },
  };
}

function itemWeights(state: State): Weights {
  const diagonal = tensorOf(state, "diagonal", Float64Array, undefined);
  const items = diagonal.length;
  const b = tensorOf(state, "weights", Float32Array, items, items);
  return {
    items,
    rated: tensorOf(state, "rated", Uint8Array, items),
    multiply(profile, x, out) {
      for (let n = 0; n < profile.length; n++) {
        const row = profile[n] * items;
        const value = x[n];
        for (let j = 0; j < items; j++) out[j] += value * b[row + j];
      }
    },
    column(profile, j, out) {
      for (let n = 0; n < profile.length; n++) out[n] = b[profile[n] * items + j];
    },
    partialCorrelation(i, out) {
      for (let j = 0; j < items; j++) out[j] = b[i * items + j] * Math.sqrt(diagonal[j] / diagonal[i]);
    },
  };
}

// Over users: W and the ratings, from which any entry of B follows.

async function fitOverUsers(byUser: Csr, byItem: Csr, lambda: number, { step }: FitContext): Promise<Tensors> {
  const users = byUser.rows;
  const items = byItem.rows;
  const k = new Float64Array(users * users);
  await gram(byUser, byItem, lambda, k, phase(step, 0, 0.2));
  await invertPositiveDefinite(k, users, phase(step, 0.2, 0.5));
  const report = phase(step, 0.5, 1);
  const w = new Float32Array(users * items);
  const slack = new Float64Array(items).fill(1);
  const row = new Float64Array(items);
  for (let u = 0; u < users; u++) {
    await report(u, users);
    row.fill(0);
    for (let v = 0; v < users; v++) {
      const factor = k[u * users + v];
      for (let n = byUser.offsets[v]; n < byUser.offsets[v + 1]; n++) {
        row[byUser.indices[n]] += factor * byUser.values[n];
      }
    }
    w.set(row, u * items);
    for (let n = byUser.offsets[u]; n < byUser.offsets[u + 1]; n++) {
      slack[byUser.indices[n]] -= byUser.values[n] * row[byUser.indices[n]];
    }
  }
  return {
    w: { shape: [users, items], data: w },
    slack: { shape: [items], data: slack },
    offsets: { shape: [items + 1], data: byItem.offsets },
    raters: { shape: [byItem.indices.length], data: byItem.indices },
    values: { shape: [byItem.values.length], data: byItem.values },
    rated: { shape: [items], data: ratedItems(byItem) },
  };
}

function userWeights(state: State): Weights {
  const slack = tensorOf(state, "slack", Float64Array, undefined);
  const items = slack.length;
  const w = tensorOf(state, "w", Float32Array, undefined, items);
  const users = w.length / Math.max(1, items);
  const offsets = tensorOf(state, "offsets", Int32Array, items + 1);
  const raters = tensorOf(state, "raters", Int32Array, undefined);
  const values = tensorOf(state, "values", Float32Array, raters.length);
  checkLists(state, offsets, raters, users);

  /** Σ_u x_ui w_uj */
  function product(i: ItemIndex, j: ItemIndex): number {
    let sum = 0;
    for (let n = offsets[i]; n < offsets[i + 1]; n++) sum += values[n] * w[raters[n] * items + j];
    return sum;
  }
  /** out_j += Σ_u v_u w_uj over the users with v_u ≠ 0 */
  function addRows(v: Float64Array, out: Float64Array): void {
    for (let u = 0; u < users; u++) {
      const factor = v[u];
      if (factor === 0) continue;
      const row = u * items;
      for (let j = 0; j < items; j++) out[j] += factor * w[row + j];
    }
  }
  /** v_u += x · x_ui */
  function addColumn(i: ItemIndex, x: number, v: Float64Array): void {
    for (let n = offsets[i]; n < offsets[i + 1]; n++) v[raters[n]] += x * values[n];
  }

  return {
    items,
    rated: tensorOf(state, "rated", Uint8Array, items),
    multiply(profile, x, out) {
      const v = new Float64Array(users);
      for (let n = 0; n < profile.length; n++) addColumn(profile[n], x[n], v);
      addRows(v, out);
      for (let n = 0; n < profile.length; n++) out[profile[n]] -= x[n] * (1 - slack[profile[n]]);
      for (let j = 0; j < items; j++) out[j] /= slack[j];
    },
    column(profile, j, out) {
      for (let n = 0; n < profile.length; n++) out[n] = profile[n] === j ? 0 : product(profile[n], j) / slack[j];
    },
    partialCorrelation(i, out) {
      const v = new Float64Array(users);
      addColumn(i, 1, v);
      out.fill(0);
      addRows(v, out);
      for (let j = 0; j < items; j++) out[j] /= Math.sqrt(slack[i] * slack[j]);
    },
  };
}

// Shared by both.

/** The step of a part of the work that takes the run from one share of its length to another. */
function phase(step: FitContext["step"], from: number, to: number): FitContext["step"] {
  return (done, total) => step(from + ((to - from) * done) / total, 1);
}

function ratedItems(byItem: Csr): Uint8Array {
  return Uint8Array.from({ length: byItem.rows }, (_, item) =>
    byItem.offsets[item + 1] > byItem.offsets[item] ? 1 : 0,
  );
}

/** Lower triangle of AAᵀ + λI over the rows of A, dense: out[a, b] = Σ_c A_ac A_bc for b ≤ a. */
async function gram(
  rows: Csr,
  columns: Csr,
  lambda: number,
  out: Float64Array,
  step: FitContext["step"],
): Promise<void> {
  const n = rows.rows;
  for (let a = 0; a < n; a++) {
    await step(a, n);
    out[a * n + a] = lambda;
    for (let e = rows.offsets[a]; e < rows.offsets[a + 1]; e++) {
      const column = rows.indices[e];
      const value = rows.values[e];
      for (let f = columns.offsets[column]; f < columns.offsets[column + 1]; f++) {
        const b = columns.indices[f];
        if (b > a) break;
        out[a * n + b] += value * columns.values[f];
      }
    }
  }
}
