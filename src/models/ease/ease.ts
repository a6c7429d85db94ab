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
 * With the setting `regressors`, c, the inverse is a sparse one, for catalogs too large for either matrix. It is what SANSA is for (M. Spišák, R. Bartyzal,
 * A. Hoskovec, L. Peška, M. Tůma, "Scalable approximate nonsymmetric autoencoder for collaborative filtering", RecSys 2023), found in another way
 * (docs/adr/0076): by a factorised sparse approximate inverse (L. Kolotilina, A. Yeremin, "Factorized sparse approximate inverse preconditionings I", SIMAX 1993).
 * With A = XᵀX + Λ, the items in order of their ratings, those of most first, and a set S of at most c earlier ones for each item k,
 *
 *   y = A_SS⁻¹ A_Sk,   d_k = A_kk − A_kS y,   w_kk = d_k^−½,   w_kS = −d_k^−½ yᵀ,   P ≈ WᵀW                W: items × items
 *
 * Of all W with these zeros it has, but for the scale of its rows, the least ‖I − W L‖, A = L Lᵀ, without L. A row is the regression of one item on better known ones; S has those of
 * the strongest correlation |A_ik| / √(A_ii A_kk) among the 4,096 best known. Where S has all earlier items, WᵀW is P.
 *
 * State, over items: weights float32 [items × items] = B, diagonal float64 [items] = P_jj. Over users: w float32 [users × items] =
 * W S⁻¹, slack float64 [items] = d, and X by item: offsets int32 [items + 1], raters int32 and values float32 [ratings], from which the model
 * has its training ratings (`Model.ratings`), unless X is binary. Sparse: W by its columns, offsets int32 [items + 1], indices int32
 * and factor float32 [entries]. In all:
 * rated uint8 [items], 1 where the item has ratings; discount float64 [items] = n_j^−β, absent with β = 0 and in states of earlier versions;
 * facts lambda, values, origin, beta, dropout, unless it is 0, and featureCount, the rows of X that are features and come last, if there are any.
 */
import { placeCsr } from "../../compute/engine.ts";
import type { Precision } from "../../compute/inverse.ts";
import { present } from "../../present.ts";
import type { Algorithm, Answer, ExplanationPart, Model, Profile, State, Tensors } from "../model.ts";
import { leaveOut, rowOf } from "../shared/answers.ts";
import { contentSize, readFeatures } from "../shared/features.ts";
import { profileOf } from "../shared/profiles.ts";
import { neutralPoint } from "../shared/standard-scale.ts";
import { numberOf, stateError, tensorOf } from "../shared/state.ts";
import { bytesOverItems, bytesOverUsers, fitFromCluster, fitOverItems, fitOverUsers } from "./fit.ts";
import { type EaseSettings, easeSettings } from "./settings.ts";
import { bytesOfSparse, fitSparse, operationsOfSparse } from "./sparse-fit.ts";
import { sparseWeights } from "./sparse-weights.ts";
import { growthOf, itemWeights, userWeights, type Weights } from "./weights.ts";

export const easeAlgorithm: Algorithm<EaseSettings> = {
  name: "ease",
  summary: "EASE, a linear model in closed form: how much each rated film counts for all others.",
  settings: easeSettings,
  learnsFrom: "ratings",
  foldIn: "exact",

  estimate({ users: people, items, ratings: rated }, { lambda, regressors, features }) {
    const content = contentSize(items, features);
    const [users, ratings] = [people + content.features, rated + content.entries];
    const shape = { users, items, ratings };
    if (regressors > 0)
      return { ...bytesOfSparse(shape, regressors), operations: operationsOfSparse(shape, regressors) };
    const precision = precisionFor(lambda);
    const side = Math.min(users, items);
    const pairs = (ratings * ratings) / Math.max(1, users, items);
    return {
      ...(users < items ? bytesOverUsers(shape, precision) : bytesOverItems(shape, precision)),
      operations: side ** 3 + pairs + (users < items ? 2 * ratings * users : 0),
    };
  },

  onCluster: { defaults: {}, only: { regressors: [0] } },
  leaner: { regressors: 100 },

  async fit(train, settings, context) {
    const { lambda, values, neutral, dropout, regressors, features, contentWeight, beta, scale } = settings;
    const origin = scale === "data" ? 0 : neutralPoint(train, neutral);
    const content = await readFeatures(train.catalog, features, "ease", context);
    const featureCount = content?.rows.columns ?? 0;
    const overUsers = !context.cluster && train.users.size + featureCount < train.items.size;
    const tensors = await (regressors > 0 ? fitSparse : overUsers ? fitOverUsers : fitOverItems)(
      train,
      {
        entry: entryOf(values, origin),
        ...(content && { content: { ...content.rows, values: content.rows.values.map((x) => x * contentWeight) } }),
        lambda,
        growth: growthOf(dropout),
        precision: precisionFor(lambda),
        regressors,
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
    const weights = weightsOf(state);
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

/** By the tensors that only one form has. @throws ARTIFACT_CONTENT */
function weightsOf(state: State): Weights {
  if ("factor" in state.tensors) return sparseWeights(state);
  return "weights" in state.tensors ? itemWeights(state) : userWeights(state);
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
