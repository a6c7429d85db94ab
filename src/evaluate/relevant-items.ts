/** Metrics of relevant items: means over users, each with weight 1. */
import type { EvaluatedUser, MetricKind } from "./metric.ts";

type MadeMetric = ReturnType<MetricKind["make"]>;

/** Averages the users with a relevant item held out. */
export function averageWithRelevant(value: (user: EvaluatedUser) => number): MadeMetric {
  return {
    over: "users",
    averages: "people with a relevant film held out",
    predicts: false,
    of: (user) => (user.relevant.size === 0 ? undefined : { sum: value(user), weight: 1 }),
  };
}

/** Averages all users evaluated; those without a relevant item held out count as 0. */
export function averageAll(value: (user: EvaluatedUser) => number): MadeMetric {
  return {
    over: "users",
    averages: "everybody judged",
    predicts: false,
    of: (user) => ({ sum: user.relevant.size === 0 ? 0 : value(user), weight: 1 }),
  };
}

/** How many of the first k items of the list are relevant. */
export function countHits({ list, relevant }: EvaluatedUser, k: number): number {
  let hits = 0;
  for (let n = 0; n < Math.min(k, list.length); n++) if (relevant.has(list[n])) hits++;
  return hits;
}
