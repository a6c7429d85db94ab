import { readFileSync } from "node:fs";
import { type Dataset, datasetFrom, type ItemIndex } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { metricsNamed } from "../../src/evaluate/metrics.ts";
import { estimate } from "../../src/evaluate/statistics.ts";
import { profileOf } from "../../src/models/people.ts";
import { dataFolder, golden } from "./data.ts";

/** Training ratings, and the films that each user rated 4 or more in the test ratings, by index of the user. */
export interface Judgement {
  readonly train: Dataset;
  readonly relevant: readonly ReadonlySet<ItemIndex>[];
}

/** The split of golden/splits/ml100k-peruser-seed42.json. */
export async function perUserSeed42(): Promise<Judgement> {
  const data = await readRatings(dataFolder("ml-100k"));
  const split = golden<{ testMaskFileOrder: string }>("splits/ml100k-peruser-seed42.json");
  const mask = Buffer.from(split.testMaskFileOrder, "base64");
  const rows = readFileSync(`${dataFolder("ml-100k")}/u.data`, "utf8")
    .trim()
    .split("\n")
    .map((row, n) => {
      const [user, item, rating] = row.split("\t").map(Number);
      const test = (mask[n >> 3] >> (n & 7)) & 1;
      return { user: data.users.index(user), item: data.items.index(item), rating, test };
    });
  const kept = rows.filter(({ test }) => !test);
  const train = datasetFrom({
    ...data,
    ratings: {
      userOf: Int32Array.from(kept, ({ user }) => user),
      itemOf: Int32Array.from(kept, ({ item }) => item),
      values: Float32Array.from(kept, ({ rating }) => rating),
    },
  });
  return {
    train,
    relevant: likedIn(
      train,
      rows.filter(({ test }) => test),
    ),
  };
}

/** The first of the five published folds, u1.base and u1.test. */
export async function firstFold(): Promise<Judgement> {
  const train = await readRatings(`${dataFolder("ml-100k")}/u1.base`);
  const test = await readRatings(`${dataFolder("ml-100k")}/u1.test`);
  const rows = [...test.users.values].flatMap((id, row) => {
    const { items, values } = profileOf(test.byUser, row);
    const user = train.users.index(id);
    return Array.from(items, (item, n) => ({ user, item: train.items.index(test.items.id(item)), rating: values[n] }));
  });
  return { train, relevant: likedIn(train, rows) };
}

function likedIn(train: Dataset, rows: readonly { user: number; item: number; rating: number }[]): Set<ItemIndex>[] {
  const liked = Array.from({ length: train.users.size }, () => new Set<ItemIndex>());
  for (const { user, item, rating } of rows) if (rating >= 4) liked[user].add(item);
  return liked;
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
    return [metric.name, estimate(metric, { sums, weights }, 1)] as const;
  });
  return Object.fromEntries(estimates);
}
