/**
 * EASE: H. Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019.
 *
 *   B = argmin ‖X − XB‖² + λ‖B‖²  with diag(B) = 0              X: users × items
 *   P = (XᵀX + λI)⁻¹,   B_ij = −P_ij / P_jj for i ≠ j            (equation 8)
 *   score(u, j) = Σ_i x_ui B_ij                                x_ui = r_ui − origin, or 1
 *
 * Ratings are on the standard scale (src/models/shared/standard-scale.ts), and `origin` lies so far up from the lowest as `neutral`
 * says: at 1.5 of 1 to 5. It is 0 of events, and with scale = data, where x is the rating as it is. Lower ratings count against a film in
 * training; in a profile, dislikes are set aside (src/models/shared/dislikes.ts).
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
 * rated uint8 [items], 1 where the item has ratings; facts lambda, values, origin.
 */
import type { Static } from "typebox";
import type { Arena, Engine } from "../../compute/engine.ts";
import type { Precision } from "../../compute/inverse.ts";
import type { Algorithm, Answer, ExplanationPart, Model, Profile, State } from "../model.ts";
import { leaveOut, placeCsr, rowOf } from "../shared/answers.ts";
import { dislikeSetting } from "../shared/dislikes.ts";
import { profileOf } from "../shared/profiles.ts";
import { Type } from "../shared/schema.ts";
import { neutralPoint, scaleSetting } from "../shared/standard-scale.ts";
import { checkIndexLists, numberOf, tensorOf } from "../shared/state.ts";
import { bytesOverItems, bytesOverUsers, fitOverItems, fitOverUsers } from "./fit.ts";
import { type Multiply, multiplyByItems, multiplyByUsers } from "./products.ts";

const easeSettings = Type.Object({
  lambda: Type.Number({
    default: 2000,
    minimum: 1,
    tune: "10~10000",
    description: "λ: regularisation; higher values trust only what many users agree on",
  }),
  values: Type.Enum(["ratings", "binary"], {
    default: "ratings",
    tune: "ratings,binary",
    description: "entries of X: the ratings, or 1 for every rated film",
  }),
  neutral: Type.Number({
    default: 0.125,
    minimum: 0,
    maximum: 1,
    tune: "0:0.4",
    appliesTo: { values: ["ratings"], scale: ["standard"] },
    description:
      "how far up the scale a rating weighs nothing, as a share from the lowest rating to the highest: lower ratings count against a film in training",
  }),
  dislike: dislikeSetting,
  scale: { ...scaleSetting, appliesTo: { values: ["ratings"] } },
});
type EaseSettings = Static<typeof easeSettings>;

export const easeAlgorithm: Algorithm<EaseSettings> = {
  name: "ease",
  summary: "EASE, a linear model in closed form: how much each rated film counts for every other film.",
  settings: easeSettings,
  learnsFrom: "ratings",
  foldIn: "exact",

  estimate(shape, { lambda }) {
    const { users, items, ratings } = shape;
    const precision = precisionFor(lambda);
    const side = Math.min(users, items);
    const pairs = (ratings * ratings) / Math.max(1, users, items);
    return {
      bytes: users < items ? bytesOverUsers(shape, precision) : bytesOverItems(shape, precision),
      operations: side ** 3 + pairs + (users < items ? 2 * ratings * users : 0),
    };
  },

  async fit(train, { lambda, values, neutral, scale }, context) {
    const origin = scale === "data" ? 0 : neutralPoint(train, neutral);
    const entry = entryOf(values, origin);
    const precision = precisionFor(lambda);
    const tensors = await (train.users.size < train.items.size ? fitOverUsers : fitOverItems)(
      train,
      { entry, lambda, precision },
      context,
    );
    return { algorithm: "ease", facts: { lambda, values, origin }, tensors };
  },

  open(state) {
    const weights = "weights" in state.tensors ? itemWeights(state) : userWeights(state);
    return easeModel(weights, entryOf(state.facts.values as EaseSettings["values"], numberOf(state, "origin")));
  },
};

/** With smaller λ the matrix is too nearly singular for single precision: docs/adr/0008. */
function precisionFor(lambda: number): Precision {
  return lambda >= 500 ? "single" : "double";
}

/** What both forms of the state provide: B by its rows, columns and entries. */
interface Weights {
  readonly items: number;
  /** 1 for the items with ratings; the others have no scores. */
  readonly rated: Uint8Array;
  /** out_j = Σ_i x_i B_ij in double precision. */
  multiply(items: Int32Array, x: Float32Array, out: Float64Array): void;
  /** The same for many profiles. */
  multiplyAll(engine: Engine, arena: Arena): Multiply;
  /** B_ij for each i of `items`: `out[n]` for `items[n]`. */
  column(items: Int32Array, j: number, out: Float64Array): void;
  /** −P_ij / √(P_ii P_jj) for every j: the partial correlation of i and j given all other items. */
  partialCorrelation(i: number, out: Float64Array): void;
}

/** x of a rating, in training and in answering. */
function entryOf(values: EaseSettings["values"], origin: number): (rating: number) => number {
  return values === "binary" ? () => 1 : (rating) => rating - origin;
}

function easeModel(weights: Weights, toValue: (rating: number) => number): Model {
  const { items, rated } = weights;
  const isKnown = (x: Profile) => x.items.some((item, n) => rated[item] === 1 && x.values[n] !== 0);
  return {
    items,
    ask({ profile }): Answer {
      const x = profile.values.map(toValue);
      const known = isKnown({ items: profile.items, values: x });
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
            (item, n): ExplanationPart => ({
              kind: "rating",
              item,
              rating: profile.values[n],
              value: x[n] * column[n],
            }),
          );
          return { parts: parts.filter((part) => part.value !== 0) };
        },
      };
    },
    askAll(engine, arena) {
      const multiply = weights.multiplyAll(engine, arena);
      const unrated = Int32Array.from(rated.keys()).filter((item) => rated[item] === 0);
      return {
        async score({ profiles }, out, step) {
          using own = engine.arena();
          const x = { ...profiles, values: profiles.values.map(toValue) };
          await multiply(placeCsr(own, x), out, step);
          leaveOut(out, items, unrated);
          for (let row = 0; row < x.rows; row++) {
            if (!isKnown(profileOf(x, row))) rowOf(out, row, items).fill(-Infinity);
          }
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

/** Over items: B as it stands in the paper. */
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
    multiplyAll: (engine, arena) => multiplyByItems(engine, arena, b, items),
    column(profile, j, out) {
      for (let n = 0; n < profile.length; n++) out[n] = b[profile[n] * items + j];
    },
    partialCorrelation(i, out) {
      for (let j = 0; j < items; j++) out[j] = b[i * items + j] * Math.sqrt(diagonal[j] / diagonal[i]);
    },
  };
}

/** Over users: W and the ratings, from which any entry of B follows. */
function userWeights(state: State): Weights {
  const slack = tensorOf(state, "slack", Float64Array, undefined);
  const items = slack.length;
  const w = tensorOf(state, "w", Float32Array, undefined, items);
  const users = w.length / Math.max(1, items);
  const offsets = tensorOf(state, "offsets", Int32Array, items + 1);
  const raters = tensorOf(state, "raters", Int32Array, undefined);
  const values = tensorOf(state, "values", Float32Array, raters.length);
  checkIndexLists(state, offsets, raters, users);

  /** Σ_u x_ui w_uj */
  function product(i: number, j: number): number {
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
  function addColumn(i: number, x: number, v: Float64Array): void {
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
    multiplyAll: (engine, arena) => multiplyByUsers(engine, arena, { w, slack, offsets, raters, values }),
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
