/** Compares models on held-out ratings. Every film is ranked for every user evaluated; nothing is sampled. */

import { type Engine, localEngine } from "../compute/engine.ts";
import type { OpenEmbedder } from "../content/embedder.ts";
import type { Catalog } from "../data/catalog.ts";
import { type Dataset, fingerprint, likedFrom, shapeOf } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { sha256 } from "../hash.ts";
import { present } from "../present.ts";
import type { Split, Splits } from "../split/split.ts";
import { version } from "../version.ts";
import { type Contender, checkContenders } from "./contender.ts";
import { createEstimator, meanOverFolds } from "./estimate.ts";
import type { Evaluation, ModelResult, View } from "./evaluation.ts";
import { type Journal, measurementsForm, measureUnlessKept } from "./kept-measurements.ts";
import { checkSplit } from "./leaks.ts";
import {
  checkMeasurements,
  listLength,
  type MeasuredView,
  type Measurements,
  measureContender,
  usersWithRatings,
} from "./measure.ts";
import type { Metric } from "./metric.ts";
import { type MetricName, metricsFor, metricsNamed } from "./metrics.ts";
import { endsAllContenders, failedResult, modelResult, sumFolds } from "./model-result.ts";
import { testAgainstBest } from "./paired-comparison.ts";
import { checkAnyRelevant, describeRelevance } from "./relevant-items.ts";
import { checkView } from "./views.ts";

/** What `evaluate` measures, and how. */
export interface EvaluateOptions {
  /** Names, such as "rmse" and "ndcg@10"; see `metricKinds`. */
  readonly metrics?: readonly string[];
  /**
   * The lowest rating that makes a held-out film relevant. By default, the first of the upper quarter of the scale's steps: 4 on
   * scales from 1 to 5 and from 0.5 to 5, 8 from 1 to 10; of events, any amount.
   */
  readonly relevant?: number;
  /**
   * Whose lists come first: "shipped", those that `recommend` returns, with what the fallback fills in, by default; or "model", the
   * model's own. Tests and standings are of this view. The other is measured too (`ModelResult.otherView`).
   */
  readonly view?: View;
  /** Seed of the models, the resampling and the tests; 0 by default. */
  readonly seed?: number;
  /** Runs the kernels. By default, an engine of this call's own, on the calling thread. */
  readonly engine?: Engine;
  /** Bytes that the process may take while a model is fitted. */
  readonly memory?: number;
  /** Embeds texts, for models that need it. */
  readonly embedder?: OpenEmbedder;
  /** Called with the contender and the part of the splits at work, and the share of that work that is done. */
  readonly onProgress?: (contender: string, part: string, share: number) => void;
  readonly signal?: AbortSignal;
  /**
   * Whether a cancellation leaves out the contenders that are not measured, as failed with CANCELLED, where others are; else it
   * throws in any case. False by default.
   */
  readonly partial?: boolean;
  /** Keeps measurements, so that an interrupted run can resume. */
  readonly journal?: Journal;
}

/** What `evaluate` returns. */
export interface EvaluationResult {
  readonly evaluation: Evaluation;
  /**
   * Each user's terms in the view of the evaluation, by contender (without those that failed) and then by metric over users. Terms
   * of several folds are summed.
   */
  readonly people: ReadonlyMap<string, MeasuredView["people"]>;
}

/** What is measured unless metrics are named; of events, without rmse. */
export const defaultMetrics: readonly MetricName[] = [
  "rmse",
  "precision@10",
  "recall@10",
  "ndcg@10",
  "catalogue-coverage@10",
];

/** Beside what training takes, for each rating of the whole data: the parts of a split, profiles and held-out ratings. Measured: 25 to 32. */
const splitBytes = 28;

/**
 * Fits every contender to the training part of every split and measures it on the held-out part. `compare` is built on it. Apart
 * from the seconds, the result is the same for any number of threads.
 *
 * A contender that fails is marked with its error (`ModelResult.failed`), and the others are finished. Before anything
 * is fitted, contenders are left out that do not fit in memory. LEAK, CANCELLED (but for `partial`) and WRITE_FAILED (by the journal) end the
 * evaluation. If all contenders fail, the error of the first to fail is thrown.
 *
 * METRIC_EMPTY ends it, before anything is fitted, where a metric looks for relevant films and none is held out; and in the end,
 * where every value is 0.
 *
 * @throws USAGE, METRIC_UNKNOWN, METRIC_EMPTY, SPLIT_INVALID, LEAK, LIST_INVALID, NOT_FINITE, MEMORY, WRITE_FAILED, CANCELLED;
 *   CAPABILITY_MISSING for a metric of predicted ratings on data of events
 * @example
 * import { contender, ease, evaluate, splitRatings, splits } from "matinee";
 * const { evaluation } = await evaluate(data, [contender(ease())], splitRatings(data, splits.perUser(0.8)), { metrics: ["ndcg@10"] });
 */
