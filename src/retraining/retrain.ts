/** Retraining: from what the store holds now to the model that answers, or to the reason why the old one stays. */
import { mkdir, stat } from "node:fs/promises";
import { readArtifact, writeArtifact } from "../artifact/file.ts";
import { readSigningKey, signArtifact } from "../artifact/signature.ts";
import { checkOptions } from "../check-arguments.ts";
import { createEngine, type EngineOptions } from "../compute/pool.ts";
import type { OpenEmbedder } from "../content/embedder.ts";
import { onnxEmbedder } from "../content/sentences.ts";
import { type Dataset, type DatasetInfo, shapeOf } from "../data/dataset.ts";
import type { Ids } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { recordEvaluation } from "../evaluate/record-evaluation.ts";
import { memoryForProcess } from "../free-memory.ts";
import { configure, defaultSpec, resolveSpec } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import type { ModelSpec } from "../models/model.ts";
import { settingsThatAct } from "../models/shared/settings.ts";
import { present } from "../present.ts";
import { ensureWritable } from "../replace-file.ts";
import { datasetOf, type StoreDatasetOptions } from "../store/dataset.ts";
import { readModelSetting } from "../store/model-setting.ts";
import type { Store } from "../store/store.ts";
import { completed, type Judgement, judge, specOf } from "./judge.ts";
import { type Lease, takeLease } from "./lease.ts";
import { freeName, modelFile, removeOldModels } from "./models-folder.ts";
import { checkRetrainSettings, type RetrainSettings, retrainSettingNames } from "./settings.ts";

/** Options of `retrain`. */
export interface RetrainOptions extends RetrainSettings {
  readonly store: Store;
  /** The folder of models, made where there is none. */
  readonly folder: string;
  /** Whether it learns from ratings or from events, and what these count; from ratings unless given. */
  readonly events?: Pick<StoreDatasetOptions, "learnFrom" | "weights" | "halfLifeDays">;
  /** Whether a model that is worse, or cannot be judged, takes the active one's place all the same. */
  readonly force?: boolean;
  readonly arithmetic?: EngineOptions["arithmetic"];
  /** Turns texts into vectors, for models that read them; `onnxEmbedder()` unless given. */
  readonly embedder?: OpenEmbedder;
  /** Called with what is being done ("Judging ease"), and the share of it that is done. */
  readonly onProgress?: (what: string, share: number) => void;
  readonly signal?: AbortSignal;
}

/** What came of retraining. */
export interface RetrainResult {
  /** Whether the new model answers from now on, or the old one is kept. */
  readonly outcome: "switched" | "kept";
  /** Why: see `Judgement.verdict`. */
  readonly verdict: Judgement["verdict"] | "forced";
  /** What happened, in a sentence. */
  readonly message: string;
  /** The model that answers now. */
  readonly active?: string;
  /** The one that answered before. */
  readonly previous?: string;
  /** What was trained, or would have been: "ease lambda=1000". */
  readonly candidate: string;
  /** What it was trained on; `newUsers` and `newItems` are those that the model before did not know. */
  readonly data: {
    readonly users: number;
    readonly items: number;
    readonly ratings: number;
    readonly newUsers: number;
    readonly newItems: number;
  };
  /** Of the candidate, the active model's specification where it is another, and the most rated films. */
  readonly evaluation?: Evaluation;
  /** The new file, and its bytes. */
  readonly file?: string;
  readonly bytes?: number;
  /** Names of old models that were removed. */
  readonly removed: readonly string[];
  readonly seconds: { readonly read: number; readonly judge: number; readonly train: number };
}

const ownNames = Object.keys({
  store: true,
  folder: true,
  events: true,
  force: true,
  arithmetic: true,
  embedder: true,
  onProgress: true,
  signal: true,
} satisfies Record<Exclude<keyof RetrainOptions, keyof RetrainSettings>, true>);
const optionNames = [...retrainSettingNames, ...ownNames];

