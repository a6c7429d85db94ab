import { checkNumber } from "../check-arguments.ts";
import type { Engine } from "../compute/engine.ts";
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
  /** For what is not done on the cluster, such as an inverse. */
  readonly engine: Engine;
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
  const { cluster, engine, seed = 0 } = options;
  const step = stepper("training", options);
  await step(0, 1);
  const state = await algorithm.fitOnCluster!(train, config, { cluster, engine, seed, step });
  checkFinite(state, config);
  options.onProgress?.(1);
  const { arithmetic } = engine;
  return { info: train.info, state, record: { config, seed, arithmetic, data: train.fingerprint, version } };
}

/** @throws CAPABILITY_MISSING, CONFIG_INVALID where a model cannot be fitted to ratings that lie on a cluster */
export function checkFitsOnCluster(spec: ModelSpec): void {
  const resolved = resolveSpec(spec);
  checkOnCluster(resolved);
  const { algorithm, settings } = resolved;
  const { features = "none" } = settings;
  if (algorithm.fitOnCluster && features === "none") return;
  const able = algorithms.filter(({ fitOnCluster }) => fitOnCluster).map(({ name }) => name);
  const choose = algorithm.fitOnCluster ? "set features=none" : `choose one of ${able.join(", ")}`;
  const what = algorithm.fitOnCluster ? `${algorithm.name} with features` : algorithm.name;
  throw new MatineeError("CAPABILITY_MISSING", `${what} is not fitted to ratings that lie on a cluster`, {
    fix: `${choose}; or read the ratings here, without --spark-prepare`,
  });
}
