/** An evaluation as tables for files, with unrounded numbers. For Node alone. */
import type { Ids } from "../data/ids.ts";
import { idColumn, type TableColumn, type TableRows } from "../data/write-table.ts";
import type { EvaluationResult } from "../evaluate/evaluate.ts";
import type { Evaluation, ModelResult, View } from "../evaluate/evaluation.ts";
import { standingsOf } from "../evaluate/standings.ts";
import { otherViewOf } from "../evaluate/views.ts";

/** What `writeTable` takes. */
export interface WritableTable {
  readonly columns: readonly TableColumn[];
  readonly batches: Iterable<TableRows>;
}

/**
 * Every number of an evaluation: a row for each model, metric and view. Standings and tests stand in the rows of the evaluation's view,
 * the counts in all.
 */
export function evaluationTable(evaluation: Evaluation): WritableTable {
  const { models, metrics, view, withoutHistory, versus = [] } = evaluation;
  const columns: readonly TableColumn[] = [
    { name: "name", type: "text" },
    { name: "model", type: "text" },
    { name: "config", type: "text" },
    { name: "seed", type: "whole" },
    { name: "fit_seconds", type: "number", optional: true },
    { name: "answer_seconds", type: "number", optional: true },
    { name: "kept", type: "text", optional: true },
    { name: "metric", type: "text" },
    ...["mean", "se", "low", "high"].map((name) => ({ name, type: "number", optional: true }) as const),
    { name: "n", type: "whole", optional: true },
    { name: "standing", type: "text", optional: true },
    ...["difference", "p", "p_adjusted"].map((name) => ({ name, type: "number", optional: true }) as const),
    { name: "missing", type: "text", optional: true },
    { name: "view", type: "text" },
    { name: "without_history", type: "number" },
    { name: "unfilled", type: "number", optional: true },
  ];
  const rows = metrics.flatMap((metric) => {
    const standings = standingsOf(evaluation, metric);
    return models.flatMap((result) => {
      const { name, model, config, seed, seconds, missing, failed, unfilled = null, kept = null } = result;
      const test = versus.find((one) => one.metric === metric.name && one.name === name);
      const tests = [standings.get(name) ?? null, test?.difference ?? null, test?.p ?? null, test?.adjusted ?? null];
      const rowOf = (values: ModelResult["metrics"], tests: readonly (string | number | null)[], view: View) => {
        const { mean = null, se = null, low = null, high = null, n = null } = values[metric.name] ?? {};
        return [
          ...[name, model, JSON.stringify(config), seed, ...(failed ? [null, null] : [seconds.fit, seconds.answer])],
          kept,
          ...[metric.name, mean, se, low, high, n],
          ...tests,
          ...[missing[metric.name] ?? null, view, withoutHistory, unfilled],
        ];
      };
      return [
        rowOf(result.metrics, tests, view),
        rowOf(
          result.otherView,
          tests.map(() => null),
          otherViewOf(view),
        ),
      ];
    });
  });
  return { columns, batches: [columns.map((_, at) => rows.map((row) => row[at]))] };
}

/** Every user's part in every metric, in the evaluation's view: a row for each user, model and metric in which the user counts. */
export function userTable({ people }: EvaluationResult, users: Ids): WritableTable {
  const columns: readonly TableColumn[] = [
    idColumn("user", users),
    { name: "model", type: "text" },
    { name: "metric", type: "text" },
    { name: "sum", type: "number" },
    { name: "weight", type: "number" },
  ];
  function* batches(): Generator<TableRows> {
    for (const [model, metrics] of people) {
      for (const [metric, { sums, weights }] of Object.entries(metrics)) {
        const counted = Array.from(weights.keys()).filter((user) => weights[user] > 0);
        yield [
          counted.map((user) => users.id(user)),
          counted.map(() => model),
          counted.map(() => metric),
          counted.map((user) => sums[user]),
          counted.map((user) => weights[user]),
        ];
      }
    }
  }
  return { columns, batches: batches() };
}
