/** Recommenders in Node: trained on a data set, or loaded from a file. */

import { readArtifactWithin, wholeWithin, writeArtifact } from "./artifact/file.ts";
import { checkDataset, checkNumber, checkOptions, checkRecommender } from "./check-arguments.ts";
import type { Arithmetic } from "./compute/engine.ts";
import { createEngine } from "./compute/pool.ts";
import type { OpenEmbedder } from "./content/embedder.ts";
import { onnxEmbedder } from "./content/sentences.ts";
import type { Dataset } from "./data/dataset.ts";
import { type ReadOptions, readRatings } from "./data/read.ts";
import { checkTableFile } from "./data/write-table.ts";
import { MatineeError } from "./errors.ts";
import { memoryForProcess } from "./free-memory.ts";
import { functionNameOf, resolveSpec } from "./models/configure.ts";
import { fit } from "./models/fit.ts";
import type { Epoch, ModelSpec } from "./models/model.ts";
import { planSource } from "./out-of-core.ts";
import { present } from "./present.ts";
import type { RecommenderFiles } from "./recommend/all-lists.ts";
import { openRecommender, type Recommender } from "./recommend/recommender.ts";
import { writeLists } from "./recommend/write-lists.ts";

/** Options of `train`. */
export interface TrainOptions {
  /** Seed of every random choice; 0 unless given. */
  readonly seed?: number;
  /** Threads to work with; 1 unless given. The result is the same for any number. */
  readonly threads?: number;
  /** "relaxed" unless given, which is faster and leaves the same bytes on one machine; "strict" leaves the same on all. */
  readonly arithmetic?: Arithmetic;
  /** Bytes that the process may take, with the data that it holds; all that is free unless given. */
  readonly memory?: number;
  /** Of a source: the folder for the files of training out of core, which is removed at the end. It must be new, or that of an interrupted one. */
  readonly work?: string;
  /** Of a source: how it is read, as `readRatings` takes it. */
  readonly reading?: ReadOptions;
  /** Turns texts into vectors, for models that read them; `onnxEmbedder()` unless given. */
  readonly embedder?: OpenEmbedder;
  /** Called with the finished share of the work, 0 to 1, a few times a second. */
  readonly onProgress?: (share: number) => void;
  /** Called after each epoch with its number and its loss, by models that learn in epochs: mf, neural and als. */
  readonly onEpoch?: (epoch: Epoch) => void;
  readonly signal?: AbortSignal;
  /**
   * A recommender whose training is to go on, of the same algorithm (mf, neural or als): its vectors are where this one starts, matched
   * by the ids of users and films, and its losses stand before those of this one. Learning rate, regularisation, batches and the number
   * of epochs may be others; the settings that give vectors their meaning, such as `factors`, may not. Users and films that it does not
   * know start as they do in a first training. Films that it learnt from must have ratings in the data. It stays as it is.
   */
  readonly from?: Recommender;
}

/** Options of `loadRecommender`. */
export interface LoadOptions {
  /** The users' ratings: the data that the model was trained on, or any other, whose users and films are matched by id. */
  readonly data?: Dataset;
  /** Threads to work with; 1 unless given. The result is the same for any number. */
  readonly threads?: number;
  /** How sums are rounded; "relaxed" unless given. */
  readonly arithmetic?: Arithmetic;
  /**
   * Bytes that the process may take; all that is free unless given. Of a file that is larger than half of it, the vectors of films stay on disk where
   * the model can answer so, as `als` and `mf` can: lists are the same, and what needs all vectors at once is refused.
   */
  readonly memory?: number;
  /** Turns texts into vectors, for `withItems` of models that read them; `onnxEmbedder()` unless given. */
  readonly embedder?: OpenEmbedder;
}

const sourceOptions = ["work", "reading"];
const trainOptions = [
  ...["seed", "threads", "arithmetic", "memory", "embedder", "onProgress", "onEpoch", "signal", "from"],
  ...sourceOptions,
];
const loadOptions = ["data", "threads", "arithmetic", "memory", "embedder"];

const files: RecommenderFiles = { saveModel: writeArtifact, writeLists, checkTableFile };

/**
 * Trains a model on a data set, or on a source of ratings. The same data, settings and seed give the same recommender. Dispose of it to end its
 * threads.
 *
 * Of a source, the plan is made before it is read. Where `memory` is too little for the ratings and the model, a model that can is trained out of core:
 * its ratings stay on disk, in the folder `work`. The numbers that it learns are the same. The recommender then holds no ratings, and answers those
 * that it is given. The same call goes on where training was interrupted. docs/scale.md says which models can, and what it takes.
 *
 * @param data what `readRatings` returns; or what it takes, or a folder of column blocks
 * @param spec the algorithm and its settings; unless given, `defaultSpec`: the model that ranks best for the size of the data and, beside
 *   it, the one that predicts ratings best; or, with `from`, the settings of that recommender
 * @throws USAGE, MODEL_UNKNOWN, CONFIG_INVALID, DATA_EMPTY, MEMORY, NOT_FINITE, CANCELLED; PACKAGE_MISSING, TEXT_MODEL and DOWNLOAD_FAILED
 *   for models that embed texts; CAPABILITY_MISSING for a model whose training cannot go on from another
 * @example
 * import { ease, train } from "matinee";
 * using trained = await train(data, ease({ lambda: 1000 }), { threads: 2 });
 * console.table(await trained.recommend({ user: 3 }));
 * @example
 * import { als, train } from "matinee";
 * using trained = await train("synthetic-100k", als({ factors: 8 }), { memory: 4e9, work: "als.work" });
 * await trained.save("als.matinee");
 */
