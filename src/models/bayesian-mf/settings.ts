/** Settings of `bayesian-mf`. */
import type { Static } from "typebox";
import { cautionSetting } from "../shared/caution.ts";
import { dislikeSetting } from "../shared/dislikes.ts";
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
      "whether users' vectors are drawn to what the films that they rated say of them, films' vectors to what their users say, or both",
  }),
  samples: Type.Integer({
    default: 128,
    minimum: 1,
    maximum: 10000,
    description: "draws of all vectors, after those of the burn-in",
  }),
  burnIn: Type.Integer({
    default: 64,
    minimum: 0,
    maximum: 10000,
    description: "draws at the beginning that nothing is made of",
  }),
  kept: Type.Integer({
    default: 32,
    minimum: 1,
    maximum: 1000,
    description:
      "draws of the films' vectors, evenly among the samples, that the model keeps and predictions are means of",
  }),
  dislike: dislikeSetting,
  caution: cautionSetting,
  scale: scaleSetting,
});
export type BayesianMfSettings = Static<typeof bayesianMfSettings>;

/** The sides whose vectors are drawn to what ratings say by being there. */
export function implicitSides({ implicit }: Pick<BayesianMfSettings, "implicit">): readonly ("users" | "items")[] {
  if (implicit === "none") return [];
  return implicit === "both" ? ["users", "items"] : [implicit];
}
