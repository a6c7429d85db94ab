/** matinee evaluate --engine spark: ratings prepared, held out, trained on and judged on Spark. */
import { createEngine } from "../../../compute/pool.ts";
import { type DatasetInfo, likedFrom } from "../../../data/dataset.ts";
import { MatineeError } from "../../../errors.ts";
import { describeRelevance } from "../../../evaluate/relevant-items.ts";
import { configureOnCluster, namesOnCluster } from "../../../models/configure.ts";
import { stepper } from "../../../models/fit.ts";
import { checkFitsOnCluster, fitOnCluster } from "../../../models/fit-on-cluster.ts";
import { count, metricDecimal } from "../../../numbers.ts";
import { dataSource } from "../../options/data.ts";
import type { EvaluationFlags } from "../../options/evaluation.ts";
import { openCluster, prepareOnSpark, type SparkFlags } from "../../options/spark.ts";
import { alignColumns, printJson, printLines } from "../../terminal/output.ts";

/** What Spark measures: each at a length of lists. */
const measured = /^(ndcg|precision|recall|hit-rate)@([1-9]\d*)$/;

/** @param chosen whether metrics are named, and not the usual ones, of which Spark measures some */
export async function evaluateOnSpark(flags: EvaluationFlags & SparkFlags, chosen: boolean): Promise<void> {
  const { model, set, split, seed, threads, arithmetic } = flags;
  checkFlags(flags, chosen);
  const metrics = flags.metrics.filter((name) => measured.test(name));
  const ks = [...new Set(metrics.map((name) => Number(measured.exec(name)![2])))];
  const spec = configureOnCluster(model!, set);
  checkFitsOnCluster(spec);
  await using cluster = (await openCluster(flags))!;
  const { splitTask } = await import("../../../spark/split.ts");
  splitTask(split); // checked before the data are read
  const relevantIn = (info: DatasetInfo) => flags.relevant ?? likedFrom(info);
  const result = await prepareOnSpark(cluster, dataSource(flags), flags, (ratings, watch) => {
    const splitting = stepper("evaluation", watch(`Holding out ratings by ${split}`));
    return cluster.split(ratings, split, seed, splitting, async (parts) => {
      const training = watch(`Training ${spec.model}`);
      using engine = await createEngine({ threads, arithmetic });
      const trained = await fitOnCluster(parts.train, spec, { cluster, engine, seed, ...training });
      const judging = stepper("evaluation", watch(`Judging ${spec.model}`));
      const judged = await cluster.judge(trained, parts, { ks, relevant: relevantIn(ratings.info) }, judging);
      return { info: ratings.info, train: parts.train.ratings, test: parts.rows, ...judged };
    });
  });
  const { info, people, judged, train, test } = result;
  const relevance = describeRelevance(info, relevantIn(info));
  const found = Object.fromEntries(metrics.map((name) => [name, result.metrics[name]]));
  if (flags.json) {
    const sizes = { train, test, people, judged };
    const config = spec.settings;
    printJson({ model, engine: "spark", data: info.name, split, seed, relevance, ...sizes, metrics: found, config });
    return;
  }
  const held = `${count(test)} of ${count(people)} people held out`;
  printLines([
    `${spec.name} on ${info.name}, ${split}: ${count(train)} ratings to train on, ${held}; relevant: ${relevance}`,
    ...alignColumns(
      Object.entries(found).map(([name, value]) => [name, metricDecimal(value)]),
      (column) => column > 0,
    ),
    `means over ${count(judged)} people with a relevant film held out, of lists as recommend ships them`,
  ]);
}

/** @throws USAGE */
function checkFlags(flags: EvaluationFlags, chosen: boolean): void {
  const { model, artifact, coldStart, people, report, mask, view } = flags;
  const given = {
    artifact,
    "cold-start": coldStart,
    people,
    report,
    mask,
    view: view === "shipped" ? undefined : view,
  };
  const [other] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  const problem =
    other !== undefined
      ? `an evaluation on Spark knows no --${other}`
      : model === undefined
        ? "an evaluation on Spark is of a model that is named"
        : undefined;
  if (problem)
    throw new MatineeError("USAGE", problem, {
      fix: `give --model, one of ${namesOnCluster().join(", ")}; or evaluate here`,
    });
  const wrong = chosen ? flags.metrics.find((name) => !measured.test(name)) : undefined;
  if (wrong !== undefined || !flags.metrics.some((name) => measured.test(name))) {
    throw new MatineeError("USAGE", `${wrong} is not measured on Spark`, {
      fix: "choose of ndcg@K, precision@K, recall@K and hit-rate@K",
    });
  }
}
