/**
 * EASE: H. Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019.
 *
 *   B = argmin ‖X − XB‖² + λ‖B‖²  with diag(B) = 0              X: users × items
 *   P = (XᵀX + λI)⁻¹,   B_ij = −P_ij / P_jj for i ≠ j            (equation 8)
 *   score(u, j) = n_j^−β Σ_i x_ui B_ij                         x_ui = r_ui − origin, or 1; n_j: training ratings of j
 *
 * The factor n_j^−β, β being the setting `beta`, makes up for what the error of training owes to popular films: with β = 0 it is the paper's
 * model. Similar items have no such factor (docs/adr/0057).
 *
 * With the setting `dropout`, p, it is EDLAE: H. Steck, "Autoencoders that don't overfit towards the identity", NeurIPS 2020. λI becomes
 *
 *   Λ = λI + κ diag(XᵀX),   κ = p / (1 − p)                     (the paper's equation 9)
 *
 * which is what the rows of X, of which each entry is left out with chance p, would teach on average. The more ratings a film has, the more it is regularised.
 *
 * With the setting `features`, rows are added to X, one for each feature of films, such as a genre, with `contentWeight` times what each film
 * has of it: O. Jeunen, J. Van Balen, B. Goethals, "Closed-form models for collaborative filtering with side-information", RecSys 2020
 * (their model CEASE). So films of like content count for each other more. A film without ratings has no score all the same.
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
 * they differ by rounding: scores by less than 1e-5 at λ = 1, and less above. A cluster finds XᵀX, which is inverted here: the inverse is always
 * over items then.
 *
 * With dropout, X S takes the place of X in W and d, where S² = λ Λ⁻¹, and B_ij = Σ_u s_i² x_ui (w_uj / s_j) / d_j.
 *
 * State, over items: weights float32 [items × items] = B, diagonal float64 [items] = P_jj. Over users: w float32 [users × items] =
 * W S⁻¹, slack float64 [items] = d, and X by item: offsets int32 [items + 1], raters int32 and values float32 [ratings], from which the model
 * has its training ratings (`Model.ratings`), unless X is binary. In both:
 * rated uint8 [items], 1 where the item has ratings; discount float64 [items] = n_j^−β, absent with β = 0 and in states of earlier versions;
 * facts lambda, values, origin, beta, dropout, unless it is 0, and featureCount, the rows of X that are features and come last, if there are any.
 */
import { type Arena, type Engine, placeCsr } from "../../compute/engine.ts";
import type { Precision } from "../../compute/inverse.ts";
import { type Csr, rowsAt, transpose } from "../../matrix/csr.ts";
import { type ScaledRow, sumOfRows } from "../../matrix/dense.ts";
import { topK } from "../../matrix/topk.ts";
import { present } from "../../present.ts";
import type { Algorithm, Answer, ExplanationPart, Model, Profile, State, Tensors } from "../model.ts";
import { leaveOut, rowOf } from "../shared/answers.ts";
import { contentSize, readFeatures } from "../shared/features.ts";
import { profileOf } from "../shared/profiles.ts";
import { neutralPoint } from "../shared/standard-scale.ts";
import { checkIndexLists, numberOf, stateError, tensorOf } from "../shared/state.ts";
import {
  bytesOverItems,
  bytesOverUsers,
  fitFromCluster,
  fitOverItems,
  fitOverUsers,
  sharesOfLambda,
  timesRows,
} from "./fit.ts";
import { type Multiply, multiplyByItems, multiplyByUsers } from "./products.ts";
import { type EaseSettings, easeSettings } from "./settings.ts";

