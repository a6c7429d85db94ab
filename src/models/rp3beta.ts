/**
 * Random walks of three edges, user → film → user → film: B. Paudel, F. Christoffel, C. Newell, A. Bernstein, "Updatable,
 * accurate, diverse, and scalable recommendations for interactive applications", ACM TiiS 7(1), 2016. A walk goes from a user to
 * a film that they rated, on to a user who rated it, and to another film of that user. P³α raises the chance of each step to the
 * power α; RP³β divides by a power of how often the film was rated:
 *
 *   w_ij = Σ_v (r_vi / m_i)^α (r_vj / m_v)^α / n_j^β, i ≠ j       r: ratings above 0, m: their sum over a film or a user,
 *   score(u, j) = Σ_{i ∈ R(u): j ∈ N_k(i)} r_ui^α w_ij            n_j: number of ratings, N_k(i): the k greatest w_ij
 *
 * The factor 1 / Σ r of the user's first step changes no order and is left out, so each rating adds its own part to the score:
 * r^α times w. −∞ where no walk arrives.
 *
 * r is on the standard scale (src/models/shared/standard-scale.ts), where the lowest rating is above 0; of events it is
 * their weight there.
 *
 * State: reached int32 and weights float64 [entries]: N_k(i) and w_ij, greatest first, at offsets[i] .. offsets[i + 1]; offsets
 * int32 [items + 1]; fact alpha.
 */
import type { Static } from "typebox";
import { placeCsr } from "../compute/engine.ts";
import { scatterScores } from "../compute/kernels/scores.ts";
import { allProducts, neighboursBytes } from "../compute/neighbours.ts";
import type { Dataset } from "../data/dataset.ts";
import { type Csr, entriesWhere } from "../matrix/csr.ts";
import type { Algorithm, Answer, ExplanationPart, FitContext, Model, State, Tensors } from "./model.ts";
import { dislikeSetting } from "./shared/dislikes.ts";
import { Type } from "./shared/schema.ts";
import { scaleSetting } from "./shared/standard-scale.ts";
import { checkIndexLists, numberOf, tensorOf } from "./shared/state.ts";

const rp3betaSettings = Type.Object({
  beta: Type.Number({
    default: 0.6,
    minimum: 0,
    maximum: 2,
    description: "β: a film's score is divided by its popularity to this power; higher values list less known films",
  }),
  alpha: Type.Number({
    default: 0.8,
    minimum: 0,
    maximum: 4,
    description: "α: the probability of each step is raised to this power",
  }),
  k: Type.Integer({
    default: 200,
    minimum: 1,
    maximum: 100_000,
    description: "number of films kept for each film: those that walks reach most often",
  }),
  dislike: dislikeSetting,
  scale: scaleSetting,
});
type Rp3betaSettings = Static<typeof rp3betaSettings>;

export const rp3betaAlgorithm: Algorithm<Rp3betaSettings> = {
  name: "rp3beta",
  summary: "RP3β: random walks from the user's films through one other user each.",
  settings: rp3betaSettings,
  learnsFrom: "ratings",
  foldIn: "exact",

  estimate({ users, items, ratings }, { k }) {
    const skew = 4; // as item-knn has it
    return {
      bytes: neighboursBytes(items, users, ratings, k, true) + 8 * items,
      operations: (2 * skew * ratings * ratings) / Math.max(1, users),
    };
  },

  async fit(train, settings, context) {
    const tensors = await walkWeights(train, settings, context);
    return { algorithm: "rp3beta", facts: { alpha: settings.alpha }, tensors };
  },

  open: openRp3beta,
};

/**
 * w and N_k. The product w_ij n_j^β m_i^α = Σ_u (r_ui r_uj / m_u)^α is symmetric, so each pair is found once. A factor of i leaves
 * the order of i's list as it is: the greatest products divided by (n_i n_j)^β are the greatest w_ij.
 */
async function walkWeights(
  { byItem, byUser, counts }: Dataset,
  { k, alpha, beta }: Rp3betaSettings,
  { engine, step }: FitContext,
): Promise<Tensors> {
  const userSums = positiveSums(byUser);
  const entry = (user: number, rating: number) => (rating > 0 ? (rating / Math.sqrt(userSums[user])) ** alpha : 0);
  const lengths = Float64Array.from(counts, (count) => Math.max(1, count) ** beta);
  const { offsets, indices, similarities } = await allProducts(engine, byItem, { k, entry, lengths }, step);
  positiveSums(byItem).forEach((sum, item) => {
    const factor = lengths[item] / sum ** alpha;
    for (let n = offsets[item]; n < offsets[item + 1]; n++) similarities[n] *= factor;
  });
  return {
    offsets: { shape: [offsets.length], data: offsets },
    reached: { shape: [indices.length], data: indices },
    weights: { shape: [similarities.length], data: similarities },
  };
}

/** m of each row: the sum of its ratings above 0. */
function positiveSums({ rows, offsets, values }: Csr): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let n = offsets[row]; n < offsets[row + 1]; n++) sum += Math.max(0, values[n]);
    return sum;
  });
}

function openRp3beta(state: State): Model {
  const offsets = tensorOf(state, "offsets", Int32Array, undefined);
  const reached = tensorOf(state, "reached", Int32Array, undefined);
  const weights = tensorOf(state, "weights", Float64Array, reached.length);
  const alpha = numberOf(state, "alpha");
  const items = offsets.length - 1;
  checkIndexLists(state, offsets, reached, items);
  const firstStep = (rating: number) => (rating > 0 ? rating ** alpha : 0);

  return {
    items,
    ask: ({ profile }): Answer => ({
      score(out) {
        const sums = new Float64Array(items);
        profile.items.forEach((item, n) => {
          const x = firstStep(profile.values[n]);
          for (let m = offsets[item]; m < offsets[item + 1]; m++) sums[reached[m]] += x * weights[m];
        });
        for (let item = 0; item < items; item++) out[item] = sums[item] > 0 ? sums[item] : -Infinity;
      },
      explain(target) {
        const parts: ExplanationPart[] = [];
        profile.items.forEach((item, n) => {
          const m = reached.subarray(offsets[item], offsets[item + 1]).indexOf(target);
          if (m < 0) return;
          const [rating, weight] = [profile.values[n], weights[offsets[item] + m]];
          parts.push({ kind: "rating", item, rating, value: firstStep(rating) * weight });
        });
        return { parts };
      },
    }),
    askAll(engine, arena) {
      const lists = {
        lists: arena.place(offsets),
        targets: arena.place(reached),
        weights: arena.place(weights),
      };
      return {
        async score({ profiles }, out, step) {
          using own = engine.arena();
          const started = entriesWhere(profiles, (entry) => profiles.values[entry] > 0);
          const matrix = placeCsr(own, { ...started, values: started.values.map(firstStep) });
          await scatterScores(engine, { matrix, ...lists, out, columns: items, missing: -Infinity }, step);
        },
      };
    },
    similarItems(item, out) {
      out.fill(-Infinity);
      for (let n = offsets[item]; n < offsets[item + 1]; n++) out[reached[n]] = weights[n];
    },
    [Symbol.dispose]() {},
  };
}
