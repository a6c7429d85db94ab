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
 * Ratings are on the standard scale (src/models/shared/standard-scale.ts), to which cosine pays heed, and predictions come
 * back to that of the data. Events are refused.
 *
 * State: the training ratings, row u at offsets[u] .. offsets[u + 1]: items int32 [ratings] ascending, and levels uint8
 * [ratings] in steps of the fact unit, or values float32 [ratings] where they are not 1 .. 15 halves or wholes; offsets int32
 * [users + 1]; itemMeans float64 [items], NaN without ratings; facts: the settings, mean of all ratings, min and max of
 * the rating scale.
 */
import { prepareNeighbours } from "../../compute/neighbours.ts";
import type { Dataset } from "../../data/dataset.ts";
import { meansOfColumns, meansOfRows } from "../../matrix/csr.ts";
import type { Algorithm, State } from "../model.ts";
import { meanRating } from "../shared/fallback.ts";
import { ratingTensors, readKeptRatings } from "../shared/kept-ratings.ts";
import { choiceOf, numberOf, tensorOf } from "../shared/state.ts";
import { answerFrom, type Population } from "./answer.ts";
import { userKnnAnswers } from "./answers.ts";
import {
  type UserKnnSettings,
  userKnnFallbacks,
  userKnnPredictions,
  userKnnSettings,
  userKnnSimilarities,
} from "./settings.ts";

export const userKnnAlgorithm: Algorithm<UserKnnSettings> = {
  name: "user-knn",
  summary: "User-based neighbours: the k most similar users who rated a film predict it.",
  settings: userKnnSettings,
  learnsFrom: "ratings",
  foldIn: "approximate",
  ratingsOnly: true,
  missingAsNaN: ["itemMeans"],

  estimate: ({ users, items, ratings }) => ({
    bytes: 5 * ratings + 4 * (users + 1) + 8 * items,
    operations: 2 * ratings,
  }),

  fit: async (train, settings) => userKnnState(train, settings),

  open(state, engine) {
    const itemMeans = tensorOf(state, "itemMeans", Float64Array, undefined);
    const ratings = readKeptRatings(state, itemMeans.length);
    const k = numberOf(state, "k");
    const likeness = {
      similarity: choiceOf(state, "similarity", userKnnSimilarities),
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
      askAll: (engine, arena) => userKnnAnswers(population, prepared, k, engine, arena),
      [Symbol.dispose]: () => prepared[Symbol.dispose](),
    };
  },
};

/** What fitting leaves: the ratings, and means of them. */
export function userKnnState({ byUser, scale }: Pick<Dataset, "byUser" | "scale">, settings: UserKnnSettings): State {
  const { unit, tensors } = ratingTensors(byUser);
  return {
    algorithm: "user-knn",
    facts: { ...settings, unit, mean: meanRating(byUser.values), min: scale.min, max: scale.max },
    tensors: {
      ...tensors,
      itemMeans: { shape: [byUser.columns], data: meansOfColumns(byUser) },
    },
  };
}
