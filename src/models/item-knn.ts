/**
 * Item-based nearest neighbours: B. Sarwar, G. Karypis, J. Konstan, J. Riedl, "Item-based collaborative filtering
 * recommendation algorithms", WWW 2001. Lists are ranked by the sum of similarities, as in M. Deshpande, G. Karypis,
 * "Item-based top-N recommendation algorithms", ACM TOIS 22(1), 2004; they keep the neighbours of each rated item, here
 * each candidate keeps its own, as in predicting ratings.
 *
 *   s_ij = cos(x_i, x_j) · n_ij / (n_ij + β)       x_i: column of ratings of item i, raw or centred; unrated = 0
 *                                                   n_ij: users who rated both; β: shrinkage (Bell & Koren, KDD 2007)
 *   score(u, j) = Σ_{i ∈ R(u) ∩ N_k(j)} s_ij · r_ui   N_k(j): the k items most similar to j, similarity above 0
 *   rating(u, j) = b_uj + Σ_{i ∈ R(u) ∩ N_k(j)} s_ij (r_ui − b_ui) / Σ s_ij
 *     weighted: b = 0        centred: b_uj = mean rating of j        baseline: b_uj = μ + b_u + b_j, the damped means of bias.ts
 *     (Y. Koren, "Factor in the neighbors", ACM TKDD 4(1), 2010, equation 3)
 *   Where u has rated none of N_k(j), the mean of j predicts, else that of u, else that of all ratings.
 *
 * r is on the standard scale (src/models/shared/standard-scale.ts), and predictions come back to that of the data. Of
 * events, whose amounts take its place in similarities and scores, nothing is predicted.
 *
 * A cluster finds the same neighbours of raw ratings (centre=none), and means and biases to 11 digits.
 *
 * State: neighbours int32 and similarities float64 [entries]: N_k(j) with s_ij, most similar first, at offsets[j] ..
 * offsets[j + 1]; offsets int32 [items + 1]; itemMeans float64 [items], NaN without ratings, and itemBias float64 [items] =
 * b_j; facts k, prediction ("none" of events), mean = μ, min and max of the standard scale.
 */
import type { Static } from "typebox";
import { placeCsr } from "../compute/engine.ts";
import { scatterScores } from "../compute/kernels/scores.ts";
import { allNeighbours, neighboursBytes } from "../compute/neighbours.ts";
import type { Dataset } from "../data/dataset.ts";
import { type Csr, meansOfRows } from "../matrix/csr.ts";
import { biasesOfSums, itemBiases, userBias } from "./bias.ts";
import type { ClusterRatings } from "./cluster.ts";
import { type BlockNeighbours, blockNeighboursBytes, neighboursOfBlocks } from "./item-knn/out-of-core.ts";
import type {
  Algorithm,
  Answer,
  ClusterContext,
  Explanation,
  ExplanationPart,
  FitContext,
  Profile,
  State,
} from "./model.ts";
import { dislikeSetting } from "./shared/dislikes.ts";
import { firstMean, meanRating, ruleIndex } from "./shared/fallback.ts";
import { Type } from "./shared/schema.ts";
import { scaleSetting } from "./shared/standard-scale.ts";
import { checkIndexLists, choiceOf, numberOf, stateError, tensorOf } from "./shared/state.ts";

const predictions = ["weighted", "centred", "baseline"] as const;
type Prediction = (typeof predictions)[number];
const openedPredictions = [...predictions, "none"] as const;
type RatingPart = Extract<ExplanationPart, { kind: "rating" }>;

const itemKnnSettings = Type.Object({
  k: Type.Integer({
    default: 50,
    minimum: 1,
    maximum: 100_000,
    tune: "5~500",
    description: "number of neighbours kept for each film",
  }),
  centre: Type.Enum(["none", "item", "user"], {
    default: "none",
    tune: "none,item,user",
    description:
      "what is subtracted from ratings before films are compared: nothing, the film's mean, or the user's mean (adjusted cosine)",
  }),
  shrinkage: Type.Number({
    default: 0,
    minimum: 0,
    tune: "0:100",
    description: "β: shrinkage, which draws similarities over few common users towards 0",
  }),
  prediction: Type.Enum([...predictions], {
    default: "centred",
    description:
      "how ratings are predicted: the mean of the user's ratings of similar films, of their deviations from those films' means, or from damped means of film and user; lists do not change",
  }),
  dislike: dislikeSetting,
  scale: scaleSetting,
});
type ItemKnnSettings = Static<typeof itemKnnSettings>;

/** As `bias` has them by default. */
const [itemDamping, userDamping] = [25, 10];

/** The similarity for each choice of what is subtracted: rows are items, columns are users. */
const likenesses = { none: "cosine", item: "centred", user: "adjusted" } as const;