export const easeAlgorithm: Algorithm<EaseSettings> = {
  name: "ease",
  summary: "EASE, a linear model in closed form: how much each rated film counts for all others.",
  settings: easeSettings,
  learnsFrom: "ratings",
  foldIn: "exact",

  estimate({ users: people, items, ratings: rated }, { lambda, features }) {
    const content = contentSize(items, features);
    const [users, ratings] = [people + content.features, rated + content.entries];
    const shape = { users, items, ratings };
    const precision = precisionFor(lambda);
    const side = Math.min(users, items);
    const pairs = (ratings * ratings) / Math.max(1, users, items);
    return {
      ...(users < items ? bytesOverUsers(shape, precision) : bytesOverItems(shape, precision)),
      operations: side ** 3 + pairs + (users < items ? 2 * ratings * users : 0),
    };
  },

  onCluster: { defaults: {}, only: {} },

  async fit(train, { lambda, values, neutral, dropout, features, contentWeight, beta, scale }, context) {
    const origin = scale === "data" ? 0 : neutralPoint(train, neutral);
    const content = await readFeatures(train.catalog, features, "ease", context);
    const featureCount = content?.rows.columns ?? 0;
    const overUsers = !context.cluster && train.users.size + featureCount < train.items.size;
    const tensors = await (overUsers ? fitOverUsers : fitOverItems)(
      train,
      {
        entry: entryOf(values, origin),
        ...(content && { content: { ...content.rows, values: content.rows.values.map((x) => x * contentWeight) } }),
        lambda,
        growth: growthOf(dropout),
        precision: precisionFor(lambda),
      },
      context,
    );
    const more = content ? { featureCount } : {};
    return stateOf(tensors, { lambda, values, origin, beta, dropout }, train.counts, more);
  },

  async fitOnCluster(train, { lambda, values, neutral, dropout, beta, scale }, context) {
    const origin = scale === "data" ? 0 : neutralPoint(train.info, neutral);
    const entry = entryOf(values, origin);
    const histogram = train.histogram.map((one) => ({ ...one, value: Math.fround(entry(one.value)) }));
    const input = { lambda, growth: growthOf(dropout), precision: precisionFor(lambda) };
    const tensors = await fitFromCluster({ ...train, histogram }, input, context);
    return stateOf(tensors, { lambda, values, origin, beta, dropout }, train.info.counts);
  },

  open(state) {
    const weights = "weights" in state.tensors ? itemWeights(state) : userWeights(state);
    const { values } = state.facts as { readonly values?: EaseSettings["values"] };
    const origin = numberOf(state, "origin");
    const model = easeModel(weights, entryOf(values, origin), discountOf(state, weights.items));
    return { ...model, ...present({ ratings: values === "binary" ? undefined : weights.ratings?.(origin) }) };
  },
};

function stateOf(
  tensors: Tensors,
  { dropout, ...facts }: Pick<EaseSettings, "lambda" | "values" | "beta" | "dropout"> & { readonly origin: number },
  counts: Int32Array,
  more: State["facts"] = {},
): State {
  const told = { ...facts, ...(dropout === 0 ? {} : { dropout }), ...more };
  if (facts.beta === 0) return { algorithm: "ease", facts: told, tensors };
  const discount = Float64Array.from(counts, (count) => Math.max(1, count) ** -facts.beta);
  return {
    algorithm: "ease",
    facts: told,
    tensors: { ...tensors, discount: { shape: [discount.length], data: discount } },
  };
}

/** κ of p. */
function growthOf(dropout: number): number {
  return dropout / (1 - dropout);
}

/** s² of every item; undefined without dropout. @param x items × users, with their entries @throws ARTIFACT_CONTENT */
function sharesOf(state: State, x: Csr): Float64Array | undefined {
  if (!Object.hasOwn(state.facts, "dropout")) return undefined;
  const [dropout, lambda] = [numberOf(state, "dropout"), numberOf(state, "lambda")];
  if (!(dropout >= 0 && dropout < 1)) throw stateError(state, `its dropout is ${dropout}`);
  if (!(lambda > 0)) throw stateError(state, `its lambda is ${lambda}`);
  return sharesOfLambda(x, lambda, growthOf(dropout));
}

/** What the score of each item is multiplied by: 1 where the state has no β, as those of earlier versions. @throws ARTIFACT_CONTENT */
function discountOf(state: State, items: number): Float64Array {
  if (!Object.hasOwn(state.facts, "beta") || numberOf(state, "beta") === 0) return new Float64Array(items).fill(1);
  const discount = tensorOf(state, "discount", Float64Array, items);
  const wrong = discount.find((value) => !(value > 0 && value <= 1));
  if (wrong !== undefined) throw stateError(state, `its discount of an item is ${wrong}`);
  return discount;
}

/** With smaller λ the matrix is too nearly singular for single precision: docs/adr/0008. */
function precisionFor(lambda: number): Precision {
  return lambda >= 500 ? "single" : "double";
}

