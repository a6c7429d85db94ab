/** The interface by which models are fitted on a cluster of machines. The caller that fits a model provides the cluster. */
import type { Step } from "../compute/engine.ts";
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

/** Machines that find what is costly in training. */
export interface Cluster {
  /** @param ratings users × items, in memory here or on the cluster @throws CLUSTER_UNAVAILABLE, CLUSTER_FAILED, PACKAGE_MISSING, WRITE_FAILED, MEMORY, CANCELLED */
  factorise(ratings: Csr | ClusterRatings, wanted: Factorisation, step: Step): Promise<FoundVectors>;
}
