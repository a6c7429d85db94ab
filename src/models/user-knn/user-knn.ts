/**
 * User-based nearest neighbours: P. Resnick et al., "GroupLens: an open architecture for collaborative filtering of netnews",
 * CSCW 1994; J. Herlocker, J. Konstan, A. Borchers, J. Riedl, "An algorithmic framework for performing collaborative
 * filtering", SIGIR 1999.
 *
 *   s_uv = sim(u, v) · n_uv / (n_uv + β)     n_uv: films that both rated; β: shrinkage
 *     cosine: of all ratings, unrated = 0    centred: the same of ratings less the user's mean, lengths over all they rated
 *     pearson: correlation over the films that both rated
 *   N(u): the k users most similar to u, u apart, s_uv above 0;  N(u, i): those of them with n_uv ≥ minOverlap who rated i
 *   score(u, i) = Σ_{v ∈ N(u,i)} w_uv r_vi / Σ w_uv           w_uv = 1 (mean), s_uv (weighted), s_uv n_uv / |R(u)| (overlap)
 *   score(u, i) = m_u + Σ s_uv (r_vi − m_v) / Σ s_uv          deviation; m_u: mean of all that u rated
 *   −∞ where N(u, i) has fewer than minNeighbours; there a mean predicts: the film's, the user's, or that of all ratings;
 *   for a user without ratings always that of all ratings.
 *
 * A user is compared with the training rows by their ratings alone. Only Query.user keeps a training row from being its own
 * neighbour, so a new user with the very ratings of a training row has it as a neighbour.
 *
 * State: the training ratings, row u at offsets[u] .. offsets[u + 1]: items int32 [ratings] ascending, and levels uint8
 * [ratings] in steps of the fact unit, or values float32 [ratings] where they are not 1 .. 15 halves or wholes; offsets int32
 * [users + 1]; itemMeans float64 [items], NaN without ratings; facts: the settings, mean of all ratings, min and max of
 * the rating scale.
 */
import { type Static, Type } from "typebox";
import { prepareNeighbours } from "../../compute/neighbours.ts";
import { meansOfRows, rowsBetween } from "../../matrix/csr.ts";
import type { Algorithm } from "../model.ts";
import { meanRating } from "../shared/fallback.ts";
import { ratingTensors, readKeptRatings } from "../shared/kept-ratings.ts";
import { profileOf } from "../shared/profiles.ts";
import { choiceOf, numberOf, tensorOf } from "../shared/state.ts";
import { answerFrom, type Population } from "./answer.ts";

const similarities = ["cosine", "centred", "pearson"] as const;
export const userKnnPredictions = ["mean", "weighted", "overlap", "deviation"] as const;
export const userKnnFallbacks = ["item", "user"] as const;

const cosine = { similarity: "cosine", shrinkage: 0 };
const centred = { similarity: "centred", shrinkage: 0 };
const presets = {
  none: {},
  hybrid: { ...cosine, k: 20, minOverlap: 3, minNeighbours: 1, prediction: "overlap", fallback: "item" },
  "hybrid-lists": { ...cosine, k: 20, minOverlap: 3, minNeighbours: 3, prediction: "overlap", fallback: "item" },
  "mean-centred": { ...centred, k: 29, minOverlap: 1, minNeighbours: 3, prediction: "mean", fallback: "user" },
  deviation: { ...centred, k: 20, minOverlap: 1, minNeighbours: 1, prediction: "deviation", fallback: "user" },
};

