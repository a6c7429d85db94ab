import { checkNumber } from "../check-arguments.ts";
import { type Engine, localEngine } from "../compute/engine.ts";
import type { OpenEmbedder } from "../content/embedder.ts";
import { type Dataset, type DatasetInfo, fingerprint, type Shape, shapeOf } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import { version } from "../version.ts";
import type { Cluster } from "./cluster.ts";
import { checkOnCluster, defaultSpec, type Resolved, resolveSpec } from "./configure.ts";
import { checkFinite } from "./finite.ts";
import { checkGoOn, earlierStages, earlierTraining, goOnWith } from "./go-on.ts";
import { lossesOf } from "./losses.ts";
import type { Algorithm, Epoch, FitContext, ModelSpec, State } from "./model.ts";
import { algorithms } from "./registry.ts";
import { describeBytes, estimatePeak } from "./shared/memory.ts";
import { completeSettings } from "./shared/settings.ts";
import { checkFeedback } from "./shared/standard-scale.ts";
import type { Trained } from "./trained.ts";

/** Options of `fit`. */
export interface FitOptions {
  /** Seed of every random choice; 0 unless given. */
  readonly seed?: number;
  /** Where the loops run; an engine of its own on the calling thread unless given. */
  readonly engine?: Engine;
  /** Called with the finished share of the work, 0 to 1, a few times a second. */
  readonly onProgress?: (share: number) => void;
  /** Called after each epoch, by models that learn in epochs. */
  readonly onEpoch?: (epoch: Epoch) => void;
  readonly signal?: AbortSignal;
  /** A model to go on from, of the same algorithm: its vectors are where training starts. */
  readonly from?: Trained;
  /** Bytes that the process may take, with the data that it holds; without, no limit is checked. */
  readonly memory?: number;
  /** Turns texts into vectors, for models that need it (text): such as `onnxEmbedder()` of `matinee`. */
  readonly embedder?: OpenEmbedder;
  /** Finds what is costly in place of the engine, for models and settings that it allows (`Algorithm.onCluster`). No limit of memory is checked then. */
  readonly cluster?: Cluster;
}

/**
 * Fits a model to ratings. The same data, settings and seed give the same bytes.
 *
 * @param spec the algorithm and its settings, such as `als({ factors: 32 })`; by default `defaultSpec`, the best that rank and predict
 *   ratings of data of this size; with `from`, the same settings again
 * @throws USAGE, MODEL_UNKNOWN, CONFIG_INVALID, DATA_EMPTY, MEMORY, NOT_FINITE, CANCELLED; CAPABILITY_MISSING for a model that predicts
 *   ratings, or a predictor, and data of events, and for `from` a model whose training cannot go on; with a cluster what it throws, and
 *   CAPABILITY_MISSING for a model that no cluster fits, or for `from`
 */
export async function fit(train: Dataset, spec?: ModelSpec, options: FitOptions = {}): Promise<Trained> {
  const { from } = options;
  const chosen = spec ?? (from ? goOnWith(from) : defaultSpec(shapeOf(train), train.feedback));
  const { algorithm, settings: config, predictor } = resolveSpec(chosen);
  if (from) checkGoOn(from, chosen);
  const { cluster } = options;
  if (cluster) checkOnCluster({ algorithm, settings: config, ...present({ predictor, from }) });
  if (train.byUser.values.length === 0)
    throw new MatineeError("DATA_EMPTY", `${train.name} holds no ratings to learn from`);
  checkFeedback(algorithm, train);
  if (predictor) checkFeedback({ ...predictor.algorithm, ratingsOnly: true }, train);
  checkNumber("fit", "seed", options.seed, { least: 0, whole: true });
  const seed = options.seed ?? 0;
  using own = options.engine ? undefined : localEngine();
  const step = stepper("training", options);
  const { embedder, onEpoch } = options;
  const engine = options.engine ?? own!;
  if (!cluster)
    checkMemory({ algorithm, settings: config, ...present({ predictor }) }, shapeOf(train), { ...options, engine });
  const before = from ? lossesOf(from.state) : [];
  const contextOf = (stage: number): FitContext => ({
    engine,
    seed,
    ...present({ embedder, cluster, from: from && earlierTraining(from, train) }),
    step: (done, total) => step(stage + done / total, predictor ? 2 : 1),
    onEpoch: ({ epoch, epochs, loss }) =>
      onEpoch?.({ epoch: before.length + epoch, epochs: before.length + epochs, loss }),
  });
  await step(0, 1);
  // Before the model's arrays are there, since pieces of the data are copied for it.
  const data = await fingerprint(train);
  const state = await fitStage(algorithm, config, 0);
  const second = predictor && {
    state: await fitStage(predictor.algorithm, predictor.settings, 1),
    config: predictor.settings,
  };
  options.onProgress?.(1);
  return {
    info: datasetInfoOf(train),
    state: from ? { ...state, facts: { ...state.facts, losses: [...before, ...lossesOf(state)] } } : state,
    record: {
      ...{ config, seed, arithmetic: engine.arithmetic, data, version },
      ...present({ earlier: from && earlierStages(from) }),
    },
    ...present({ predictor: second }),
  };

  async function fitStage(of: Algorithm, settings: typeof config, stage: number): Promise<State> {
    const fitted = await withMemory(of.name, () => of.fit(train, settings, contextOf(stage)));
    checkFinite(fitted, settings);
    return fitted;
  }
}