export async function evaluate(
  dataset: Dataset,
  contenders: readonly Contender[],
  splits: Splits,
  options: EvaluateOptions = {},
): Promise<EvaluationResult> {
  const { metrics: named, seed = 0, relevant = likedFrom(dataset), view = "shipped", ...rest } = options;
  const { journal, onProgress, engine: given, partial = false, ...fitting } = rest;
  checkContenders(contenders);
  checkView(view);
  const names = metricsFor(dataset, named, defaultMetrics); // reports wrong names before anything is fitted
  using own = given ? undefined : localEngine();
  const engine = given ?? own!;
  const measuring = { ...fitting, relevant, seed, engine };
  const folds = new Map<string, Measurements[]>(contenders.map(({ name }) => [name, []]));
  const failures = new Map<Contender, { readonly error: unknown; readonly leftOut?: true }>();
  const sizes: SplitSize[] = [];
  let metrics: readonly Metric[] = metricsNamed(names, dataset);
  if (splits.count > 1) checkAnyRelevant(metrics, dataset, dataset.byUser.values, relevant);
  for (let n = 0; n < splits.count; n++) {
    const split = await splits.split(n);
    checkSplit(split);
    metrics = metricsNamed(names, split.train);
    if (splits.count === 1) checkAnyRelevant(metrics, dataset, split.test.values, relevant);
    sizes.push(sizeOfSplit(split));
    const keyOf = async (contender: Contender) =>
      journal && (await journalKey(contender, split, names, relevant, seed, engine.arithmetic));
    if (n === 0) await leaveOutLarge(split, keyOf);
    for (const contender of contenders) {
      if (failures.has(contender)) continue;
      const key = await keyOf(contender);
      const progress = (share: number) => onProgress?.(contender.name, split.name, share);
      try {
        const asked = { threads: engine.threads, ...present({ embedder: fitting.embedder }) };
        const measured = await measureUnlessKept(journal, key, asked, async (embedder) => {
          const own = { ...measuring, ...embedder, metrics, onProgress: progress };
          const measured = await measureContender(contender, split, own);
          checkMeasurements(contender.name, measured); // before they are kept
          return measured;
        });
        checkMeasurements(contender.name, measured);
        folds.get(contender.name)!.push(measured);
      } catch (error) {
        if (endsAllContenders(error, fitting.signal)) {
          if (!partial || !fitting.signal?.aborted || !leaveOutUnmeasured()) throw error;
          break;
        }
        fail(contender, { error });
      }
    }
  }
  const succeeded = contenders.filter((contender) => !failures.has(contender));
  const people = new Map(
    succeeded.map(({ name }) => [name, sumFolds(folds.get(name)!.map(({ views }) => views[view]))]),
  );
  const tested = Array.from(people, ([name, terms]) => ({ name, terms }));
  const estimator = createEstimator(seed);
  const models = contenders.map((contender) =>
    failures.has(contender)
      ? { ...failedResult(contender, failures.get(contender)!, metrics, seed), metrics: {}, otherView: {} }
      : modelResult(contender, folds.get(contender.name)!, view, people.get(contender.name)!, metrics, estimator),
  );
  checkNotAllZero(metrics, models);
  const listing = metrics.some(({ depth }) => depth > 0);
  return {
    evaluation: {
      version,
      data: { name: dataset.name, fingerprint: await fingerprint(dataset), ...shapeOf(dataset) },
      split: {
        name: splits.name,
        seed: splits.seed,
        fingerprints: sizes.map((size) => size.fingerprint),
        train: meanOverFolds(sizes.map((size) => size.train)),
        test: meanOverFolds(sizes.map((size) => size.test)),
        people: meanOverFolds(sizes.map((size) => size.people)),
        ...present({ tied: tiedOf(sizes) }),
      },
      view,
      withoutHistory: meanOverFolds(sizes.map((size) => size.withoutHistory)),
      ...(listing ? { listLength: listLength(metrics, dataset.items.size) } : {}),
      relevant,
      relevance: describeRelevance(dataset, relevant),
      metrics: metrics.map(({ name, summary, better }) => present({ name, summary, better })),
      models,
      ...(contenders.length > 1 ? { versus: testAgainstBest(metrics, tested, seed) } : {}),
    },
    people,
  };

  function fail(contender: Contender, failure: { readonly error: unknown; readonly leftOut?: true }): void {
    failures.set(contender, failure);
    if (failures.size === contenders.length) throw failures.values().next().value!.error;
  }

  /** Leaves out what does not fit in memory, unless a journal has its measurements. */
  async function leaveOutLarge(split: Split, keyOf: (contender: Contender) => Promise<string | undefined>) {
    const shape = shapeOf(split.train);
    const whole = shape.ratings + split.test.values.length;
    const memory = fitting.memory === undefined ? undefined : Math.max(0, fitting.memory - splitBytes * whole);
    for (const contender of contenders) {
      try {
        contender.checkMemory?.(shape, { engine, ...present({ memory }) });
      } catch (error) {
        const key = await keyOf(contender);
        if (key === undefined || !(await journal?.read(key))) fail(contender, { error, leftOut: true });
      }
    }
  }

  /** Whether any contender is measured on every part; the others are then left out. */
  function leaveOutUnmeasured(): boolean {
    const going = contenders.filter((contender) => !failures.has(contender));
    const unmeasured = going.filter(({ name }) => folds.get(name)!.length < splits.count);
    if (unmeasured.length === going.length) return false;
    const error = new MatineeError("CANCELLED", "the run was cancelled before it was measured");
    for (const contender of unmeasured) failures.set(contender, { error, leftOut: true });
    return true;
  }
}