/** What both forms of the state provide: B by its rows, columns and entries. */
interface Weights {
  readonly items: number;
  /** 1 for the items with ratings; the others have no scores. */
  readonly rated: Uint8Array;
  /** The ratings, users × items, of which X has the differences from `origin`. */
  ratings?(origin: number): Csr;
  /** out_j = Σ_i x_i B_ij in double precision. */
  multiply(items: Int32Array, x: Float32Array, out: Float64Array): void;
  /** The same for many profiles, each out_j times discount_j. */
  multiplyAll(engine: Engine, arena: Arena, discount: Float64Array): Multiply;
  /** B_ij for each i of `items`: `out[n]` for `items[n]`. */
  column(items: Int32Array, j: number, out: Float64Array): void;
  /** −P_ij / √(P_ii P_jj) for every j, or for those of `among`: the partial correlation of i and j given all other items. */
  partialCorrelation(i: number, out: Float64Array, among?: Int32Array): void;
}

/** x of a rating, in training and in answering. */
function entryOf(values: EaseSettings["values"] | undefined, origin: number): (rating: number) => number {
  return values === "binary" ? () => 1 : (rating) => rating - origin;
}

/** @param discount what the score of each item is multiplied by */
function easeModel(weights: Weights, toValue: (rating: number) => number, discount: Float64Array): Model {
  const { items, rated } = weights;
  /** Of one answer at a time: arrays of this size made for each would have all of memory searched for garbage every few seconds. */
  const sums = new Float64Array(items);
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
          weights.multiply(profile.items, x, sums);
          for (let j = 0; j < items; j++) out[j] = rated[j] ? discount[j] * sums[j] : -Infinity;
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
              value: discount[j] * x[n] * column[n],
            }),
          );
          return { parts: parts.filter((part) => part.value !== 0) };
        },
      };
    },
    askAll(engine, arena) {
      const multiply = weights.multiplyAll(engine, arena, discount);
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
    similarItems(item, out, among) {
      if (rated[item]) weights.partialCorrelation(item, out, among);
      const count = among?.length ?? items;
      for (let n = 0; n < count; n++) {
        const j = among ? among[n] : n;
        if (!rated[item] || !rated[j] || j === item) out[j] = -Infinity;
      }
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
      sumOfRows(
        Array.from(profile, (item, n) => ({ values: b, at: item * items, factor: x[n] })),
        out,
      );
    },
    multiplyAll: (engine, arena, discount) => multiplyByItems(engine, arena, b, discount),
    column(profile, j, out) {
      for (let n = 0; n < profile.length; n++) out[n] = b[profile[n] * items + j];
    },
    partialCorrelation(i, out, among) {
      const count = among?.length ?? items;
      for (let n = 0; n < count; n++) {
        const j = among ? among[n] : n;
        out[j] = b[i * items + j] * Math.sqrt(diagonal[j] / diagonal[i]);
      }
    },
  };
}

/**
 * Bytes of the rows that are kept: as many as W has, and at least these. The rows are those of the films with most raters, which take longest
 * to make and are asked for most.
 */
const leastKeptBytes = 2 ** 27;

/**
 * Over users: W and the ratings, from which any entry of B follows, as B_ij = G_ij / d_j for i ≠ j, G = XᵀW, its rows times s² with dropout. Row i of G depends on no
 * profile. It is a sum of as many rows of W as film i has raters, so that of a film with many is made once, and kept.
 */
