/** All metrics, and finding them by name. */
import type { Dataset } from "../data/dataset.ts";
import { didYouMean } from "../did-you-mean.ts";
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import type { Metric, MetricKind } from "./metric.ts";
import { auc } from "./metrics/auc.ts";
import { diversity } from "./metrics/diversity.ts";
import { mae, rmse } from "./metrics/error.ts";
import { hitRate } from "./metrics/hit-rate.ts";
import { catalogueCoverage, gini } from "./metrics/lists.ts";
import { map } from "./metrics/map.ts";
import { mrr } from "./metrics/mrr.ts";
import { ndcg, ndcgAll } from "./metrics/ndcg.ts";
import { novelty, popularityBias } from "./metrics/popularity.ts";
import { precision, precisionAll } from "./metrics/precision.ts";
import { predictionCoverage } from "./metrics/prediction-coverage.ts";
import { recall, recallCapped } from "./metrics/recall.ts";

const kinds = [
  rmse,
  mae,
  predictionCoverage,
  precision,
  precisionAll,
  recall,
  recallCapped,
  hitRate,
  ndcg,
  ndcgAll,
  map,
  mrr,
  auc,
  catalogueCoverage,
  gini,
  novelty,
  popularityBias,
  diversity,
] as const;

/** Every metric that can be asked for. */
export const metricKinds: readonly MetricKind[] = kinds;

/** The name of a metric, with the length of lists where it has one: "rmse", "ndcg@10", "auc". */
export type MetricName = NameOf<(typeof kinds)[number]>;
type NameOf<Kind extends MetricKind> = Kind extends { at: "none" }
  ? Kind["name"]
  : Kind extends { at: "required" }
    ? `${Kind["name"]}@${number}`
    : Kind["name"] | `${Kind["name"]}@${number}`;

/**
 * The metrics with these names, such as "rmse" and "ndcg@10", in the same order.
 *
 * @param train the training data, for catalog, genres and popularity
 * @throws METRIC_UNKNOWN for an unknown name, a wrong list length, or a metric named twice
 * @example
 * import { metricsNamed } from "matinee";
 * for (const { name, summary, better } of metricsNamed(["rmse", "ndcg@10"], data)) console.log(name, summary, better);
 */
export function metricsNamed(names: readonly string[], train: Dataset): Metric[] {
  return names.map((name, n) => {
    if (names.indexOf(name) < n) {
      throw new MatineeError("METRIC_UNKNOWN", `the metric ${name} is named twice`, { fix: "name it once" });
    }
    const [key, ...after] = name.split("@");
    const kind = metricKindNamed(key);
    const k = after.length === 0 ? Infinity : parseLength(name, kind, after.join("@"));
    if (k === Infinity && kind.at === "required") {
      throw new MatineeError("METRIC_UNKNOWN", `${key} needs a length of lists`, { fix: `name it ${key}@10` });
    }
    const { summary, better } = kind;
    return { ...present({ name, summary, depth: kind.at === "none" ? 0 : k, better }), ...kind.make(k, train) };
  });
}

/**
 * The names of what is measured on some data: those that are named or, where none are, the usual ones. Events have no ratings to
 * predict: the metrics of predictions are left out of the usual ones, and refused by name.
 *
 * @throws METRIC_UNKNOWN as `metricsNamed`, CAPABILITY_MISSING
 */
export function metricsFor(
  data: Dataset,
  named: readonly string[] | undefined,
  usual: readonly string[],
): readonly string[] {
  const names = named ?? usual;
  const metrics = metricsNamed(names, data);
  if (data.feedback !== "events") return names;
  const predicting = metrics
    .filter((metric) => metric.over === "users" && metric.judges === "predictions")
    .map(({ name }) => name);
  if (predicting.length === 0) return names;
  if (names === usual) return names.filter((name) => !predicting.includes(name));
  throw new MatineeError(
    "CAPABILITY_MISSING",
    `${predicting[0]} judges predicted ratings, and ${data.name} holds events`,
    {
      fix: "measure lists, such as ndcg@10",
    },
  );
}

function metricKindNamed(key: string): MetricKind {
  const kind = metricKinds.find(({ name }) => name === key);
  if (kind) return kind;
  const near = didYouMean(
    key,
    metricKinds.map(({ name }) => name),
  );
  throw new MatineeError("METRIC_UNKNOWN", `no metric has the name "${key}"`, {
    fix: `${near}see docs/metrics.md for every metric`,
  });
}

/** Reads the K of "ndcg@K". */
function parseLength(name: string, { name: key, at }: MetricKind, length: string): number {
  if (at === "none") {
    throw new MatineeError("METRIC_UNKNOWN", `${name}: ${key} looks at no list`, { fix: `name it ${key}` });
  }
  // no signs or leading zeros, so that a metric has one name
  if (/^[1-9]\d{0,8}$/.test(length)) return Number(length);
  throw new MatineeError("METRIC_UNKNOWN", `${name}: "${length}" is no length of lists`, {
    fix: `give a whole number from 1, as in ${key}@10`,
  });
}
