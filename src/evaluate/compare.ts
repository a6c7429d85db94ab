/** Comparing models in one call, with a table for each metric. */
import type { Dataset } from "../data/dataset.ts";
import { didYouMean } from "../did-you-mean.ts";
import { MatineeError } from "../errors.ts";
import type { ModelSpec } from "../models/model.ts";
import { present } from "../present.ts";
import type { Splits, Splitter } from "../split/split.ts";
import { resolveSplits } from "../split/splits.ts";
import type { Contender } from "./contender.ts";
import { type EvaluationResult, evaluate } from "./evaluate.ts";
import type { Estimate, Evaluation } from "./evaluation.ts";
import type { Journal } from "./kept-measurements.ts";
import type { MetricName } from "./metrics.ts";
import { type RunOptions, resolveContenders, runOptionNames, withEngine } from "./run.ts";
import { type Standing, standingsOf } from "./standings.ts";

/** What `compare` measures, and how. */
export interface CompareOptions extends RunOptions {
  /** By default, `defaultMetrics`. */
  readonly metrics?: readonly MetricName[];
  /** Keeps measurements, so that an interrupted comparison can resume. */
  readonly journal?: Journal;
  /**
   * Whether a cancellation leaves out the models that are not measured, as failed with CANCELLED, where others are; else it throws in any
   * case. False by default.
   */
  readonly partial?: boolean;
}

const optionNames = [
  ...Object.keys({ metrics: true, journal: true, partial: true } satisfies Record<
    Exclude<keyof CompareOptions, keyof RunOptions>,
    true
  >),
  ...runOptionNames,
];

/** What `compare` returns. */
export interface ComparisonResult extends EvaluationResult {
  /**
   * The contenders under one metric, in their order.
   * @throws METRIC_UNKNOWN for a metric that was not measured
   */
  table(metric: MetricName): ComparisonRow[];
}

/** A contender under a metric, as plain data for `console.table`. */
export interface ComparisonRow extends Partial<Estimate> {
  readonly name: string;
  /** The mean in the other view. Absent where it has nobody to average. */
  readonly otherView?: number;
  /** How many lists the model could not fill (`ModelResult.unfilled`). */
  readonly unfilled?: number;
  /** Of the paired test against the best model, adjusted by Holm. Absent where no such test was made. */
  readonly p?: number;
  /** Absent where no direction of the metric is better, or where there is one model. */
  readonly standing?: Standing;
  /** Why the contender has no value: what it cannot do, or the error that it failed with. */
  readonly missing?: string;
}

/**
 * Compares models on held-out ratings: trains each on the training part of every split, ranks every film for every user with
 * held-out ratings, and tests each model against the best. Apart from the seconds, the result is the same for any number of
 * threads.
 *
 * A contender that fails is marked with its error (`ModelResult.failed`), and the others are finished. What ends the comparison:
 * an error before anything is fitted, a leak, a cancellation (with `partial`, only where no contender is measured yet), and the failure of
 * all contenders. Contenders that do not fit in memory are left out before any is fitted, and marked in the same way.
 *
 * @param contenders specifications, or what `contender`, `trainedContender`, `customContender` and `withReranker` return
 * @param splitter how ratings are held out, or splits that are there already
 * @throws USAGE, MODEL_UNKNOWN, CONFIG_INVALID, METRIC_UNKNOWN, METRIC_EMPTY, SPLIT_INVALID, LEAK, CANCELLED; and where all
 *   contenders fail, the error of the first: LIST_INVALID, NOT_FINITE, MEMORY, …
 * @example
 * import { compare, ease, popular, splits } from "matinee";
 * const result = await compare(data, [popular(), ease()], splits.kFold(5), { metrics: ["ndcg@10"], threads: 2 });
 * console.table(result.table("ndcg@10"));
 */
export async function compare(
  data: Dataset,
  contenders: readonly (ModelSpec | Contender)[],
  splitter: Splitter | Splits,
  options: CompareOptions = {},
): Promise<ComparisonResult> {
  const chosen = resolveContenders("compare", data, contenders, options, optionNames);
  const { metrics, journal, partial, ...running } = options;
  const splits = resolveSplits(data, splitter, running.seed ?? 0);
  const result = await withEngine(running, (evaluating) =>
    evaluate(data, chosen, splits, { ...evaluating, ...present({ metrics, journal, partial }) }),
  );
  return { ...result, table: (metric) => comparisonRows(result.evaluation, metric) };
}

function comparisonRows(evaluation: Evaluation, name: string): ComparisonRow[] {
  const metric = evaluation.metrics.find((measured) => measured.name === name);
  if (!metric) {
    const names = evaluation.metrics.map((measured) => measured.name);
    throw new MatineeError("METRIC_UNKNOWN", `the comparison did not measure ${name}`, {
      fix: `${didYouMean(name, names)}it measured ${names.join(", ")}`,
    });
  }
  const standings = standingsOf(evaluation, metric);
  return evaluation.models.map((model) => {
    const test = evaluation.versus?.find((one) => one.metric === name && one.name === model.name);
    return present({
      name: model.name,
      ...columnsOf(model.metrics[name]),
      otherView: model.otherView[name]?.mean,
      unfilled: model.unfilled,
      p: test?.adjusted,
      standing: standings.get(model.name),
      missing: model.missing[name],
    });
  });
}

/** The columns of an estimate, in the order of the table. */
function columnsOf({ mean, se, low, high, n }: Partial<Estimate> = {}) {
  return { mean, se, low, high, n };
}
