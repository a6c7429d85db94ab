/** Lists for everybody, and their metrics, by models of vectors on Spark: what a job is told of a model, and of ratings. */
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

/** Refuses a model whose lists Spark does not make. @throws CAPABILITY_MISSING */
export function checkListsOnSpark({ state }: Pick<Trained, "state">): void {
  const able = state.algorithm === "als" || state.algorithm === "mf";
  if (able && !("content" in state.facts) && !("features" in state.facts)) return;
  const what = able ? `${state.algorithm} with features` : state.algorithm;
  throw new MatineeError("CAPABILITY_MISSING", `the lists of ${what} are not made on Spark`, {
    fix: "choose als or mf; or make them here, without --engine spark",
  });
}

/** Writes a model for a job into a folder: arrays as they lie in memory. Returns what the task says of it. */
export async function writeModel(folder: string, { state, info }: Trained): Promise<Record<string, unknown>> {
  const { tensors, facts } = state;
  const [size, factors] = tensors.items.shape;
  const fallback = new Float32Array(size);
  using engine = localEngine();
  const counts = { counts: { shape: [size], data: info.counts } };
  using popular = popularAlgorithm.open({ algorithm: popularAlgorithm.name, facts: {}, tensors: counts }, engine);
  popular.ask({ profile: { items: new Int32Array(0), values: new Float32Array(0) } }).score(fallback);
  const doubt = numberIn(facts, "doubt") ?? 0;
  const doubts = Float64Array.from(info.counts, (_, item) => {
    return doubt === 0 ? 0 : doubt / Math.sqrt((tensors.ratingCounts.data[item] as number) + 1);
  });
  const arrays = {
    ...{ items: tensors.items.data, fallback },
    ...(state.algorithm === "mf" && { itemBias: tensors.itemBias.data, doubts }),
  };
  await mkdir(folder, { recursive: true });
  for (const [name, { buffer, byteOffset, byteLength }] of Object.entries(arrays)) {
    await writeFile(join(folder, `${name}.bin`), new Uint8Array(buffer, byteOffset, byteLength));
  }
  return {
    ...facts,
    ...{ kind: state.algorithm, folder, factors, cells: size, ...rescalingOf(state) },
    ...{ damping: numberIn(facts, "damping") ?? 0, userDamping: numberIn(facts, "userDamping") ?? null },
    arrays: Object.fromEntries(Object.keys(arrays).map((name) => [name, name === "doubts" ? "<f8" : "<f4"])),
  };
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