/**
 * Trains a model on all that the store holds, and activates it unless it would serve worse than the active one.
 *
 * 1. The ratings (or events) of the store are read as they are now.
 * 2. Each user's latest fifth is held out. The specification of the new model and that of the active one are trained on the rest, and judged by
 *    NDCG@10 on the same users. The new one is worse if a paired test says so, if its mean is below the margin, or if a test finds it worse than
 *    the most rated films. Then the old one is kept, unless `force` is given.
 * 3. The new one is trained on everything, and written as `<folder>/<date>-<algorithm>.matinee`, with what was measured of it, and signed where
 *    there is a key.
 * 4. The store's setting "models" names it, from which on it answers; the one before is named as `previous`.
 * 5. Models of earlier retrainings beyond the last few are removed, but none that is in use.
 *
 * One process at a time retrains the models of a store. Whenever it is killed, the setting names a whole model.
 *
 * @throws RETRAINING_BUSY where another process retrains; USAGE, CONFIG_INVALID, MODEL_UNKNOWN, DATA_EMPTY, MEMORY, NOT_FINITE, WRITE_FAILED,
 *   STORE_UNAVAILABLE, CANCELLED: the active model then stays
 * @example
 * import { importRatings, openStore, retrain } from "matinee/server";
 * await using store = await openStore("films.db");
 * await importRatings(store, data);
 * const { outcome, message } = await retrain({ store, folder: "models", model: "ease" });
 * console.log(outcome, message);
 */
export async function retrain(options: RetrainOptions): Promise<RetrainResult> {
  checkOptions("retrain", options, optionNames);
  checkRetrainSettings("retrain", options);
  const { store, folder, signingKey } = options;
  const privateKey = signingKey === undefined ? undefined : await readSigningKey(signingKey);
  await mkdir(folder, { recursive: true }).catch(() => {});
  await ensureWritable(modelFile(folder, "new"));
  const lease = await takeLease(store);
  try {
    return await retrainWith(lease, options, privateKey);
  } catch (cause) {
    const error = lease.lost.aborted ? lease.lost.reason : cause;
    const code = error instanceof MatineeError ? error.code : "INTERNAL";
    const message = error instanceof MatineeError ? error.message : "something went wrong inside matinee";
    // What went wrong first is what is reported.
    await lease.release({ outcome: "failed", code, message }).catch(() => {});
    throw error;
  }
}

/** What is known of the active model. */
interface Active {
  readonly spec: ModelSpec;
  readonly known: Pick<DatasetInfo, "users" | "items">;
}

