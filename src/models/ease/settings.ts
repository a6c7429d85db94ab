/** Settings of `ease`. */
import type { Static } from "typebox";
import { dislikeSetting } from "../shared/dislikes.ts";
import { featureKinds } from "../shared/features.ts";
import { Type } from "../shared/schema.ts";
import { scaleSetting } from "../shared/standard-scale.ts";

export const easeSettings = Type.Object({
  lambda: Type.Number({
    default: 2000,
    minimum: 1,
    tune: "10~10000",
    description: "λ: regularisation; higher values trust only what many users agree on",
  }),
  values: Type.Enum(["ratings", "binary"], {
    default: "ratings",
    tune: "ratings,binary",
    description: "entries of X: the ratings, or 1 for every rated film",
  }),
  neutral: Type.Number({
    default: 0.125,
    minimum: 0,
    maximum: 1,
    tune: "0:0.4",
    appliesTo: { values: ["ratings"], scale: ["standard"] },
    description:
      "how far up the scale a rating weighs nothing, as a share from the lowest rating to the highest: lower ratings count against a film in training",
  }),
  dropout: Type.Number({
    default: 0,
    minimum: 0,
    maximum: 0.9,
    tune: "0:0.7",
    description:
      "p: how much more films of many ratings are regularised, as if each rating were left out with this chance; 0 for EASE, more for EDLAE",
  }),
  beta: Type.Number({
    default: 0.1,
    minimum: 0,
    maximum: 1,
    tune: "0:0.3",
    description:
      "β: how much the scores of films of many ratings are lowered: they are divided by the number of ratings to this power; with 0 they are not",
  }),
  regressors: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 1000,
    description:
      "how many better known films each film is set against, for catalogs too large for a matrix of all films; 0: all of them, as EASE has it",
  }),
  features: Type.Enum(featureKinds, {
    default: "none",
    description:
      "content of films that counts as users do who rated all films that share it: nothing, genres, words or embedded texts",
  }),
  contentWeight: Type.Number({
    default: 12,
    minimum: 0.000001,
    maximum: 1000,
    tune: "3~30",
    appliesTo: { features: { not: "none" } },
    description: "how much content counts: what the vector of a film's features, of length 1, is multiplied by in X",
  }),
  dislike: dislikeSetting,
  scale: { ...scaleSetting, appliesTo: { values: ["ratings"] } },
});
export type EaseSettings = Static<typeof easeSettings>;
