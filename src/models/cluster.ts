/** The interface by which models are fitted on a cluster of machines. The caller that fits a model provides the cluster. */
import type { Step } from "../compute/engine.ts";
import type { Csr } from "../matrix/csr.ts";

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
  readonly seed: number;
}

/** The vectors found: float32 [rows × factors], zeros where a row has no ratings. */
export interface FoundVectors {
  readonly items: Float32Array;
  /** Where they were wanted. */
  readonly users?: Float32Array;
  /** What they were found by, as a fact of a state: name, version, blocks. Other blocks find other vectors. */
  readonly foundBy: Readonly<Record<string, string | number>>;
}

/** Machines that find what is costly in training. */
export interface Cluster {
  /** @param ratings users × items @throws CLUSTER_UNAVAILABLE, CLUSTER_FAILED, PACKAGE_MISSING, WRITE_FAILED, MEMORY, CANCELLED */
  factorise(ratings: Csr, wanted: Factorisation, step: Step): Promise<FoundVectors>;
}