/** @param privateKey that the new model is signed with, if any */
async function retrainWith(lease: Lease, options: RetrainOptions, privateKey?: string): Promise<RetrainResult> {
  const {
    store,
    folder,
    events,
    margin = 0.05,
    keep = 5,
    force = false,
    seed = 0,
    threads,
    arithmetic,
    onProgress,
  } = options;
  const signal = AbortSignal.any([lease.lost, ...(options.signal ? [options.signal] : [])]);
  const { embedder = onnxEmbedder({ signal }) } = options;
  const start = new Date();
  const clock = stopwatch();

  onProgress?.("Reading the store", 0);
  const before = (await readModelSetting(store)).active;
  const active = before === undefined ? undefined : await readActive(modelFile(folder, before));
  const data = await datasetOf(store, { ...events, now: start.getTime() / 1000 });
  const known = active && "known" in active ? active.known : undefined;
  const candidate = candidateFor(data, active && "spec" in active ? active.spec : undefined, options);
  const about = {
    candidate: candidate.name,
    data: {
      ...shapeOf(data),
      newUsers: countNew(data.users, known?.users),
      newItems: countNew(data.items, known?.items),
    },
  };
  checkCancelled(signal);
  const read = clock();

  const running = { seed, signal, embedder, memory: options.memory ?? memoryForProcess() };
  const judgement = await judgeWith();
  const judged = clock();
  const allowed = judgement.verdict !== "worse" && judgement.verdict !== "unjudged";
  const evaluated = present({ evaluation: judgement.evaluation });
  if (!allowed && !force) {
    const message = `kept the old one, ${before}: ${judgement.reason}`;
    await lease.release({ outcome: "kept", message, ratings: about.data.ratings });
    const seconds = { read, judge: judged, train: 0 };
    return {
      outcome: "kept",
      verdict: judgement.verdict,
      message,
      active: before!,
      ...about,
      ...evaluated,
      removed: [],
      seconds,
    };
  }

  using engine = await createEngine(present({ threads, arithmetic }));
  const fitted = await fit(data, candidate, {
    ...running,
    engine,
    onProgress: (share) => onProgress?.(`Training ${candidate.name}`, share),
  });
  const trained = judgement.evaluation ? recordEvaluation(fitted, judgement.evaluation) : fitted;
  const name = await freeName(folder, start, candidate.model);
  const file = modelFile(folder, name);
  await writeArtifact(file, trained, { signal });
  if (privateKey !== undefined) await signArtifact(file, privateKey);

  const message = `${name} answers now${allowed ? "" : ", as was forced"}: ${judgement.reason}`;
  // Read as late as can be: a trial or a shadow may have been set meanwhile, or another model activated.
  const { active: replaced, previous: _, ...others } = await readModelSetting(store);
  const now = { ...others, active: name, ...present({ previous: replaced }) };
  await lease.release({ outcome: "switched", message, ratings: about.data.ratings }, (writer) =>
    writer.setSetting("models", now),
  );
  const removed = await removeOldModels(folder, keep, store);
  return {
    outcome: "switched",
    verdict: allowed ? judgement.verdict : "forced",
    message,
    active: name,
    ...present({ previous: replaced }),
    ...about,
    ...evaluated,
    file,
    bytes: (await stat(file)).size,
    removed,
    seconds: { read, judge: judged, train: clock() },
  };

  /** An engine of its own, since its memory grows by what training needs. */
  async function judgeWith(): Promise<Judgement> {
    const spec = active && "spec" in active ? active.spec : undefined;
    using engine = await createEngine(present({ threads, arithmetic }));
    const found = await judge(data, candidate, spec, {
      ...running,
      engine,
      margin,
      onProgress: (contender, _part, share) => onProgress?.(`Judging ${contender}`, share),
    });
    return active && "problem" in active
      ? { ...found, reason: `the active model, ${before}, cannot be read: ${active.problem}` }
      : found;
  }
}

/** The active model; where its file cannot be read, why. */
async function readActive(file: string): Promise<Active | { readonly problem: string }> {
  try {
    const trained = await readArtifact(file);
    const { users, items } = trained.info;
    return { spec: specOf(trained), known: { users, items } };
  } catch (error) {
    if (!(error instanceof MatineeError) || error.code === "MEMORY") throw error;
    return { problem: error.code };
  }
}

/** What is to be trained. @throws CONFIG_INVALID, MODEL_UNKNOWN */
function candidateFor(
  data: Dataset,
  active: ModelSpec | undefined,
  { model, settings = {} }: RetrainOptions,
): ModelSpec {
  if (model !== undefined) return configure(model, settings);
  if (!active) return defaultSpec(shapeOf(data), data.feedback, settings);
  if (Object.keys(settings).length === 0) return active;
  const { algorithm } = resolveSpec(active);
  // Of the settings of before, some may not act beside those that change.
  const acting = settingsThatAct(algorithm.name, algorithm.settings, { ...active.settings, ...settings });
  const { settings: chosen } = configure(algorithm.name, { ...acting, ...settings });
  return { ...completed(algorithm.name, chosen), ...present({ predictor: active.predictor }) };
}

function countNew(ids: Ids, known: Ids | undefined): number {
  if (!known) return ids.size;
  let count = 0;
  for (let index = 0; index < ids.size; index++) if (known.index(ids.id(index)) < 0) count++;
  return count;
}

function checkCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new MatineeError("CANCELLED", "retraining was cancelled");
}

/** @returns the function that tells the seconds since it was called last */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const before = last;
    last = performance.now();
    return (last - before) / 1000;
  };
}