export async function train(
  data: Dataset | string,
  spec?: ModelSpec,
  options: TrainOptions = {},
): Promise<Recommender> {
  if (typeof data !== "string") checkDataset("train", data);
  const algorithm = spec && resolveSpec(spec).algorithm;
  checkOptions("train", options, trainOptions, (name) => {
    return algorithm && name in algorithm.settings.properties
      ? `it is a setting of ${algorithm.name}, and belongs to the model: train(data, ${functionNameOf(algorithm.name)}({ ${name}: … }))`
      : undefined;
  });
  checkNumber("train", "seed", options.seed, { least: 0, whole: true });
  checkNumber("train", "memory", options.memory, { least: 1 });
  const ofSource = sourceOptions.find((name) => name in options);
  if (typeof data !== "string" && ofSource !== undefined) {
    throw new MatineeError("USAGE", `train: ${ofSource} is for a source of ratings, and the data have been read`, {
      fix: 'name the source: train("ratings.csv", …)',
    });
  }
  if (options.from !== undefined) checkRecommender("train", "from", options.from);
  if (typeof data === "string") return trainSource(data, spec, options);
  const dataset = data;
  const { seed, memory = memoryForProcess(), onProgress, onEpoch, signal, threads, arithmetic } = options;
  const { embedder = onnxEmbedder(present({ onProgress, signal })) } = options;
  const engineOptions = present({ threads, arithmetic });
  const trained = await fitAlone();
  // An engine of its own, since the memory of the other has grown by what training needs.
  const engine = await createEngine(engineOptions);
  return openRecommender(trained, { data, engine, files, embedder: options.embedder ?? onnxEmbedder() });

  async function fitAlone() {
    using engine = await createEngine(engineOptions);
    const watched = present({ seed, onProgress, onEpoch, signal, from: options.from?.trained });
    return await fit(dataset, spec, { engine, memory, embedder, ...watched });
  }
}

/** Trains on a source of ratings: in memory, or out of core where that is too little. */
async function trainSource(
  source: string,
  spec: ModelSpec | undefined,
  { work, reading = {}, ...options }: TrainOptions,
): Promise<Recommender> {
  const { memory, seed, arithmetic, threads, onProgress, onEpoch, signal, from } = options;
  const training = { source, reading, ...present({ memory, seed, arithmetic }) };
  const plan = spec && !from ? await planSource({ ...training, spec }) : undefined;
  if (plan?.where !== "disk") {
    return train(await readRatings(source, { ...present({ threads, signal }), ...reading }), spec, options);
  }
  if (work === undefined) {
    throw new MatineeError("MEMORY", `${spec!.model} has to be trained out of core: ${plan.why}`, {
      fix: 'name a folder for its files: train(source, model, { work: "model.work" })',
    });
  }
  const share = (start: number, length: number) => (done: number) => onProgress?.(start + length * done);
  await using begun = await plan.begin(work);
  await begun.prepare({ ...present({ signal }), onProgress: share(0, written) });
  const watched = { onProgress: share(written, 1 - written), ...present({ onEpoch, signal, threads }) };
  const trained = await begun.train(watched);
  await begun.removeFiles();
  const { embedder = onnxEmbedder() } = options;
  return openRecommender(trained, { engine: await createEngine(present({ threads, arithmetic })), files, embedder });
}

/** The share of the work that writing column blocks takes, about. */
const written = 0.3;

/**
 * Loads a recommender from a file that `save` or `matinee train` wrote. With data, it answers their users, by id: those of the data that
 * the model was trained on, or of any other, whose films are matched by id too.
 *
 * @throws ARTIFACT_NOT_FOUND, ARTIFACT_TRUNCATED, ARTIFACT_HEADER, ARTIFACT_VERSION, ARTIFACT_CHECKSUM, ARTIFACT_CONTENT, MEMORY, USAGE
 * @example
 * import { loadRecommender } from "matinee";
 * await recommender.save("films.matinee");
 * using again = await loadRecommender("films.matinee", { data });
 * await again.recommend({ user: 3 });
 */
export async function loadRecommender(file: string, options: LoadOptions = {}): Promise<Recommender> {
  checkOptions("loadRecommender", options, loadOptions);
  const { data, threads, arithmetic, embedder = onnxEmbedder() } = options;
  if (data !== undefined) checkDataset("loadRecommender", data);
  const whole = wholeWithin(options.memory ?? memoryForProcess());
  return openRecommender(await readArtifactWithin(file, { whole }), {
    engine: await createEngine(present({ threads, arithmetic })),
    files,
    embedder,
    ...present({ data }),
  });
}
