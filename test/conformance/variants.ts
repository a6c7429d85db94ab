/** Every registered model under several settings; a new one enrols by being registered. */
import type { Dataset } from "../../src/data/dataset.ts";
import type { Algorithm } from "../../src/models/model.ts";
import { algorithms } from "../../src/models/registry.ts";
import { settingsOf } from "../../src/models/shared/settings.ts";
import { withTimes } from "../helpers/toy.ts";

/** Settings under which a model's defaults, made for real data, suit data of a few rows. */
const toySettings: Record<string, Record<string, unknown>> = {
  ease: { lambda: 1 },
  sequence: { lambda: 1, minRatings: 1 },
  als: { factors: 8, regularisation: 1 },
  mf: { factors: 5, epochs: 5 },
  svdpp: { factors: 5, epochs: 10 },
  "bayesian-mf": { factors: 5, samples: 8, burnIn: 4, kept: 4 },
  "user-knn": { minOverlap: 1, minNeighbours: 1 },
  spectral: { factors: 6 },
  neural: { embedding: 12, epochs: 5, batch: 500 },
  hybrid: { settings: "als.factors=8,als.regularisation=1" },
  stacking: {
    settings: "bayesian-mf.factors=5,bayesian-mf.samples=8,bayesian-mf.burnIn=4,bayesian-mf.kept=4",
    folds: 3,
  },
};

/** Other settings, beside those, under which a model takes another way and keeps the contract all the same. */
const otherWays: Record<string, readonly Record<string, unknown>[]> = {
  ease: [{ dropout: 0.5, features: "genres" }, { regressors: 8 }],
  als: [{ features: "genres" }, { features: "tfidf", solver: "cholesky" }],
  mf: [
    { features: "genres" },
    { features: "tfidf", optimiser: "als" },
    { optimiser: "als", biases: "damped" },
    { optimiser: "adam", biases: "user+item", batch: 400 },
    { optimiser: "adam", biases: "none", batch: 0, keepUsers: true },
  ],
  "bayesian-mf": [{ implicit: "none", kept: 20 }, { features: "tfidf" }, { dates: true, features: "genres" }],
  neural: [{ dropout: 0, batch: 0, keepUsers: true }],
  pagerank: [{ people: 0, beta: 0 }],
  spectral: [{ people: 0, factors: 30, beta: 0 }],
  stacking: [
    { models: "item-knn, few:item-knn", settings: "few.k=3" },
    { models: "bias, wide:mf, neural", settings: "wide.factors=9,wide.epochs=5,neural.epochs=5", folds: 2 },
  ],
  hybrid: [
    { models: "item-knn, als, tfidf", weights: "learn", normalisation: "rank" },
    { models: "item-knn,tfidf", settings: "tfidf.neutral=0", weights: "3,1", normalisation: "z-score" },
  ],
};

export interface Variant {
  readonly algorithm: Algorithm;
  /** The model's name, and in parentheses what is set. */
  readonly title: string;
  readonly set: Readonly<Record<string, unknown>>;
  /** The data as it can be fitted to them: with times, where it learns from times. */
  readonly suited: (data: Dataset) => Dataset;
}

const same = (data: Dataset) => data;

/** A model with its defaults, with each of its presets, and with each of its other ways. */
export const variants: readonly Variant[] = algorithms.flatMap((algorithm) => {
  const { name, settings } = algorithm;
  const presets = Object.keys(settingsOf(settings).preset?.presets ?? {}).filter((preset) => preset !== "none");
  const ways = [{}, ...presets.map((preset) => ({ preset })), ...(otherWays[name] ?? [])];
  return ways.map((way) => {
    const how = Object.values(way).join(", ");
    return {
      algorithm,
      title: how ? `${name} (${how})` : name,
      set: { ...toySettings[name], ...way },
      suited: "dates" in way || name === "time-bias" ? withTimes : same,
    };
  });
});
