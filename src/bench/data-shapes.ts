/** The made-up ratings that workloads run on. */
import { join } from "node:path";
import type { Dataset } from "../data/dataset.ts";
import { defaultCacheFolder } from "../data/download/cache-folder.ts";

/** Sizes of made-up ratings, after well-known data sets. */
export const dataShapes = {
  "ml-100k": { users: 943, items: 1_682, ratings: 100_000 },
  "ml-latest-small": { users: 610, items: 9_742, ratings: 100_836 },
  "ml-1m": { users: 6_040, items: 3_706, ratings: 1_000_209 },
  "12k-users": { users: 12_000, items: 7_000, ratings: 1_000_000 },
  "ml25m-active": { users: 9_713, items: 7_984, ratings: 8_305_815 },
  "ml32m-top1000": { users: 200_758, items: 1_000, ratings: 9_439_196 },
  ml25m: { users: 162_541, items: 59_047, ratings: 25_000_095 },
} as const;
export type ShapeName = keyof typeof dataShapes;

/** The folder of the files that workloads and peers read. Raise its number when `syntheticRatings` makes other ratings. */
export function benchFolder({ name }: Dataset): string {
  return join(defaultCacheFolder(), "bench", `${name}-2`);
}

/** How skewed ratings are: the cost of finding neighbours grows with the squares of the numbers of ratings. */
export interface Skew {
  readonly shape: string;
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
  /** Σ n_u² */
  readonly userSquares: number;
  /** Σ n_i² */
  readonly itemSquares: number;
}

export function skewOf({ name, byUser, byItem }: Dataset): Skew {
  return {
    shape: name,
    users: byUser.rows,
    items: byItem.rows,
    ratings: byUser.values.length,
    userSquares: sumOfSquares(byUser.offsets),
    itemSquares: sumOfSquares(byItem.offsets),
  };
}

/** Σ n² of rows with n entries. */
export function sumOfSquares(offsets: Int32Array): number {
  let sum = 0;
  for (let n = 1; n < offsets.length; n++) sum += (offsets[n] - offsets[n - 1]) ** 2;
  return sum;
}
