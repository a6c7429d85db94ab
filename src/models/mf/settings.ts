/** Settings of `mf`. */
import { type Static, Type } from "typebox";
import { featureKinds } from "../shared/projection.ts";

export const mfSettings = Type.Object({
  factors: Type.Integer({
    default: 64,
    minimum: 1,
    maximum: 512,
    tune: "8~200",
    description: "length of the vectors",
  }),
  biases: Type.Enum(["mean+user+item", "user+item", "none"], {
    default: "mean+user+item",
    description: "what is added to the product of the vectors",
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
    description: "γ: length of a step of sgd, adam",
  }),
  batch: Type.Integer({
    default: 8192,
    minimum: 0,
    appliesTo: { optimiser: ["adam"] },
    description: "ratings in a step of adam; 0: all",
  }),
  regularisation: Type.Number({
    default: 0.1,
    minimum: 0.000001,
    tune: "0.01~1",
    description: "λ: draws vectors and biases towards 0",
  }),
  scaling: Type.Number({
    default: 1,
    minimum: 0,
    maximum: 1,
    description: "ν: regularisation grows with the number of ratings to this power; 1: λ per rating, 0: plain",
  }),
  features: Type.Enum(featureKinds, {
    default: "none",
    appliesTo: { optimiser: ["sgd", "als"] },
    description:
      "what films' vectors and biases are drawn to instead of 0: nothing, or what their genres, words or embedded texts say",
  }),
  contentRegularisation: Type.Number({
    default: 10,
    minimum: 0.000001,
    appliesTo: { features: { not: "none" } },
    description: "μ: draws what features say towards 0",
  }),
});
export type MfSettings = Static<typeof mfSettings>;
