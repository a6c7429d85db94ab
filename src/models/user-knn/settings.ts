/** Settings of `user-knn`. */
import type { Static } from "typebox";
import { cautionSetting } from "../shared/caution.ts";
import { dislikeSetting } from "../shared/dislikes.ts";
import { Type } from "../shared/schema.ts";
import { scaleSetting } from "../shared/standard-scale.ts";

export const userKnnSimilarities = ["cosine", "centred", "pearson"] as const;
export const userKnnPredictions = ["mean", "weighted", "overlap", "deviation"] as const;
export const userKnnFallbacks = ["item", "user"] as const;

const cosine = { similarity: "cosine", shrinkage: 0 };
const centred = { similarity: "centred", shrinkage: 0 };
/** The studies rank by the prediction itself, made from all ratings. */
const ofStudies = { dislike: 0, caution: 0 };
const presets = {
  none: {},
  hybrid: { ...cosine, k: 20, minOverlap: 3, minNeighbours: 1, prediction: "overlap", fallback: "item", ...ofStudies },
  "hybrid-lists": {
    ...cosine,
    k: 20,
    minOverlap: 3,
    minNeighbours: 3,
    prediction: "overlap",
    fallback: "item",
    ...ofStudies,
  },
  "mean-centred": {
    ...centred,
    k: 29,
    minOverlap: 1,
    minNeighbours: 3,
    prediction: "mean",
    fallback: "user",
    ...ofStudies,
  },
  deviation: {
    ...centred,
    k: 20,
    minOverlap: 1,
    minNeighbours: 1,
    prediction: "deviation",
    fallback: "user",
    ...ofStudies,
  },
};

export const userKnnSettings = Type.Object({
  preset: Type.Enum(Object.keys(presets), {
    default: "none",
    description: "a named set of values for the settings that are not given",
    presets,
  }),
  similarity: Type.Enum(userKnnSimilarities, {
    default: "cosine",
    tune: "cosine,centred,pearson",
    description:
      "how users are compared: cosine of their ratings, of their ratings less their mean, or correlation over common films",
  }),
  k: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 100_000,
    tune: "10~500",
    description: "number of neighbours",
  }),
  shrinkage: Type.Number({
    default: 0,
    minimum: 0,
    tune: "0:100",
    description: "β: shrinkage, which draws similarities over few common films towards 0; pearson needs it",
  }),
  minOverlap: Type.Integer({
    default: 3,
    minimum: 1,
    description: "films that a neighbour must have in common with the user",
  }),
  minNeighbours: Type.Integer({
    default: 3,
    minimum: 1,
    description: "neighbours who must have rated a film for a prediction",
  }),
  prediction: Type.Enum(userKnnPredictions, {
    default: "deviation",
    description:
      "how neighbours' ratings are combined: their mean, weighted by similarity, by similarity and overlap, or their deviations from each neighbour's mean",
  }),
  fallback: Type.Enum(userKnnFallbacks, {
    default: "item",
    description:
      "the prediction where too few neighbours rated a film: its mean, then the user's; or the user's mean at once",
  }),
  dislike: dislikeSetting,
  caution: cautionSetting,
  scale: { ...scaleSetting, appliesTo: { similarity: ["cosine"] } },
});
export type UserKnnSettings = Static<typeof userKnnSettings>;
