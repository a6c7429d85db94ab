import { checkNumber } from "../check-arguments.ts";
import type { Engine } from "../compute/engine.ts";
import type { RatingBlocks, TrainingFiles } from "../data/blocks/rating-blocks.ts";
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import { version } from "../version.ts";
import { resolveSpec } from "./configure.ts";
import { checkFinite } from "./finite.ts";
import { type FitOptions, stepper } from "./fit.ts";
import type { ModelSpec } from "./model.ts";
import { segmentsOf } from "./shared/half-steps.ts";
import { checkFeedback } from "./shared/standard-scale.ts";
import type { Trained } from "./trained.ts";

/** Options of `fitBlocks`. */
export interface FitBlocksOptions extends Pick<FitOptions, "seed" | "onProgress" | "onEpoch" | "signal"> {
  readonly engine: Engine;
  /** Where training keeps what it has come to. With the files of an interrupted one, of the same data and settings, it goes on. */
  readonly files: TrainingFiles;
  /** Bytes that are read from disk at a time, about: of a `TrainingPlan`. */
  readonly segmentBytes: number;
}

/**
 * Fits a model to ratings on disk, out of core. The same ratings, settings and seed give the tensors that `fit` gives.
 *
 * @throws USAGE, MODEL_UNKNOWN, CONFIG_INVALID, CAPABILITY_MISSING, MEMORY, NOT_FINITE, CANCELLED, DATA_DAMAGED, WRITE_FAILED
 */
export async function fitBlocks(blocks: RatingBlocks, spec: ModelSpec, options: FitBlocksOptions): Promise<Trained> {
  const { algorithm, settings } = resolveSpec(spec);
  if (!algorithm.fitBlocks) {
    throw new MatineeError("CAPABILITY_MISSING", `${algorithm.name} cannot be trained out of core`, {
      fix: "choose als, or a model whose training fits in memory",
    });
  }
  checkNumber("fitBlocks", "seed", options.seed, { least: 0, whole: true });
  checkFeedback(algorithm, blocks.info);
  const { engine, files, segmentBytes, seed = 0, onEpoch } = options;
  const step = stepper("training", options);
  const state = await algorithm.fitBlocks(blocks, settings, {
    ...{ engine, files, segmentBytes, seed, step },
    ...(onEpoch && { onEpoch }),
  });
  checkFinite(state, settings);
  options.onProgress?.(1);
  const [userSegments, itemSegments] = [await segmentsOf(files, "users"), await segmentsOf(files, "items")];
  const record = {
    ...{ config: settings, seed, arithmetic: engine.arithmetic, data: blocks.fingerprint, version },
    outOfCore: { segmentBytes, ...present({ userSegments, itemSegments }) },
  };
  return { info: blocks.info, state, record };
}
