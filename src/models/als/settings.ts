/** Settings of `als`. */
import type { Static } from "typebox";
import { dislikeSetting } from "../shared/dislikes.ts";
import { featureKinds } from "../shared/features.ts";
import { Type } from "../shared/schema.ts";
import { scaleSetting } from "../shared/standard-scale.ts";

export const scalingMasses = ["ratings", "confidence"] as const;

export const alsSettings = Type.Object({
  factors: Type.Integer({
    default: 64,
    minimum: 8,
    maximum: 512,
    multipleOf: 8,
    tune: "16,32,64,128",
    description: "number of factors: the length of each vector",
  }),
  iterations: Type.Integer({
    default: 15,
    minimum: 1,
    maximum: 1000,
    tune: "5~30",
    description: "passes over users and items",
  }),
  alpha: Type.Number({
    default: 1.3,
    minimum: 0.0001,
    tune: "0.1~40",
    description: "α: confidence of a rating against no rating",
  }),
  confidence: Type.Enum(["alpha*r", "1+alpha*r"], {
    default: "1+alpha*r",
    description: "confidence of a rating r: as in the library implicit, or as in the paper and in Spark",
  }),
  regularisation: Type.Number({
    default: 4.7,
    minimum: 0.000001,
    tune: "0.1~300",
    description: "λ: regularisation, which draws vectors towards 0",
  }),
  scaling: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: "ν: regularisation grows with a row's mass to this power; 0 for plain λ, 1 as in Spark",
  }),
  scaledBy: Type.Enum(scalingMasses, {
    default: "ratings",
    appliesTo: { scaling: { not: 0 } },
    description: "the mass of a row: its number of ratings, or the sum of its confidence",
  }),
  solver: Type.Enum(["conjugate-gradient", "cholesky"], {
    default: "conjugate-gradient",
    description: "a few conjugate gradient steps towards each solution, or the exact solution",
  }),
  steps: Type.Integer({
    default: 3,
    minimum: 1,
    maximum: 100,
    appliesTo: { solver: ["conjugate-gradient"] },
    description: "steps of conjugate gradient",
  }),
  features: Type.Enum(featureKinds, {
    default: "none",
    description: "content that the films' vectors are drawn to instead of 0: nothing, genres, words or embedded texts",
  }),
  contentRegularisation: Type.Number({
    default: 10,
    minimum: 0.000001,
    appliesTo: { features: { not: "none" } },
    description: "μ: regularisation of the projection of features",
  }),
  dislike: dislikeSetting,
  scale: scaleSetting,
});
export type AlsSettings = Static<typeof alsSettings>;