function userWeights(state: State): Weights {
  const slack = tensorOf(state, "slack", Float64Array, undefined);
  const least = slack.find((value) => value <= 0);
  if (least !== undefined) throw stateError(state, `its slack of an item is ${least}`);
  const items = slack.length;
  const w = tensorOf(state, "w", Float32Array, undefined, items);
  const users = w.length / Math.max(1, items);
  const offsets = tensorOf(state, "offsets", Int32Array, items + 1);
  const raters = tensorOf(state, "raters", Int32Array, undefined);
  const entries = tensorOf(state, "values", Float32Array, raters.length);
  checkIndexLists(state, offsets, raters, users);
  const people = Object.hasOwn(state.facts, "featureCount") ? users - numberOf(state, "featureCount") : users;
  if (!(Number.isInteger(people) && people >= 0 && people <= users)) {
    throw stateError(state, `${users} rows of its X are for ${people} users`);
  }
  const byItem = { rows: items, columns: users, offsets, indices: raters, values: entries };
  const shares = sharesOf(state, byItem);
  const values = shares ? timesRows(byItem, shares) : entries;
  /** What an entry of G over √(d_i d_j) is multiplied by to be symmetric: s_j of its column over s_i of its row. */
  const scale = shares?.map(Math.sqrt) ?? new Float64Array(items).fill(1);
  const counts = Int32Array.from({ length: items }, (_, i) => offsets[i + 1] - offsets[i]);
  const kept = mostRated(counts, Math.floor(Math.max(leastKeptBytes, w.byteLength) / (4 * Math.max(1, items))));
  const rows = new Map<number, Float32Array>();
  const v = new Float64Array(users);

  /** Row i of G in single precision, if it is one of those that are kept. The first that asks for it gets the same as all others. */
  function keptRow(i: number): Float32Array | undefined {
    if (kept[i] === 0) return undefined;
    let row = rows.get(i);
    if (!row) {
      const sums = new Float64Array(items);
      sumOfRows(rowsOfRaters([i], [1]), sums);
      row = new Float32Array(sums);
      rows.set(i, row);
    }
    return row;
  }

  /** The rows of W, and what each counts, whose sum is Σ_i x_i G_i over some items. */
  function rowsOfRaters(of: readonly number[], x: ArrayLike<number>): ScaledRow[] {
    v.fill(0);
    for (const [n, i] of of.entries()) {
      for (let e = offsets[i]; e < offsets[i + 1]; e++) v[raters[e]] += x[n] * values[e];
    }
    const found: ScaledRow[] = [];
    for (let u = 0; u < users; u++) if (v[u] !== 0) found.push({ values: w, at: u * items, factor: v[u] });
    return found;
  }

  /** Σ_u x_ui w_uj */
  function entry(i: number, j: number): number {
    let sum = 0;
    for (let n = offsets[i]; n < offsets[i + 1]; n++) sum += values[n] * w[raters[n] * items + j];
    return sum;
  }

  return {
    items,
    rated: tensorOf(state, "rated", Uint8Array, items),
    ratings: (origin) => {
      const all = transpose({ ...byItem, values: entries.map((x) => x + origin) });
      return rowsAt(
        all,
        Int32Array.from({ length: people }, (_, user) => user),
      );
    },
    multiply(profile, x, out) {
      const terms: ScaledRow[] = [];
      const [others, ofOthers]: [number[], number[]] = [[], []];
      for (const [n, i] of profile.entries()) {
        const row = keptRow(i);
        if (row) terms.push({ values: row, at: 0, factor: x[n] });
        else {
          others.push(i);
          ofOthers.push(x[n]);
        }
      }
      sumOfRows([...terms, ...rowsOfRaters(others, ofOthers)], out);
      for (let n = 0; n < profile.length; n++) out[profile[n]] -= x[n] * (1 - slack[profile[n]]);
      for (let j = 0; j < items; j++) out[j] /= slack[j];
    },
    multiplyAll: (engine, arena, discount) =>
      multiplyByUsers(engine, arena, { w, slack, offsets, raters, values }, discount),
    column(profile, j, out) {
      for (let n = 0; n < profile.length; n++) {
        out[n] = profile[n] === j ? 0 : (keptRow(profile[n])?.[j] ?? entry(profile[n], j)) / slack[j];
      }
    },
    partialCorrelation(i, out, among) {
      const row = keptRow(i);
      if (among) {
        for (let n = 0; n < among.length; n++) {
          const j = among[n];
          out[j] = ((row ? row[j] : entry(i, j)) * scale[j]) / scale[i] / Math.sqrt(slack[i] * slack[j]);
        }
        return;
      }
      if (row) out.set(row);
      else sumOfRows(rowsOfRaters([i], [1]), out);
      for (let j = 0; j < items; j++) out[j] *= scale[j] / scale[i] / Math.sqrt(slack[i] * slack[j]);
    },
  };
}

/** 1 for so many items of the most ratings, of equal ones the first; for none without any. */
function mostRated(counts: Int32Array, most: number): Uint8Array {
  const marks = new Uint8Array(counts.length);
  for (const item of topK(Float64Array.from(counts), most)) marks[item] = counts[item] > 0 ? 1 : 0;
  return marks;
}
