/** What metrics of relevant films have in common: a mean over people, each of weight 1. */
import type { EvaluatedUser, MetricKind } from "./metric.ts";

type Made = ReturnType<MetricKind["make"]>;

/** Averages people with a relevant film held out. */
export function overRelevant(value: (person: EvaluatedUser) => number): Made {
  return {
    over: "people",
    averages: "people with a relevant film held out",
    predicts: false,
    of: (person) => (person.relevant.size === 0 ? undefined : { sum: value(person), weight: 1 }),
  };
}

/** Averages everybody judged; people without a relevant film count as 0. */
export function overEverybody(value: (person: EvaluatedUser) => number): Made {
  return {
    over: "people",
    averages: "everybody judged",
    predicts: false,
    of: (person) => ({ sum: person.relevant.size === 0 ? 0 : value(person), weight: 1 }),
  };
}

/** How many of the first k listed are relevant. */
export function hitsIn({ list, relevant }: EvaluatedUser, k: number): number {
  let hits = 0;
  for (let n = 0; n < Math.min(k, list.length); n++) if (relevant.has(list[n])) hits++;
  return hits;
}
