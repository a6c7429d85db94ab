/** One model's measurements, made into the estimates that an evaluation holds. */
import { type ErrorCode, MatineeError, oneLine } from "../errors.ts";
import { present } from "../present.ts";
import type { Contender } from "./contender.ts";
import { estimate, meanOverFolds, total } from "./estimate.ts";
import type { Estimate, ModelResult } from "./evaluation.ts";
import type { Measurements } from "./measure.ts";
import type { Metric } from "./metric.ts";
import { slicesOf } from "./slices.ts";

/** Sums each user's terms over the folds of a cross-validation. */
export function sumFolds(folds: readonly Measurements[]): Measurements["people"] {
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

/** A contender that failed, without its values. @param failure what ended its measurement */
export function failedResult(
  { name, model, config }: Contender,
  failure: unknown,
  metrics: readonly Pick<Metric, "name">[],
  seed: number,
): Omit<ModelResult, "metrics"> {
  const failed = failureOf(failure);
  return {
    name,
    model,
    config,
    seed,
    seconds: { fit: 0, answer: 0 },
    missing: Object.fromEntries(metrics.map((metric) => [metric.name, `${name} failed: ${failed.message}`])),
    failed,
  };
}

function failureOf(failure: unknown): NonNullable<ModelResult["failed"]> {
  const known = failure instanceof MatineeError;
  const { code, message, fix } = known ? failure : new MatineeError("INTERNAL", `${failure}`, { cause: failure });
  return { code, message: oneLine(message), fix: oneLine(fix) };
}

function keptSince(folds: readonly Measurements[]): string | undefined {
  const times = folds.flatMap((fold) => fold.keptSince ?? []);
  return times.length === 0 ? undefined : new Date(Math.min(...times)).toISOString();
}

/** @param people what `sumFolds` makes of the folds */
export function modelResult(
  { name, model, config }: Contender,
  folds: readonly Measurements[],
  people: Measurements["people"],
  metrics: readonly Metric[],
  seed: number,
): ModelResult {
  const [{ missing }] = folds;
  const estimates = metrics
    .filter((metric) => !(metric.name in missing))
    .map((metric): [string, Estimate] => {
      if (metric.over === "users") return [metric.name, estimate(metric, people[metric.name], seed)];
      return [metric.name, { mean: meanOverFolds(folds.map(({ lists }) => lists[metric.name])), n: folds.length }];
    });
  const errors = folds.flatMap((fold) => fold.errors ?? []);
  const slices = errors.length > 0 ? slicesOf(errors) : undefined;
  return {
    name,
    model,
    config,
    seed,
    seconds: {
      fit: total(folds.map(({ seconds }) => seconds.fit)),
      answer: total(folds.map(({ seconds }) => seconds.answer)),
    },
    metrics: Object.fromEntries(estimates),
    missing,
    ...present({ kept: keptSince(folds), slices }),
  };
}
