import { checkNumber } from "../check-arguments.ts";
import type { Arithmetic } from "../compute/engine.ts";
import { MatineeError } from "../errors.ts";
import { version } from "../version.ts";
import type { Cluster, ClusterRatings } from "./cluster.ts";
import { checkOnCluster, resolveSpec } from "./configure.ts";
import { checkFinite } from "./finite.ts";
import { type FitOptions, stepper } from "./fit.ts";
import type { ModelSpec } from "./model.ts";
import { algorithms } from "./registry.ts";
import type { Trained } from "./trained.ts";

/** Options of `fitOnCluster`. */
export interface FitOnClusterOptions extends Pick<FitOptions, "seed" | "onProgress" | "signal"> {
  readonly cluster: Cluster;
  /** For the record of the training. */
  readonly arithmetic: Arithmetic;
}

/**
 * Fits a model to ratings that lie on a cluster. But for rounding, it is the model that `fit` makes there of the same ratings in memory.
 *
 * @throws USAGE, MODEL_UNKNOWN, CONFIG_INVALID, CAPABILITY_MISSING, NOT_FINITE, CANCELLED, and what the cluster throws
 */
export async function fitOnCluster(
  train: ClusterRatings,
  spec: ModelSpec,
  options: FitOnClusterOptions,
): Promise<Trained> {
  const resolved = resolveSpec(spec);
  checkFitsOnCluster(spec);
  const { algorithm, settings: config } = resolved;
  checkNumber("fitOnCluster", "seed", options.seed, { least: 0, whole: true });
  const { cluster, arithmetic, seed = 0 } = options;
  const step = stepper("training", options);
  await step(0, 1);
  const state = await algorithm.fitOnCluster!(train, config, { cluster, seed, step });
  checkFinite(state, config);
  options.onProgress?.(1);
  return { info: train.info, state, record: { config, seed, arithmetic, data: train.fingerprint, version } };
}

/** @throws CAPABILITY_MISSING, CONFIG_INVALID where a model cannot be fitted to ratings that lie on a cluster */
export function checkFitsOnCluster(spec: ModelSpec): void {
  const resolved = resolveSpec(spec);
  checkOnCluster(resolved);
  if (resolved.algorithm.fitOnCluster) return;
  const able = algorithms.filter((algorithm) => algorithm.fitOnCluster).map(({ name }) => name);
  throw new MatineeError(
    "CAPABILITY_MISSING",
    `${resolved.algorithm.name} is not fitted to ratings that lie on a cluster`,
    {
      fix: `choose one of ${able.join(", ")}; or read the ratings here, without --spark-prepare`,
    },
  );
}
