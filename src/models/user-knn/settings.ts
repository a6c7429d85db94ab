/** Settings of `user-knn`. */
import { type Static, Type } from "typebox";

export const userKnnSimilarities = ["cosine", "centred", "pearson"] as const;
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

export const userKnnSettings = Type.Object({
  preset: Type.Enum(Object.keys(presets), {
    default: "none",
    description: "settings that go together, for all that are not given on their own",
    presets,
  }),
  similarity: Type.Enum(userKnnSimilarities, {
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
  prediction: Type.Enum(userKnnPredictions, {
    default: "deviation",
    description:
      "from the neighbours' ratings: their mean, weighted by similarity, by similarity and overlap, or their deviations from each one's mean",
  }),
  fallback: Type.Enum(userKnnFallbacks, {
    default: "item",
    description:
      "what predicts where too few neighbours rated a film: its mean, else the person's; or the person's at once",
  }),
});
export type UserKnnSettings = Static<typeof userKnnSettings>;
