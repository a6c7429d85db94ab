/** Lists for everybody, and their metrics, on Spark: what a job is told of a model, and of ratings. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { localEngine } from "../compute/engine.ts";
import type { Ids } from "../data/ids.ts";
import { idColumn, writeTable } from "../data/write-table.ts";
import { MatineeError } from "../errors.ts";
import type { ClusterRatings } from "../models/cluster.ts";
import type { Json, State } from "../models/model.ts";
import { popularAlgorithm } from "../models/popular.ts";
import { rescalingOf, standardValuesOf } from "../models/shared/standard-scale.ts";
import type { Trained } from "../models/trained.ts";

/** The tensors by which each model is asked on Spark; doubts, which are made of numbers of ratings, are what caution takes off. */
const arraysOf: Readonly<Record<string, readonly string[]>> = {
  popular: [],
  bias: ["itemBias", "doubts"],
  "item-knn": ["offsets", "neighbours", "similarities"],
  ease: ["weights", "rated", "discount"],
  als: ["items"],
  mf: ["items", "itemBias", "doubts"],
};

/** Refuses a model whose lists Spark does not make. @throws CAPABILITY_MISSING */
export function checkListsOnSpark({ state }: Pick<Trained, "state">): void {
  const { algorithm, facts, tensors } = state;
  const able = Object.hasOwn(arraysOf, algorithm);
  const withFeatures = /^(als|mf)$/.test(algorithm) && ("content" in facts || "features" in facts);
  const overUsers = algorithm === "ease" && !("weights" in tensors);
  if (able && !withFeatures && !overUsers) return;
  const what = withFeatures ? `${algorithm} with features` : overUsers ? "ease over users" : algorithm;
  const others = "make them here, without --engine spark";
  throw new MatineeError("CAPABILITY_MISSING", `the lists of ${what} are not made on Spark`, {
    fix: overUsers
      ? `train it on Spark, which fits it over films; or ${others}`
      : `choose one of ${Object.keys(arraysOf).join(", ")}; or ${others}`,
  });
}

/** Writes a model for a job into a folder: arrays as they lie in memory. Returns what the task says of it. */
export async function writeModel(folder: string, { state, info }: Trained): Promise<Record<string, unknown>> {
  const { tensors, facts } = state;
  const size = info.items.size;
  const fallback = new Float32Array(size);
  using engine = localEngine();
  const counts = { counts: { shape: [size], data: info.counts } };
  using popular = popularAlgorithm.open({ algorithm: popularAlgorithm.name, facts: {}, tensors: counts }, engine);
  popular.ask({ profile: { items: new Int32Array(0), values: new Float32Array(0) } }).score(fallback);
  const doubt = numberIn(facts, "doubt") ?? 0;
  const doubts = Float64Array.from(info.counts, (_, item) => {
    return doubt === 0 ? 0 : doubt / Math.sqrt((tensors.ratingCounts.data[item] as number) + 1);
  });
  const ones = () => new Float64Array(size).fill(1);
  const named = arraysOf[state.algorithm].map((name) => {
    return [name, name === "doubts" ? doubts : (tensors[name]?.data ?? ones())] as const; // an early ease has no discount
  });
  const arrays = Object.fromEntries([...named, ["fallback", fallback] as const]);
  await mkdir(folder, { recursive: true });
  for (const [name, { buffer, byteOffset, byteLength }] of Object.entries(arrays)) {
    await writeFile(join(folder, `${name}.bin`), new Uint8Array(buffer, byteOffset, byteLength));
  }
  return {
    ...facts,
    ...{ kind: state.algorithm, folder, factors: tensors.items?.shape[1] ?? 0, cells: size, ...rescalingOf(state) },
    ...{ damping: numberIn(facts, "damping") ?? 0, userDamping: numberIn(facts, "userDamping") ?? null },
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, typeOf(data)])),
  };
}

/** The name that numpy has for the numbers of an array. */
function typeOf(array: object): string {
  if (array instanceof Float64Array) return "<f8";
  if (array instanceof Float32Array) return "<f4";
  return array instanceof Int32Array ? "<i4" : "u1";
}

function numberIn(facts: State["facts"], name: string): number | undefined {
  const value: Json | undefined = facts[name];
  return typeof value === "number" ? value : undefined;
}

/** Ratings of films that a model knows, in its index space, as evidence: NaN in the place of values that are none. */
export function asEvidence(ratings: ClusterRatings, { state, info }: Trained): ClusterRatings {
  const { items } = ratings.info;
  const stored = Float32Array.from(ratings.histogram, (one) => one.stored);
  const values = standardValuesOf(state, stored);
  const below = numberIn(state.facts, "dislikesBelow") ?? Number.NEGATIVE_INFINITY;
  const counts = (value: number, n: number) => stored[n] >= below && (state.algorithm !== "als" || value > 0);
  return {
    ...ratings,
    info: { ...ratings.info, items: info.items },
    histogram: ratings.histogram.map((one, n) => ({ ...one, value: counts(values[n], n) ? values[n] : Number.NaN })),
    indexOf: ratings.indexOf.map((item) => (item < 0 ? -1 : info.items.index(items.id(item)))),
  };
}

/** Writes the ids of items by index. */
export async function writeItemIds(file: string, ids: Ids): Promise<void> {
  const columns = [{ name: "item", type: "index" } as const, { ...idColumn("id", ids) }];
  const items = Int32Array.from({ length: ids.size }, (_, item) => item);
  await writeTable(file, columns, [[items, Array.from(items, (item) => ids.id(item))]]);
}
