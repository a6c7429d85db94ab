/** Workloads of whole comparisons. */
import type { Engine } from "../../compute/engine.ts";
import type { Dataset } from "../../data/dataset.ts";
import { type ComparisonResult, compare } from "../../evaluate/compare.ts";
import type { MetricName } from "../../evaluate/metrics.ts";
import { configure } from "../../models/configure.ts";
import { splits } from "../../split/splits.ts";
import type { ShapeName } from "../data-shapes.ts";
import { timeRepeatedly, type Workload } from "../workload.ts";

const compared = ["popular", "bias", "item-knn", "user-knn", "mf", "als", "ease"];
const metrics: readonly MetricName[] = ["ndcg@10", "precision@10", "recall@10", "rmse"];

function compareAll(data: Dataset, engine: Engine): Promise<ComparisonResult> {
  const models = compared.map((name) => configure(name));
  return compare(data, models, splits.perUser(0.8), { metrics, engine });
}

export function compareWorkload(shape: ShapeName, runs: number): Workload {
  return {
    name: `compare-${shape}`,
    shape,
    unit: `compare of ${compared.join(", ")} per-user:0.8 by ${metrics.join(", ")}: split, fits, answers, metrics and tests`,
    async time(data, engine) {
      let parts = "";
      const seconds = await timeRepeatedly(runs, async () => {
        const { models } = (await compareAll(data, engine)).evaluation;
        parts = models
          .map(({ name, seconds }) => `${name} ${shortly(seconds.fit)} + ${shortly(seconds.answer)}`)
          .join(", ");
      });
      return { seconds, remark: `fit + answers of the last run in s: ${parts}` };
    },
    async result(data, engine) {
      const { people } = await compareAll(data, engine);
      return Array.from(people.values()).flatMap((terms) =>
        Object.values(terms).flatMap(({ sums, weights }) => [sums, weights]),
      );
    },
  };
}

function shortly(seconds: number): string {
  return seconds.toFixed(2);
}
