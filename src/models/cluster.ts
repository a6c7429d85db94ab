/** The interface by which models are fitted on a cluster of machines. The caller that fits a model provides the cluster. */
import type { Step } from "../compute/engine.ts";
import type { Neighbours } from "../compute/neighbours.ts";
import type { DatasetInfo } from "../data/dataset.ts";
import type { Csr } from "../matrix/csr.ts";

/** Ratings that lie on a cluster, by index, and what is known of them here. */
export interface ClusterRatings {
  readonly info: DatasetInfo;
  /** Number of ratings. */
  readonly ratings: number;
  /** A digest of all of it. */
  readonly fingerprint: string;
  /** How many ratings there are of each value, ascending. */
  readonly histogram: readonly ClusterValue[];
  /** Where the cluster keeps them. */
  readonly folder: string;
  /** int32: the index of each number that an item has there, or −1 where its ratings do not count. */
  readonly indexOf: Int32Array;
}

/** A value of ratings: as the cluster keeps it, as it is learnt from, and how many ratings have it. */
export interface ClusterValue {
  readonly stored: number;
  readonly value: number;
  readonly count: number;
}

/** Damped biases, which a cluster finds first: the vectors are of what they leave of ratings. See src/models/bias.ts. */
export interface DampedTask {
  readonly mean: number;
  readonly itemDamping: number;
  readonly userDamping: number;
}

/** What alternating least squares needs beside the ratings. λ of a row is `regularisation` times the number of its ratings. */
export interface Factorisation {
  /**
   * Whether it minimises Σ_{all} (1 + α r) (p − x·y)², p = 1 where there is a rating, whose ratings must be above 0; else
   * Σ_{rated} (r − x·y)².
   */
  readonly implicit: boolean;
  readonly factors: number;
  readonly iterations: number;
  readonly regularisation: number;
  /** α; of no effect unless implicit. */
  readonly alpha: number;
  /** Whether the vectors of users are wanted. */
  readonly users: boolean;
  /** Of ratings that lie on the cluster alone. */
  readonly damped?: DampedTask;
  readonly seed: number;
}

/** The vectors found: float32 [rows × factors], zeros where a row has no ratings. */
export interface FoundVectors {
  readonly items: Float32Array;
  /** Where they were wanted. */
  readonly users?: Float32Array;
  /** float32 [items], with `damped`. */
  readonly itemBias?: Float32Array;
  /** What they were found by, as a fact of a state: name, version, blocks. Other blocks find other vectors. */
  readonly foundBy: Readonly<Record<string, string | number>>;
}

/** Over the ratings of each item. */
export interface ItemSums {
  /** int32 [items] */
  readonly counts: Int32Array;
  /** float64 [items]: summed in double precision, in an order of the cluster's own. */
  readonly sums: Float64Array;
}

/** Which items are the nearest. */
export interface NearestItems {
  readonly k: number;
  /** β: a cosine over n common users is multiplied by n / (n + β). */
  readonly shrinkage: number;
}

/** Takes the products Σ_u x_ui x_uj of one item i with some others j; those that are never told are 0. A pair may come in either order, or in both. */
export type TakeProducts = (item: number, others: Int32Array, products: Float64Array) => void;

/**
 * Machines that find what is costly in training. Ratings are users × items, in memory here or on the cluster, and each method throws CLUSTER_UNAVAILABLE, CLUSTER_FAILED,
 * PACKAGE_MISSING, WRITE_FAILED, MEMORY, CANCELLED. What is found of pairs of items comes with the sums of items, since both read all ratings.
 */
export interface Cluster {
  factorise(ratings: Csr | ClusterRatings, wanted: Factorisation, step: Step): Promise<FoundVectors>;
  sums(ratings: Csr | ClusterRatings, step: Step): Promise<ItemSums>;
  /** The items nearest to each item, by the cosine of their ratings over all users: as `allNeighbours` has them. */
  neighbours(ratings: Csr | ClusterRatings, wanted: NearestItems, step: Step): Promise<ItemSums & Neighbours>;
  /** XᵀX, summed in double precision, of more numbers than this machine may hold at once. */
  products(ratings: Csr | ClusterRatings, take: TakeProducts, step: Step): Promise<ItemSums>;
}