export const itemKnnAlgorithm: Algorithm<ItemKnnSettings> = {
  name: "item-knn",
  summary: "Item-based neighbours: the k most similar films by cosine of their ratings.",
  settings: itemKnnSettings,
  learnsFrom: "ratings",
  foldIn: "exact",
  missingAsNaN: ["itemMeans"],

  estimate({ users, items, ratings }, { k, centre }) {
    // Cost of all rows is Σ_u n_u²; activity is skewed, so the mean of squares is several times the square of the mean.
    const skew = 4;
    return {
      bytes: neighboursBytes(items, users, ratings, k, centre === "user") + 16 * items,
      operations: (2 * skew * ratings * ratings) / Math.max(1, users),
    };
  },

  onCluster: { defaults: {}, only: { centre: ["none"] } },

  estimateBlocks: (shape, { k }) => blockNeighboursBytes(shape, k),

  async fit(train, settings, context) {
    const { cluster, step } = context;
    const learnt = cluster
      ? await learnFromCluster(train.byUser, settings, { cluster, step })
      : await learn(train, settings, context);
    return stateOf(learnt, settings, train);
  },

  async fitOnCluster(train, settings, context) {
    return stateOf(await learnFromCluster(train, settings, context), settings, train.info);
  },

  async fitBlocks(blocks, settings, context) {
    const { k, centre, shrinkage } = settings;
    const options = { similarity: likenesses[centre], shrinkage, k, damping: itemDamping };
    return stateOf(await neighboursOfBlocks(blocks, options, context), settings, blocks.info);
  },

  open(state) {
    const offsets = tensorOf(state, "offsets", Int32Array, undefined);
    const neighbours = tensorOf(state, "neighbours", Int32Array, undefined);
    const similarities = tensorOf(state, "similarities", Float64Array, neighbours.length);
    const items = offsets.length - 1;
    checkIndexLists(state, offsets, neighbours, items);
    const itemMeans = tensorOf(state, "itemMeans", Float64Array, items);
    const itemBias = tensorOf(state, "itemBias", Float64Array, items);
    const unrated = neighbours.find((item) => Number.isNaN(itemMeans[item]));
    if (unrated !== undefined) throw stateError(state, `item ${unrated} is a neighbour, and has no mean rating`);
    const prediction = choiceOf(state, "prediction", openedPredictions);
    const [mean, min, max] = [numberOf(state, "mean"), numberOf(state, "min"), numberOf(state, "max")];
    const inverted = invert(offsets, neighbours, similarities);

    function score({ items: rated, values }: Profile, out: Float32Array): void {
      const sums = new Float64Array(items);
      const scorable = new Uint8Array(items);
      for (let n = 0; n < rated.length; n++) {
        for (let m = inverted.offsets[rated[n]]; m < inverted.offsets[rated[n] + 1]; m++) {
          sums[inverted.targets[m]] += inverted.similarities[m] * values[n];
          scorable[inverted.targets[m]] = 1;
        }
      }
      for (let item = 0; item < items; item++) out[item] = scorable[item] ? sums[item] : -Infinity;
    }

    function explain({ items: rated, values }: Profile, item: number): Explanation {
      const similarityTo = new Map<number, number>();
      for (let n = offsets[item]; n < offsets[item + 1]; n++) similarityTo.set(neighbours[n], similarities[n]);
      const parts: ExplanationPart[] = [];
      for (let n = 0; n < rated.length; n++) {
        const similarity = similarityTo.get(rated[n]);
        if (similarity === undefined) continue;
        parts.push({ kind: "rating", item: rated[n], rating: values[n], value: similarity * values[n] });
      }
      return { parts };
    }

    /**
     * Prepares predictions for a profile: for an item a baseline and what the ratings of similar items add, or a mean instead. The
     * function that it returns lists those ratings in `used`, if that is given.
     */
    function predictorOf(profile: Profile, prediction: Prediction) {
      const ofUser = userBias(profile, { mean, itemBias }, userDamping);
      const ownMean = meanRating(profile.values);
      const ratings = new Float32Array(items).fill(Number.NaN);
      for (let n = 0; n < profile.items.length; n++) ratings[profile.items[n]] = profile.values[n];
      const baseline = {
        weighted: () => 0,
        centred: (item: number) => itemMeans[item],
        baseline: (item: number) => mean + ofUser + itemBias[item],
      }[prediction];
      return (item: number, used?: RatingPart[]) => {
        let [sum, weights] = [0, 0];
        for (let n = offsets[item]; n < offsets[item + 1]; n++) {
          const rating = ratings[neighbours[n]];
          if (Number.isNaN(rating)) continue;
          const value = similarities[n] * (rating - baseline(neighbours[n]));
          used?.push({ kind: "rating", item: neighbours[n], rating, value });
          sum += value;
          weights += similarities[n];
        }
        const means = { "item mean": itemMeans[item], "user mean": ownMean, "global mean": mean };
        const instead = weights > 0 ? undefined : firstMean(["item mean", "user mean"], means);
        return { base: baseline(item), ofUser, sum, weights, instead };
      };
    }

    function predict(
      profile: Profile,
      prediction: Prediction,
      wanted: Int32Array,
      out: Float32Array,
      rules?: Uint8Array,
    ): void {
      const predictor = predictorOf(profile, prediction);
      wanted.forEach((item, m) => {
        const { base, sum, weights, instead } = predictor(item);
        out[m] = Math.min(max, Math.max(min, instead?.value ?? base + sum / weights));
        if (rules) rules[m] = ruleIndex(instead?.rule ?? "model");
      });
    }

    function explainRating(profile: Profile, prediction: Prediction, item: number): Explanation {
      const used: RatingPart[] = [];
      const { ofUser, weights, instead } = predictorOf(profile, prediction)(item, used);
      if (instead) return { parts: [{ kind: instead.rule, value: instead.value }] };
      const base: Record<Prediction, readonly ExplanationPart[]> = {
        weighted: [],
        centred: [{ kind: "item mean", value: itemMeans[item] }],
        baseline: [
          { kind: "global mean", value: mean },
          { kind: "user bias", value: ofUser },
          { kind: "item bias", value: itemBias[item] },
        ],
      };
      const ratings = used.map((part) => ({ ...part, value: part.value / weights }));
      return { parts: [...base[prediction], ...ratings] };
    }

    return {
      items,
      ask: ({ profile }): Answer => ({
        score: (out) => score(profile, out),
        explain: (item) => explain(profile, item),
        ...(prediction === "none"
          ? {}
          : {
              predict: (wanted, out, rules) => predict(profile, prediction, wanted, out, rules),
              explainRating: (item) => explainRating(profile, prediction, item),
            }),
      }),
      askAll(engine, arena) {
        const lists = {
          lists: arena.place(inverted.offsets),
          targets: arena.place(inverted.targets),
          weights: arena.place(inverted.similarities),
        };
        return {
          async score({ profiles }, out, step) {
            using own = engine.arena();
            const matrix = placeCsr(own, profiles);
            await scatterScores(engine, { matrix, ...lists, out, columns: items, missing: -Infinity }, step);
          },
        };
      },
      similarItems(item, out) {
        out.fill(-Infinity);
        for (let n = offsets[item]; n < offsets[item + 1]; n++) out[neighbours[n]] = similarities[n];
      },
      [Symbol.dispose]() {},
    };
  },
};

