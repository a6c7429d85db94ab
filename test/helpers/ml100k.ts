import type { Dataset } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { createEstimator } from "../../src/evaluate/estimate.ts";
import { metricsNamed } from "../../src/evaluate/metrics.ts";
import { profileOf } from "../../src/models/shared/profiles.ts";
import { parseSplitter, splitRatings } from "../../src/split/splits.ts";
import { dataFolder } from "./data.ts";

/** Training ratings, and the films that each user rated 4 or more in the test ratings, by index of the user. */
export interface Judgement {
  readonly train: Dataset;
  readonly relevant: readonly ReadonlySet<number>[];
}

/** The split of golden/splits/ml100k-peruser-seed42.json. */
export function perUserSeed42(): Promise<Judgement> {
  return judgementBy(`mask:${dataFolder("../golden/splits/ml100k-peruser-seed42.json")}`);
}

/** The first of the five published folds, u1.base and u1.test. */
export function firstFold(): Promise<Judgement> {
  return judgementBy("u1");
}

async function judgementBy(split: string): Promise<Judgement> {
  const folder = dataFolder("ml-100k");
  const splits = splitRatings(await readRatings(folder), parseSplitter(split));
  const { train, test } = await splits.split(0);
  const relevant = Array.from({ length: test.rows }, (_, user) => {
    const { items, values } = profileOf(test, user);
    return new Set(items.filter((_, n) => values[n] >= 4));
  });
  return { train, relevant };
}

/** Metrics of a list for each user, by name. */
export function judged({ train, relevant }: Judgement, names: readonly string[], list: (user: number) => number[]) {
  const people = relevant.map((liked, user) => {
    const { items: profile } = profileOf(train.byUser, user);
    const held = { items: Int32Array.from(liked).sort(), values: Float32Array.from(liked, () => 4), relevant: liked };
    return { user, profile, list: Int32Array.from(list(user)), ...held, candidates: train.items.size - profile.length };
  });
  const estimates = metricsNamed(names, train).map((metric) => {
    if (metric.over === "lists") throw new Error(`${metric.name} is not of people`);
    const parts = people.map((person) => metric.of(person));
    const sums = Float64Array.from(parts, (part) => part?.sum ?? 0);
    const weights = Float64Array.from(parts, (part) => part?.weight ?? 0);
    return [metric.name, createEstimator(1).estimate(metric, { sums, weights })] as const;
  });
  return Object.fromEntries(estimates);
}
