/** Settings of `bayesian-mf`. */
import type { Static } from "typebox";
import { cautionSetting } from "../shared/caution.ts";
import { dislikeSetting } from "../shared/dislikes.ts";
import { featureKinds } from "../shared/features.ts";
import { Type } from "../shared/schema.ts";
import { scaleSetting } from "../shared/standard-scale.ts";

export const bayesianMfSettings = Type.Object({
  factors: Type.Integer({
    default: 15,
    minimum: 1,
    maximum: 255,
    tune: "7~31",
    description: "number of factors: the length of each vector; with one less than a multiple of 8, no room is wasted",
  }),
  implicit: Type.Enum(["both", "users", "items", "none"], {
    default: "both",
    description:
      "whose vectors lie about what their ratings say by being there: users', by the films that they rated; films', by the users who rated them",
  }),
  features: Type.Enum(featureKinds, {
    default: "none",
    description: "content that films' vectors lie about: nothing, genres, words or embedded texts",
  }),
  dates: Type.Boolean({
    default: false,
    description: "whether a user's ratings of one time may lie higher or lower together than those of another",
  }),
  samples: Type.Integer({
    default: 128,
    minimum: 1,
    maximum: 10000,
    description: "samples of all vectors, after those of the burn-in",
  }),
  burnIn: Type.Integer({
    default: 64,
    minimum: 0,
    maximum: 10000,
    description: "samples at the beginning that are thrown away",
  }),
  kept: Type.Integer({
    default: 32,
    minimum: 1,
    maximum: 1000,
    description: "samples whose films' vectors the model keeps, evenly spaced: predictions are means over them",
  }),
  dislike: dislikeSetting,
  caution: cautionSetting,
  scale: scaleSetting,
});
export type BayesianMfSettings = Static<typeof bayesianMfSettings>;

/** The sides whose vectors lie about what ratings say by being there. */
export function implicitSides({ implicit }: Pick<BayesianMfSettings, "implicit">): readonly ("users" | "items")[] {
  if (implicit === "none") return [];
  return implicit === "both" ? ["users", "items"] : [implicit];
}