async function learn(
  { byItem }: Dataset,
  settings: ItemKnnSettings,
  { engine, step }: FitContext,
): Promise<BlockNeighbours> {
  const { k, centre, shrinkage } = settings;
  const biases = itemBiases(byItem, itemDamping);
  const neighbours = await allNeighbours(engine, byItem, { similarity: likenesses[centre], shrinkage, k }, step);
  return { neighbours, ...biases, itemMeans: meansOfRows(byItem) };
}

async function learnFromCluster(
  ratings: Csr | ClusterRatings,
  { k, shrinkage }: ItemKnnSettings,
  { cluster, step }: Pick<ClusterContext, "cluster" | "step">,
): Promise<BlockNeighbours> {
  const { counts, sums, ...neighbours } = await cluster.neighbours(ratings, { k, shrinkage }, step);
  const itemMeans = sums.map((sum, item) => sum / counts[item]); // NaN without ratings
  return { neighbours, ...biasesOfSums({ counts, sums }, itemDamping), itemMeans };
}

function stateOf(
  { neighbours: { offsets, indices, similarities }, itemMeans, itemBias, mean }: BlockNeighbours,
  { k, prediction }: ItemKnnSettings,
  { scale, feedback }: Pick<Dataset, "scale" | "feedback">,
): State {
  return {
    algorithm: "item-knn",
    facts: { k, prediction: feedback === "events" ? "none" : prediction, mean, min: scale.min, max: scale.max },
    tensors: {
      offsets: { shape: [offsets.length], data: offsets },
      neighbours: { shape: [indices.length], data: indices },
      similarities: { shape: [similarities.length], data: similarities },
      itemMeans: { shape: [itemMeans.length], data: itemMeans },
      itemBias: { shape: [itemBias.length], data: itemBias },
    },
  };
}

/** For each item, the items in whose neighbour lists it stands: the lists turned round. */
function invert(offsets: Int32Array, neighbours: Int32Array, similarities: Float64Array) {
  const items = offsets.length - 1;
  const starts = new Int32Array(items + 1);
  for (const neighbour of neighbours) starts[neighbour + 1]++;
  for (let item = 0; item < items; item++) starts[item + 1] += starts[item];
  const next = starts.slice(0, items);
  const targets = new Int32Array(neighbours.length);
  const values = new Float64Array(neighbours.length);
  for (let item = 0; item < items; item++) {
    for (let n = offsets[item]; n < offsets[item + 1]; n++) {
      const at = next[neighbours[n]]++;
      targets[at] = item;
      values[at] = similarities[n];
    }
  }
  return { offsets: starts, targets, similarities: values };
}
