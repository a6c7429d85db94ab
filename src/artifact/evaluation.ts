/** What a model file says of an evaluation, as JSON. */
import type { RecordedEvaluation } from "../models/trained.ts";
import { type Fail, type JsonObject, memberOf, objectFrom, parseJson, quoteValue, writeJson } from "./json.ts";

export function writeEvaluation(evaluation: RecordedEvaluation, fail: Fail): string {
  return writeJson(evaluation as unknown as JsonObject, fail);
}

/** @throws what `fail` makes, unless it is all that a `RecordedEvaluation` is */
export function readEvaluation(text: string, fail: Fail): RecordedEvaluation {
  const value = objectFrom(parseJson(text, fail), "", fail);
  const { metrics } = value;
  if (!Array.isArray(metrics)) throw fail(`metrics is ${quoteValue(metrics)}, not a list`);
  return {
    version: memberOf(value, "version", "string", fail),
    split: memberOf(value, "split", "string", fail),
    seed: memberOf(value, "seed", "number", fail),
    train: memberOf(value, "train", "number", fail),
    test: memberOf(value, "test", "number", fail),
    people: memberOf(value, "people", "number", fail),
    ...("view" in value ? { view: viewIn(value, fail) } : {}),
    relevant: memberOf(value, "relevant", "number", fail),
    metrics: metrics.map((one) => {
      const metric = objectFrom(one, "metrics ", fail);
      return {
        name: memberOf(metric, "name", "string", fail),
        mean: memberOf(metric, "mean", "number", fail),
        n: memberOf(metric, "n", "number", fail),
        ...("low" in metric ? { low: memberOf(metric, "low", "number", fail) } : {}),
        ...("high" in metric ? { high: memberOf(metric, "high", "number", fail) } : {}),
      };
    }),
  };
}

function viewIn({ view }: JsonObject, fail: Fail): "shipped" | "model" {
  if (view !== "shipped" && view !== "model") throw fail(`view is ${quoteValue(view)}, not shipped or model`);
  return view;
}
