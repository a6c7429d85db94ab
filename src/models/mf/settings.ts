/** Settings of `mf`. */
import type { Static } from "typebox";
import { cautionSetting } from "../shared/caution.ts";
import { dislikeSetting } from "../shared/dislikes.ts";
import { featureKinds } from "../shared/features.ts";
import { keepUsersSetting } from "../shared/kept-users.ts";
import { Type } from "../shared/schema.ts";
import { scaleSetting } from "../shared/standard-scale.ts";

export const mfSettings = Type.Object({
  factors: Type.Integer({
    default: 64,
    minimum: 1,
    maximum: 512,
    tune: "8~200",
    description: "number of factors: the length of each vector",
  }),
  biases: Type.Enum(["mean+user+item", "user+item", "none", "damped"], {
    default: "mean+user+item",
    description:
      "biases added to the product of the vectors, and learnt with them; damped: those of the model bias, found first, so that the vectors learn what they leave",
  }),
  optimiser: Type.Enum(["sgd", "als", "adam"], {
    default: "sgd",
    description: "stochastic gradient descent, alternating least squares, or Adam",
  }),
  epochs: Type.Integer({
    default: 40,
    minimum: 1,
    maximum: 10000,
    tune: "10~100",
    description: "passes over the ratings; als needs about 10",
  }),
  rate: Type.Number({
    default: 0.01,
    minimum: 0.000001,
    maximum: 1,
    tune: "0.002~0.05",
    appliesTo: { optimiser: ["sgd", "adam"] },
    description: "γ: learning rate of sgd and adam",
  }),
  batch: Type.Integer({
    default: 8192,
    minimum: 0,
    appliesTo: { optimiser: ["adam"] },
    description: "ratings in each step of adam; 0 for all",
  }),
  regularisation: Type.Number({
    default: 0.1,
    minimum: 0.000001,
    tune: "0.01~1",
    description: "λ: regularisation, which draws vectors and biases towards 0",
  }),
  scaling: Type.Number({
    default: 1,
    minimum: 0,
    maximum: 1,
    description:
      "ν: regularisation grows with a row's number of ratings to this power; 1 for λ per rating, 0 for plain λ",
  }),
  damping: Type.Number({
    default: 16,
    minimum: 0,
    appliesTo: { biases: ["mean+user+item"] },
    description:
      "δ: as many ratings count beside a user's own in their regularisation when they are folded in, so that few ratings move little; of no effect where ν is 0",
  }),
  features: Type.Enum(featureKinds, {
    default: "none",
    appliesTo: { optimiser: ["sgd", "als"], biases: { not: "damped" } },
    description:
      "content that the films' vectors and biases are drawn to instead of 0: nothing, genres, words or embedded texts",
  }),
  contentRegularisation: Type.Number({
    default: 10,
    minimum: 0.000001,
    appliesTo: { features: { not: "none" } },
    description: "μ: regularisation of the projection of features",
  }),
  spread: Type.Number({
    default: 0.1,
    minimum: 0.000001,
    maximum: 10,
    description:
      "standard deviation of the factors at the start of a first training; without a mean, all of them are above 0",
  }),
  keepUsers: keepUsersSetting,
  dislike: dislikeSetting,
  caution: cautionSetting,
  scale: scaleSetting,
});
export type MfSettings = Static<typeof mfSettings>;
