import { readFileSync } from "node:fs";
import { type Dataset, datasetFrom, type ItemIndex } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { dataFolder, golden } from "./data.ts";

/** ML-100K divided as in golden/splits: the training ratings, and by user what they like (4 or 5) among the others. */
export async function perUserSeed42(): Promise<{ train: Dataset; liked: Set<ItemIndex>[] }> {
  const data = await readRatings(dataFolder("ml-100k"));
  const split = golden<{ testMaskFileOrder: string }>("splits/ml100k-peruser-seed42.json");
  const mask = Buffer.from(split.testMaskFileOrder, "base64");
  const lines = readFileSync(`${dataFolder("ml-100k")}/u.data`, "utf8")
    .trim()
    .split("\n");
  const liked = Array.from({ length: data.users.size }, () => new Set<ItemIndex>());
  const kept = lines.flatMap((line, n) => {
    const [user, item, rating] = line.split("\t").map(Number);
    const row = { user: data.users.index(user), item: data.items.index(item), rating };
    if (((mask[n >> 3] >> (n & 7)) & 1) === 0) return [row];
    if (rating >= 4) liked[row.user].add(row.item);
    return [];
  });
  const ratings = {
    userOf: Int32Array.from(kept, ({ user }) => user),
    itemOf: Int32Array.from(kept, ({ item }) => item),
    values: Float32Array.from(kept, ({ rating }) => rating),
  };
  return { train: datasetFrom({ ...data, ratings }), liked };
}
