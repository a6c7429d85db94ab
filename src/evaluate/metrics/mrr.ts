/** Mean reciprocal rank: 1 / rank of the first relevant film, or 0 if none is among the first K. */
import type { MetricKind } from "../metric.ts";
import { averageWithRelevant } from "../relevant-items.ts";

export const mrr = {
  name: "mrr",
  summary: "how near the top of the list the first relevant film is",
  formula: "1 / rank of the first relevant film, or 0 if none is among the first K",
  better: "higher",
  at: "required",
  make: (k) =>
    averageWithRelevant(({ list, relevant }) => {
      const place = list.subarray(0, k).findIndex((item) => relevant.has(item));
      return place < 0 ? 0 : 1 / (place + 1);
    }),
} as const satisfies MetricKind;