/** Where memory is taken from: the process, of which `memory` bytes are there, and the engine. */
export type MemoryLimits = Pick<FitOptions, "memory"> & { readonly engine: Pick<Engine, "limit"> };

/**
 * Refuses a model, with its predictor, that cannot be trained in the memory there is, before anything is allocated; names the models
 * that could be.
 * @throws MEMORY
 */
export function checkMemory(
  { predictor, ...own }: Resolved & { readonly predictor?: Resolved },
  shape: Shape,
  limits: MemoryLimits,
): void {
  for (const stage of predictor ? [own, predictor] : [own]) {
    const problem = memoryProblem(stage, shape, limits);
    if (problem === undefined) continue;
    const fitting = algorithms.filter((algorithm) => {
      const settings = completeSettings(algorithm.name, algorithm.settings);
      return memoryProblem({ algorithm, settings }, shape, limits) === undefined;
    });
    const names = fitting.map(({ name }) => name).join(", ");
    const ways = [
      ...leanerWay(stage, shape, limits),
      ...(names === "" ? [] : [`with their defaults ${names} would fit`]),
    ];
    throw new MatineeError("MEMORY", problem, {
      fix: ways.length === 0 ? "filter the data" : `${ways.join("; ")}; or filter the data`,
    });
  }
}

/** What to set so that a model takes less, if there is anything, and it fits then. */
function leanerWay({ algorithm, settings }: Resolved, shape: Shape, limits: MemoryLimits): string[] {
  if (!algorithm.leaner) return [];
  const leaner = { ...(settings as object), ...(algorithm.leaner as object) };
  if (memoryProblem({ algorithm, settings: leaner }, shape, limits) !== undefined) return [];
  const set = Object.entries(algorithm.leaner).map(([name, value]) => `${name}=${value}`);
  const bytes = describeBytes(estimatePeak(algorithm, leaner, shape));
  return [`set ${set.join(" ")}, with which ${algorithm.name} would take about ${bytes}`];
}

function memoryProblem(
  { algorithm, settings }: Resolved,
  shape: Shape,
  { memory = Number.POSITIVE_INFINITY, engine }: MemoryLimits,
): string | undefined {
  const peak = estimatePeak(algorithm, settings, shape);
  const { bytes, engineBytes = 0 } = algorithm.estimate(shape, settings);
  if (peak > memory) {
    return `${algorithm.name} would take about ${describeBytes(peak)} of memory, ${describeBytes(bytes)} of them for training; there are ${describeBytes(memory)}`;
  }
  if (engineBytes <= engine.limit) return undefined;
  return `${algorithm.name} would take about ${describeBytes(engineBytes)} in the engine's memory, which holds ${describeBytes(engine.limit)}`;
}

/** Milliseconds after which a long loop lets other work run: progress is drawn, a cancellation is noticed. */
const yieldEvery = 50;

/** Makes the function that long loops await. It throws CANCELLED ("`what` was cancelled") once the signal is aborted. */
export function stepper(
  what: string,
  { onProgress, signal }: Pick<FitOptions, "onProgress" | "signal">,
): FitContext["step"] {
  let last = 0;
  return async (done, total) => {
    const now = performance.now();
    if (now - last < yieldEvery) return;
    last = now;
    onProgress?.(done / total);
    await new Promise((resume) => setTimeout(resume));
    if (signal?.aborted) throw new MatineeError("CANCELLED", `${what} was cancelled`);
  };
}

async function withMemory<T>(model: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RangeError && /array (buffer allocation|length)/i.test(error.message))) throw error;
    throw new MatineeError("MEMORY", `${model} does not fit in memory for these data`, { cause: error });
  }
}

function datasetInfoOf({
  name,
  users,
  items,
  catalog,
  scale,
  feedback,
  counts,
  likes,
  coRatings,
}: Dataset): DatasetInfo {
  return { name, users, items, catalog, scale, feedback, counts, ...present({ likes, coRatings }) };
}
