/** Which held-out items are relevant, and metrics of them: means over users, each with weight 1. */
import { type DatasetInfo, leniently, likedFrom } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import type { EvaluatedUser, Metric, MetricKind } from "./metric.ts";

type MadeMetric = ReturnType<MetricKind["make"]>;

/** Averages the users with a relevant item held out. */
export function averageWithRelevant(value: (user: EvaluatedUser) => number): MadeMetric {
  return {
    over: "users",
    averages: "people with a relevant film held out",
    judges: "relevance",
    of: (user) => (user.relevant.size === 0 ? undefined : { sum: value(user), weight: 1 }),
  };
}

/** Averages all users evaluated; those without a relevant item held out count as 0. */
export function averageAll(value: (user: EvaluatedUser) => number): MadeMetric {
  return {
    over: "users",
    averages: "everybody judged",
    judges: "relevance",
    of: (user) => ({ sum: user.relevant.size === 0 ? 0 : value(user), weight: 1 }),
  };
}

/** How many of the first k items of the list are relevant. */
export function countHits({ list, relevant }: EvaluatedUser, k: number): number {
  let hits = 0;
  for (let n = 0; n < Math.min(k, list.length); n++) if (relevant.has(list[n])) hits++;
  return hits;
}

/** Which held-out items are relevant, in words: "rated 4 or higher, the upper quarter of the scale". */
export function describeRelevance(info: Pick<DatasetInfo, "scale" | "feedback">, relevant: number): string {
  const all = relevant <= info.scale.min;
  if (info.feedback === "events") return all ? "every held-out event" : `held-out events of ${relevant} or more`;
  if (all) return "every held-out rating";
  return `rated ${relevant} or higher${relevant === likedFrom(info) ? ", the upper quarter of the scale" : ""}`;
}

/** @throws METRIC_EMPTY where a metric looks for relevant items, and none of the held-out ratings is high enough */
export function checkAnyRelevant(
  metrics: readonly Metric[],
  { feedback }: Pick<DatasetInfo, "feedback">,
  heldOut: Float32Array,
  relevant: number,
): void {
  const metric = metrics.find((one) => one.over === "users" && one.judges === "relevance");
  if (!metric || heldOut.some((rating) => rating >= leniently(relevant))) return;
  const highest = heldOut.reduce((most, rating) => Math.max(most, rating), -Infinity);
  throw new MatineeError(
    "METRIC_EMPTY",
    `${metric.name} has nobody to average: the highest of ${heldOut.length} held-out ratings is ${highest}, and relevant are those from ${relevant}`,
    {
      fix: `choose a lower threshold for relevant films (--relevant)${feedback === "ratings" ? ", or read amounts as events (--feedback events)" : ""}`,
    },
  );
}