interface SplitSize {
  readonly fingerprint: string;
  /** Training and test ratings. */
  readonly train: number;
  readonly test: number;
  /** Users with test ratings, and those of them without a profile. */
  readonly people: number;
  readonly withoutHistory: number;
  readonly tied?: number;
}

/** How many test ratings ties chose; undefined where the splits are not by time. */
function tiedOf(sizes: readonly SplitSize[]): number | undefined {
  return sizes[0].tied === undefined ? undefined : meanOverFolds(sizes.map(({ tied = 0 }) => tied));
}

function sizeOfSplit({ fingerprint, train, test, tied, profiles: { offsets } }: Split): SplitSize {
  const users = usersWithRatings(test);
  return {
    fingerprint,
    train: train.byUser.values.length,
    test: test.values.length,
    people: users.length,
    withoutHistory: users.filter((user) => offsets[user + 1] === offsets[user]).length,
    ...present({ tied }),
  };
}

/** @throws METRIC_EMPTY where all that was measured of people looks for relevant films, and is 0 for every model in both views */
function checkNotAllZero(metrics: readonly Metric[], models: readonly ModelResult[]): void {
  const judged = metrics.filter(({ over, better }) => over === "users" && better !== undefined);
  const values = judged.flatMap((metric) =>
    models
      .flatMap((model) => [model.metrics[metric.name], model.otherView[metric.name]])
      .filter((estimate) => estimate !== undefined)
      .map(({ mean }) => ({ metric, mean })),
  );
  const isNothing = ({ metric, mean }: (typeof values)[number]) =>
    metric.over === "users" && metric.judges === "relevance" && mean === 0;
  if (values.length === 0 || !values.every(isNothing)) return;
  const names = judged.map(({ name }) => name).join(", ");
  throw new MatineeError("METRIC_EMPTY", `${names}: every value is 0, because no list holds a relevant film`, {
    fix: "hold out more ratings, judge longer lists, or choose a lower threshold for relevant films (--relevant)",
  });
}

/** Typed arrays count by their numbers. */
function digestOfJson(value: unknown): Promise<string> {
  return sha256(new TextEncoder().encode(JSON.stringify(value)));
}

/** Digests of catalogs, which every contender of a comparison and every trial of a search share. */
const catalogDigests = new WeakMap<Catalog, Promise<string>>();

function digestOfCatalog(catalog: Catalog): Promise<string> {
  const digest = catalogDigests.get(catalog) ?? digestOfJson(catalog);
  catalogDigests.set(catalog, digest);
  return digest;
}

/** undefined where measurements must not be kept. */
async function journalKey(
  { key }: Contender,
  { fingerprint: split, train, candidates, newUsers, profilesGoOn, chronological }: Split,
  metrics: readonly string[],
  relevant: number,
  seed: number,
  arithmetic: string,
): Promise<string | undefined> {
  if (key === undefined) return undefined;
  const { catalog, scale, feedback } = train;
  const parts = {
    candidates: candidates && (await sha256(candidates.slice())),
    newUsers,
    ...present({ profilesGoOn }),
    chronological,
    scale,
    feedback,
  };
  const all = {
    form: measurementsForm,
    version,
    key,
    split,
    metrics,
    relevant,
    seed,
    arithmetic,
    ...parts,
    catalog: await digestOfCatalog(catalog),
  };
  return digestOfJson(all);
}
