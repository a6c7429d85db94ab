/** One model's measurements, made into the estimates that an evaluation holds. */
import { type ErrorCode, MatineeError, oneLine } from "../errors.ts";
import { present } from "../present.ts";
import type { Contender } from "./contender.ts";
import { type Estimator, meanOverFolds, total } from "./estimate.ts";
import type { Estimate, Failure, ModelResult, View } from "./evaluation.ts";
import type { MeasuredView, Measurements } from "./measure.ts";
import type { Metric } from "./metric.ts";
import { slicesOf } from "./slices.ts";
import { otherViewOf } from "./views.ts";

/** Sums each user's terms over the folds of a cross-validation, as one view has them. */
export function sumFolds(folds: readonly MeasuredView[]): MeasuredView["people"] {
  const [first, ...others] = folds;
  if (others.length === 0) return first.people;
  return Object.fromEntries(
    Object.entries(first.people).map(([name, { sums, weights }]) => {
      const terms = others.map(({ people }) => people[name]);
      return [
        name,
        {
          sums: sums.map((sum, user) => terms.reduce((all, fold) => all + fold.sums[user], sum)),
          weights: weights.map((weight, user) => terms.reduce((all, fold) => all + fold.weights[user], weight)),
        },
      ];
    }),
  );
}

/** Whether an error ends the measurement of all contenders: a leak, which makes it worthless, a cancellation, a journal that cannot be written. */
export function endsAllContenders(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted || (error instanceof MatineeError && lastWords.includes(error.code));
}

const lastWords: readonly ErrorCode[] = ["LEAK", "CANCELLED", "WRITE_FAILED"];

/** A contender that failed, without its values. @param failure what ended its measurement, or kept it from beginning */
export function failedResult(
  { name, model, config }: Contender,
  { error, leftOut }: { readonly error: unknown; readonly leftOut?: true },
  metrics: readonly Pick<Metric, "name">[],
  seed: number,
): Omit<ModelResult, "metrics" | "otherView"> {
  const failed = { ...failureOf(error), ...present({ leftOut }) };
  const why = `${name} ${failureVerb(failed)}: ${failed.message}`;
  return {
    name,
    model,
    config,
    seed,
    seconds: { fit: 0, answer: 0 },
    missing: Object.fromEntries(metrics.map((metric) => [metric.name, why])),
    failed,
  };
}

/** "ease is left out", "ease failed". */
export function failureVerb({ leftOut }: Failure): string {
  return leftOut ? "is left out" : "failed";
}

function failureOf(failure: unknown): Failure {
  const known = failure instanceof MatineeError;
  const { code, message, fix } = known ? failure : new MatineeError("INTERNAL", `${failure}`, { cause: failure });
  return { code, message: oneLine(message), fix: oneLine(fix) };
}

function keptSince(folds: readonly Measurements[]): string | undefined {
  const times = folds.flatMap((fold) => fold.keptSince ?? []);
  return times.length === 0 ? undefined : new Date(Math.min(...times)).toISOString();
}

/**
 * @param view the view of `metrics`
 * @param people what `sumFolds` makes of the folds in that view
 */
export function modelResult(
  { name, model, config }: Contender,
  folds: readonly Measurements[],
  view: View,
  people: MeasuredView["people"],
  metrics: readonly Metric[],
  estimator: Estimator,
): ModelResult {
  const [{ missing }] = folds;
  const measured = metrics.filter((metric) => !(metric.name in missing));
  const shown = folds.map(({ views }) => views[view]);
  const beside = folds.map(({ views }) => views[otherViewOf(view)]);
  const own = estimates(measured, shown, people, estimator);
  const same = shown.every((one, fold) => one === beside[fold]);
  const unfilled = folds.flatMap((fold) => fold.unfilled ?? []);
  const errors = folds.flatMap((fold) => fold.errors ?? []);
  const slices = errors.length > 0 ? slicesOf(errors) : undefined;
  return {
    name,
    model,
    config,
    seed: estimator.seed,
    seconds: {
      fit: total(folds.map(({ seconds }) => seconds.fit)),
      answer: total(folds.map(({ seconds }) => seconds.answer)),
    },
    metrics: own,
    otherView: same ? own : estimatesBeside(measured, beside, own, estimator),
    missing,
    ...present({
      kept: keptSince(folds),
      unfilled: unfilled.length > 0 ? meanOverFolds(unfilled) : undefined,
      slices,
    }),
  };
}

type Estimates = ModelResult["metrics"];

function estimates(
  metrics: readonly Metric[],
  folds: readonly MeasuredView[],
  people: MeasuredView["people"],
  estimator: Estimator,
): Estimates {
  const values = metrics.map((metric): [string, Estimate] => {
    if (metric.over === "users") return [metric.name, estimator.estimate(metric, people[metric.name])];
    return [metric.name, { mean: meanOverFolds(folds.map(({ lists }) => lists[metric.name])), n: folds.length }];
  });
  return Object.fromEntries(values);
}

/** In the other view: predictions are the same, and a metric is left out where it has nobody to average. */
function estimatesBeside(
  metrics: readonly Metric[],
  folds: readonly MeasuredView[],
  own: Estimates,
  estimator: Estimator,
): Estimates {
  const people = sumFolds(folds);
  const predicting = metrics.filter((metric) => metric.over === "users" && metric.judges === "predictions");
  const listing = metrics.filter((metric) => {
    if (metric.over === "lists") return true;
    return metric.judges !== "predictions" && people[metric.name].weights.some((weight) => weight > 0);
  });
  const same = predicting.map(({ name }): [string, Estimate] => [name, own[name]]);
  const listed = estimates(listing, folds, people, estimator);
  return { ...Object.fromEntries(same), ...listed };
}
