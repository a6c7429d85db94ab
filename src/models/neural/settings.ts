/** Settings of `neural`. */
import type { Static } from "typebox";
import { cautionSetting } from "../shared/caution.ts";
import { dislikeSetting } from "../shared/dislikes.ts";
import { keepUsersSetting } from "../shared/kept-users.ts";
import { Type } from "../shared/schema.ts";
import { scaleSetting } from "../shared/standard-scale.ts";

export const neuralSettings = Type.Object({
  embedding: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 512,
    tune: "10~200",
    description: "length of the embeddings",
  }),
  hidden: Type.Integer({
    default: 10,
    minimum: 1,
    maximum: 128,
    tune: "5~50",
    description: "units of the hidden layer",
  }),
  dropout: Type.Number({
    default: 0.1,
    minimum: 0,
    maximum: 0.9,
    tune: "0:0.5",
    description: "p: dropout, the share of units left out of each step",
  }),
  epochs: Type.Integer({
    default: 10,
    minimum: 1,
    maximum: 10000,
    tune: "3~30",
    description: "passes over the ratings",
  }),
  batch: Type.Integer({ default: 1024, minimum: 0, description: "ratings in a step; 0: all" }),
  rate: Type.Number({
    default: 0.01,
    minimum: 0.000001,
    maximum: 1,
    tune: "0.001~0.05",
    description: "length of a step",
  }),
  decay: Type.Number({
    default: 0.0001,
    minimum: 0,
    maximum: 1,
    tune: "0:0.001",
    description: "weight decay: this share of each parameter is added to its gradient",
  }),
  start: Type.Enum(["mean", "random"], {
    default: "mean",
    description:
      "what predictions are near at the start of a first training: the mean rating, or 0, with the output's bias as random as the weights",
  }),
  keepUsers: keepUsersSetting,
  dislike: dislikeSetting,
  caution: cautionSetting,
  scale: scaleSetting,
});
export type NeuralSettings = Static<typeof neuralSettings>;
/** Those of a network in training, which takes ratings as they come. */
export type NetworkSettings = Omit<NeuralSettings, "start" | "keepUsers" | "dislike" | "caution" | "scale">;