const userKnnSettings = Type.Object({
  preset: Type.Enum(Object.keys(presets), {
    default: "none",
    description: "settings that go together, for all that are not given on their own",
    presets,
  }),
  similarity: Type.Enum([...similarities], {
    default: "cosine",
    tune: "cosine,centred,pearson",
    description:
      "how people are compared: cosine of ratings, of ratings less their mean, or correlation over common films",
  }),
  k: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 100_000,
    tune: "10~500",
    description: "neighbours of each person",
  }),
  shrinkage: Type.Number({
    default: 0,
    minimum: 0,
    tune: "0:100",
    description: "β: similarities that rest on few common films are drawn towards 0; pearson needs it",
  }),
  minOverlap: Type.Integer({
    default: 3,
    minimum: 1,
    description: "films that a neighbour and the asker must have in common to be used",
  }),
  minNeighbours: Type.Integer({
    default: 3,
    minimum: 1,
    description: "neighbours who must have rated a film for them to predict it",
  }),
  prediction: Type.Enum([...userKnnPredictions], {
    default: "deviation",
    description:
      "from the neighbours' ratings: their mean, weighted by similarity, by similarity and overlap, or their deviations from each one's mean",
  }),
  fallback: Type.Enum([...userKnnFallbacks], {
    default: "item",
    description:
      "what predicts where too few neighbours rated a film: its mean, else the person's; or the person's at once",
  }),
});

/** Profiles whose neighbours are found at a time when there are many. */
const slabRows = 1024;

export const userKnn: Algorithm<Static<typeof userKnnSettings>> = {
  name: "user-knn",
  summary: "People of like taste: the k nearest who rated a film predict it. Says which rule predicted.",
  settings: userKnnSettings,
  learnsFrom: "ratings",
  foldIn: "approximate",

  estimate: ({ users, items, ratings }) => ({
    bytes: 5 * ratings + 4 * (users + 1) + 8 * items,
    operations: 2 * ratings,
  }),

  async fit({ byUser, byItem, scale }, settings) {
    const { unit, tensors } = ratingTensors(byUser);
    return {
      algorithm: "user-knn",
      facts: { ...settings, unit, mean: meanRating(byUser.values), min: scale.min, max: scale.max },
      tensors: {
        ...tensors,
        itemMeans: { shape: [byItem.rows], data: meansOfRows(byItem) },
      },
    };
  },

  open(state, engine) {
    const itemMeans = tensorOf(state, "itemMeans", Float64Array, undefined);
    const ratings = readKeptRatings(state, itemMeans.length);
    const k = numberOf(state, "k");
    const likeness = {
      similarity: choiceOf(state, "similarity", similarities),
      shrinkage: numberOf(state, "shrinkage"),
    };
    const population: Population = {
      ratings,
      means: meansOfRows(ratings),
      itemMeans,
      mean: numberOf(state, "mean"),
      minOverlap: numberOf(state, "minOverlap"),
      minNeighbours: numberOf(state, "minNeighbours"),
      prediction: choiceOf(state, "prediction", userKnnPredictions),
      fallback: choiceOf(state, "fallback", userKnnFallbacks),
      marks: new Uint8Array(itemMeans.length),
      min: numberOf(state, "min"),
      max: numberOf(state, "max"),
    };
    const prepared = prepareNeighbours(engine, ratings, likeness);

    return {
      items: itemMeans.length,
      ratings,
      ask({ profile, user }) {
        const { items: indices, values } = profile;
        const row = { rows: 1, columns: itemMeans.length, offsets: Int32Array.of(0, indices.length), indices, values };
        return answerFrom(population, profile, prepared.nearestTo(row, k, user));
      },
      async askAll(profiles, users, each, step = async () => {}) {
        for (let from = 0; from < profiles.rows; from += slabRows) {
          const to = Math.min(profiles.rows, from + slabRows);
          const slab = rowsBetween(profiles, from, to);
          const { offsets, indices, similarities } = await prepared.neighboursOf(slab, k, users.slice(from, to));
          for (let row = 0; row < slab.rows; row++) {
            const list = [offsets[row], offsets[row + 1]] as const;
            const nearest = { indices: indices.subarray(...list), similarities: similarities.subarray(...list) };
            each(answerFrom(population, profileOf(slab, row), nearest), from + row);
          }
          await step(to, profiles.rows);
        }
      },
      [Symbol.dispose]: () => prepared[Symbol.dispose](),
    };
  },
};
